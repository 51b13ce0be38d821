"""Every chart of a project, one drawing for documents and pages: `Series.drawn` (A1, A3, A17).

The cities of a province stand as tiles, the budget burns down; the other shapes are in `reports.charts`.

Both are read in grey print: a tile says its number and is the darker the more it has, a city without a case
is empty and dashed; what is left of the money is a line of figures, red and square only where overspent.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from matplotlib.patches import Rectangle

from reports.charts import (
    GREY,
    INK,
    NARROW_CM,
    PALE,
    RED,
    WIDTH_CM,
    Chart,
    _canvas,
    _drawn,
    counts_chart,
    counts_words,
    coverage_chart,
    coverage_words,
    targets_chart,
    targets_words,
)
from reports.data import Count, PacePoint, PerformanceReport, SpendPoint, TargetLine
from reports.wording import shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.font_manager import FontProperties

    from reports.charts import FontFiles

Spent = tuple[SpendPoint, ...]
Values = tuple[TargetLine, ...] | tuple[PacePoint, ...] | tuple[Count, ...] | tuple[SpendPoint, ...]
# The charts of counts: their captions, and what is counted.
COUNTED = {
    "cases_by_type": ("各类型案例数", "个"),
    "cases_by_enterprise": ("各类企业案例数", "个"),
    "cases_by_city": ("各地区案例数", "个"),
    "clips_by_state": ("各状态短视频数", "条"),
}
SPENDING_TITLE = "经费结余与按月均使用"
TARGETS_TITLE = "各项目标完成率"
COVERAGE_TITLE = PerformanceReport.coverage_title
# The point of what was paid after the last month of a programme.
AFTER = "期后"
TILE_CM = 2.2
TILE_HEIGHT_CM = 1.35
# Four greys that a laser printer still tells apart, with the colour of the words on them.
SHADES = (("#ececec", INK), ("#c4c4c4", INK), ("#8c8c8c", INK), ("#4d4d4d", "white"))
LONGEST_NAME = 6
FEN_PER_WAN = 1_000_000


@dataclass(frozen=True)
class Series:
    """What one chart shows; `key` says which shape it takes."""

    key: str
    title: str
    values: Values
    unit: str = ""

    @property
    def caption(self) -> str:
        """What stands under the chart in a document and over it on a page."""
        return f"{self.title}与进度" if self.key == "coverage" else self.title

    @property
    def alt(self) -> str:
        """The words that stand for the chart; a page says them before it is drawn."""
        if self.key == "targets":
            return targets_words(cast("tuple[TargetLine, ...]", self.values))
        if self.key == "coverage":
            return coverage_words(cast("tuple[PacePoint, ...]", self.values), self.title)
        if self.key == "spending":
            return spending_words(cast("tuple[SpendPoint, ...]", self.values), self.title)
        return counts_words(cast("tuple[Count, ...]", self.values), self.title, self.unit)

    @property
    def labels(self) -> tuple[str, ...]:
        """Every word of people that will be drawn, to be looked for in the font first."""
        return tuple(
            one.title + one.unit if isinstance(one, TargetLine) else one.label for one in self.values
        )

    def drawn(self, fonts: FontFiles, *, narrow: bool = False) -> Chart:
        """Draw it, `narrow` for a phone; the same series is drawn once."""
        return _shape(self, fonts, NARROW_CM if narrow else WIDTH_CM)


@lru_cache(maxsize=64)
def _shape(series: Series, fonts: FontFiles, width_cm: float) -> Chart:
    values, title = series.values, series.title
    if series.key == "targets":
        return targets_chart(cast("tuple[TargetLine, ...]", values), fonts, width_cm)
    if series.key == "coverage":
        return coverage_chart(cast("tuple[PacePoint, ...]", values), title, fonts, width_cm)
    if series.key == "spending":
        return spending_chart(cast("tuple[SpendPoint, ...]", values), title, fonts, width_cm)
    draw = cities_chart if series.key == "cases_by_city" else counts_chart
    return draw(cast("tuple[Count, ...]", values), title, series.unit, fonts, width_cm)


def counted_series(key: str, counts: tuple[Count, ...]) -> Series:
    """The series of one of the charts of counts."""
    title, unit = COUNTED[key]
    return Series(key, title, counts, unit)


def series_of(report: PerformanceReport, key: str) -> Series | None:
    """What a report's chart of this key shows; None where the report has nothing to draw."""
    if key == "targets":
        return Series(key, TARGETS_TITLE, report.targets)
    values: Values = getattr(report, key, ())
    if not values:
        return None
    if key == "spending" and not any(p.planned_fen or p.executed_fen for p in cast("Spent", values)):
        return None
    if key in COUNTED:
        counts = cast("tuple[Count, ...]", values)
        return counted_series(key, counts) if any(count.count for count in counts) else None
    return Series(key, report.coverage_title if key == "coverage" else SPENDING_TITLE, values)


