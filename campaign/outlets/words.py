"""An outlet's standing in words, for every page that shows it."""

from __future__ import annotations

from flask_babel import gettext as _

from campaign.formatting import date_zh
from campaign.listing import Badge
from campaign.messages import N_
from campaign.outlets.models import Outlet, OutletListing
from campaign.outlets.rules import LEVELS
from campaign.placements.forms import LEVEL_NAMES

# Words as they are stored, which the log shows in the reader's language.
STORED = (
    N_("web"),
    N_("client"),
    N_("account"),
    N_("video_account"),
    N_("print"),
    N_("live"),
    N_("media"),
    N_("government"),
    N_("stated"),
    N_("checked"),
    N_("declined"),
    N_("unsaid"),
    N_("self"),
    N_("industry"),
    N_("enterprise"),
)


def level_in_words(outlet: Outlet) -> str:
    """The level of an outlet; of one that waits to be confirmed, what was named with its piece."""
    if outlet.proposed_level in LEVELS:
        return _("to be confirmed (named as: %(level)s)", level=_(LEVEL_NAMES[outlet.proposed_level]))
    return _("to be confirmed (no level named)") if outlet.waits else _(LEVEL_NAMES[outlet.level])


def authority(outlet: Outlet) -> Badge:
    """Whether the outlet stands on a list at all; the days stand beside it."""
    if outlet.waits:
        return Badge("warning", _("to be confirmed"), "hourglass-split")
    if outlet.listings:
        return Badge("success", _("authoritative"), "patch-check")
    return Badge("neutral", _("on no list"), "dash")


def list_in_words(outlet: Outlet) -> str:
    """Every list with its days, in one line."""
    names: dict[str, str] = {}
    for row in outlet.listings:
        names.setdefault(f"{row.list_name}{span(row)}", "")
    return "；".join(names)


def level_rests_on(outlet: Outlet) -> str:
    """Every list with its days, or else where somebody looked the level up."""
    return list_in_words(outlet) or outlet.level_basis


def span(row: OutletListing) -> str:
    """From when to when, in brackets; an assumed beginning says so."""
    if row.starts_on is None and row.ends_on is None:
        return ""
    since = date_zh(row.starts_on) if row.starts_on else "…"
    until = date_zh(row.ends_on) if row.ends_on else _("to this day")
    assumed = _(", assumed") if row.basis == "assumed" else ""
    return f"（{since}–{until}{assumed}）"
