"""From the rows of an event to its one-page summary, and into the files of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from campaign import footage, reporting
from campaign.access import Actor
from campaign.attendance import queries, rules
from campaign.attendance.models import EventPhoto
from campaign.db import utc_now
from campaign.formatting import date_zh, datetime_zh, local, number, time_zh
from campaign.lectures.models import LectureEvent
from campaign.storage import Storage

if TYPE_CHECKING:
    from reports.event_summary import EventSummary

WRITERS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
MOST_LINES = 4


def scale_words() -> tuple[str, ...]:
    """The points of a scale in words, from 1 to 5."""
    return (
        _("very dissatisfied"),
        _("dissatisfied"),
        _("neither"),
        _("satisfied"),
        _("very satisfied"),
    )


def proposed_words(session: Session, event: LectureEvent) -> str:
    """A first sentence from the figures, for the office to go on with; documents are Chinese."""
    audience = queries.audience_of(session, event)
    day = local(event.starts_at)
    on_site = audience.on_site or event.attendance_on_site
    online = audience.online or event.attendance_online
    text = f"{day.year}年{day.month}月{day.day}日，“{event.title}”在{event.venue}举办"
    if event.line_up:
        text += f"，宣讲企业典型创新案例{len(event.line_up)}个"
    return text + f"。现场参加{on_site:,}人，线上观看{online:,}人次。"


def summary_of(session: Session, event: LectureEvent, actor: Actor) -> EventSummary:
    """Everything the summary shows, read once."""
    audience = queries.audience_of(session, event)
    record = queries.record_of(session, event)
    satisfaction = rules.satisfaction([queries.tallies_of(session, event)])
    coverage = queries.coverage_of(session, event, actor)
    ends = (
        time_zh(event.ends_at)
        if local(event.starts_at).date() == local(event.ends_at).date()
        else datetime_zh(event.ends_at)
    )
    text = record.summary if record and record.summary else proposed_words(session, event)
    figures = [
        ("现场参加", f"{number(audience.on_site or event.attendance_on_site)}人"),
        ("线上观看", f"{number(audience.online or event.attendance_online)}人次"),
        ("宣讲案例", f"{len(event.line_up)}个"),
        ("宣传报道", f"{len(coverage)}篇"),
    ]
    if satisfaction:
        figures.append((f"满意率（问卷{satisfaction.answers}份）", f"{satisfaction.percent}%"))
    return reporting.EventSummary(
        title=event.title,
        issuer=event.owner.name,
        facts=(
            ("时间", f"{datetime_zh(event.starts_at)}—{ends}"),
            ("地点", "　".join(part for part in (event.venue, event.address) if part)),
            *((("直播地址", event.online_address),) if event.online_address else ()),
            *((("回放地址", record.replay_address),) if record and record.replay_address else ()),
        ),
        figures=tuple(figures),
        paragraphs=tuple(line.strip() for line in text.splitlines() if line.strip()),
        cases=_lines([row.case.title for row in event.line_up], "个案例"),
        coverage=_lines(
            [f"{row.outlet.name}《{row.title}》（{date_zh(row.published_on)}）" for row in coverage], "篇报道"
        ),
        photos=_photos([photo for photo in queries.photos_of(session, event) if photo.chosen]),
        made_at=utc_now(),
    )


def _lines(lines: list[str], noun: str) -> tuple[str, ...]:
    """As many as one page has room for, and how many there are."""
    if len(lines) <= MOST_LINES:
        return tuple(lines)
    return (*lines[:MOST_LINES], f"等{len(lines)}{noun}")


def _photos(rows: Sequence[EventPhoto]) -> tuple[tuple[bytes, str], ...]:
    storage: Storage = current_app.extensions["storage"]
    # Always JPEG and no larger than the page needs, whatever the copy is.
    return tuple(
        (footage.photo_preview(storage.path(row.preview.sha256), max_side=1200), row.caption) for row in rows
    )


def write(session: Session, event: LectureEvent, actor: Actor, form: str) -> bytes:
    """The summary as docx or PDF."""
    return reporting.write_event_summary(
        summary_of(session, event, actor), form, current_app.config["SETTINGS"].data_dir
    )
