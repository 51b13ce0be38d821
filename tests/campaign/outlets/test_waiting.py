"""An outlet named with a piece is a proposal: it counts for nothing until who keeps it confirms it."""

import io
import re
from datetime import date

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from campaign import evidence
from campaign.access import Actor
from campaign.audit import AuditEntry
from campaign.errors import Refused
from campaign.outlets import merging
from campaign.outlets.models import Outlet, OutletAddress, OutletContact
from campaign.outlets.rules import LEVELS, lacks_basis
from campaign.placements import queries, services
from campaign.placements.importing import Desk, import_lines
from campaign.placements.models import Placement
from campaign.placements.services import PlacementValues
from campaign.placements.table import Line
from campaign.programmes.profiles import load
from tests.factories import make_outlet

ROOM = "/p/guangdong-2024/placements/"
HOME = f"{ROOM}outlets"
DAY = date(2024, 10, 1)
NAME = "新出现的省报"


def values(**changes):
    base = {
        "outlet": NAME,
        "level": "provincial",
        "title": "一块换热器的十年攻关",
        "address": "https://www.new.example/1",
        "published_on": DAY,
        "kind": "report",
        "note": "",
        "cases": (),
    }
    return PlacementValues(**(base | changes))


@pytest.fixture
def piece(session, world, app):
    """A provincial report with its evidence at an outlet that an officer has just named."""
    upload = FileStorage(io.BytesIO(b"%PDF-1.4\n1 0 obj\n%%EOF\n"), filename="页面.pdf")
    proof = evidence.accept(app.extensions["storage"], upload)
    return services.log_placement(session, world.programme, values(), proof, owner_id=world.province.id)


def counted(session, world):
    actor, profile = Actor.of(world.users["lead"]), load("guangdong-2024")
    return queries.numbers(session, world.programme, profile, actor)["placements.report"]


def in_words(session, world, piece):
    verdict = queries.judged(piece, world.programme, load("guangdong-2024"))
    return verdict.counts_for, verdict.why_not["placements.report"].msgid


WAITS = "The outlet waits to be confirmed: it was named with a piece, and nobody has checked it yet."


@pytest.mark.both_databases
def test_a_piece_at_an_outlet_that_waits_counts_for_nothing_and_says_so(session, world, piece):
    """A11: a provincial report is a fact of the registry, not of who logs it."""
    assert (counted(session, world), in_words(session, world, piece)) == (0, ((), WAITS))


@pytest.mark.parametrize("level", [*LEVELS, ""])
def test_a_table_and_a_form_take_a_new_outlet_in_alike(session, world, level):
    desk = Desk(
        world.programme,
        load("guangdong-2024"),
        Actor.of(world.users["lead"]),
        world.province.id,
        lambda _: None,
    )
    line = Line(1, outlet="表中新报", title="表中的报道", published_on=DAY, level=level)
    [result] = import_lines(session, desk, [line], dry_run=False).results
    assert [note.msgid for note in result.notes] == [
        "%(outlet)s is new to the registry and waits to be confirmed."
    ]
    typed = values(outlet="手填新报", level=level or "self")
    services.log_placement(session, world.programme, typed, None, owner_id=world.province.id)
    rows = {row.name: (row.level, row.proposed_level) for row in session.scalars(select(Outlet))}
    assert rows == {"表中新报": ("self", level or "unsaid"), "手填新报": ("self", level or "self")}


def test_an_outlet_that_the_registry_knows_by_its_list_needs_no_confirmation(session, world):
    session.add(make_outlet("名单日报", "central", listings=["示例名单"]))
    session.commit()
    logged = services.log_placement(
        session,
        world.programme,
        values(outlet="《名单日报》", level="self"),
        None,
        owner_id=world.province.id,
    )
    assert (logged.outlet.level, logged.outlet.proposed_level) == ("central", "")


def test_a_name_nobody_knows_finds_its_outlet_by_the_link_as_in_a_table(session, world):
    known = make_outlet("示例新闻网")
    known.addresses = [OutletAddress(kind="web", value="new.example", key="new.example")]
    session.add(known)
    session.commit()
    logged = services.log_placement(
        session, world.programme, values(outlet="新闻网站", level=""), None, owner_id=world.province.id
    )
    assert logged.outlet.name == "示例新闻网"


def sent(**changes):
    base = {"name": NAME, "level": "provincial", "nature": "media", "province": "广东省"}
    return base | {"level_basis": "省新闻出版局名录第12号"} | changes


