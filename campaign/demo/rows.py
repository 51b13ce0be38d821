"""The demonstration's rows, made by the product's own verbs from invented facts."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.accounts.models import Organisation, Role, User
from campaign.accounts.services import create_user
from campaign.budget.models import BudgetLine, Expense
from campaign.cases import importing
from campaign.cases.models import Case, Enterprise
from campaign.cases.services import import_table
from campaign.cases.summary_form import write_summary_table
from campaign.db import utc_now
from campaign.demo import invented
from campaign.demo.day import day_of, way_of_exhibits
from campaign.demo.media import media_work
from campaign.demo.plan import score_candidates, write_plan
from campaign.exhibits.models import Exhibit
from campaign.formatting import SHANGHAI
from campaign.lectures.models import AgendaItem, LectureCase, LectureEvent
from campaign.outlets.services import found_outlet, outlet_by_name
from campaign.placements.models import Placement, PlacementEvidence, PlannedPiece
from campaign.placements.rules import address_key
from campaign.programmes.models import Programme
from campaign.programmes.profiles import Profile
from campaign.storage import Asset, Storage, asset_for


class Rows:
    """Fills one empty programme; each method is one step of the demonstration."""

    def __init__(
        self,
        session: Session,
        storage: Storage,
        programme: Programme,
        profile: Profile,
        font: Path,
        today: date,
    ) -> None:
        self.session = session
        self.storage = storage
        self.programme = programme
        self.profile = profile
        self.font = font
        self.today = today

    def users(self) -> list[User]:
        """One login per role; accounts from an earlier run stay."""
        province = self.programme.organisation
        centre = self.session.get_one(Organisation, province.parent_id)
        found = []
        for username, name, role, place in invented.LOGINS:
            user = self.session.scalars(select(User).where(User.username == username)).one_or_none()
            if user is None:
                seat = (centre if place == "centre" else province, Role(role))
                user = create_user(
                    self.session, username=username, name=name, password=invented.PASSWORD, seats=[seat]
                )
            found.append(user)
        self.programme.lead_id = next(user.id for user in found if user.username == "lead")
        self.session.commit()
        return found

    def summary_table(self) -> bytes:
        """The province's own summary table, filled in."""
        rows = [
            {
                "case": case.title,
                "enterprise": case.enterprise,
                "people": case.people,
                "contact": case.contact,
                "phone": case.phone,
                "case_type": case.kind,
                "enterprise_type": case.enterprise_type,
                "region": case.region,
                "lecture_candidate": case.lecture,
            }
            for case in invented.cases()
        ]
        return write_summary_table(self.profile, rows, sender="示例省科协")

    def cases(self, workbook: bytes) -> int:
        """Import the summary table like an office does, then write what the table does not hold."""
        stored = importing.keep_workbook(self.storage, io.BytesIO(workbook), "汇总表.xlsx")
        table = importing.read_table(
            self.session, self.storage, self.programme, self.profile, stored, "汇总表.xlsx"
        )
        import_table(self.session, self.programme, table, owner_id=self.programme.organisation_id)
        by_title = {case.title: case for case in invented.cases()}
        rows = self.session.scalars(select(Case).where(Case.programme_id == self.programme.id)).unique().all()
        little_giants = {case_number: year for _title, case_number, year, _scores in invented.EXHIBITS}
        for row in rows:
            facts = by_title[row.title]
            row.kind, row.region, row.by_park_association = facts.kind, facts.region, facts.by_park
            row.has_park_association, row.lecture_candidate = facts.by_park, facts.lecture
            row.enterprise.region = facts.region
            if facts.number <= 24:
                row.story = facts.story
            if facts.number <= 30:
                row.state = "selected"
            if facts.number in little_giants:
                row.enterprise.little_giant_year = little_giants[facts.number]
        self.session.commit()
        return len(rows)

    def _case(self, number: int) -> Case:
        return (
            self.session.scalars(
                select(Case).where(Case.programme_id == self.programme.id, Case.number == number)
            )
            .unique()
            .one()
        )

    def picture(self, *lines: str, size: tuple[int, int] = (1280, 720)) -> Asset:
        """An invented picture that says what it stands for; evidence for the demonstration."""
        image = Image.new("RGB", size, "#f4f1ea")
        draw = ImageDraw.Draw(image)
        draw.rectangle((0, 0, size[0], 96), fill="#b3261e")
        draw.text((40, 24), "演示数据 · 示例", fill="white", font=ImageFont.truetype(str(self.font), 40))
        for index, line in enumerate(lines):
            font = ImageFont.truetype(str(self.font), 52 if index == 0 else 34)
            draw.text((60, 170 + index * 96), line, fill="#222222", font=font)
        for row in range(6):
            width = size[0] - 120 - (row % 3) * 140
            top = 190 + len(lines) * 96 + row * 34
            draw.rectangle((60, top, 60 + width, top + 12), fill="#d8d2c6")
        content = io.BytesIO()
        image.save(content, "PNG")
        content.seek(0)
        return asset_for(self.session, self.storage.put_stream(content), "image/png")

    def coverage(self) -> int:
        """Published pieces with their evidence, one of them still without."""
        for index, piece in enumerate(invented.PIECES, start=1):
            outlet = found_outlet(self.session, piece.outlet, "municipal")
            day = self.today - timedelta(days=piece.days_ago)
            address = f"https://news.example/{day:%Y/%m/%d}/{index:04d}.html"
            row = Placement(
                programme_id=self.programme.id,
                owner_id=self.programme.organisation_id,
                outlet_id=outlet.id,
                title=piece.title,
                address=address,
                address_key=address_key(address),
                published_on=day,
                kind=piece.kind,
            )
            row.cases = [self._case(number) for number in piece.cases]
            if piece.evidence:
                asset = self.picture(piece.title, f"{piece.outlet}　{day}")
                row.evidence_id, row.evidence_name = asset.id, f"报道截图{index:02d}.png"
                row.files = [PlacementEvidence(asset_id=asset.id, name=row.evidence_name, kind="screenshot")]
            self.session.add(row)
        self._planned_pieces()
        self.session.flush()
        media_work(self.session, self.programme, self.profile, self.today)
        self.session.commit()
        return len(invented.PIECES)

    def _planned_pieces(self) -> None:
        """Pieces that are intended: one that a logged piece fits, one late, one to come."""
        for outlet, number, kind, days in (
            ("科技日报", None, "comprehensive", -10),
            ("示例园区周报", 11, "report", -3),
            ("羊城晚报", 14, "report", 20),
        ):
            known = outlet_by_name(self.session, outlet)
            self.session.add(
                PlannedPiece(
                    programme_id=self.programme.id,
                    owner_id=self.programme.organisation_id,
                    outlet_id=known.id if known else None,
                    outlet_name=outlet,
                    case_id=self._case(number).id if number else None,
                    kind=kind,
                    due_on=self.today + timedelta(days=days),
                )
            )

    def _at(self, days: int, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(self.today + timedelta(days=days), time(hour, minute), tzinfo=SHANGHAI)

    def lectures(self) -> int:
        """One provincial event held, one planned, one of a city."""
        photo = self.picture("宣讲活动现场", "示例高新技术产业园区")
        held = self._event(
            "示例省企业典型创新案例宣讲活动（首场）", "province", -18, "示例高新技术产业园报告厅"
        )
        held.attendance_on_site, held.attendance_online = 236, 5820
        held.evidence_id, held.evidence_name, held.state = photo.id, "宣讲现场.png", "held"
        held.held_before_reviews = True
        second = self._event("示例省企业典型创新案例宣讲活动（第二场）", "province", 12, "示例软件园会议中心")
        write_plan(self.session, second, whole=True)
        write_plan(self.session, held, whole=False)
        score_candidates(self.session, self.programme.id)
        self._event("示例市创新案例小型宣讲会", "city", 20, "示例市科学馆")
        self.session.commit()
        day_of(self, held)
        return 3

    def _event(self, title: str, tier: str, days: int, venue: str) -> LectureEvent:
        event = LectureEvent(
            programme_id=self.programme.id,
            owner_id=self.programme.organisation_id,
            title=title,
            tier=tier,
            starts_at=self._at(days, 14, 30),
            ends_at=self._at(days, 16, 30),
            venue=venue,
            address="示例市示例区创新路 1 号",
            online_address="https://live.example/lecture",
        )
        event.line_up = [
            LectureCase(case_id=self._case(n).id, position=i, speaker=f"示例讲述人{n:02d}")
            for i, n in enumerate((1, 2, 3, 4, 5, 6, 7, 9, 10, 12), start=1)
        ]
        event.agenda = [
            AgendaItem(position=i, minutes=minutes, title=text, person=person)
            for i, (minutes, text, person) in enumerate(invented.AGENDA, start=1)
        ]
        self.session.add(event)
        return event

    def exhibits(self) -> int:
        """Exhibits of little giants with their three scores (A14)."""
        for title, number, _year, scores in invented.EXHIBITS:
            case = self._case(number)
            enterprise = self.session.get_one(Enterprise, case.enterprise_id)
            self.session.add(
                Exhibit(
                    programme_id=self.programme.id,
                    owner_id=self.programme.organisation_id,
                    enterprise_id=enterprise.id,
                    case_id=case.id,
                    title=title,
                    description="演示展品：把案例里的关键一步做成可以动手操作的模型。",
                    interaction="观众可亲手操作，屏幕同步显示数据变化。",
                    innovation=scores[0],
                    representativeness=scores[1],
                    interactivity=scores[2],
                    photo_id=self.picture(title, enterprise.name).id,
                )
            )
        self.session.commit()
        planner = select(User).where(User.username == "planner")
        way_of_exhibits(self, self.session.scalars(planner).one_or_none())
        return len(invented.EXHIBITS)

    def money(self) -> int:
        """Planned amounts and a few expenses with vouchers; the last one waits for a second person (A1)."""
        people = {
            user.username: user.id
            for user in self.session.scalars(select(User).where(User.username.in_(("lead", "admin"))))
        }
        lines = {
            line.name: line
            for line in self.session.scalars(
                select(BudgetLine).where(BudgetLine.programme_id == self.programme.id)
            )
        }
        for name, amount in invented.PLAN_FEN.items():
            lines[name].amount_fen = amount
        for number, (name, amount, days_ago, payee, purpose) in enumerate(invented.EXPENSES, start=1):
            day = self.today - timedelta(days=days_ago)
            decided = number < len(invented.EXPENSES)
            self.session.add(
                Expense(
                    programme_id=self.programme.id,
                    owner_id=self.programme.organisation_id,
                    line_id=lines[name].id,
                    amount_fen=amount,
                    spent_on=day,
                    voucher_number=f"{day:%Y%m}-{number:03d}",
                    entered_by_id=people["lead"],
                    state="approved" if decided else "pending",
                    decided_by_id=people["admin"] if decided else None,
                    decided_at=utc_now() if decided else None,
                    payee=payee,
                    purpose=purpose,
                    voucher_id=self.picture("付款凭证", payee, f"{amount / 100:,.2f} 元", size=(900, 640)).id,
                    voucher_name=f"{payee}凭证.png",
                )
            )
        self.session.commit()
        return len(invented.EXPENSES)
