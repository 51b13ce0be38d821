"""How figures, dates and cells read in a Chinese document, the same in all three forms."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from reports.data import KINDS, Column
from reports.errors import N_, ReportError

# China has one time zone and no summer time since 1991, so no time zone data is needed.
SHANGHAI = timezone(timedelta(hours=8), "CST")
NO_VALUE = "—"

Value = str | int | Decimal | date | datetime | None


def rounded(value: Decimal, places: int) -> Decimal:
    """Round half up, as accountants do (四舍五入)."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def amount(fen: int) -> str:
    """Return an amount without its unit, `1,234.50`, for tables whose head names the unit."""
    # Built from integers: fen never pass through floating point.
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def yuan(fen: int) -> str:
    """Return an amount in the house form, `1,234.50元`."""
    return f"{amount(fen)}元"


def percent(share: Decimal) -> str:
    """Return a share of 1 as `31.0 %`, rounded half up."""
    return f"{rounded(share * 100, 1)} %"


def points(score: Decimal) -> str:
    """Return points with two decimals at most: `10`, `9.5`, `9.25`."""
    return plain(rounded(score, 2))


def plain(value: Decimal) -> str:
    """Return a number without an exponent and without trailing zeros: `100`, `4.5`."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def chinese_date(day: date) -> str:
    """Return a date as `2024年10月31日`."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_time(moment: datetime) -> str:
    """Return an aware time as `2024年10月31日 14:30` in Shanghai."""
    local = moment.astimezone(SHANGHAI)
    return f"{chinese_date(local.date())} {local:%H:%M}"


def parsed(column: Column, text: str, place: str) -> Value:
    """Return the value of a canonical cell, None when it is empty.

    Raises ReportError naming `place` when the text does not fit the column's kind.
    """
    if column.kind not in KINDS:
        raise ReportError(
            N_("%(place)s: the column kind %(kind)s is unknown."), place=place, kind=column.kind
        )
    if text == "" or column.kind == "text":
        return text or None
    try:
        return _parsed(column.kind, text)
    except (ValueError, InvalidOperation) as error:
        raise ReportError(
            N_("%(place)s: “%(text)s” cannot be read as %(kind)s."), place=place, text=text, kind=column.kind
        ) from error


def _parsed(kind: str, text: str) -> Value:
    if kind in ("integer", "money"):
        return int(text)
    if kind == "date":
        return date.fromisoformat(text)
    if kind == "datetime":
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError("no offset")
        return moment
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError("not finite")
    return number


def shown(kind: str, value: Value) -> str:
    """Return the words for a parsed cell; an empty cell reads as the customary dash."""
    if value is None:
        return NO_VALUE
    # datetime is a date too, so it is asked for first.
    if isinstance(value, datetime):
        return chinese_time(value)
    if isinstance(value, date):
        return chinese_date(value)
    return value if isinstance(value, str) else _number(kind, value)


def _number(kind: str, value: int | Decimal) -> str:
    if kind == "money":
        return yuan(int(value))
    if kind == "share":
        return percent(Decimal(value))
    return f"{int(value):,}" if kind == "integer" else plain(Decimal(value))
