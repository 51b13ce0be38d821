"""Plans of lecture events on their way through the reviews, and what the database itself forbids (A7, A8)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from campaign.access import Actor
from campaign.approvals import plans, queries, services
from campaign.approvals.models import ChangedForever, Dossier, HeldPlan, Review, Version
from campaign.approvals.queries import person_at
from campaign.approvals.subjects import KINDS
from campaign.db import db
from campaign.errors import Conflict, Forbidden, Refused
from campaign.evidence import Evidence
from campaign.lectures import services as lectures
from campaign.lectures.models import LectureEvent, LectureGuest
from tests.campaign.lectures.planned import STARTS, full_event
from tests.conftest import share_fonts

pytestmark = pytest.mark.usefixtures("fonts_at_hand")
PLAN = KINDS["plan"]
AFTER = STARTS + timedelta(days=1)


@pytest.fixture
def fonts_at_hand(settings):
    share_fonts(settings.data_dir)


@pytest.fixture
def event(session, world):
    return full_event(session, world)


@pytest.fixture
def me(world):
    def find(name):
        return person_at(Actor.of(world.users[name]), world.province.path, PLAN.senders)

    return find


@pytest.fixture
def sent(session, me):
    def go(event, name="planner"):
        return services.submit(session, PLAN, event, me(name))

    return go


@pytest.fixture
def approved(session, me, sent):
    def go(event):
        services.approve(session, sent(event), me("lead"))
        review = event.dossier.open_review
        services.approve(session, review, me("reviewer"))
        return review

    return go


@pytest.fixture
def photo(storage):
    return Evidence(storage.put_stream(BytesIO(b"\x89PNG")), "image/png", "现场.png")


# --- what is sent -----------------------------------------------------------------------------------------


def test_a_version_of_a_plan_holds_its_passages_and_the_written_plan(session, event, sent):
    """A8: plan and speaking materials go out as one version."""
    version = sent(event).dossier.version
    assert [(f.role, f.name, f.asset.media_type.rpartition(".")[2][:8]) for f in version.files] == [
        ("document", "省级宣讲活动+工作方案.docx", "document"),
        ("document", "省级宣讲活动+工作方案.pdf", "applicat"),
    ]
    assert {p["section"] for p in version.passages} == {
        "活动概况", "案例宣讲名单", "与会嘉宾", "媒体邀请", "活动议程", "工作分工", "筹备进度", "经费预算",
        "应急预案", "宣讲稿",
    }  # fmt: skip


def test_a_version_of_a_plan_never_changes(session, event, sent):
    version = sent(event).dossier.version
    version.passages = []
    with pytest.raises(ChangedForever):
        session.commit()


@pytest.mark.parametrize("lacking", ["line_up", "guests", "media", "agenda"])
def test_a_plan_without_a_list_of_the_notice_is_refused(session, event, sent, lacking):
    """A8."""
    setattr(event, lacking, [])
    session.commit()
    with pytest.raises(Refused):
        sent(event)
    assert session.scalars(select(Dossier)).all() == []


def test_a_plan_without_a_speech_is_refused_and_names_the_case(session, event, sent):
    """A8, P21."""
    event.line_up[0].speech = ""
    session.commit()
    with pytest.raises(Refused) as refusal:
        sent(event)
    assert refusal.value.params == {"title": "案例·省级宣讲活动"}


@pytest.mark.parametrize("name", ["publicity", "observer", "reviewer"])
def test_only_those_who_plan_events_send_plans(event, sent, name):
    with pytest.raises(Forbidden):
        sent(event, name)


def test_who_sent_a_plan_does_not_check_it(session, event, sent, me):
    """A18."""
    with pytest.raises(Forbidden):
        services.approve(session, sent(event), me("planner"))


def test_a_plan_waits_for_the_lead_then_for_the_centre(session, world, event, sent, me):
    def waits(name):
        actor = Actor.of(world.users[name])
        return [
            d.id for d in session.scalars(queries.dossiers(actor).where(queries.waits_for(actor))).unique()
        ]

    review = sent(event)
    assert [bool(waits(n)) for n in ("planner", "lead", "publicity", "reviewer")] == [
        False,
        True,
        False,
        False,
    ]
    services.approve(session, review, me("lead"))
    assert [bool(waits(n)) for n in ("planner", "lead", "publicity", "reviewer")] == [
        False,
        False,
        False,
        True,
    ]


# --- comments and changes ---------------------------------------------------------------------------------


def test_a_comment_hangs_on_a_passage_of_this_version(session, event, sent, me):
    version = sent(event).dossier.version
    row = services.comment(session, version, me("lead"), body="时间太紧", anchor="time")
    assert row.anchor == "time"
    with pytest.raises(Refused):
        services.comment(session, version, me("lead"), body="?", anchor="guest-0000000000")


def test_answers_of_guests_and_tasks_done_do_not_change_a_plan(session, event, approved):
    approved(event)
    event.guests[0].answer, event.tasks[0].done_on, event.phone = "yes", STARTS.date(), "020"
    session.commit()
    assert plans.standing(event.dossier) is not None


def test_an_edit_after_the_approval_reopens_the_plan(session, event, approved, sent, photo):
    """A8: what was approved is what is held."""
    approved(event)
    event.guests.append(LectureGuest(position=2, name="丙示例", role="attends"))
    session.commit()
    assert (queries.is_changed(event.dossier), plans.standing(event.dossier)) == (True, None)
    with pytest.raises(Refused):
        hold(session, event, photo)
    session.rollback()
    assert sent(event).dossier.latest == 2


def test_the_same_plan_is_not_sent_twice(session, event, approved, sent):
    approved(event)
    with pytest.raises(Refused):
        sent(event)


def test_a_plan_is_never_published(session, event, approved, me):
    approved(event)
    with pytest.raises(Refused):
        services.publish(session, event.dossier, me("lead"))


# --- held only on an approved plan ------------------------------------------------------------------------


def hold(session, event, photo):
    lectures.record_held(session, event, photo, attendance_on_site=100, attendance_online=200, now=AFTER)


def test_an_event_is_not_held_without_an_approved_plan(session, event, sent, photo):
    """A8."""
    sent(event)
    with pytest.raises(Refused):
        hold(session, event, photo)
    session.rollback()
    assert event.state == "planned"


def test_an_event_is_held_on_its_approved_plan(session, event, approved, photo):
    """A8."""
    review = approved(event)
    hold(session, event, photo)
    held = session.get(HeldPlan, event.id)
    assert (event.state, held.review_id, held.version_id) == ("held", review.id, review.version_id)


def test_a_citys_own_event_is_held_without_the_centre(session, world, photo):
    """A7: 1+N."""
    event = full_event(session, world, "市级活动", tier="city")
    hold(session, event, photo)
    assert (event.state, event.held_plan_id) == ("held", None)


def test_a_citys_held_event_does_not_become_one_of_the_province_past_the_centre(session, world, photo):
    """A8."""
    event = full_event(session, world, "市级活动", tier="city")
    hold(session, event, photo)
    values = {name: getattr(event, name) for name in lectures.FACTS} | {"tier": "province"}
    with pytest.raises(Refused):
        lectures.change_event(session, event, lectures.EventValues(**values), now=AFTER)


def test_an_approval_stands_while_the_event_counts_as_held(session, event, approved, photo, me):
    review = approved(event)
    hold(session, event, photo)
    with pytest.raises(Refused):
        services.revoke(session, review, me("reviewer"), reason="误批")
    session.rollback()
    lectures.reopen_event(session, event)
    services.revoke(session, review, me("reviewer"), reason="误批")
    assert (event.dossier.state, session.get(HeldPlan, event.id)) == ("returned", None)


PAST_THE_RULES = (
    "update lecture_event set state = 'held', evidence_id = :evidence where id = :second",
    """update lecture_event set state = 'held', evidence_id = :evidence, held_plan_id = :first
       where id = :second""",
    """update review set state = 'revoked', reason = 'x', revoked_at = submitted_at,
       revoked_by_id = decided_by_id where id = (select review_id from lecture_held_plan)""",
    """insert into lecture_held_plan (event_id, dossier_id, version_id, review_id, review_stage, review_state)
       select :second, dossier_id, version_id, review_id, review_stage, review_state
       from lecture_held_plan""",
)


@pytest.mark.both_databases
def test_the_database_itself_wants_the_approved_plan_of_this_event(session, world, approved, me, photo):
    """A8: not past the rules either, and not on the plan of another event."""
    first, second = full_event(session, world, "甲场"), full_event(session, world, "乙场")
    approved(first)
    hold(session, first, photo)
    first_id, second_id, evidence = first.id, second.id, first.evidence_id
    session.commit()
    values = {"first": first_id, "second": second_id, "evidence": evidence}
    for change in PAST_THE_RULES:
        with pytest.raises(IntegrityError):
            session.execute(text(change).bindparams(**{k: v for k, v in values.items() if f":{k}" in change}))
        session.rollback()


# --- one open review --------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_fifty_simultaneous_submissions_make_one_review(app, session, world, event):
    """Issue 6: held in the database; the other forty-nine are told so."""
    event_id, user_id, path = event.id, world.users["planner"].id, world.province.path
    actor = Actor.of(world.users["planner"])
    session.commit()

    def send(_number):
        with app.app_context():
            row = db.session.get(LectureEvent, event_id)
            try:
                services.submit(db.session, PLAN, row, person_at(actor, path, PLAN.senders))
            except (Conflict, Refused):
                return "refused"
            return "sent"

    with ThreadPoolExecutor(10) as pool:
        outcomes = sorted(pool.map(send, range(50)))
    session.expire_all()
    assert outcomes == ["refused"] * 49 + ["sent"]
    assert [session.scalar(select(func.count()).select_from(m)) for m in (Dossier, Version, Review)] == [
        1,
        1,
        1,
    ]
    assert session.scalar(select(Version.made_by_id)) == user_id
