"""Invented media work of the demonstration: copies, outlets turned to, phases, a merged outlet."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.outlets.merging import absorb
from campaign.outlets.models import Outlet, OutletContact, OutletName
from campaign.outlets.rules import name_key
from campaign.outlets.services import found_outlet, outlet_by_name
from campaign.placements.grouping import regroup
from campaign.placements.models import Placement, PublicityPhase
from campaign.placements.rules import address_key
from campaign.programmes.models import Programme
from campaign.programmes.profiles import Profile

# Outlet, days before today, our side, the other side, answer.
CONTACTS = (
    ("南方日报", 70, "示例宣传员", "示例记者甲", "promised"),
    ("人民日报", 30, "示例宣传员", "示例编辑乙", "none"),
    ("示例沉默周刊", 25, "示例宣传员", "", "declined"),
)
# Invented outlets that the registry knows, and one that was named with a piece and waits to be confirmed.
KNOWN = ("示例沉默周刊", "示例园区报", "示例园区报旧名", "示例园区报社")
NEW = "示例产业观察网"
# A piece of the demonstration and who took it over, so many days later.
COPIED = "示例：三百次试验换来一台换热器"
COPIES = ((COPIED, "人民网", 1), (COPIED, "示例园区报", 2), (COPIED, NEW, 3))


def media_work(session: Session, programme: Programme, profile: Profile, today: date) -> None:
    """Everything beside the pieces themselves; does not commit."""
    _outlets(session)
    _copies(session, programme)
    _contacts(session, programme, today)
    _merged(session)
    days = sorted({programme.starts_on, *_parts(programme, max(len(profile.publicity), 1))})
    for phase, (first, after) in zip(profile.publicity, pairwise(days), strict=False):
        last = after - timedelta(days=1)
        session.add(
            PublicityPhase(programme_id=programme.id, title=phase.title, starts_on=first, ends_on=last)
        )


def _parts(programme: Programme, number: int) -> list[date]:
    """The first days of even parts of the programme, and the day after it."""
    after = programme.ends_on + timedelta(days=1)
    span = (after - programme.starts_on) / number
    return [*(programme.starts_on + span * at for at in range(number)), after]


def _outlets(session: Session) -> None:
    for name in KNOWN:
        if outlet_by_name(session, name) is None:
            said = {"level": "enterprise", "level_basis": "示例：报社说明"}
            session.add(Outlet(name=name, names=[OutletName(name=name, key=name_key(name))], **said))
    session.flush()


def _copies(session: Session, programme: Programme) -> None:
    for number, (title, name, later) in enumerate(COPIES, start=1):
        first = session.scalars(
            select(Placement).where(Placement.programme_id == programme.id, Placement.title == title)
        ).first()
        if first is None:
            continue
        address = f"https://copy.example/a/{number:04d}.html"
        session.add(
            Placement(
                programme_id=programme.id,
                owner_id=first.owner_id,
                outlet=found_outlet(session, name, "provincial"),
                title=f"【转载】{title}",
                address=address,
                address_key=address_key(address),
                published_on=first.published_on + timedelta(days=later),
                kind="repost",
            )
        )
        session.flush()
    regroup(session, programme)


def _contacts(session: Session, programme: Programme, today: date) -> None:
    for name, days, who, person, answer in CONTACTS:
        outlet = found_outlet(session, name, "provincial")
        session.flush()
        session.add(
            OutletContact(
                programme_id=programme.id,
                owner_id=programme.organisation_id,
                outlet_id=outlet.id,
                contacted_on=today - timedelta(days=days),
                who=who,
                person=person,
                answer=answer,
            )
        )


def _merged(session: Session) -> None:
    """One outlet that was entered twice and is one again, and one more that looks like it."""
    keep, gone = outlet_by_name(session, "示例园区报"), outlet_by_name(session, "示例园区报旧名")
    if keep is None or gone is None or keep.id == gone.id:
        return
    absorb(session, keep, gone, "示例：同一家报社改过名称")
