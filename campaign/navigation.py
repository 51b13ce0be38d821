"""The rooms of the house as they stand in the navigation, in the order of the work."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass


def N_(text: str) -> str:  # noqa: N802 - the customary mark for text that is translated later
    """Mark a text for the catalogue."""
    return text


@dataclass(frozen=True)
class NavItem:
    """One room: its area (also the blueprint's name), its title as a msgid, its icon and its first page."""

    key: str
    title: str
    icon: str
    endpoint: str
    group: int = 0


ROOMS = (
    NavItem("overview", N_("Overview"), "house", "overview.index"),
    NavItem("cases", N_("Cases"), "lightbulb", "cases.index", 1),
    NavItem("films", N_("Videos"), "film", "films.index", 1),
    NavItem("approvals", N_("Reviews"), "clipboard-check", "approvals.index", 1),
    NavItem("placements", N_("Coverage"), "newspaper", "placements.index", 1),
    NavItem("lectures", N_("Lectures"), "mic", "lectures.index", 1),
    NavItem("exhibits", N_("Exhibits"), "box-seam", "exhibits.index", 1),
    NavItem("targets", N_("Targets"), "bullseye", "targets.index", 2),
    NavItem("reports", N_("Reports"), "file-earmark-text", "reports.index", 2),
    NavItem("budget", N_("Money"), "wallet2", "budget.index", 2),
    NavItem("admin", N_("Administration"), "gear", "admin.index", 3),
)


def nav_items(endpoints: Collection[str], can: Callable[[str], bool]) -> tuple[NavItem, ...]:
    """Give the rooms that exist and that the user may enter; ``can`` is asked with the area's key."""
    return tuple(room for room in ROOMS if room.endpoint in endpoints and can(room.key))
