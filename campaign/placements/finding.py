"""What is searched of pieces, and the search of their list."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, or_, select

from campaign import search
from campaign.outlets import finding as outlets  # noqa: F401 - lets outlets be searched
from campaign.outlets.models import Outlet
from campaign.placements.models import Placement

search.register(
    Placement, search.columns_of(Placement, "title", "author", "address", "other_address", "slot", "note")
)


def find_placements(statement: Select[Any], words: str) -> Select[Any]:
    """Keep the pieces with every word in their own text or in a name of their outlet."""
    for word in words.split():
        own, outlet = search.matching(Placement, word), search.matching(Outlet, word)
        if own is not None and outlet is not None:
            media = select(Outlet.id).where(outlet)
            statement = statement.where(or_(own, Placement.outlet_id.in_(media)))
    return statement
