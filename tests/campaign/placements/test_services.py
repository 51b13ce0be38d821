import io
from datetime import date
from itertools import groupby, product

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from campaign import evidence
from campaign.access import Actor
from campaign.audit import AuditEntry
from campaign.errors import Refused
from campaign.outlets.models import Outlet
from campaign.outlets.rules import LEVELS
from campaign.outlets.seeding import seed_outlets
from campaign.placements import queries, services
from campaign.placements.models import Placement, PlacementGroup
from campaign.placements.rules import KINDS, TARGET_KINDS, Listed, Member, OutletFacts, Piece, verdicts
from campaign.placements.services import AlreadyLogged, PlacementValues
from campaign.programmes.profiles import load
from tests.factories import make_outlet

PDF = b"%PDF-1.4\n1 0 obj\n%%EOF\n"


def values(**changes) -> PlacementValues:
    base = {
        "outlet": "南方日报",
        "level": "provincial",
        "title": "企业创新",
        "address": "https://www.example.cn/1",
        "published_on": date(2024, 10, 1),
        "kind": "report",
        "note": "",
        "cases": (),
    }
    return PlacementValues(**(base | changes))


def proof(app):
    upload = FileStorage(io.BytesIO(PDF), filename="页面.pdf")
    return evidence.accept(app.extensions["storage"], upload)


def log(session, world, app=None, **changes):
    found = proof(app) if app else None
    return services.log_placement(
        session, world.programme, values(**changes), found, owner_id=world.province.id
    )


@pytest.mark.both_databases
def test_seeding_the_outlets_twice_adds_them_once(session):
    first = seed_outlets(session)
    assert first == session.scalar(select(func.count()).select_from(Outlet))
    assert seed_outlets(session) == 0


def test_the_seeded_registry_knows_central_and_provincial_outlets_and_their_list(session):
    """A11, B2: authoritative is what stands on the official list, whatever its level."""
    seed_outlets(session)
    rows = {o.name: o for o in session.scalars(select(Outlet))}
    assert (rows["人民日报"].level, bool(rows["人民日报"].listings)) == ("central", True)
    assert (rows["南方日报"].level, rows["南方日报"].province) == ("provincial", "广东省")
    assert (rows["科学导报"].level, rows["科学导报"].listings) == ("provincial", [])


def test_an_outlet_named_by_hand_waits_to_be_confirmed(session, world):
    """A11, B2: whoever names an outlet does not say what counts by it."""
    piece = log(session, world, outlet="《示例晚报》", level="provincial")
    found = piece.outlet
    assert (found.name, found.level, found.proposed_level, found.listings) == (
        "示例晚报",
        "self",
        "provincial",
        [],
    )
    again = log(session, world, outlet=" 示例晚报 ", level="", address="https://www.example.cn/2")
    assert again.outlet_id == piece.outlet_id


def test_an_unknown_outlet_without_a_level_is_refused_and_nothing_is_stored(session, world):
    with pytest.raises(Refused, match="name its level"):
        log(session, world, outlet="示例周报", level="")
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Placement)) == 0


@pytest.mark.both_databases
def test_the_same_address_written_another_way_is_refused_with_the_row_that_holds_it(session, world):
    first = log(session, world)
    with pytest.raises(AlreadyLogged) as refusal:
        log(session, world, address="http://m.example.cn/1?utm_source=x", title="又一篇")
    assert refusal.value.placement.id == first.id


@pytest.mark.both_databases
def test_pieces_without_an_address_do_not_stand_in_each_others_way(session, world):
    log(session, world, address="", title="A3版")
    log(session, world, address="", title="A4版")
    assert session.scalar(select(func.count()).select_from(Placement)) == 2


def test_an_edited_piece_does_not_collide_with_itself_and_keeps_its_evidence(app, session, world):
    piece = log(session, world, app)
    services.change_placement(session, world.programme, piece, values(title="新题"), None)
    assert (piece.title, piece.evidence_name) == ("新题", "页面.pdf")


def test_a_deleted_piece_leaves_its_words_in_the_audit(session, world):
    piece = log(session, world)
    services.delete_placement(session, piece)
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "deleted", AuditEntry.subject_type == "placement")
    ).one()
    assert entry.changes["title"] == ["企业创新", None]


