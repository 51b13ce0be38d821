"""A small programme with one of everything, and where its pages are."""

from __future__ import annotations

import io
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

from sqlalchemy import select

from campaign import commands, jobs, schema
from campaign.acceptance.services import request_package
from campaign.access import Actor
from campaign.accounts.models import User
from campaign.approvals import services as reviews
from campaign.approvals.queries import person_at
from campaign.approvals.subjects import KINDS
from campaign.cases.models import Case
from campaign.config import Settings
from campaign.db import db, utc_now
from campaign.demo.rows import Rows
from campaign.documents.models import Report
from campaign.documents.services import Order
from campaign.documents.words import Stated, Words
from campaign.films.clips import Draft, save
from campaign.films.models import Clip
from campaign.films.rules import Span
from campaign.films.services import receive
from campaign.fonts import ensure_fonts
from campaign.formatting import local
from campaign.jobs import Job
from campaign.outlets.models import Outlet
from campaign.outlets.seeding import seed_outlets
from campaign.programmes.models import Programme
from campaign.programmes.profiles import Profile, load
from campaign.programmes.services import open_programme
from campaign.storage import Storage, asset_for
from tests.browser.conftest import Visits, serving

KEY = "guangdong-2024"
FINDINGS = [
    {
        "rule": "orientation",
        "verdict": "pass",
        "measured": "landscape",
        "limit": "landscape",
        "advice": "",
        "params": {},
        "ranges": [],
    },
    {
        "rule": "black",
        "verdict": "fail",
        "measured": "3 s",
        "limit": "≤ 1 s",
        "advice": "",
        "params": {},
        "ranges": [{"start_s": 12.0, "end_s": 15.0}],
    },
]


def fonts_folder() -> Path:
    """The data folder whose fonts all tests share; made once per machine."""
    folder = Path(tempfile.gettempdir()) / "qichuang-test-fonts"
    ensure_fonts(folder)
    return folder


@contextmanager
def furnished(tmp_path_factory, chromium, name: str):
    """A furnished site of its own: the server, what opens pages on it, and the values of its addresses."""
    folder = tmp_path_factory.mktemp(name)
    settings = Settings(
        data_dir=folder / "data",
        database_url=f"sqlite:///{folder / 'site.sqlite'}",
        mode="testing",
        log_json=False,
    )
    with serving(settings) as live:
        live.run(lambda: (schema.upgrade(db.engine), jobs.migrate(settings)))
        values = live.run(lambda: furnish(live.app.extensions["storage"], settings))
        visits = Visits(chromium, live.url)
        yield live, visits, values
        visits.close()


def furnish(storage: Storage, settings: Settings) -> dict[str, object]:
    """Fill the database; gives the values that the addresses of pages need."""
    seed_outlets(db.session)
    profile = load(KEY, settings.extra_profiles)
    programme = open_programme(db.session, profile, lead_id=None)
    font = ensure_fonts(fonts_folder()).regular
    # Charts of pages are drawn in these fonts; making them anew takes longer than all pages together.
    if not (settings.data_dir / "fonts").exists():
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        (settings.data_dir / "fonts").symlink_to(fonts_folder() / "fonts", target_is_directory=True)
    rows = Rows(db.session, storage, programme, profile, font, local(utc_now()).date())
    users = rows.users()
    rows.cases(rows.summary_table())
    # Pieces count only within the programme.
    rows.today, present = date(2024, 10, 20), rows.today
    rows.coverage()
    rows.today = present
    for step in (rows.lectures, rows.exhibits, rows.money):
        step()
    lead = next(user for user in users if user.username == "lead")
    case = db.session.scalars(select(Case).order_by(Case.number)).unique().first()
    _films(storage, programme, case, lead)
    dossier_id = _reviews(storage, programme, case, {user.username: user for user in users})
    _reports(programme, profile, lead, storage, settings)
    _package(programme, lead, storage)
    job = db.session.scalars(select(Job)).first()
    return {
        "programme": KEY,
        "job_id": job.id,
        "merged_outlet_id": db.session.scalars(
            select(Outlet.id).where(Outlet.merged_into_id.is_not(None))
        ).first(),
        "user_id": lead.id,
        "dossier_id": dossier_id,
        "report_kind": "monthly",
        "kind_key": "story",
        "kind": "sign_in",
        "row_id": case.id,
        **dict.fromkeys(
            (
                "case_id",
                "clip_id",
                "event_id",
                "exhibit_id",
                "expense_id",
                "outlet_id",
                "package_id",
                "placement_id",
                "plan_id",
                "link_id",
                "nomination_id",
                "report_id",
                "round_id",
                "source_id",
            ),
            1,
        ),
    }


