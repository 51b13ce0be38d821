"""The registry's first filling: the lists that come with the product."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from importlib import resources
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.outlets.models import Outlet, OutletListing, OutletName
from campaign.outlets.rules import name_key
from campaign.outlets.services import clean_name

OUTLET_FILES = ("outlets_central.csv", "outlets_provincial.csv")


def seed_outlets(session: Session) -> int:
    """Put the outlets that come with the product into the registry and give the number of new ones. Commits.

    Outlets already there are left as they are: what an officer changed stays changed.
    """
    known = set(session.scalars(select(OutletName.key)))
    fresh = 0
    for row in _shipped():
        name = clean_name(row["name"])
        key = name_key(name)
        if key in known:
            continue
        known.add(key)
        outlet = Outlet(name=name, level=row["level"], names=[OutletName(name=name, key=key)])
        outlet.province = "" if row["region"] == "全国" else row["region"]
        if row["authoritative_list"]:
            days = {key: _day(row[f"authoritative_{key}"]) for key in ("from", "until")}
            outlet.listings = [
                OutletListing(
                    list_name=row["authoritative_list"],
                    starts_on=days["from"],
                    ends_on=days["until"],
                    basis="assumed",
                )
            ]
        session.add(outlet)
        fresh += 1
    session.commit()
    return fresh


def _shipped() -> Iterator[dict[str, Any]]:
    folder = resources.files("campaign") / "data"
    for name in OUTLET_FILES:
        yield from csv.DictReader((folder / name).read_text("utf-8").splitlines())


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