@pytest.mark.both_databases
def test_database_and_rules_count_alike_for_every_outlet_kind_day_proof_and_copy(app, session, world):
    """A11, B2, B5: one truth about counting, in SQL and in Python."""
    found = evidence.attach(session, proof(app))
    spans = [(), (("名单", None, None),), (("名单", date(2024, 10, 1), None),)]
    spans.append((("名单", None, date(2024, 9, 30)), ("另一名单", date(2024, 10, 5), None)))
    outlets = [
        make_outlet(f"{level}{nature}{at}", level, listings, nature=nature)
        for level, nature, (at, listings) in product(LEVELS, ("media", "government"), enumerate(spans))
    ]
    session.add_all(outlets)
    session.flush()
    ours = {"programme_id": world.programme.id, "owner_id": world.province.id}
    groups = [PlacementGroup(**ours) for _ in range(90)]
    session.add_all(groups)
    session.flush()
    days = (date(2024, 6, 1), date(2024, 9, 30), date(2024, 10, 1), date(2024, 10, 5), date(2025, 6, 1))
    gone = (None, date(2024, 11, 30), date(2024, 12, 1))
    cells = list(product(KINDS, days, (True, False), gone, ("web", "print")))
    for at, outlet in enumerate(outlets):
        for number, (kind, day, has_proof, removed, channel) in enumerate(cells):
            # Every second piece is alone; the others share groups across outlets, kinds, days and channels.
            group = groups[(at * 7 + number * 13) % 90].id if number % 2 else None
            session.add(
                Placement(
                    **ours,
                    outlet_id=outlet.id,
                    title=f"{kind}{day}",
                    kind=kind,
                    published_on=day,
                    removed_on=removed,
                    channel=channel,
                    group_id=group,
                    evidence_id=found.id if has_proof else None,
                )
            )
        if at == 15:
            break
    session.commit()
    pieces = session.scalars(select(Placement)).unique().all()
    for target, demanded in product(TARGET_KINDS, (True, False)):
        condition = queries.counts_for(target, world.programme, evidence_demanded=demanded)
        in_sql = set(session.scalars(select(Placement.id).join(Placement.outlet).where(condition)))
        in_python = set()
        for _, copies in groupby(sorted(pieces, key=report_of), key=report_of):
            judged = verdicts(
                [member_of(piece) for piece in copies],
                queries.period_of(world.programme),
                evidence_demanded=demanded,
                targets=[target],
            )
            in_python |= {key for key, one in judged.items() if one.counts_for}
        assert in_sql == in_python
        assert in_sql


def member_of(piece):
    listed = tuple(Listed(one.starts_on, one.ends_on) for one in piece.outlet.listings)
    outlet = OutletFacts(piece.outlet.level, listed, piece.outlet.nature)
    has_proof = piece.evidence_id is not None
    seen = Piece(piece.kind, piece.published_on, has_proof, piece.channel, piece.removed_on)
    return Member(piece.id, seen, outlet, piece.outlet_id, piece.outlet.name)


def report_of(piece):
    return (piece.group_id or 0, 0 if piece.group_id else piece.id)


@pytest.mark.both_databases
def test_outlets_contacted_are_those_with_a_piece_in_the_programme(session, world):
    """B2: outlets that wait to be confirmed are not among them."""
    session.add(make_outlet("南方日报"))
    log(session, world)
    log(session, world, address="https://www.example.cn/4", outlet="示例新报")
    log(session, world, address="https://www.example.cn/2")
    log(session, world, address="https://www.example.cn/3", outlet="示例日报", published_on=date(2023, 1, 1))
    actor = Actor.of(world.users["lead"])
    rows = queries.counted(session, world.programme, load("guangdong-2024"), "outlets.contacted", actor)
    assert [outlet.name for outlet in rows] == ["南方日报"]


def test_a_broadcast_without_a_link_is_logged_once_and_another_airing_is_another_piece(session, world):
    """B2: two officers who log the same programme log one piece."""
    aired = {"address": "", "channel": "television", "kind": "broadcast", "slot": "18:30 新闻"}
    first = log(session, world, **aired)
    with pytest.raises(AlreadyLogged, match="This piece is already logged") as refusal:
        log(session, world, **aired | {"title": " 企业 创新！"})
    assert refusal.value.placement.id == first.id
    session.rollback()
    for change in ({"slot": "22:00 新闻"}, {"published_on": date(2024, 10, 2)}, {"channel": "radio"}):
        log(session, world, **aired | change)
    services.change_placement(session, world.programme, first, values(**aired), None)
    assert session.scalar(select(func.count()).select_from(Placement)) == 4
