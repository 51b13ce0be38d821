"""Who may play and take away a finished clip before the centre has approved it (A16)."""

from __future__ import annotations

from campaign import web
from campaign.access import TAKES_UNAPPROVED
from campaign.accounts.models import Organisation
from campaign.approvals import queries as reviews
from campaign.db import db
from campaign.errors import Forbidden
from campaign.films import rules
from campaign.films.models import Clip
from campaign.messages import Message
from campaign.programmes.models import Owned


def works_on(row: Owned) -> bool:
    """Whether the actor works on a clip, or decides about it, by the roles held where it belongs."""
    owner = db.session.get_one(Organisation, row.owner_id)
    return bool(web.actor().roles_at(owner.path) & TAKES_UNAPPROVED)


def held_back(clip: Clip) -> Message | None:
    """Why the actor may not have the film of a clip now; None if it is allowed."""
    if works_on(clip):
        return None
    approved = bool(reviews.clips_with(db.session, reviews.APPROVED, [clip.id]))
    return rules.may_take_film(works_on_it=False, is_approved=approved)


def version_held_back(row: Owned, *, is_approved: bool) -> Message | None:
    """The same for the film of a version that was sent for review."""
    return rules.may_take_film(works_on_it=works_on(row), is_approved=is_approved)


def refuse_held_back(clip: Clip) -> None:
    """Refuse the film of a clip to those who have to wait for its approval (403)."""
    reason = held_back(clip)
    if reason is not None:
        raise Forbidden(reason.msgid, **reason.params)
