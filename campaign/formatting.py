"""How dates, money, sizes and shares are written on every page (ux.md: the field's forms).

All are pure; ``register`` makes Jinja filters of them. A missing value is a dash, never an empty cell.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask_babel import gettext, ngettext

from campaign import icons

if TYPE_CHECKING:
    from decimal import Decimal

    from flask import Flask

SHANGHAI = ZoneInfo("Asia/Shanghai")
DASH = "—"
KIB = 1024


def local(value: dt.datetime) -> dt.datetime:
    """Give a moment in Shanghai time; one without a zone is read as UTC, as the database keeps it."""
    aware = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
    return aware.astimezone(SHANGHAI)


def _day(value: dt.date) -> dt.date:
    return local(value).date() if isinstance(value, dt.datetime) else value


def date_zh(value: dt.date | None) -> str:
    """Write a day as 2024年10月31日; a moment is turned to Shanghai time first."""
    if value is None:
        return DASH
    day = _day(value)
    return f"{day.year}年{day.month}月{day.day}日"


def date_short(value: dt.date | None) -> str:
    """Write a day of the running year as 10月31日."""
    if value is None:
        return DASH
    day = _day(value)
    return f"{day.month}月{day.day}日"


def time_zh(value: dt.datetime | dt.time | None) -> str:
    """Write a time as 14:30; a moment is turned to Shanghai time, a time of day stays as it is."""
    if value is None:
        return DASH
    return (local(value) if isinstance(value, dt.datetime) else value).strftime("%H:%M")


def datetime_zh(value: dt.datetime | None) -> str:
    """Write a moment as 2024年10月31日 14:30 in Shanghai time."""
    return DASH if value is None else f"{date_zh(value)} {time_zh(value)}"


def money(fen: int | None) -> str:
    """Write an amount in fen as 1,234.50元; the sign stands in front."""
    if fen is None:
        return DASH
    yuan, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan:,}.{rest:02d}元"


def number(value: float | None) -> str:
    """Write a number with thousands parted: 1,234; a fraction keeps one decimal."""
    if value is None:
        return DASH
    whole = isinstance(value, int) or float(value).is_integer()
    return f"{int(value):,}" if whole else f"{value:,.1f}"


def share(value: float | Fraction | Decimal | None) -> str:
    """Write a share of one as 31.0 %."""
    return DASH if value is None else f"{float(value) * 100:.1f} %"


def duration(seconds: float | Fraction | None) -> str:
    """Write seconds as 2:05 or 1:02:05, rounded to the whole second."""
    if seconds is None:
        return DASH
    total = round(float(seconds))
    minutes, second = divmod(total, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"


def size_in_words(size_bytes: int | None) -> str:
    """Write a size in steps of 1024, as file managers do: 512 B, 1.5 MB, 2.0 GB."""
    if size_bytes is None:
        return DASH
    if size_bytes < KIB:
        return f"{size_bytes} B"
    size = float(size_bytes)
    for unit in ("KB", "MB", "GB"):
        size /= KIB
        if round(size, 1) < KIB:
            return f"{size:.1f} {unit}"
    return f"{size / KIB:.1f} TB"


def ago(value: dt.datetime | None, now: dt.datetime | None = None) -> str:
    """Say how long ago a moment was; after a week the day is written instead."""
    if value is None:
        return DASH
    at = local(value)
    seconds = int(((now or dt.datetime.now(dt.UTC)) - at).total_seconds())
    if seconds < 60:
        return str(gettext("just now"))
    if seconds < 3600:
        return str(ngettext("%(num)d minute ago", "%(num)d minutes ago", seconds // 60))
    if seconds < 86400:
        return str(ngettext("%(num)d hour ago", "%(num)d hours ago", seconds // 3600))
    if seconds < 7 * 86400:
        return str(ngettext("%(num)d day ago", "%(num)d days ago", seconds // 86400))
    return date_zh(at)


FILTERS = {
    "ago": ago,
    "bytes": size_in_words,
    "date_short": date_short,
    "date_zh": date_zh,
    "datetime_zh": datetime_zh,
    "duration": duration,
    "money": money,
    "number": number,
    "share": share,
    "time_zh": time_zh,
}


def register(app: Flask) -> None:
    """Make the filters and the globals ``icon_svg`` and ``has_endpoint`` known to the templates."""
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals["icon_svg"] = icons.icon_svg
    app.jinja_env.globals["has_endpoint"] = lambda name: name in app.view_functions
