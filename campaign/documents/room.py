"""The room's blueprint and what its pages share."""

from __future__ import annotations

from flask import Blueprint, current_app
from flask_babel import gettext as _

from campaign import web
from campaign.config import Settings
from campaign.db import db, utc_now
from campaign.documents import queries
from campaign.documents.annexes import REPORT_KINDS
from campaign.documents.facts import Facts, gather, month_of, months_of
from campaign.documents.models import Report
from campaign.errors import NotFound
from campaign.formatting import local
from campaign.messages import N_

blueprint: Blueprint = web.programme_blueprint("reports", __name__, "/reports")

KIND_NAMES = {
    "monthly": N_("monthly progress report"),
    "execution": N_("execution report"),
    "summary": N_("work summary"),
    "performance": N_("performance report"),
    "acceptance": N_("acceptance report"),
}


def kind_name(report: Report) -> str:
    """What a report is called, with its month where it has one."""
    name = _(KIND_NAMES[report.kind])
    return f"{name} {report.month}" if report.month else name


def known_kind(kind: str) -> str:
    """The kind of an address, or the page of what does not exist."""
    if kind not in KIND_NAMES:
        raise NotFound(N_("There is no report of the kind %(kind)s."), kind=kind)
    return kind


def facts_for(kind: str, month: str) -> Facts:
    """The facts of this programme for a report; refuses a wrong month."""
    programme, now = web.programme(), utc_now()
    chosen = month_of(month, programme, local(now).date()) if kind == "monthly" else ""
    return gather(db.session, programme, web.profile(), web.actor(), now, chosen)


def month_to_report() -> str:
    """The first month that has begun and has no report yet, else the latest one that has begun."""
    today = local(utc_now()).date().strftime("%Y-%m")
    begun = [month for month in months_of(web.programme()) if month <= today]
    done = queries.reported_months(db.session, web.programme(), web.actor())
    open_ones = [month for month in begun if month not in done]
    return (open_ones or begun[-1:] or months_of(web.programme()))[0]


def settings() -> Settings:
    """The settings of the site."""
    found: Settings = current_app.config["SETTINGS"]
    return found


def file_name(report: Report, form: str) -> str:
    """The name under which a form of a report is downloaded."""
    month = f"（{report.month}）" if report.month else ""
    return f"{web.programme().title}{REPORT_KINDS[report.kind]}{month}（第{report.number}号）.{form}"
