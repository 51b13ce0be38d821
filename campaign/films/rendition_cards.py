"""The versions of a clip as the pages show them."""

from __future__ import annotations

from dataclasses import dataclass

from campaign.db import db
from campaign.films import clips, queries
from campaign.films.models import Clip, Rendition
from campaign.films.renditions import KINDS, Kind
from campaign.films.room import badge
from campaign.jobs_views import JobView, said, view_of
from campaign.listing import Badge, Tone
from campaign.messages import N_

STATES: dict[str, tuple[Tone, str]] = {
    "none": ("neutral", N_("not made")),
    "wanted": ("neutral", N_("comes with the next render")),
    "making": ("info", N_("being made")),
    "ready": ("success", N_("finished")),
    "failed": ("danger", N_("failed")),
}


@dataclass(frozen=True)
class Card:
    """One kind of version as the pages show it."""

    kind: Kind
    rendition: Rendition | None
    state: Badge
    job: JobView | None

    @property
    def is_ready(self) -> bool:
        """Whether there is a file."""
        return self.rendition is not None and self.rendition.state == "ready"

    @property
    def why_failed(self) -> str:
        """Which layer failed and what to do, in the reader's language."""
        return said(self.rendition.error) if self.rendition else ""

    @property
    def options(self) -> dict[str, str]:
        """How it was asked for, as the form shows it."""
        told = (self.rendition.options or {}) if self.rendition else {}
        return {"fit": str(told.get("fit", "blur")), "x": str(round(100 * float(told.get("focus_x", 0.5))))}


def cards_of(clip: Clip, *, with_jobs: bool = True) -> list[Card]:
    """Every kind of version of a clip, whether it is there or not."""
    running = queries.running_jobs(db.session, clips.RENDITION, clip.renditions) if with_jobs else {}
    found = []
    for kind in KINDS.values():
        row = clip.rendition(kind.key)
        job = running.get(row.id) if row else None
        found.append(
            Card(kind, row, badge(STATES, row.state if row else "none"), view_of(job) if job else None)
        )
    return found
