"""A programme near its end: cases with photos, a clip, coverage, an event, an exhibit, expenses, a report."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from campaign import commands
from campaign.acceptance import services
from campaign.attendance.models import SignIn
from campaign.budget.models import BudgetLine, Expense
from campaign.cases.models import CasePhoto, Enterprise
from campaign.documents.models import Report, ReportFile
from campaign.documents.services import Order
from campaign.documents.words import Words
from campaign.exhibits.models import Exhibit
from campaign.films.models import Clip, Rendition
from campaign.lectures.models import LectureEvent
from campaign.placements.models import Placement, PlacementEvidence
from campaign.storage import Storage, asset_for
from tests.factories import World, make_case, make_enterprise, make_outlet

KEY = "guangdong-2024"


def picture(colour: tuple[int, int, int], kind: str = "PNG") -> bytes:
    """A picture of its own colour, so that no two have the same bytes."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, kind)
    return out.getvalue()


@dataclass
class Done:
    """A finished programme, its report, and how a package is written."""

    session: object
    world: World
    storage: Storage
    settings: object
    report: Report

    def write(self, out: Path, *, with_clips: bool = True, say=lambda *_: None, stop=lambda: False):
        """Write the package into a file; gives what was built."""
        sight = services.sight_of(self.session, self.storage, self.world.programme)
        folder = out.with_name(f"{out.name}.made")
        voice = services.Voice(say, stop)
        return services.build(sight, self.settings, self.report, out, folder, voice, with_clips=with_clips)

    def keep(self, content: bytes, media_type: str = "image/png"):
        """A stored file and its row."""
        return asset_for(self.session, self.storage.put_stream(io.BytesIO(content)), media_type)


@pytest.fixture
def done(app, session, world):
    """A finished programme; the files of its report are stand-ins, writing them has its own test."""
    settings = app.config["SETTINGS"]
    found = Done(session, world, app.extensions["storage"], settings, None)
    ours = {"programme_id": world.programme.id, "owner_id": world.province.id}
    for furnish in (_stories, _coverage, _events, _money):
        furnish(found, ours)
    session.commit()
    found.report = commands.freeze(
        world.programme, Order("acceptance"), Words(), found.storage, settings, by="测试员"
    )
    for form in ("docx", "pdf", "xlsx"):
        asset = found.keep(f"report as {form}".encode(), "application/octet-stream")
        found.report.files.append(ReportFile(form=form, asset_id=asset.id))
    session.commit()
    return found


def _stories(done: Done, ours: dict[str, int]) -> None:
    """Three cases with a photo each, the last one with a clip, its cover and an upright version."""
    for number in range(3):
        firm = make_enterprise(done.session, done.world, f"示例{number}号公司", little_giant_year=2022)
        case = make_case(
            done.session,
            done.world,
            f"第{number}个<b>案例</b>：焊接?",
            enterprise=firm,
            story="背景\n团队攻关。",
            kind="technological",
            state="selected",
        )
        photo = CasePhoto(
            asset_id=done.keep(picture((number, 1, 1))).id,
            preview_id=done.keep(picture((number, 2, 2), "JPEG"), "image/jpeg").id,
            file_name="外景.png",
            kind="exterior",
            facts={"kind": "PNG", "width": 60, "height": 40},
        )
        case.photos = [photo]
    clip = Clip(
        **ours,
        case_id=case.id,
        title="看得见的创新",
        state="ready",
        fingerprint="f" * 64,
        duration=Fraction(120),
        frame_count=3000,
        asset_id=done.keep(b"master film", "video/mp4").id,
        poster_id=done.keep(picture((9, 9, 9), "JPEG"), "image/jpeg").id,
    )
    upright = done.keep(b"upright film", "video/mp4")
    clip.renditions = [Rendition(kind="vertical", state="ready", asset_id=upright.id)]
    done.session.add(clip)


def _coverage(done: Done, ours: dict[str, int]) -> None:
    """Four reports of one outlet, each with a screenshot."""
    outlet = make_outlet(name="示例省报", listings=("示例名单",))
    done.session.add(outlet)
    done.session.flush()
    for number in range(4):
        shot = done.keep(picture((number, 50, 50)))
        piece = Placement(
            **ours,
            outlet_id=outlet.id,
            title=f"第{number}篇报道",
            published_on=date(2024, 8, 5 + number),
            kind="report",
            address=f"https://news.example.cn/{number}",
            evidence_id=shot.id,
        )
        piece.files = [PlacementEvidence(asset_id=shot.id, name="截图.png", kind="screenshot")]
        done.session.add(piece)


def _events(done: Done, ours: dict[str, int]) -> None:
    """An event of the province that two people signed in to, and an exhibit."""
    event = LectureEvent(
        **ours,
        title="省级宣讲",
        starts_at=datetime(2024, 10, 10, 1, tzinfo=UTC),
        ends_at=datetime(2024, 10, 10, 4, tzinfo=UTC),
        venue="会展中心",
        state="held",
        held_before_reviews=True,
        evidence_id=done.keep(picture((7, 7, 70))).id,
        evidence_name="现场.png",
        attendance_on_site=120,
        attendance_online=900,
    )
    done.session.add(event)
    done.session.flush()
    for number in range(2):
        signed = SignIn(
            event_id=event.id,
            client_id=str(number),
            identity_key=str(number),
            name=f"来宾{number}",
            phone="13800000000",
            way="desk",
            signed_at=datetime(2024, 10, 10, 1, number, tzinfo=UTC),
        )
        done.session.add(signed)
    firm = done.session.scalars(select(Enterprise)).first()
    photo = done.keep(picture((8, 80, 8), "JPEG"), "image/jpeg")
    done.session.add(
        Exhibit(**ours, enterprise_id=firm.id, title="换热器", photo_id=photo.id, description="看得见")
    )


def _money(done: Done, ours: dict[str, int]) -> None:
    """Two approved expenses with their vouchers."""
    line = done.session.scalars(select(BudgetLine).where(BudgetLine.owner_id == ours["owner_id"])).first()
    line.amount_fen = 10_000_000
    for number in range(2):
        voucher = done.keep(f"%PDF-1.4 {number} %%EOF".encode(), "application/pdf")
        expense = Expense(
            **ours,
            line_id=line.id,
            amount_fen=100_00,
            spent_on=date(2024, 9, 1 + number),
            payee="示例公司",
            purpose="制作",
            voucher_id=voucher.id,
            voucher_name="发票.pdf",
            voucher_number=f"记-{number}",
            entered_by_id=done.world.users["lead"].id,
            state="approved",
            decided_by_id=done.world.users["administrator"].id,
            decided_at=datetime(2024, 10, 1, tzinfo=UTC),
        )
        done.session.add(expense)
