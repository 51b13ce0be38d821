"""Seat plan, name cards and badges of a lecture event as PDF, each a template of typst with text as data."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import segno

from reports.errors import N_, ReportError
from reports.glyphs import check_texts, texts_in, without_invisible
from reports.lecture_seats import NOT_COMING, seats_of
from reports.lecture_words import period_words, place_of
from reports.pdf import typeset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.charts import FontFiles
    from reports.lecture_data import Badge, LecturePlan

MAX_CODE_CHARS = 300


def seat_plan_pdf(plan: LecturePlan, fonts: FontFiles) -> bytes:
    """Return the seat plan: the stage at the top, the rows before it. Raises ReportError for a lost glyph."""
    seats, per_row, rows = seats_of(plan)
    data = {
        "title": f"{plan.title}座次图",
        "under": f"{period_words(plan.starts_at, plan.ends_at)}　{place_of(plan)}",
        "note": plan.state_line,
        "per_row": per_row,
        "rows": rows,
        "seats": [{"row": seat.row, "number": seat.number, "name": seat.name} for seat in seats],
    }
    return _set("lecture_seats.typ", data, fonts, plan)


def name_cards_pdf(plan: LecturePlan, fonts: FontFiles) -> bytes:
    """Return one A4 page for each card, folded in its middle. Raises ReportError for a lost glyph."""
    names = [
        *(guest.name for guest in plan.guests if guest.answer != NOT_COMING),
        *(case.speaker for case in plan.cases if case.speaker),
        *([plan.host] if plan.host else []),
    ]
    return _set("lecture_names.typ", {"names": [_spaced(name) for name in dict.fromkeys(names)]}, fonts, plan)


def badges_pdf(plan: LecturePlan, badges: Sequence[Badge], fonts: FontFiles) -> bytes:
    """Return badges of 90 × 130 mm, four to a page with cutting marks, each with its own QR code.

    Raises ReportError for a lost glyph and for an address that is too long to be read from a badge.
    """
    data = {
        "event": plan.title,
        "badges": [
            {"name": _spaced(one.name), "line": one.line, "role": one.role, "qr": qr_svg(one.code)}
            for one in badges
        ],
    }
    return _set("lecture_badges.typ", data, fonts, plan)


def qr_svg(address: str) -> str:
    """Return a QR code as SVG (ISO/IEC 18004, error correction M), empty for an empty address."""
    if not address:
        return ""
    if len(address) > MAX_CODE_CHARS:
        raise ReportError(
            N_("The address of a QR code has %(actual)s characters; %(limit)s can be read from a badge."),
            actual=str(len(address)),
            limit=str(MAX_CODE_CHARS),
        )
    stream = io.BytesIO()
    segno.make(address, error="m", micro=False).save(stream, kind="svg", border=4, scale=4, xmldecl=False)
    return stream.getvalue().decode()


def _spaced(name: str) -> str:
    """Return a name of two characters with a blank between them, as on cards."""
    name = without_invisible(name).strip()
    return f"{name[0]}　{name[1]}" if len(name) == 2 else name


def _set(template: str, data: dict[str, Any], fonts: FontFiles, plan: LecturePlan) -> bytes:
    plain: dict[str, Any] = _cleaned(data)
    check_texts(((f"“{plan.title}”", text) for text in texts_in(plain, but=("qr",))), fonts)
    return typeset(template, {"data": plain}, fonts, plan.made_at)


def _cleaned(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, str):
        return without_invisible(value)
    if isinstance(value, list):
        return [_cleaned(one) for one in value]
    if isinstance(value, dict):
        return {key: _cleaned(one) for key, one in value.items()}
    return value
