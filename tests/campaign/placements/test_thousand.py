"""The count of a thousand rows against a key that was worked out as they were made, without the product."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from campaign.access import Actor
from campaign.outlets.models import OutletAddress, OutletName
from campaign.outlets.rules import name_key
from campaign.placements import queries
from campaign.placements.importing import Desk, Folder, import_lines
from campaign.placements.models import Placement
from campaign.placements.rules import AUTHORITATIVE, COMPREHENSIVE, REPORT
from campaign.placements.sheets import lines_of, read_sheet
from campaign.programmes.profiles import load
from tests.campaign.placements import thousand
from tests.factories import make_case, make_outlet

TODAY = date(2025, 3, 1)
TARGETS = {
    thousand.REPORT: REPORT,
    thousand.COMPREHENSIVE: COMPREHENSIVE,
    thousand.AUTHORITATIVE: AUTHORITATIVE,
}


def profile_of_all_targets():
    """Guangdong asks for reports and comprehensive ones, the centre for authoritative ones (A11, B2)."""
    guangdong, brand = load("guangdong-2024"), load("brand-2024")
    return replace(guangdong, targets=(*guangdong.targets, *brand.targets))


def furnish(session, world, tmp_path):
    for name, level, since, aliases, domain in thousand.OUTLETS:
        outlet = make_outlet(name, level, [("示例名单", since, None)] if since else [])
        outlet.names += [OutletName(name=alias, key=name_key(alias)) for alias in aliases]
        outlet.addresses = [OutletAddress(kind="web", value=domain, key=domain)]
        session.add(outlet)
    for title in thousand.CASES:
        make_case(session, world, title)
    session.commit()
    proof = tmp_path / thousand.PROOF
    proof.parent.mkdir()
    proof.write_bytes(b"%PDF-1.4\n1 0 obj\n%%EOF\n")


@pytest.fixture
def imported(app, session, world, tmp_path):
    made = thousand.make()
    furnish(session, world, tmp_path)
    sheet = read_sheet(made.as_csv(), "报道.csv")
    desk = Desk(
        programme=world.programme,
        profile=profile_of_all_targets(),
        actor=Actor.of(world.users["lead"]),
        owner_id=world.province.id,
        files=Folder(app.extensions["storage"], tmp_path),
    )
    lines = lines_of(sheet, sheet.mapping, TODAY)
    tried = import_lines(session, desk, lines, dry_run=True)
    assert session.scalar(select(Placement.id).limit(1)) is None
    return made, tried, import_lines(session, desk, lines, dry_run=False), desk


@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True
)
def test_a_thousand_rows_count_as_their_makers_key_says(session, imported):
    """A11, B2, B5: row by row with a reason for each that does not count, as totals, and in the preview."""
    made, tried, done, desk = imported
    wanted = [
        (row.what, row.state, frozenset(TARGETS[target] for target in row.counts_for)) for row in made.rows
    ]
    got = [
        (row.what, result.state, frozenset(result.counts_for))
        for row, result in zip(made.rows, done.results, strict=True)
    ]
    assert got == wanted
    assert [result.counts_for for result in tried.results] == [result.counts_for for result in done.results]
    totals = {TARGETS[name]: number for name, number in made.totals.items()}
    assert (
        {kind: done.after[kind] for kind in totals} == totals == {kind: tried.after[kind] for kind in totals}
    )
    for kind, number in totals.items():
        assert len(queries.counted(session, desk.programme, desk.profile, kind, desk.actor)) == number
    targets = set(queries.targets_of(desk.profile))
    for result in done.results:
        assert set(result.counts_for) | set(result.why_not) == targets
        assert all(str(reason).count(".") == 1 for reason in result.why_not.values())
    contacted = queries.counted(session, desk.programme, desk.profile, queries.CONTACTED, desk.actor)
    assert {outlet.name for outlet in contacted} == made.used


@pytest.mark.slow
def test_importing_the_same_table_again_stores_nothing_twice(session, imported):
    _, _, done, desk = imported
    lines = [result.line for result in done.results]
    again = import_lines(session, desk, lines, dry_run=False)
    assert (again.number("new"), again.number("known"), again.before) == (0, 1000, again.after)
