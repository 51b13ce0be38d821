"""All papers of a lecture event by their keys; the door calls this and nothing beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.lecture_calendar import calendar_ics
from reports.lecture_cards import badges_pdf, name_cards_pdf, seat_plan_pdf
from reports.lecture_plan import plan_docx, plan_pdf
from reports.lecture_script import script_docx, sign_in_docx
from reports.lecture_sheets import run_of_show_xlsx

if TYPE_CHECKING:
    from reports.charts import FontFiles
    from reports.lecture_data import Badge, LecturePlan


@dataclass(frozen=True)
class PaperJob:
    """Which paper of which plan; `uid` names the event in calendars for ever."""

    key: str
    plan: LecturePlan
    badges: tuple[Badge, ...]
    uid: str
    cancelled: bool = False


def lecture_paper(job: PaperJob, fonts: FontFiles) -> bytes:
    """Write one paper. Raises ReportError for a lost glyph, KeyError for a key that is none."""
    plain = {
        "plan": plan_docx,
        "plan_pdf": plan_pdf,
        "script": script_docx,
        "sign_in": sign_in_docx,
        "seats": seat_plan_pdf,
        "names": name_cards_pdf,
    }
    if job.key == "badges":
        return badges_pdf(job.plan, job.badges, fonts)
    if job.key == "run_of_show":
        return run_of_show_xlsx(job.plan)
    if job.key == "calendar":
        return calendar_ics(job.plan, job.uid, cancelled=job.cancelled)
    return plain[job.key](job.plan, fonts)
