"""A finding that is let pass with a reason, and the letter that asks an enterprise to mend the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign import footage, reporting
from campaign.errors import Conflict, NotFound, Refused
from campaign.films import rules
from campaign.films.models import SourceVideo, Waiver
from campaign.findings_words import in_words
from campaign.formatting import date_zh, duration
from campaign.messages import N_

MOMENTS_TOLD = 5


def waive(session: Session, film: SourceVideo, rule: str, reason: str, *, user_id: int) -> Waiver:
    """Let a finding pass, with a reason that stands beside it (P12 to P16); commits."""
    verdict = next((one["verdict"] for one in film.findings or () if one["rule"] == rule), None)
    problem = rules.may_waive(verdict, reason)
    if problem is not None:
        raise Refused(problem.msgid, **problem.params)
    waiver = Waiver(
        programme_id=film.programme_id, owner_id=film.owner_id, source_id=film.id, rule=rule,
        reason=reason.strip(), waived_by_id=user_id,
    )  # fmt: skip
    session.add(waiver)
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        raise Conflict(N_("This finding has been waived already.")) from None
    return waiver


def lift(session: Session, film: SourceVideo, rule: str) -> None:
    """Take a waiver back; the audit keeps it. Commits."""
    statement = select(Waiver).where(Waiver.source_id == film.id, Waiver.rule == rule)
    waiver = session.scalars(statement).one_or_none()
    if waiver is None:
        raise NotFound(N_("This finding has not been waived."))
    session.delete(waiver)
    session.commit()


def open_findings(film: SourceVideo) -> list[dict[str, Any]]:
    """What is wrong or doubtful and was not waived; rules that are not met first."""
    waived = {waiver.rule for waiver in film.waivers}
    return [
        finding
        for verdict in ("fail", "warn")
        for finding in film.findings or ()
        if finding["verdict"] == verdict and finding["rule"] not in waived
    ]


@dataclass(frozen=True)
class Sender:
    """In whose name a letter is written, and when."""

    name: str
    programme: str
    now: datetime
    today: date


def letter(film: SourceVideo, sender: Sender, by: date | None) -> reporting.Letter:
    """Tell the enterprise what is wrong with its film and by when a better one is awaited.

    Rules that are not met come first, doubtful ones after them; what was waived or cannot be checked is left
    out. The letter goes to a Chinese enterprise and is Chinese whatever the reader's language.
    """
    if film.findings is None:
        raise Refused(N_("This film has not been checked yet. Wait for its check, then write."))
    found = open_findings(film)
    if not found:
        raise Refused(N_("Nothing is wrong with this film, so that there is nothing to write."))
    with force_locale("zh_CN"):
        about = f"“{film.case.title}”" if film.case else ""
        when = f"请于{date_zh(by)}前" if by else "请尽快"
        return reporting.Letter(
            title="关于补正企业典型创新案例视频的函",
            to=film.case.enterprise.name if film.case else "有关单位",
            opening=(
                f"贵单位报送的案例{about}的视频“{film.file_name}”已收到。经按“{sender.programme}”的视频要求检查，"
                f"有以下{len(found)}处需要补正："
            ),
            points=tuple(_point(one) for one in found),
            closing=f"{when}补正后重新报送。如已有原始素材，请一并提供。感谢支持。",
            sender=sender.name,
            signed_on=sender.today,
            made_at=sender.now,
        )


def _point(finding: dict[str, Any]) -> tuple[str, str]:
    measured, limit = finding["measured"], finding["limit"]
    facts = [f"实测 {in_words(measured)}" if measured else "", f"要求 {in_words(limit)}" if limit else ""]
    words = "，".join(fact for fact in facts if fact)
    title = _(footage.rule_title(finding["rule"])) + ("" if finding["verdict"] == "fail" else "（建议改进）")
    msgid: str = finding["advice"]
    advice = _(msgid, **finding["params"]) if msgid else ""
    return f"{title}{'：' + words if words else ''}。{_moments(finding['ranges'])}", advice


def _moments(ranges: Sequence[dict[str, Any]]) -> str:
    if not ranges:
        return ""
    told = "、".join(f"{duration(one['start_s'])}—{duration(one['end_s'])}" for one in ranges[:MOMENTS_TOLD])
    return f"位置：{told}{'等' if len(ranges) > MOMENTS_TOLD else ''}。"