def test_the_lead_confirms_after_the_figures_are_shown_and_the_log_keeps_it(client, world, session, piece):
    lead, path = world.login(client, "lead"), f"{HOME}/{piece.outlet_id}/edit"
    assert piece.title in lead.get(path).get_data(as_text=True)
    first = lead.post(path, data=sent())
    assert (first.status_code, counted(session, world)) == (200, 0)
    token = re.search(r'name="confirmed"[^>]*value="([0-9a-f]{32})"', first.get_data(as_text=True))[1]
    assert lead.post(path, data=sent(confirmed=token)).status_code == 302
    session.expire_all()
    found = session.get_one(Outlet, piece.outlet_id)
    assert (found.level, found.proposed_level, found.level_basis) == (
        "provincial",
        "",
        "省新闻出版局名录第12号",
    )
    assert counted(session, world) == 1
    logged = select(AuditEntry).where(AuditEntry.subject_type == "outlet", AuditEntry.action == "changed")
    [entry] = session.scalars(logged)
    assert (entry.actor_id, entry.changes["proposed_level"]) == (world.users["lead"].id, ["provincial", ""])


@pytest.mark.parametrize(
    ("role", "change", "status"),
    [
        ("publicity", {}, 403),
        ("lead", {"level_basis": " "}, 422),
        ("lead", {"province": ""}, 422),
        ("lead", {"province": "湖北省"}, 422),
        ("lead", {"level": "central", "province": ""}, 422),
    ],
)
def test_who_does_not_keep_it_or_says_no_ground_confirms_nothing(
    client, world, session, piece, role, change, status
):
    answer = world.login(client, role).post(f"{HOME}/{piece.outlet_id}/edit", data=sent(**change))
    session.expire_all()
    waits = session.get_one(Outlet, piece.outlet_id).proposed_level
    assert (answer.status_code, waits) == (status, "provincial")


def test_every_page_says_that_it_waits_and_leads_to_it(client, world, session, piece):
    """ux: numbers are doors."""
    lead = world.login(client, "lead")
    outlet = f"{HOME}/{piece.outlet_id}"
    assert f'href="{outlet}"' in lead.get(f"{ROOM}{piece.id}").get_data(as_text=True)
    page = lead.get(ROOM).get_data(as_text=True)
    assert (f'href="{ROOM}?level=waiting"' in page, f'href="{outlet}"' in page) == (True, True)
    rows = [lead.get(f"{path}?level=waiting").get_data(as_text=True) for path in (HOME, ROOM)]
    assert [page.count('class="row-title"') for page in rows] == [1, 1]
    assert lead.get(f"{ROOM}?level=self").get_data(as_text=True).count('class="row-title"') == 0
    assert f"{HOME}?level=waiting" in lead.get("/p/guangdong-2024/").get_data(as_text=True)


def test_an_outlet_that_waits_is_not_one_that_was_contacted(session, world, piece):
    """B2."""
    ours = {"programme_id": world.programme.id, "owner_id": world.province.id}
    session.add(OutletContact(**ours, outlet_id=piece.outlet_id, contacted_on=DAY, who="测试"))
    session.commit()
    actor = Actor.of(world.users["lead"])
    assert queries.counted(session, world.programme, load("guangdong-2024"), queries.CONTACTED, actor) == []


def test_one_that_waits_goes_into_a_known_one_but_not_the_other_way(session, world, piece):
    known = make_outlet("示例省报", listings=["示例名单"])
    session.add(known)
    session.commit()
    with pytest.raises(Refused, match="waits to be confirmed"):
        merging.merge(session, piece.outlet, known, "同一家报社")
    session.rollback()
    merging.merge(session, known, piece.outlet, "同一家报社")
    assert (session.get_one(Placement, piece.id).outlet_id, counted(session, world)) == (known.id, 1)
    gone = session.scalars(select(Outlet).where(Outlet.merged_into_id == known.id)).one()
    merging.part(session, gone, "其实是两家")
    assert (gone.waits, counted(session, world)) == (True, 0)


@pytest.mark.parametrize(
    ("before", "level", "listed", "basis", "lacks"),
    [
        ("", "provincial", False, "", True),
        ("", "provincial", False, "名录", False),
        ("", "provincial", True, "", False),
        ("provincial", "provincial", False, "", False),
        ("county", "provincial", False, " ", True),
    ],
)
def test_a_level_that_no_list_says_needs_a_ground(before, level, listed, basis, lacks):
    assert lacks_basis(before, level, listed=listed, basis=basis) is lacks
