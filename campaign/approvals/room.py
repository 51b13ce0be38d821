"""The room of reviews: its blueprint, and what its views share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from campaign import web
from campaign.approvals import queries, rules
from campaign.approvals.models import Dossier
from campaign.approvals.rules import Person, State
from campaign.approvals.subjects import KINDS
from campaign.db import db
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
    "approved": ("success", N_("approved by the centre"), "check-circle-fill"),
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
    # Only what was approved can have been changed since; comparing a whole plan takes its time.
    changed = dossier.state == State.APPROVED and queries.is_changed(dossier)
    return rules.shown_state(dossier.state, changed=changed)


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


@blueprint.app_context_processor
def _for_other_rooms() -> dict[str, Any]:
    """Lets the pages of clips and cases say where their review stands without asking for it first."""
    return {"review_of": box_of, "held_by_a_closed_feed": held_by_a_closed_feed}


def held_by_a_closed_feed() -> int:
    """How many approved works reach nobody as long as the feeds of this programme are closed (A9, B8)."""
    return queries.held_by_a_closed_feed(db.session, web.programme().id, web.actor())


def box_of(kind_key: str, row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of any kind
    """What the box on the page of a clip or case says: `_bits.box` takes it as keywords."""
    dossier: Dossier | None = row.dossier
    kind = KINDS[kind_key]
    me = queries.person_at(web.actor(), row.owner.path, kind.senders)
    changed = dossier is None or queries.is_changed(dossier)
    unsent = dossier.state if dossier else State.DRAFT
    missing = kind.refusal(row)
    may_go = rules.may_send(unsent, changed=dossier is None or queries.has_news(dossier)) is None
    return {
        "kind": kind_key,
        "row": row,
        "dossier": dossier,
        "state": badge_of(dossier),
        "changed": changed,
        "can_send": me.works and missing is None and may_go,
        "missing": say(missing) if me.works and may_go else "",
    }


def person(dossier: Dossier) -> Person:
    """The acting user beside a dossier."""
    return queries.person_at(web.actor(), dossier.owner.path, KINDS[dossier.kind].senders)


def say(message: Message | None) -> str:
    """A rule's sentence in the reader's language."""
    return _(message.msgid, **message.params) if message else ""
