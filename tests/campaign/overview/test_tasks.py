"""The first page tells what waits, and asks the database little for it (issue 4: an answer within 100 ms)."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import event

from campaign.db import db, utc_now
from campaign.exhibits.models import Exhibit
from campaign.films.models import Clip, SourceVideo
from campaign.lectures.models import LectureEvent
from campaign.placements.models import Placement
from campaign.storage import Stored, asset_for
from tests.factories import make_case, make_enterprise, make_outlet

MOST_QUERIES = 24


@pytest.fixture
def asked(app):
    """The statements sent to the database."""
    statements = []

    def hear(_connection, _cursor, statement, *_others):
        statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", hear)
    yield statements
    event.remove(engine, "before_cursor_execute", hear)


@pytest.fixture
def clips(session, world):
    for number, state in enumerate(("draft", "draft", "failed")):
        session.add(
            Clip(
                programme_id=world.programme.id,
                owner_id=world.province.id,
                title=f"成片{number}",
                state=state,
                fingerprint=f"{number:064d}",
            )
        )
    session.commit()


def test_each_number_of_what_waits_is_that_of_its_rows(client, world, clips):
    world.login(client, "publicity")
    text = client.get(f"/p/{world.programme.key}/").get_data(as_text=True)
    told = re.findall(r'films/clips/\?state=(\w+)"><span class="figure">(\d+)<', text)
    assert told == [("draft", "2"), ("failed", "1")]


@pytest.mark.parametrize("role", ["lead", "publicity", "planner", "reviewer", "administrator"])
def test_the_first_page_asks_the_database_little(client, world, clips, asked, role):
    world.login(client, role)
    asked.clear()
    assert client.get(f"/p/{world.programme.key}/").status_code == 200
    assert len(asked) <= MOST_QUERIES


@pytest.fixture
def busy(session, world):
    """Rows that wait, in every room, each beside one that does not."""
    ours = {"programme_id": world.programme.id, "owner_id": world.province.id}
    proof = asset_for(session, Stored("c" * 64, 1), "image/png")
    for number, story in enumerate(("", "", "故事")):
        make_case(session, world, f"案例{number}", story=story)
    make_case(session, world, "退出的案例", state="withdrawn")
    for number, state in enumerate(("waiting", "ingesting", "refused")):
        film = asset_for(session, Stored(f"{number}" * 64, 1), "video/mp4")
        session.flush()
        session.add(SourceVideo(**ours, file_name=f"{number}.mp4", asset_id=film.id, state=state))
    outlet = make_outlet()
    session.add(outlet)
    session.flush()
    for number, evidence in enumerate((None, proof.id)):
        session.add(
            Placement(
                **ours,
                outlet_id=outlet.id,
                title=f"报道{number}",
                published_on=utc_now().date(),
                kind="report",
                evidence_id=evidence,
            )
        )
    for number, year in enumerate((2024, 2024, 2099)):
        begins = datetime(year, 10, 10, 6, tzinfo=UTC)
        session.add(
            LectureEvent(
                **ours,
                title=f"活动{number}",
                tier="city",
                venue="示例礼堂",
                starts_at=begins,
                ends_at=begins + timedelta(hours=2),
            )
        )
    firm = make_enterprise(session, world, "示例巨人公司", little_giant_year=2021)
    for number, points in enumerate((None, None, 90)):
        session.add(Exhibit(**ours, enterprise_id=firm.id, title=f"展品{number}", points_centi=points))
    session.commit()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("role", "least"), [("lead", 9), ("publicity", 6), ("planner", 3), ("administrator", 3)]
)
def test_each_number_of_the_first_page_opens_exactly_its_rows(client, world, clips, busy, role, least):
    """ux: numbers are doors; the list behind a number has as many rows as it says."""
    world.login(client, role)
    text = client.get(f"/p/{world.programme.key}/").get_data(as_text=True)
    told = re.findall(r'href="([^"]+)"><span class="figure">([\d,]+)<', text)
    lists = [(unescape(url), int(number.replace(",", ""))) for url, number in told if "/upload" not in url]
    assert len(lists) >= least
    rows = {}
    for url, _number in lists:
        sheet = client.get(f"{url}{'&' if '?' in url else '?'}format=xlsx")
        assert (url, sheet.status_code, sheet.mimetype.endswith("sheet")) == (url, 200, True)
        table = CalamineWorkbook.from_filelike(io.BytesIO(sheet.data)).get_sheet_by_index(0).to_python()
        rows[url] = sum(1 for line in table[1:] if any(cell != "" for cell in line))
    assert rows == dict(lists)
