"""Charts that explain, in Chinese, readable when printed in grey.

Labels stand beside what they name, a target is a line, grey is the ordinary and red with hatching is what
falls short, so that the colour never carries the meaning alone. The same data give the same bytes.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from reports.figures import target_share
from reports.wording import percent, plain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from reports.data import Count, PacePoint, TargetLine

RED = "#b3261e"
INK = "#1a1a1a"
GREY = "#7a7a7a"
PALE = "#d0d0d0"
CM = 1 / 2.54
PNG_DPI = 200
WIDTH_CM = 15.5
# On a phone's page the same type stands in a narrower drawing.
NARROW_CM = 9.2
FOLD, FOLD_NARROW = 14, 8
# A target reached three times over would squeeze all others; its bar ends here and its label says the share.
SHARE_CEILING = 1.5

# Ids inside an SVG are random unless salted; set once at import, it changes nothing else of matplotlib.
mpl.rcParams["svg.hashsalt"] = "qichuang"


class FontFiles(Protocol):
    """The font files a report is set in; `campaign.fonts.Fonts` is one. Drawn charts are kept by it."""

    def __hash__(self) -> int:
        """The same files are the same fonts."""

    @property
    def regular(self) -> Path:
        """The regular weight."""

    @property
    def bold(self) -> Path:
        """The bold weight."""

    @property
    def family(self) -> str:
        """The family name of both."""

    @property
    def fallbacks(self) -> tuple[Path, ...]:
        """Fonts for characters that the family lacks."""


@dataclass(frozen=True)
class Chart:
    """A chart as pixels for Word and as lines for PDF and pages, with the words that stand for it."""

    alt: str
    png: bytes
    svg: bytes


def targets_words(lines: Sequence[TargetLine]) -> str:
    """The words that stand for the chart of targets; a page says them before the chart is drawn."""
    listed = "；".join(f"{line.title}：{_target_label(line)}" for line in lines) or "尚无目标"
    return f"各项目标完成情况。{listed}。"


def targets_chart(lines: Sequence[TargetLine], fonts: FontFiles, width_cm: float = WIDTH_CM) -> Chart:
    """Draw what was reached as a share of each target, the target being a line at 100 %."""
    narrow = width_cm < WIDTH_CM
    figure, axes, text = _canvas((1.05 if narrow else 0.75) * max(len(lines), 1) + 1.5, fonts, width_cm)
    for row, line in enumerate(lines):
        share = float(target_share(line))
        axes.barh(row, 1, height=0.62, color="none", edgecolor=PALE, linewidth=0.8)
        axes.barh(row, min(share, SHARE_CEILING), height=0.62, **_bar(short=not line.met))
        label = _target_label(line)
        if narrow:
            label = label.replace("，", "\n", 1)
        axes.text(
            max(min(share, SHARE_CEILING), 1) + 0.03,
            row,
            label,
            va="center",
            color=INK if line.met else RED,
            fontproperties=text,
        )
    axes.plot([1, 1], [-0.6, max(len(lines), 1) - 0.4], color=INK, linewidth=1.4)
    axes.text(1, -0.75, "目标 100 %", ha="center", va="bottom", color=INK, fontproperties=text)
    titles = [_folded(line.title, FOLD_NARROW if narrow else FOLD) for line in lines]
    axes.set_yticks(range(len(lines)), titles, fontproperties=text)
    axes.set_ylim(max(len(lines), 1) - 0.4, -0.8)
    axes.set_xlim(0, SHARE_CEILING + (1.25 if narrow else 0.75))
    _only_labels(axes)
    return _drawn(figure, targets_words(lines))


def coverage_words(points: Sequence[PacePoint], title: str) -> str:
    """The words that stand for the chart of coverage."""
    if not points:
        return f"{title}。尚无数据。"
    reached = [point for point in points if point.actual is not None]
    if not reached:
        return f"{title}。应完成 {plain(points[-1].pace)}。"
    last = reached[-1]
    steps = "，".join(f"{point.label} {point.actual}" for point in reached)
    return f"{title}：{steps}。截至{last.label}应完成 {plain(last.pace)}，{_reached_words(last)}。"


def _reached_words(point: PacePoint) -> str:
    return f"实际 {point.actual}" + ("（落后于进度）" if _lags(point) else "")


def _lags(point: PacePoint) -> bool:
    return Decimal(point.actual or 0) < point.pace


def coverage_chart(
    points: Sequence[PacePoint], title: str, fonts: FontFiles, width_cm: float = WIDTH_CM
) -> Chart:
    """Draw the cumulative count against its pace; where the last figure lags, it is marked red."""
    figure, axes, text = _canvas(7, fonts, width_cm)
    places = list(range(len(points)))
    pace = [float(point.pace) for point in points]
    reached = [(x, point.actual) for x, point in enumerate(points) if point.actual is not None]
    axes.plot(places, pace, color=GREY, linewidth=1.4, linestyle=(0, (4, 3)))
    axes.plot([x for x, _ in reached], [y for _, y in reached], color=INK, linewidth=2.2, marker="o", ms=4)
    for x, y in reached[:-1]:
        axes.annotate(
            str(y), (x, y), (0, 6), textcoords="offset points", ha="center", color=INK, fontproperties=text
        )
    top = max([*pace, *(y for _, y in reached), 1])
    axes.set_ylim(0, top * 1.22)
    axes.set_xlim(-0.3, max(len(points) - 1, 1) + 0.9)
    axes.set_xticks(places, [point.label for point in points], fontproperties=text)
    if points:
        axes.annotate(
            f"应完成 {plain(points[-1].pace)}",
            (places[-1], pace[-1]),
            (6, 0),
            textcoords="offset points",
            # A pace far below what was reached lies on the axis; its words stand above that.
            va="center" if pace[-1] > top / 12 else "bottom",
            color=GREY,
            fontproperties=text,
        )
    if reached:
        x, y = reached[-1]
        lags, words = _lags(points[x]), _reached_words(points[x])
        colour = RED if lags else INK
        axes.plot([x], [y], color=colour, marker="s" if lags else "o", ms=7)
        # Below the line where the pace runs above it, and clear of the line itself and of the axis.
        below = top / 6 < y < pace[x]
        axes.annotate(
            words,
            (x, y),
            (6, -15) if below else (0, 9),
            textcoords="offset points",
            ha="center" if not below else "right" if x == places[-1] else "left",
            color=colour,
            fontproperties=text,
        )
    axes.yaxis.set_visible(False)
    axes.spines[["left", "top", "right"]].set_visible(False)
    axes.tick_params(length=0)
    return _drawn(figure, coverage_words(points, title))


def counts_words(counts: Sequence[Count], title: str, unit: str) -> str:
    """The words that stand for a chart of counts."""
    listed = "，".join(f"{count.label} {count.count} {unit}" for count in counts) or "尚无数据"
    return f"{title}：{listed}。"


def counts_chart(
    counts: Sequence[Count], title: str, unit: str, fonts: FontFiles, width_cm: float = WIDTH_CM
) -> Chart:
    """Draw one bar per kind with its number beside it."""
    figure, axes, text = _canvas(0.52 * max(len(counts), 1) + 0.5, fonts, width_cm)
    for row, count in enumerate(counts):
        axes.barh(row, count.count, height=0.66, **_bar(short=False))
        axes.annotate(
            f"{count.count}",
            (count.count, row),
            (4, 0),
            textcoords="offset points",
            va="center",
            color=INK,
            fontproperties=text,
        )
    axes.set_yticks(range(len(counts)), [_folded(count.label) for count in counts], fontproperties=text)
    axes.set_ylim(max(len(counts), 1) - 0.4, -0.6)
    axes.set_xlim(0, max([count.count for count in counts] + [1]) * 1.1)
    _only_labels(axes)
    return _drawn(figure, counts_words(counts, title, unit))


def _bar(*, short: bool) -> dict[str, Any]:
    if short:
        return {"color": "white", "edgecolor": RED, "hatch": "////", "linewidth": 1.0}
    return {"color": GREY, "edgecolor": GREY, "linewidth": 0}


def _target_label(line: TargetLine) -> str:
    words = "" if line.met else "，未达到"
    figures = f"{plain(line.actual)}／{plain(line.required)} {line.unit}"
    return f"{figures}，{percent(target_share(line))}{words}"


def _folded(label: str, width: int = FOLD) -> str:
    """Break a long label into two lines; what is longer still ends in an ellipsis, the tables have it all."""
    if len(label) <= width:
        return label
    second = label[width : 2 * width]
    return f"{label[:width]}\n{second[:-1]}…" if len(label) > 2 * width else f"{label[:width]}\n{second}"


def _canvas(
    height_cm: float, fonts: FontFiles, width_cm: float = WIDTH_CM
) -> tuple[Figure, Axes, FontProperties]:
    figure = Figure(figsize=(width_cm * CM, height_cm * CM), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.add_subplot(), FontProperties(fname=str(fonts.regular), size=9)


def _only_labels(axes: Axes) -> None:
    axes.xaxis.set_visible(False)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    axes.spines["left"].set_color(GREY)
    axes.tick_params(length=0)


def _drawn(figure: Figure, alt: str) -> Chart:
    """Draw both forms from one layout; `savefig` would lay out and draw anew for each of them."""
    if engine := figure.get_layout_engine():
        engine.execute(figure)
        figure.set_layout_engine("none")
    png, svg = io.BytesIO(), io.BytesIO()
    figure.set_dpi(PNG_DPI)
    # Their printing is not typed.
    pixels: Any = FigureCanvasAgg(figure)
    lines: Any = FigureCanvasSVG(figure)
    pixels.print_png(png, metadata={"Software": None})
    lines.print_svg(svg, metadata={"Date": None, "Creator": None})
    return Chart(alt=alt, png=png.getvalue(), svg=svg.getvalue())
