"""The demonstration's rows are made without films here; `make demo` itself is the long proof."""

from __future__ import annotations

import contextlib
import tempfile
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from urllib.error import URLError

import pytest
from sqlalchemy import select

from campaign.access import Actor, Seat
from campaign.accounts.models import Role
from campaign.approvals.models import Comment, Dossier
from campaign.approvals.plan_counts import in_time
from campaign.budget.queries import totals
from campaign.db import utc_now
from campaign.demo import invented, run
from campaign.demo.profile import KEY, write_profile
from campaign.demo.reviews import CLIP_STATES, Submissions
from campaign.demo.rows import Rows
from campaign.demo.run import ranges
from campaign.films.models import Clip
from campaign.fonts import ensure_fonts
from campaign.outlets.seeding import seed_outlets
from campaign.programmes.profiles import load
from campaign.programmes.services import open_programme
from campaign.storage import Stored, asset_for
from campaign.targets.queries import states

TODAY = date(2026, 11, 21)


@pytest.fixture
def profile(tmp_path):
    write_profile(tmp_path, TODAY)
    return load(KEY, tmp_path)


def test_a_new_province_is_a_new_file(profile):
    """The demonstration's programme is one TOML laid over Guangdong's, with the present for its dates."""
    assert (profile.starts, profile.ends) == invented.shifted(TODAY)
    assert profile.quota.cases_total == 100
    assert all(profile.starts <= target.due <= profile.ends for target in profile.targets)


def test_every_room_has_rows_and_the_targets_count_them(session, context, profile, tmp_path):
    programme = open_programme(session, profile, lead_id=None)
    seed_outlets(session)
    font = ensure_fonts(Path(tempfile.gettempdir()) / "qichuang-test-fonts").regular
    rows = Rows(session, context.extensions["storage"], programme, profile, font, TODAY)
    rows.users()
    assert rows.cases(rows.summary_table()) == 36
    assert (rows.coverage(), rows.lectures(), rows.exhibits(), rows.money()) == (8, 3, 3, 5)
    submissions = Submissions(session, programme)
    assert (submissions.stories(), submissions.stories()) == (5, 0)
    assert sorted(session.scalars(select(Dossier.state))) == [
        "approved",
        "centre",
        "internal",
        "published",
        "returned",
    ]
    actor = Actor(0, (Seat(Role.LEAD, programme.organisation.path),))
    with context.test_request_context():
        found = {s.target.key: s.actual for s in states(session, programme, profile, actor, TODAY)}
    assert found["stories"] == 24
    assert found["lecture_events"] == 1
    assert found["comprehensive_reports"] == 1
    assert found["exhibits"] == 3
    money = totals(session, programme)
    assert (money.planned_fen, money.spent_fen) == (20_000_000, 8_865_050)


@pytest.mark.slow
def test_the_event_that_was_held_counts_with_the_plan_approved_before_it(session, context, profile):
    """A8."""
    programme = open_programme(session, profile, lead_id=None)
    seed_outlets(session)
    fonts = Path(tempfile.gettempdir()) / "qichuang-test-fonts"
    rows = Rows(
        session, context.extensions["storage"], programme, profile, ensure_fonts(fonts).regular, TODAY
    )
    there = context.config["SETTINGS"].data_dir / "fonts"
    if not there.exists():
        there.parent.mkdir(parents=True, exist_ok=True)
        there.symlink_to(fonts / "fonts", target_is_directory=True)
    rows.users()
    rows.cases(rows.summary_table())
    rows.lectures()
    submissions = Submissions(session, programme)
    with context.test_request_context():
        assert (submissions.held_plan(), submissions.held_plan()) == (1, 0)
    actor = Actor(0, (Seat(Role.LEAD, programme.organisation.path),))
    (counted,) = in_time(session, programme, actor, profile.ends, utc_now())
    assert (counted.state, counted.held_before_reviews, counted.held_plan_id) == ("held", False, counted.id)


def test_the_clips_stand_in_different_states_with_comments_at_timecodes(session, world):
    for name in ("publicity", "lead", "reviewer"):
        world.users[name].username = name
    film = asset_for(session, Stored("c" * 64, 9), "video/mp4")
    for number in range(len(CLIP_STATES)):
        session.add(
            Clip(
                programme_id=world.programme.id,
                owner_id=world.province.id,
                title=f"示例成片{number}",
                state="ready",
                fingerprint=str(number) * 64,
                duration=Fraction(120),
                frame_count=3000,
                asset_id=film.id,
            )
        )
    session.commit()
    submissions = Submissions(session, world.programme)
    assert (submissions.clips(), submissions.clips()) == (3, 0)
    assert list(session.scalars(select(Dossier.state).order_by(Dossier.id))) == list(CLIP_STATES)
    assert list(session.scalars(select(Comment.frame).order_by(Comment.id))) == [75, 1460]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_ranges_are_two_minutes_together_and_do_not_overlap(count):
    found = ranges(Fraction(185), count)
    assert sum(end - start for start, end in found) == 120
    assert all(first[1] <= second[0] for first, second in pairwise(found))
    assert found[-1][1] <= 185


def test_all_invented_names_say_that_they_are_examples():
    for case in invented.cases():
        assert "示例" in case.enterprise
        assert all("示例" in name for name in case.people.split("、"))
        assert case.phone.startswith("020-0000")


def test_a_site_that_accepts_but_answers_late_is_waited_for(monkeypatch):
    answers = [TimeoutError("timed out"), URLError("refused"), contextlib.nullcontext()]

    def answer(_url, *, timeout):
        first = answers.pop(0)
        if isinstance(first, Exception):
            raise first
        return first

    class Running:
        def poll(self):
            return None

    monkeypatch.setattr(run, "urlopen", answer)
    run._await_server(Running(), "http://127.0.0.1:1/")
    assert answers == []