def _films(storage: Storage, programme: Programme, case: Case, lead: User) -> None:
    """Take in a film that is ready, with a draft cut from it, and one that waits; neither has media."""
    ready, waiting = (
        receive(
            db.session,
            storage.put_stream(io.BytesIO(name.encode())),
            file_name=name,
            programme_id=programme.id,
            owner_id=programme.organisation_id,
            user_id=lead.id,
            case=owner,
        )[0]
        for name, owner in ((f"{case.title}.mp4", case), ("无名视频.mp4", None))
    )
    ready.state, ready.duration, ready.frame_rate = "ready", Fraction(185), Fraction(25)
    ready.findings = FINDINGS
    db.session.commit()
    assert waiting.state == "waiting"
    spans = tuple(Span(ready.id, Fraction(start), Fraction(end)) for start, end in ((2, 60), (70, 130)))
    draft = Draft("两段成片", case, spans)
    save(db.session, None, draft, programme_id=programme.id, owner_id=programme.organisation_id)


def _reviews(storage: Storage, programme: Programme, case: Case, users: dict[str, User]) -> int:
    """A clip that came back once with comments and waits at the centre; it has no media that plays."""

    def who(name: str):
        return person_at(Actor.of(users[name]), programme.organisation.path)

    content = {"video/mp4": b"film", "image/jpeg": b"\xff\xd8\xffcover"}
    film, cover = (
        asset_for(db.session, storage.put_stream(io.BytesIO(body)), kind).id for kind, body in content.items()
    )
    clip = Clip(
        programme_id=programme.id,
        owner_id=programme.organisation_id,
        case_id=case.id,
        title="送审的成片",
        state="ready",
        fingerprint="f" * 64,
        duration=Fraction(120),
        frame_count=3000,
        asset_id=film,
        poster_id=cover,
    )
    db.session.add(clip)
    db.session.commit()
    review = reviews.submit(
        db.session, KINDS["clip"], clip, who("publicity"), text="导语。第一版。", note="请看"
    )
    dossier = review.dossier
    reviews.approve(db.session, review, who("lead"))
    remark = reviews.comment(
        db.session, dossier.version, who("reviewer"), body="开头太暗，请调亮。", frame=305
    )
    reviews.comment(db.session, dossier.version, who("reviewer"), body="请再短一些。", passage="第一版")
    reviews.answer(db.session, remark, who("publicity"), body="已调亮。")
    reviews.send_back(db.session, dossier.open_review, who("reviewer"), reason="请按意见修改。")
    second = reviews.submit(db.session, KINDS["clip"], clip, who("publicity"), text="导语。第二版。")
    reviews.comment(db.session, dossier.version, who("lead"), body="口号可以更亮。", frame=2900)
    reviews.approve(db.session, second, who("lead"))
    reviews.open_feed(db.session, programme)
    return dossier.id


def _reports(
    programme: Programme, profile: Profile, lead: User, storage: Storage, settings: Settings
) -> None:
    """Two performance reports to be compared, then one of each other kind."""
    stated = {
        indicator.key: Stated(actual="基本完成", share=90, reason="尚在执行期内。", remedy="按月督办。")
        for indicator in profile.self_assessment.indicators
    }
    with_fonts = replace(settings, data_dir=fonts_folder())
    orders = [Order("performance"), Order("performance"), Order("acceptance"), Order("monthly", "2024-09")]
    for order in orders:
        words = Words(stated=stated)
        commands.freeze(programme, order, words, storage, with_fonts, user_id=lead.id, by=lead.name)
        db.session.commit()


def _package(programme: Programme, lead: User, storage: Storage) -> None:
    """Two packages on the acceptance report: one is there, with two files in its tree, one is being made."""
    report = db.session.scalars(select(Report).where(Report.kind == "acceptance")).unique().one()
    package, job = request_package(db.session, programme, report, Actor.of(lead), with_clips=True)
    asset = asset_for(db.session, storage.put_stream(io.BytesIO(b"archive")), "application/zip")
    job.state, job.progress = "done", 1.0
    package.asset_id, package.size_bytes, package.files = asset.id, asset.size_bytes, 3
    package.tree = [
        ["00-目录.html", 2048, "a" * 64],
        ["02-附件1 创新案例文字材料清单/0001 看得见的创新/看得见的创新.docx", 40960, "b" * 64],
    ]
    db.session.commit()
    request_package(db.session, programme, report, Actor.of(lead), with_clips=False)
