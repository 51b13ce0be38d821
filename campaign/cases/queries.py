"""Selects of the case room; every one passes the scope filter."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from campaign.access import Actor, scoped
from campaign.approvals.models import Dossier
from campaign.cases.models import Case, Enterprise
from campaign.cases.rules import story_length
from campaign.films.models import Clip, SourceVideo
from campaign.placements.models import Placement, placement_case
from campaign.programmes.models import Programme
from campaign.programmes.profiles import Profile

ACTIVE = ("nominated", "selected")


def cases_of(programme: Programme, actor: Actor) -> Select[Case]:
    """The cases of a programme that the actor may see, with their enterprises."""
    statement = select(Case).join(Case.enterprise).where(Case.programme_id == programme.id)
    return scoped(statement, Case, actor)


def nominated(statement: Select[Case]) -> Select[Case]:
    """Those that were put forward and not withdrawn, chosen or not (A3)."""
    return statement.where(Case.state.in_(ACTIVE))


def in_region(statement: Select[Case], region: str, known: Collection[str]) -> Select[Case]:
    """Those of a region of the table of seats; no region at all stands for every other one (P2)."""
    return statement.where(Case.region == region if region in known else Case.region.not_in(known))


def with_story(statement: Select[Case]) -> Select[Case]:
    """Those that count as a written story: not withdrawn, and the story is there (A13)."""
    return nominated(statement).where(Case.story != "")


def without_story(statement: Select[Case]) -> Select[Case]:
    """Those whose story is still to be written."""
    return nominated(statement).where(Case.story == "")


def without_photo(statement: Select[Case]) -> Select[Case]:
    """Stories that no picture goes with."""
    return with_story(statement).where(~Case.photos.any())


def approved_story(statement: Select[Case]) -> Select[Case]:
    """Stories that the centre has approved (A16)."""
    approved = select(Dossier.case_id).where(Dossier.state.in_(("approved", "published")))
    return with_story(statement).where(Case.id.in_(approved))


def odd_stories(session: Session, statement: Select[Case], profile: Profile) -> list[int]:
    """The ids of the stories that are too short or too long for the notice (P7)."""
    spec = profile.story
    if spec is None:
        return []
    rows = session.execute(with_story(statement).with_only_columns(Case.id, Case.story).order_by(None))
    return [
        case_id
        for case_id, story in rows
        if story_length(story, spec.max_chars, about=spec.about).verdict != "fits"
    ]


def placements_of(case: Case, actor: Actor) -> Select[Placement]:
    """What was published about a case, the newest first."""
    statement = select(Placement).join(placement_case).where(placement_case.c.case_id == case.id)
    return scoped(statement, Placement, actor).order_by(Placement.published_on.desc())


def films_of(case: Case, actor: Actor) -> Select[SourceVideo]:
    """The films of a case."""
    return scoped(select(SourceVideo).where(SourceVideo.case_id == case.id), SourceVideo, actor)


def clips_of(case: Case, actor: Actor) -> Select[Clip]:
    """The clips of a case."""
    return scoped(select(Clip).where(Clip.case_id == case.id), Clip, actor)


def enterprises_of(programme: Programme, actor: Actor) -> Select[Enterprise]:
    """The enterprises of a programme, by name."""
    statement = select(Enterprise).where(Enterprise.programme_id == programme.id).order_by(Enterprise.name)
    return scoped(statement, Enterprise, actor)