def cities_chart(
    counts: tuple[Count, ...], title: str, unit: str, fonts: FontFiles, width_cm: float = WIDTH_CM
) -> Chart:
    """Draw one tile per city in the order given, cities without any included."""
    columns = max(int(width_cm / TILE_CM), 1)
    rows = max(-(-len(counts) // columns), 1)
    figure, axes, text = _canvas(rows * TILE_HEIGHT_CM + 0.1, fonts, width_cm)
    number = text.copy()
    number.set_size(12)
    most = max([count.count for count in counts] + [1])
    for place, count in enumerate(counts):
        _tile(axes, (place % columns, place // columns), count, most, (text, number))
    axes.set_xlim(-0.02, columns + 0.02)
    axes.set_ylim(rows + 0.02, -0.02)
    axes.set_axis_off()
    return _drawn(figure, counts_words(counts, title, unit))


def _tile(
    axes: Axes,
    place: tuple[int, int],
    count: Count,
    most: int,
    fonts: tuple[FontProperties, FontProperties],
) -> None:
    x, y = place
    fill, ink = SHADES[min(count.count * len(SHADES) // most, len(SHADES) - 1)]
    empty = count.count == 0
    axes.add_patch(
        Rectangle(
            (x + 0.04, y + 0.05),
            0.92,
            0.9,
            facecolor="white" if empty else fill,
            edgecolor=GREY if empty else fill,
            linestyle="--" if empty else "-",
            linewidth=0.7,
        )
    )
    name = count.label if len(count.label) <= LONGEST_NAME else f"{count.label[: LONGEST_NAME - 1]}…"
    colour = INK if empty else ink
    axes.text(x + 0.5, y + 0.32, name, ha="center", va="center", color=colour, fontproperties=fonts[0])
    axes.text(
        x + 0.5, y + 0.69, str(count.count), ha="center", va="center", color=colour, fontproperties=fonts[1]
    )


def spending_words(points: tuple[SpendPoint, ...], title: str) -> str:
    """The words that stand for the burn-down, with exact amounts."""
    reached = [point for point in points if point.executed_fen is not None]
    if not points or not reached:
        return f"{title}：尚无数据。"
    steps = "，".join(f"{_until(point)}累计支出{shown('money', point.executed_fen)}" for point in reached)
    last = reached[-1]
    left = last.planned_fen - (last.executed_fen or 0)
    words = f"结余{shown('money', left)}" if left >= 0 else f"超支{shown('money', -left)}"
    return f"{title}：预算{shown('money', last.planned_fen)}，{steps}，{words}。"


def _until(point: SpendPoint) -> str:
    return point.label if point.label == AFTER else f"{point.label}末"


def spending_chart(
    points: tuple[SpendPoint, ...], title: str, fonts: FontFiles, width_cm: float = WIDTH_CM
) -> Chart:
    """Draw what is left of the plan at the end of each month, against an even use of it."""
    figure, axes, text = _canvas(6.4, fonts, width_cm)
    planned = points[0].planned_fen / FEN_PER_WAN if points else 0.0
    steps = len(points)
    months = sum(point.label != AFTER for point in points)
    even = [planned * (months - at) / max(months, 1) for at in range(months + 1)]
    left = [(0, planned)] + [
        (at, (point.planned_fen - point.executed_fen) / FEN_PER_WAN)
        for at, point in enumerate(points, start=1)
        if point.executed_fen is not None
    ]
    axes.plot(range(months + 1), even, color=GREY, linewidth=1.2, linestyle=(0, (4, 3)))
    axes.plot([x for x, _ in left], [y for _, y in left], color=INK, linewidth=2.2, marker="o", ms=4)
    for x, y in left[1:]:
        short = y < 0
        axes.annotate(
            f"{'超支 ' if short else '剩 '}{abs(y):,.2f}",
            (x, y),
            # The line falls to the right, so the place above it there is free.
            (4, 5),
            textcoords="offset points",
            ha="left",
            color=RED if short else INK,
            fontproperties=text,
        )
        if short:
            axes.plot([x], [y], color=RED, marker="s", ms=7)
    if steps:
        axes.annotate(
            "按月均使用",
            (months, 0),
            (0, -12),
            textcoords="offset points",
            ha="center",
            color=GREY,
            fontproperties=text,
        )
    low = min([0.0, *(y for _, y in left)])
    axes.plot([0, steps], [0, 0], color=PALE, linewidth=0.8)
    axes.set_ylim(low - planned * 0.16 - 0.1, max(planned, 1.0) * 1.16)
    axes.set_xlim(-0.4, max(steps, 1) + (1.0 if width_cm < WIDTH_CM else 0.7))
    labels = [f"预算\n{planned:,.2f}万元", *map(_until, points)]
    axes.set_xticks(range(steps + 1), labels, fontproperties=text)
    axes.yaxis.set_visible(False)
    axes.spines[["left", "top", "right"]].set_visible(False)
    axes.tick_params(length=0)
    return _drawn(figure, spending_words(points, title))
