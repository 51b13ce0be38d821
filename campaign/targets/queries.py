"""The rows that count for each target; the board, the lists and the reports ask here and nowhere else.

A profile's target says what it counts by a word such as `clips.finished`. Each word has one function that
gives the counted rows, and one address whose list shows exactly those rows (ux: numbers are doors).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from flask import url_for
from sqlalchemy import Select, func
from sqlalchemy.orm import Session

from campaign.access import Actor
from campaign.approvals import plan_counts
from campaign.approvals import queries as approvals
from campaign.cases import queries as cases
from campaign.cases.models import Case
from campaign.db import utc_now
from campaign.documents import queries as documents
from campaign.exhibits import queries as exhibits
from campaign.films import queries as films
from campaign.lectures import queries as lectures
from campaign.messages import N_
from campaign.placements import queries as placements
from campaign.programmes.models import Programme
from campaign.programmes.profiles import Profile, Target
from campaign.targets import rules


@dataclass(frozen=True)
class Asked:
    """What every counting function is asked with; `memo` keeps what several targets of one page share."""

    session: Session
    programme: Programme
    profile: Profile
    actor: Actor
    target: Target
    memo: dict[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Counting:
    """How a word is counted and where its rows are listed; `why` says in words what counts (msgid).

    `number` counts the same rows in the database, where there may be too many to read for a gauge. `missed`
    gives rows that can never count any more, which the board names beside the number (A8).
    """

    rows: Callable[[Asked], Sequence[Any]]
    endpoint: str
    why: str
    number: Callable[[Asked], int] | None = None
    missed: Callable[[Asked], Sequence[Any]] | None = None


def _stories(asked: Asked) -> Sequence[Any]:
    statement = cases.with_story(cases.cases_of(asked.programme, asked.actor))
    return asked.session.scalars(statement.order_by(Case.number, Case.id)).unique().all()


def _number(asked: Asked, statement: Select[Any]) -> int:
    """How many rows a select gives, without reading them."""
    rows = statement.with_only_columns(func.count(), maintain_column_froms=True).order_by(None).options()
    return asked.session.scalar(rows) or 0


def _report_number(asked: Asked, counts: str) -> int:
    return _number(asked, documents.counting(documents.reports_of(asked.programme, asked.actor), counts))


def _consented(asked: Asked) -> Sequence[Any]:
    """The clips of the right length that the centre has agreed to, or that are public (A16)."""
    finished = films.counted_clips(asked.session, asked.programme, asked.profile, asked.actor)
    agreed = approvals.clips_with(asked.session, asked.target.counts, [clip.id for clip in finished])
    return [clip for clip in finished if clip.id in agreed]


def _placements(asked: Asked) -> Sequence[Any]:
    return placements.counted(asked.session, asked.programme, asked.profile, asked.target.counts, asked.actor)


def _placement_number(asked: Asked) -> int:
    """How many pieces count, worked out once for all targets of coverage."""
    if asked.target.counts == placements.CONTACTED:
        return placements.count(
            asked.session, asked.programme, asked.profile, asked.target.counts, asked.actor
        )
    if "coverage" not in asked.memo:
        asked.memo["coverage"] = placements.numbers(
            asked.session, asked.programme, asked.profile, asked.actor
        )
    return int(asked.memo["coverage"][asked.target.counts])


COUNTED: dict[str, Counting] = {
    plan_counts.PLANS: Counting(
        lambda a: plan_counts.in_time(a.session, a.programme, a.actor, a.target.due, utc_now(), a.memo),
        "lectures.index",
        N_("plans of provincial events that the centre approved before the event began"),
        missed=lambda a: plan_counts.missed(a.session, a.programme, a.actor, utc_now(), a.memo),
    ),
    "lectures.province": Counting(
        lambda a: lectures.counted(a.session, a.programme, a.target.due, a.actor),
        "lectures.index",
        N_("provincial events held on site and online by the due day"),
    ),
    "placements.report": Counting(
        _placements,
        "placements.index",
        N_("reports of provincial or higher media, with evidence, each once whatever its copies"),
        number=_placement_number,
    ),
    "placements.comprehensive": Counting(
        _placements,
        "placements.index",
        N_("comprehensive reports in authoritative media, with evidence, each once whatever its copies"),
        number=_placement_number,
    ),
    "placements.authoritative": Counting(
        _placements,
        "placements.index",
        N_("placements in media authoritative on the day, with evidence, each channel once a report"),
        number=_placement_number,
    ),
    "outlets.contacted": Counting(
        _placements,
        "placements.outlets",
        N_("different media that we turned to or that have published a piece"),
        number=_placement_number,
    ),
    "clips.finished": Counting(
        lambda a: films.counted_clips(a.session, a.programme, a.profile, a.actor),
        "films.clips",
        N_("finished, verified clips of about two minutes"),
    ),
    "clips.approved": Counting(
        _consented,
        "films.clips",
        N_("finished clips of about two minutes that the centre has approved"),
    ),
    "clips.published": Counting(
        _consented,
        "films.clips",
        N_("finished clips of about two minutes that are published with the centre's consent"),
    ),
    "cases.story": Counting(
        _stories,
        "cases.index",
        N_("cases with a written story"),
        number=lambda a: _number(a, cases.with_story(cases.cases_of(a.programme, a.actor))),
    ),
    "exhibits.nominated": Counting(
        lambda a: exhibits.counted(a.session, a.programme, a.actor),
        "exhibits.index",
        N_("exhibits nominated by little giants"),
        number=lambda a: _number(a, exhibits.counting(exhibits.exhibits_of(a.programme, a.actor))),
    ),
    "reports.monthly": Counting(
        lambda a: documents.counted(a.session, a.programme, "reports.monthly", a.actor),
        "reports.index",
        N_("months with a progress report"),
        number=lambda a: _report_number(a, "reports.monthly"),
    ),
    "reports.final": Counting(
        lambda a: documents.counted(a.session, a.programme, "reports.final", a.actor),
        "reports.index",
        N_("kinds of final document that exist: execution report, work summary, performance report"),
        number=lambda a: _report_number(a, "reports.final"),
    ),
}


@dataclass(frozen=True)
class TargetState:
    """One target as the board, the overview and the reports show it.

    `rows` are the counted rows themselves, read when they are asked for; `actual` is their number. A target
    whose rows this release does not collect yet has `counting` None and `actual` 0, and says so instead of
    pretending.
    """

    asked: Asked
    actual: int
    pace: rules.Pace
    counting: Counting | None

    @property
    def target(self) -> Target:
        """What is asked for."""
        return self.asked.target

    @cached_property
    def missed(self) -> int:
        """How many rows can never count any more."""
        missed = self.counting.missed if self.counting else None
        return len(missed(self.asked)) if missed else 0

    @cached_property
    def rows(self) -> tuple[Any, ...]:
        """The rows that count."""
        return tuple(self.counting.rows(self.asked)) if self.counting else ()

    @property
    def met(self) -> bool:
        """Whether the required number is reached."""
        return self.actual >= self.target.required


def states(
    session: Session,
    programme: Programme,
    profile: Profile,
    actor: Actor,
    today: date,
    memo: dict[str, Any] | None = None,
) -> list[TargetState]:
    """Every target of a programme with its number, in the profile's order; `memo` as in `Asked`."""
    found: list[TargetState] = []
    memo = {} if memo is None else memo
    for target in profile.targets:
        counting = COUNTED.get(target.counts)
        asked = Asked(session, programme, profile, actor, target, memo)
        rows: tuple[Any, ...] | None = None
        actual = 0
        if counting is not None and counting.number is not None:
            actual = counting.number(asked)
        elif counting is not None:
            rows = tuple(counting.rows(asked))
            actual = len(rows)
        pace = rules.pace(
            required=target.required,
            actual=actual,
            starts=programme.starts_on,
            due=target.due,
            today=today,
        )
        state = TargetState(asked, actual, pace, counting)
        if rows is not None:
            # Read already to be counted; the property finds them here.
            state.__dict__["rows"] = rows
        found.append(state)
    return found


def door(state: TargetState, programme: Programme) -> str | None:
    """The address whose list shows exactly the counted rows."""
    if state.counting is None:
        return None
    return url_for(state.counting.endpoint, programme=programme.key, counts=state.target.counts)


def missed_door(state: TargetState, programme: Programme) -> str | None:
    """The address whose list shows what can never count any more."""
    if state.counting is None or state.counting.missed is None:
        return None
    return url_for(state.counting.endpoint, programme=programme.key, plan=plan_counts.PlanState.MISSED.value)
