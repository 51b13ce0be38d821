"""The room of reviews: its blueprint, and what its views share."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask_babel import gettext as _

from campaign import web
from campaign.approvals import queries, rules
from campaign.approvals.models import Dossier
from campaign.approvals.rules import Person, State
from campaign.listing import Badge, Tone
from campaign.messages import N_, Message

# No prefix: the list goes across programmes, a dossier lies in its own, the feeds in none.
blueprint = Blueprint("approvals", __name__)
HERE = f"{web.PROGRAMME_PREFIX}/approvals"

STATES: dict[str, tuple[Tone, str, str]] = {
    "draft": ("neutral", N_("not sent"), "circle"),
    "internal": ("info", N_("internal check"), "people"),
    "centre": ("info", N_("with the centre"), "send"),
    "returned": ("warning", N_("returned"), "arrow-return-left"),
    "approved": ("success", N_("approved"), "check-circle-fill"),
    "published": ("success", N_("published"), "broadcast"),
}


def state_badge(state: str) -> Badge:
    """A state of review as colour, icon and word."""
    tone, text, icon = STATES[state]
    return Badge(tone, _(text), icon)


def shown(dossier: Dossier | None) -> State:
    """Where a subject stands as it is now; one never sent is a draft."""
    if dossier is None:
        return State.DRAFT
    return rules.shown_state(dossier.state, changed=queries.is_changed(dossier))


def badge_of(dossier: Dossier | None) -> Badge:
    """The state of a subject's review."""
    return state_badge(shown(dossier))


def address(dossier: Dossier, **values: object) -> str:
    """The page of a dossier, in its own programme."""
    return url_for(
        "approvals.show",
        programme=dossier.programme.key,
        dossier_id=dossier.id,
        **values,  # type: ignore[arg-type]
    )


def person(dossier: Dossier) -> Person:
    """The acting user beside a dossier."""
    return queries.person_at(web.actor(), dossier.owner.path)


def say(message: Message | None) -> str:
    """A rule's sentence in the reader's language."""
    return _(message.msgid, **message.params) if message else ""
