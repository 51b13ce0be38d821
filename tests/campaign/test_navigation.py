"""The navigation shows the rooms that exist and that the role may enter."""

from __future__ import annotations

from campaign.icons import icon_svg
from campaign.navigation import ROOMS, nav_items

ALL = {room.endpoint for room in ROOMS}


def test_rooms_stand_in_the_order_of_the_work():
    assert [room.title for room in nav_items(ALL, lambda _area: True)] == [
        "Overview",
        "Cases",
        "Videos",
        "Reviews",
        "Coverage",
        "Lectures",
        "Exhibits",
        "Targets",
        "Reports",
        "Money",
        "Administration",
    ]


def test_a_room_without_pages_and_a_room_the_role_may_not_enter_are_left_out():
    shown = nav_items(ALL - {"budget.index"}, lambda area: area != "admin")
    assert [room.key for room in ROOMS if room not in shown] == ["budget", "admin"]


def test_every_room_has_an_icon_that_exists():
    assert all("<path" in icon_svg(room.icon) for room in ROOMS)
