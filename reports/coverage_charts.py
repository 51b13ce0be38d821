"""Charts of coverage: pieces by month with those that count, and shares by any other property (B1, B2).

The pieces that count are dark, the others pale and hatched, so that a grey print tells them apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from reports.charts import GREY, INK, PALE, Chart, _canvas, _drawn, _folded, _only_labels

if TYPE_CHECKING:
    from reports.charts import FontFiles

MOST_ROWS = 25


@dataclass(frozen=True)
class Bar:
    """One row or column: how many pieces there are, and how many of them count for a target."""

    label: str
    pieces: int
    counted: int


@lru_cache(maxsize=64)
def bars_chart(bars: tuple[Bar, ...], title: str, fonts: FontFiles) -> Chart:
    """Draw one row per label; what is beyond `MOST_ROWS` is summed up in a last row."""
    shown = _summed(bars)
    figure, axes, text = _canvas(0.62 * max(len(shown), 1) + 1.1, fonts)
    for row, bar in enumerate(shown):
        axes.barh(row, bar.pieces, height=0.64, **_other())
        axes.barh(row, bar.counted, height=0.64, color=GREY, linewidth=0)
        axes.annotate(
            _figures(bar),
            (bar.pieces, row),
            (5, 0),
            textcoords="offset points",
            va="center",
            color=INK,
            fontproperties=text,
        )
    axes.set_yticks(range(len(shown)), [_folded(bar.label) for bar in shown], fontproperties=text)
    axes.set_ylim(max(len(shown), 1) - 0.4, -0.7)
    axes.set_xlim(0, max([bar.pieces for bar in shown] + [1]) * 1.22)
    _only_labels(axes)
    return _drawn(figure, alt_text(title, shown))


@lru_cache(maxsize=32)
def months_chart(bars: tuple[Bar, ...], title: str, fonts: FontFiles) -> Chart:
    """Draw one column per month."""
    figure, axes, text = _canvas(7, fonts)
    for place, bar in enumerate(bars):
        axes.bar(place, bar.pieces, width=0.62, **_other())
        axes.bar(place, bar.counted, width=0.62, color=GREY, linewidth=0)
        axes.annotate(
            _figures(bar),
            (place, bar.pieces),
            (0, 4),
            textcoords="offset points",
            ha="center",
            color=INK,
            fontproperties=text,
        )
    axes.set_xticks(range(len(bars)), [bar.label for bar in bars], fontproperties=text)
    axes.set_ylim(0, max([bar.pieces for bar in bars] + [1]) * 1.18)
    axes.set_xlim(-0.6, max(len(bars), 3) - 0.4)
    axes.yaxis.set_visible(False)
    axes.spines[["left", "top", "right"]].set_visible(False)
    axes.tick_params(length=0)
    return _drawn(figure, alt_text(title, bars))


def _other() -> dict[str, Any]:
    return {"color": "white", "edgecolor": PALE, "hatch": "////", "linewidth": 0.8}


def _figures(bar: Bar) -> str:
    return f"{bar.pieces}" if bar.counted in (bar.pieces, 0) else f"{bar.pieces}（计 {bar.counted}）"


def _summed(bars: tuple[Bar, ...]) -> tuple[Bar, ...]:
    if len(bars) <= MOST_ROWS:
        return bars
    rest = bars[MOST_ROWS - 1 :]
    last = Bar(f"其余 {len(rest)} 项", sum(bar.pieces for bar in rest), sum(bar.counted for bar in rest))
    return (*bars[: MOST_ROWS - 1], last)


def alt_text(title: str, bars: tuple[Bar, ...]) -> str:
    """The words that stand for a chart; a page says them before the chart is drawn."""
    bars = _summed(bars)
    listed = "，".join(f"{bar.label} {bar.pieces} 篇（计入指标 {bar.counted} 篇）" for bar in bars)
    return f"{title}：{listed or '尚无数据'}。"
