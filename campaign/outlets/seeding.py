"""The registry's first filling: the lists that come with the product (see data/outlets_README.md)."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib import resources
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from campaign import search
from campaign.db import utc_now
from campaign.outlets import finding  # noqa: F401 - lets outlets be searched
from campaign.outlets.models import Outlet, OutletAddress, OutletListing, OutletName
from campaign.outlets.rules import name_key
from campaign.outlets.services import clean_name

OUTLETS = "outlets.csv"
# The edition of June 2025, published on 2 July 2025; the one before it is of 20 October 2021.
LIST_2025 = "互联网新闻信息稿源单位名单（2025年6月版）"
# So many names of the official totals are missing in the text we have, by list.
OFFICIAL_TOTALS = {
    "中央新闻网站和重点理论网站": (31, 30),
    "中央新闻单位主管主办的报刊网站": (67, 65),
    "中央和国家机关、群团组织等主管主办的报刊网站": (122, 120),
    "地方新闻网站": (513, 509),
}


@dataclass
class _Batch:
    """Rows to be written, outlets first; the others name their outlet by its place among them."""

    outlets: list[dict[str, Any]] = field(default_factory=list)
    parts: dict[type[Any], list[tuple[int, dict[str, Any]]]] = field(default_factory=dict)

    def add(self, model: type[Any], **values: object) -> None:
        """A part of the outlet added last."""
        self.parts.setdefault(model, []).append((len(self.outlets) - 1, values))


def seed_outlets(session: Session) -> int:
    """Put the outlets that come with the product into the registry and give the number of new ones. Commits.

    Outlets already there, by whatever name, are left as they are: what an officer changed stays changed.
    """
    known = set(session.scalars(select(OutletName.key)))
    addresses = set(session.scalars(select(OutletAddress.key)))
    batch = _Batch()
    for row in shipped_outlets():
        names = list(_names(row))
        if any(name_key(name) in known for name, _ in names[:1]):
            continue
        batch.outlets.append(
            {
                "name": names[0][0],
                **{key: row[key] for key in ("level", "nature", "province", "region", "sponsor", "homepage")},
                "note": row["note"],
            }
        )
        for name, channel in names:
            if name_key(name) not in known:
                known.add(name_key(name))
                batch.add(OutletName, name=name, key=name_key(name), channel=channel)
        for kind, value in _pairs(row["addresses"]):
            if value not in addresses:
                addresses.add(value)
                batch.add(OutletAddress, kind=kind, value=value, key=value)
        for category in filter(None, row["categories"].split("|")):
            batch.add(
                OutletListing,
                list_name=LIST_2025,
                category=category,
                starts_on=date.fromisoformat(row["starts_on"]),
                ends_on=None,
                basis=row["basis"],
                note="",
            )
    _write(session, batch)
    session.commit()
    return len(batch.outlets)


def _write(session: Session, batch: _Batch) -> None:
    if not batch.outlets:
        return
    now = {"created_at": utc_now(), "updated_at": utc_now()}
    made = insert(Outlet).returning(Outlet.id, sort_by_parameter_order=True)
    ids: Sequence[int] = session.scalars(made, [row | now for row in batch.outlets]).all()
    for model, rows in batch.parts.items():
        session.execute(insert(model), [{"outlet_id": ids[at], **values, **now} for at, values in rows])
    search.reindex(session.connection(), Outlet.__tablename__, ids)


def shipped_outlets() -> Iterator[dict[str, str]]:
    """The rows of the file that comes with the product."""
    text = (resources.files("campaign") / "data" / OUTLETS).read_text("utf-8")
    yield from csv.DictReader(text.splitlines())


def _names(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The name of an outlet, then its other names, each with the channel it speaks of."""
    yield clean_name(row["name"]), ""
    for part in filter(None, row["names"].split("|")):
        name, _, channel = part.partition("=")
        yield clean_name(name), channel


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for part in filter(None, text.split("|")):
        kind, _, value = part.partition("=")
        yield kind, value
