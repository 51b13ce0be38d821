"""What is searched of outlets, pieces, cases and enterprises, and the searches of the lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, or_, select

from campaign import search
from campaign.cases.models import Case, Enterprise
from campaign.outlets.models import Outlet, OutletAddress, OutletName


def _outlet_texts(connection: Connection, ids: Sequence[int]) -> Mapping[int, str]:
    """Name, every alias, every domain and account, and the place of an outlet."""
    own = connection.execute(
        select(Outlet.id, Outlet.name, Outlet.province, Outlet.region, Outlet.sponsor).where(
            Outlet.id.in_(ids)
        )
    )
    texts = {row[0]: list(row[1:]) for row in own}
    for part in (
        select(OutletName.outlet_id, OutletName.name).where(OutletName.outlet_id.in_(ids)),
        select(OutletAddress.outlet_id, OutletAddress.value).where(OutletAddress.outlet_id.in_(ids)),
    ):
        for outlet_id, value in connection.execute(part):
            if outlet_id in texts:
                texts[outlet_id].append(value)
    return {outlet_id: "\n".join(part for part in parts if part) for outlet_id, parts in texts.items()}


search.register(Outlet, _outlet_texts, {OutletName: "outlet_id", OutletAddress: "outlet_id"})
search.register(Enterprise, search.columns_of(Enterprise, "name", "region"))
search.register(Case, search.columns_of(Case, "title", "region", "team", "honours", "story"))


def find_outlets(statement: Select[Any], words: str) -> Select[Any]:
    """Keep the outlets with every word in a name, alias, domain, account or place."""
    for word in words.split():
        found = search.matching(Outlet, word)
        statement = statement if found is None else statement.where(found)
    return statement


def find_cases(statement: Select[Any], words: str) -> Select[Any]:
    """Keep the cases with every word in their own text or in the name of their enterprise."""
    for word in words.split():
        own, enterprise = search.matching(Case, word), search.matching(Enterprise, word)
        if own is not None and enterprise is not None:
            firms = select(Enterprise.id).where(enterprise)
            statement = statement.where(or_(own, Case.enterprise_id.in_(firms)))
    return statement
