"""What the plan of an event still lacks, with the page where it is put right (A6 to A8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from campaign.formatting import local
from campaign.lectures import queries, rules
from campaign.lectures.models import LectureEvent, LectureTask
from campaign.lectures.rules import Fact
from campaign.messages import N_, Message


@dataclass(frozen=True)
class Gap:
    """One thing that is missing, and the endpoint of the page where it is entered."""

    endpoint: str
    message: Message
    severe: bool = False


def days_left(event: LectureEvent, today: date) -> int:
    """Days until the event; negative afterwards."""
    return (local(event.starts_at).date() - today).days


def late_tasks(event: LectureEvent, today: date) -> list[LectureTask]:
    """Tasks that are due and not done."""
    return [row for row in event.tasks if row.done_on is None and row.due_on and row.due_on < today]


def open_tasks(event: LectureEvent) -> list[LectureTask]:
    """Tasks that are not done, the most urgent first."""
    waiting = [row for row in event.tasks if row.done_on is None]
    return sorted(waiting, key=lambda row: (row.due_on or date.max, row.position))


def gaps(event: LectureEvent, facts: tuple[Fact, ...], today: date) -> list[Gap]:
    """All that the plan lacks, in the order of its pages."""
    return [*_frame(event), *_line_up(event, facts), *_show(event), *_people(event), *_work(event, today)]


def _frame(event: LectureEvent) -> Iterator[Gap]:
    if event.tier == "province" and not event.park:
        yield Gap("lectures.edit", Message(N_("The park is not named.")))
    if not event.online_address:
        yield Gap("lectures.edit", Message(N_("The live stream has no address yet.")))
    if not event.host:
        yield Gap("lectures.edit", Message(N_("Nobody is named who leads through the event.")))
    if event.seats is None:
        yield Gap("lectures.edit", Message(N_("It is not known how many seats the hall has.")))


def _line_up(event: LectureEvent, facts: tuple[Fact, ...]) -> Iterator[Gap]:
    for fact in facts:
        if not fact.kept:
            yield Gap("lectures.line_up", fact.message, severe=True)
    unready = sum(bool(rules.lacking(queries.prepared(row))) for row in event.line_up)
    if unready:
        text = N_("%(count)s told cases are not ready: speaker, stand-in, speech, slides, film.")
        yield Gap("lectures.speakers", Message(text, {"count": unready}))


def _show(event: LectureEvent) -> Iterator[Gap]:
    if not event.agenda:
        yield Gap("lectures.agenda", Message(N_("No agenda has been written yet.")), severe=True)
        return
    found = queries.run_of_show(event).findings
    severe = sum(one.severe for one in found)
    if severe:
        text = N_("%(count)s faults in the run of show: overlaps, overruns, people needed twice.")
        yield Gap("lectures.agenda", Message(text, {"count": severe}), severe=True)
    if len(found) > severe:
        text = N_("%(count)s remarks on the run of show: gaps, missing people and materials.")
        yield Gap("lectures.agenda", Message(text, {"count": len(found) - severe}))


def _people(event: LectureEvent) -> Iterator[Gap]:
    if not event.guests:
        yield Gap("lectures.guests", Message(N_("No guest has been invited yet.")))
    uninvited = sum(row.invited_on is None and row.answer == "open" for row in event.guests)
    if uninvited:
        text = N_("%(count)s guests have not been invited yet.")
        yield Gap("lectures.guests", Message(text, {"count": uninvited}))
    waiting = sum(row.invited_on is not None and row.answer == "open" for row in event.guests)
    if waiting:
        text = N_("%(count)s guests have not answered yet.")
        yield Gap("lectures.guests", Message(text, {"count": waiting}))
    if not event.media:
        yield Gap("lectures.guests", Message(N_("No outlet has been invited yet.")))
    silent = sum(not row.planned and row.answer != "no" for row in event.media)
    if silent:
        text = N_("%(count)s outlets have no planned piece yet.")
        yield Gap("lectures.guests", Message(text, {"count": silent}))


def _work(event: LectureEvent, today: date) -> Iterator[Gap]:
    late = late_tasks(event, today)
    if late:
        text = N_("%(count)s tasks are late.")
        yield Gap("lectures.preparation", Message(text, {"count": len(late)}), severe=True)
    for rows, text in (
        (event.tasks, N_("There are no tasks yet.")),
        (event.duties, N_("The work has not been divided yet.")),
        (event.costs, N_("There is no budget yet.")),
        (event.risks, N_("There is no contingency plan yet.")),
    ):
        if not rows:
            yield Gap("lectures.preparation", Message(text))
