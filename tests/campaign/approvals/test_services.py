"""The way of a clip from the draft to the public, and everything that must not happen on it (A16, A18)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from campaign.access import Actor
from campaign.approvals import queries, services
from campaign.approvals.models import ChangedForever, Dossier, Publication, Review, Version
from campaign.approvals.subjects import KINDS
from campaign.audit import AuditEntry
from campaign.db import db, utc_now
from campaign.errors import CampaignError, Conflict, Forbidden, Refused
from campaign.films import clips
from tests.campaign.approvals.conftest import STORY
from tests.factories import make_case


def state_of(dossier):
    return dossier.state, dossier.latest, queries.is_changed(dossier)


@pytest.mark.both_databases
def test_a_clip_goes_from_the_draft_to_the_public(session, clip, send, who):
    review = send(clip, text="导语", note="请看开头")
    dossier = review.dossier
    seen = [state_of(dossier)]
    services.approve(session, review, who("lead"))
    seen.append(state_of(dossier))
    services.approve(session, dossier.open_review, who("reviewer"))
    seen.append(state_of(dossier))
    services.publish(session, dossier, who("publicity"))
    seen.append(state_of(dossier))
    assert seen == [(s, 1, False) for s in ("internal", "centre", "approved", "published")]
    assert [(r.stage, r.state, r.submitted_by_id, r.decided_by_id) for r in dossier.reviews] == [
        ("internal", "approved", who("publicity").user_id, who("lead").user_id),
        ("centre", "approved", who("lead").user_id, who("reviewer").user_id),
    ]
    assert dossier.live.version.text == "导语"


def test_a_version_is_a_copy_that_never_changes(session, clip, send):
    version = send(clip, text="导语").version
    session.refresh(clip)
    assert (version.title, [(f.role, f.asset_id) for f in version.files]) == (
        clip.title,
        [("film", clip.asset_id), ("cover", clip.poster_id)],
    )
    assert (version.frame_rate, version.frame_count, version.facts["region"]) == (25, 3000, "广州市")
    version.title = "改了"
    with pytest.raises(ChangedForever):
        session.commit()


def test_a_draft_that_is_not_rendered_is_not_sent(session, make_clip, send):
    clip = make_clip(title="未渲染")
    clip.state, clip.asset_id = "draft", None
    session.commit()
    with pytest.raises(Refused, match="is not rendered yet"):
        send(clip)
    assert session.scalar(select(func.count()).select_from(Dossier)) == 0


def test_who_made_it_does_not_check_it_and_who_sent_it_neither(session, clip, send, who):
    review = send(clip, "lead")
    for name in ("lead", "publicity"):
        with pytest.raises(Forbidden):
            services.approve(session, review, who(name))
    for name in ("reviewer", "planner", "observer", "foreign"):
        with pytest.raises(Forbidden):
            services.approve(session, review, who(name))
    assert (review.state, review.dossier.state) == ("pending", "internal")


def test_the_province_never_decides_for_the_centre(session, clip, to_centre, who):
    review = to_centre(clip)
    for name in ("lead", "publicity", "administrator"):
        with pytest.raises(Forbidden):
            services.approve(session, review, who(name))
    assert review.dossier.state == "centre"


def test_a_return_needs_a_reason_and_leads_to_a_new_round(session, clip, to_centre, send, new_render, who):
    review = to_centre(clip)
    with pytest.raises(Refused, match="give the reason"):
        services.send_back(session, review, who("reviewer"), reason="  ")
    services.send_back(session, review, who("reviewer"), reason="片尾缺口号")
    dossier = review.dossier
    assert state_of(dossier) == ("returned", 1, False)
    new_render(clip)
    again = send(clip)
    assert (state_of(dossier), again.version.number) == (("internal", 2, False), 2)
    assert [r.state for r in dossier.reviews] == ["approved", "returned", "pending"]


def test_without_a_change_the_same_version_is_asked_about_again(session, clip, to_centre, send, who):
    review = to_centre(clip, text="导语")
    services.send_back(session, review, who("reviewer"), reason="请说明")
    assert send(clip, text="导语", note="说明如下").version_id == review.version_id


@pytest.mark.both_databases
def test_an_edit_after_the_approval_asks_for_a_new_one(session, clip, publish, send, new_render, who):
    first = publish(clip)
    dossier = first.dossier
    new_render(clip)
    assert state_of(dossier) == ("published", 1, True)
    review = send(clip)
    with pytest.raises(Refused, match="has not approved this version"):
        services.publish(session, dossier, who("publicity"))
    services.approve(session, review, who("lead"))
    services.approve(session, dossier.open_review, who("reviewer"))
    # Until the new version is given out, the old one stays where it is.
    assert dossier.live.version.number == 1
    services.publish(session, dossier, who("publicity"))
    session.refresh(first)
    assert (dossier.live.version.number, first.reason) == (2, "已由第2版替代")


def test_a_new_title_is_a_new_version_too(session, clip, approve, send):
    review = approve(clip)
    clip.title = "换了标题"
    session.commit()
    assert state_of(review.dossier) == ("approved", 1, True)
    assert send(clip).version.number == 2


def test_what_is_approved_and_unchanged_is_not_sent_again(clip, approve, send):
    approve(clip)
    with pytest.raises(Refused, match="approved already"):
        send(clip)


def test_a_submission_is_withdrawn_with_a_reason(session, clip, send, who):
    review = send(clip)
    with pytest.raises(Forbidden):
        services.withdraw(session, review, who("reviewer"), reason="不要了")
    with pytest.raises(Refused):
        services.withdraw(session, review, who("publicity"), reason="")
    services.withdraw(session, review, who("publicity"), reason="还要改")
    assert (review.state, review.reason, review.dossier.state) == ("withdrawn", "还要改", "draft")
    assert send(clip).state == "pending"


def test_what_is_taken_down_keeps_its_approval(session, clip, publish, who):
    row = publish(clip)
    with pytest.raises(Forbidden):
        services.unpublish(session, row, who("publicity"), reason="不合适")
    services.unpublish(session, row, who("lead"), reason="企业更名")
    dossier = row.dossier
    assert (dossier.state, dossier.live, row.reason) == ("approved", None, "企业更名")
    services.publish(session, dossier, who("publicity"))
    assert len(dossier.publications) == 2


@pytest.mark.both_databases
def test_the_centre_takes_its_approval_back_and_the_clip_leaves_the_public(session, clip, publish, who):
    row = publish(clip)
    approval = services.approval_of(row.dossier)
    with pytest.raises(Forbidden):
        services.revoke(session, approval, who("lead"), reason="有误")
    services.revoke(session, approval, who("reviewer"), reason="数据有误")
    session.refresh(row)
    assert (approval.state, row.withdrawn_at is None, row.review_state) == ("revoked", False, "revoked")
    assert row.dossier.state == "returned"
    with pytest.raises(Refused):
        services.publish(session, row.dossier, who("publicity"))


# --- what the database itself refuses ---------------------------------------------------------------------


def refused_by_database(session, *work):
    try:
        for one in work:
            session.execute(one) if hasattr(one, "compile") else session.add(one)
        session.flush()
    except IntegrityError:
        session.rollback()
        return True
    session.rollback()
    return False


@pytest.mark.both_databases
def test_the_database_publishes_nothing_that_the_centre_has_not_approved(session, clip, to_centre, who):
    review = to_centre(clip)
    values = {
        "dossier_id": review.dossier_id,
        "version_id": review.version_id,
        "published_by_id": who("publicity").user_id,
    }
    internal_id = review.internal_id
    review_id = review.id
    assert refused_by_database(session, Publication(**values, review_id=review_id))
    assert refused_by_database(session, Publication(**values, review_id=review_id, review_state="pending"))
    assert refused_by_database(session, Publication(**values, review_id=internal_id))
    assert refused_by_database(session, Publication(**values, review_id=internal_id, review_stage="internal"))


@pytest.mark.both_databases
def test_the_database_binds_a_publication_to_the_very_version(session, clip, publish, send, new_render, who):
    row = publish(clip)
    approved = row.review_id
    new_render(clip)
    other = send(clip).version_id
    services.unpublish(session, row, who("lead"), reason="重发")
    assert refused_by_database(
        session,
        Publication(
            dossier_id=row.dossier_id,
            version_id=other,
            review_id=approved,
            published_by_id=who("lead").user_id,
        ),
    )


@pytest.mark.both_databases
def test_the_database_takes_no_approval_back_while_its_publication_stands(session, clip, publish):
    row = publish(clip)
    taken = (
        update(Review)
        .where(Review.id == row.review_id)
        .values(state="revoked", revoked_at=utc_now(), reason="直接改库")
    )
    assert refused_by_database(session, taken)


@pytest.mark.both_databases
def test_the_database_knows_one_open_review_and_four_eyes(session, clip, send, who):
    review = send(clip)
    values = {
        "dossier_id": review.dossier_id,
        "version_id": review.version_id,
        "stage": "internal",
        "maker_id": review.maker_id,
        "submitted_by_id": review.submitted_by_id,
    }
    assert refused_by_database(session, Review(**values))
    own = {"state": "approved", "decided_at": utc_now(), "decided_by_id": who("publicity").user_id}
    assert refused_by_database(session, update(Review).where(Review.id == review.id).values(own))
    assert refused_by_database(
        session, update(Review).where(Review.id == review.id).values(own | {"decided_by_id": None})
    )


def test_a_clip_that_was_sent_cannot_be_deleted(session, clip, send):
    send(clip)
    with pytest.raises(Refused, match="has been sent for review"):
        clips.delete(session, clip)


@pytest.mark.both_databases
def test_of_many_who_send_at_once_one_gets_through(app, session, clip, send, who, world):
    """Issue 6: 50 simultaneous submissions make one."""
    clip_id, person = clip.id, who("publicity")
    session.rollback()

    def go(_number):
        with app.app_context():
            try:
                services.submit(db.session, KINDS["clip"], db.session.get(type(clip), clip_id), person)
            except CampaignError as refusal:
                return type(refusal)
            return "sent"

    with ThreadPoolExecutor(10) as pool:
        results = list(pool.map(go, range(50)))
    assert results.count("sent") == 1
    assert set(results) <= {"sent", Refused, Conflict}
    assert session.scalar(select(func.count()).select_from(Review)) == 1
    assert session.scalar(select(func.count()).select_from(Version)) == 1


def test_of_two_decisions_at_once_the_second_learns_of_the_first(app, session, clip, to_centre, who):
    review = to_centre(clip)
    review_id, reviewer = review.id, who("reviewer")
    with app.app_context():
        other = db.session.get(Review, review_id)
        services.approve(session, review, reviewer)
        with pytest.raises(Conflict):
            services.send_back(db.session, other, reviewer, reason="晚了")
    session.refresh(review)
    assert review.state == "approved"


# --- comments ---------------------------------------------------------------------------------------------


def test_remarks_stand_in_the_order_of_the_film_with_their_answers(session, clip, to_centre, who):
    review = to_centre(clip, text="导语写得长")
    reviewer, officer = who("reviewer"), who("publicity")
    version = review.version
    general = services.comment(session, version, reviewer, body="整体不错")
    late = services.comment(session, version, reviewer, body="片尾太短", frame=2900)
    early = services.comment(session, version, reviewer, body="开头太暗", frame=12)
    words = services.comment(session, version, reviewer, body="请缩短", passage="写得长")
    first = services.answer(session, early, officer, body="已调亮")
    second = services.answer(session, first, reviewer, body="好")
    found = queries.remarks(session, version)
    assert [(row.id, [a.id for a in answers]) for row, answers in found] == [
        (early.id, [first.id, second.id]),
        (late.id, []),
        (general.id, []),
        (words.id, []),
    ]


def test_a_remark_is_settled_and_opened_again(session, clip, to_centre, who):
    row = services.comment(session, to_centre(clip).version, who("reviewer"), body="看")
    services.settle(session, row, who("publicity"), settled=True)
    assert row.resolved_by_id == who("publicity").user_id
    services.settle(session, row, who("reviewer"), settled=False)
    assert (row.resolved_at, row.resolved_by_id) == (None, None)
    with pytest.raises(Forbidden):
        services.settle(session, row, who("observer"), settled=True)


def test_an_old_version_takes_no_new_remarks(session, clip, to_centre, send, new_render, who):
    review = to_centre(clip)
    services.send_back(session, review, who("reviewer"), reason="重做")
    new_render(clip)
    send(clip)
    with pytest.raises(Conflict, match="newer version"):
        services.comment(session, review.version, who("reviewer"), body="还有")


# --- stories ----------------------------------------------------------------------------------------------


def test_a_story_goes_the_same_way(session, world, publish, send, who):
    case = make_case(session, world, "古法红糖", story=STORY)
    row = publish(case)
    assert (row.version.text, row.dossier.kind, row.version.frame_rate) == (STORY, "story", None)
    case.story = STORY + "又加一句。"
    session.commit()
    assert state_of(row.dossier) == ("published", 1, True)
    assert send(case).version.number == 2


def test_a_case_without_a_story_is_not_sent(session, world, send):
    with pytest.raises(Refused, match="has no story yet"):
        send(make_case(session, world, "无故事"))


# --- what waits for whom ----------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_what_waits_is_told_to_those_who_can_do_it(session, world, make_clip, send, to_centre, who):
    send(make_clip("等内审"))
    to_centre(make_clip("等中心"))
    back = to_centre(make_clip("退回的"))
    services.send_back(session, back, who("reviewer"), reason="改")
    found = {}
    for name in ("publicity", "lead", "reviewer", "observer", "administrator", "foreign", "city"):
        actor = Actor.of(world.users[name])
        rows = session.scalars(queries.dossiers(actor).where(queries.waits_for(actor))).unique()
        found[name] = sorted(row.title for row in rows)
    assert found == {
        "publicity": ["退回的"],
        "lead": ["等内审", "退回的"],
        "reviewer": ["等中心"],
        "observer": [],
        "administrator": [],
        "foreign": [],
        "city": [],
    }


def test_every_decision_is_in_the_audit_trail(session, clip, publish):
    publish(clip)
    entries = session.scalars(select(AuditEntry).where(AuditEntry.subject_type == "review")).all()
    told = [(e.action, e.changes.get("stage"), e.changes.get("state")) for e in entries]
    assert told == [
        ("created", [None, "internal"], None),
        ("changed", None, ["pending", "approved"]),
        ("created", [None, "centre"], None),
        ("changed", None, ["pending", "approved"]),
    ]
