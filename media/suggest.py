"""Versions of a film of a wanted length, proposed from what was measured of it (pure; A12, P12, P17).

A version is a list of ranges in the film's order. It is the best choice of borders that dynamic programming
finds over all scene cuts, pauses and edges of faults: what is inside a range has a value for every moment,
borders inside a phrase or a scene and many ranges have a cost, and a corridor for the length that is taken
by the end of each part of the film spreads the ranges over it. All figures are data (STRATEGIES, FAULTS).
The engine knows neither what is shown nor what is said: parts of the content plan are told by position, and
speech by the rhythm of syllables. The same input gives the same versions; every sum is one of integers.
"""

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from media.errors import N_
from media.info import MediaInfo
from media.measure import Measures
from media.reasons import Reason
from media.specs import VideoSpec
from media.suggest_film import FAULTS, Film, Floats, Part, Taken, Wish
from media.suggest_search import STRATEGIES, Strategy, best
from media.timecode import TimeRange, format_timecode

__all__ = ["Part", "Piece", "Suggestion", "Version", "Wish", "suggest"]

MOST_VERSIONS = 6
MOST_OVERLAP = 0.6
# Two versions that share more than this are one version, and only one of them is offered.
_ALIKE = 0.85
# What is asked against each other: overlap with earlier versions costs this much a second, tried in order.
_OVERLAP_COSTS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
_BY_PLAN = N_(
    "Spread over the content plan: %(parts)s of its %(all)s parts are in it. Where the parts lie is "
    "estimated from their place in the film alone: look whether it is so."
)
_ANOTHER = N_("Another choice by the same rules.")


@dataclass(frozen=True)
class Piece:
    """One range of a version: where it lies, the part of the plan at its place, and why it was chosen."""

    range: TimeRange
    part: str
    reasons: tuple[Reason, ...]

    def told(self, translate: Callable[..., str] | None = None) -> str:
        """Give all reasons in words."""
        return (translate(N_("; ")) if translate else "; ").join(_words(self.reasons, translate))


@dataclass(frozen=True)
class Version:
    """One proposal; overlap is the largest share that it has in common with another one."""

    strategy: str
    title: Reason
    reasons: tuple[Reason, ...]
    pieces: tuple[Piece, ...]
    overlap: float = 0.0

    @property
    def ranges(self) -> tuple[TimeRange, ...]:
        """The ranges in the film's order."""
        return tuple(piece.range for piece in self.pieces)

    @property
    def duration(self) -> Fraction:
        """Length of all ranges."""
        return sum((span.duration for span in self.ranges), Fraction(0))

    def to_json(self, rate: Fraction, translate: Callable[..., str] | None = None) -> dict[str, object]:
        """Give the version as a program reads it; `range` is what `qichuang cut --range` takes."""
        return {
            "strategy": self.strategy,
            "title": _words([self.title], translate)[0],
            "reason": " ".join(_words(self.reasons, translate)),
            "duration": str(self.duration),
            "duration_s": round(float(self.duration), 6),
            "overlap": round(self.overlap, 3),
            "ranges": [
                piece.range.to_json()
                | {
                    "range": f"{piece.range.start}-{piece.range.end}",
                    "in": format_timecode(piece.range.start, rate),
                    "out": format_timecode(piece.range.end, rate),
                    "part": piece.part,
                    "reason": piece.told(translate),
                    "reasons": [one.to_json() for one in piece.reasons],
                }
                for piece in self.pieces
            ],
        }


@dataclass(frozen=True)
class Suggestion:
    """The versions that could be found, and what there is to say about them as a whole."""

    versions: tuple[Version, ...]
    notes: tuple[Reason, ...] = ()

    def to_json(self, rate: Fraction, translate: Callable[..., str] | None = None) -> dict[str, object]:
        """Give all versions as Version.to_json does, and the notes in words."""
        return {
            "versions": [version.to_json(rate, translate) for version in self.versions],
            "notes": _words(self.notes, translate),
        }


def suggest(
    info: MediaInfo, measures: Measures, spec: VideoSpec, wish: Wish | None = None, *, name: str = ""
) -> Suggestion:
    """Propose different versions of the wanted length, the best of each kind.

    There are fewer than asked for where the film leaves too little to choose from. Raises Unsupported where
    there is no picture, the film is shorter than the length less its tolerance, the length is shorter than
    one range may be, too much of the film is faulty, or the film was not looked through.
    """
    wish = wish or Wish()
    film = Film.of(info, measures, spec, wish, name)
    found: list[tuple[Strategy, Taken]] = []
    wanted = min(max(wish.versions, 1), MOST_VERSIONS)
    for strategy in _order(film, wanted):
        if len(found) == wanted:
            break
        chosen = _different(film, strategy, [taken for _, taken in found])
        if chosen is not None:
            found.append((strategy, chosen))
    film.refuse_faulty([taken for _, taken in found], name)
    versions = []
    for place, (strategy, taken) in enumerate(found):
        others = [other for number, (_, other) in enumerate(found) if number != place]
        again = any(strategy.key == earlier.key for earlier, _ in found[:place])
        versions.append(_told(film, strategy, taken, others, again=again))
    return Suggestion(tuple(versions), tuple(_notes(film, wanted, len(found))))


def _order(film: Film, wanted: int) -> Iterable[Strategy]:
    """Give the kinds of versions that make sense for this film, beginning again where more are wanted."""
    kinds = [
        strategy
        for strategy in STRATEGIES
        if (strategy.key != "speech" or film.is_spoken) and (strategy.key != "lively" or film.is_told_apart)
    ]
    return itertools.islice(itertools.cycle(kinds), 2 * wanted + len(kinds))


def _notes(film: Film, wanted: int, count: int) -> Iterable[Reason]:
    if count < wanted:
        yield Reason.of(
            N_(
                "The film leaves room for only %(count)s different versions of this length. "
                "A shorter length gives more."
            ),
            count=count,
        )
    if film.speech is None:
        yield Reason(
            N_("Whether anybody speaks is not known here: no sound, or measured by an older version.")
        )
    elif not film.is_spoken:
        yield Reason(N_("Hardly anything in this film sounds like speech."))


# --- the film in steps ------------------------------------------------------------------------------------
def _different(film: Film, strategy: Strategy, earlier: Sequence[Taken]) -> Taken | None:
    """Find the best version that differs enough from the earlier ones; None where there is none.

    A film of which hardly more than the length is good leaves little room; the limit follows it.
    """
    room = 2 - film.good / film.low
    if earlier and room > _ALIKE:
        return None
    allowed = min(_ALIKE, max(MOST_OVERLAP, room + 0.15))
    nearest: tuple[float, Taken] | None = None
    for cost in _OVERLAP_COSTS if earlier else _OVERLAP_COSTS[:1]:
        taken = best(film, strategy, earlier, cost)
        if taken is None:
            return None
        shared = max((_shared(taken, other) for other in earlier), default=0.0)
        if shared <= allowed:
            return taken
        if nearest is None or shared < nearest[0]:
            nearest = (shared, taken)
    return nearest[1] if nearest is not None and nearest[0] <= _ALIKE else None


def _shared(one: Taken, other: Taken) -> float:
    """Give how much two versions have in common, as a share of the shorter one."""
    common = sum(max(0, min(a[1], b[1]) - max(a[0], b[0])) for a in one for b in other)
    return common / max(1, min(sum(end - start for start, end in taken) for taken in (one, other)))


# --- the words --------------------------------------------------------------------------------------------

# What lies at a border: how a range begins there, and how it ends.
_BORDERS = {
    "film": (N_("begins with the film"), N_("ends with the film")),
    "cut in a pause": (N_("begins at a scene cut in a pause"), N_("ends at a scene cut in a pause")),
    "cut in a phrase": (
        N_("begins at a scene cut, perhaps inside a phrase"),
        N_("ends at a scene cut, perhaps inside a phrase"),
    ),
    "cut": (N_("begins at a scene cut"), N_("ends at a scene cut")),
    "pause": (N_("begins in a pause of the sound"), N_("ends in a pause of the sound")),
    "fault": (N_("begins right after a fault of the film"), N_("ends before a fault of the film")),
    "phrase": (
        N_("begins inside a scene, perhaps inside a phrase"),
        N_("ends inside a scene, perhaps inside a phrase"),
    ),
    "scene": (N_("begins inside a scene"), N_("ends inside a scene")),
}


def _told(
    film: Film,
    strategy: Strategy,
    taken: Taken,
    others: Sequence[Taken],
    *,
    again: bool,
) -> Version:
    scenes = sum(film.scenes(start, end) for start, end in taken)
    spoken = _mean(film.speech, taken)
    by_plan = strategy.key == "plan" and bool(film.zones)
    parts = {part.key for start, end in taken for part in film.parts_of(start, end)}
    params = {
        "parts": len(parts),
        "all": len(film.wish.parts),
        "count": len(taken),
        "scenes": scenes,
        "percent": _percent(spoken),
        "longest": _seconds(film.time(max(end - start for start, end in taken))),
    }
    reasons = [Reason.of(_BY_PLAN if by_plan else strategy.reason, **params)]
    if again:
        reasons.append(Reason(_ANOTHER))
    reasons += [
        Reason.of(FAULTS[kind].held, seconds=_seconds(seconds))
        for kind, seconds in film.faulty_s(taken).items()
    ]
    ends = [0, *(end for _, end in taken)]
    pieces = tuple(
        _piece(film, start, end, before) for (start, end), before in zip(taken, ends, strict=False)
    )
    overlap = max((_shared(taken, other) for other in others), default=0.0)
    return Version(strategy.key, Reason(strategy.title), tuple(reasons), pieces, overlap)


def _piece(film: Film, start: int, end: int, before: int) -> Piece:
    part = film.part_at((start + end) // 2)
    reasons: list[Reason] = []
    if part is not None:
        reasons.append(
            Reason.of(N_("at the place where the plan has “%(part)s” (by position only)"), part=part.title)
        )
    reasons.append(_border_reason(film, start, begins=True))
    reasons += _content_reasons(film, start, end)
    reasons.append(_border_reason(film, end, begins=False))
    reasons += [
        Reason.of(FAULTS[kind].left_out, seconds=_seconds(seconds))
        for kind, seconds in film.faulty_s([(before, start)]).items()
    ]
    span = TimeRange(film.time(start), film.time(end))
    return Piece(span, part.key if part else "", tuple(reasons))


def _border_reason(film: Film, at: int, *, begins: bool) -> Reason:
    borders = film.ins if begins else film.outs
    on_cut, in_pause = at in borders.on_cut, bool(film.quiet[at])
    in_phrase = film.speaks(at, begins=begins) > 0.5
    kinds = (
        (at == (0 if begins else film.steps), "film"),
        (on_cut and in_pause, "cut in a pause"),
        (on_cut and in_phrase, "cut in a phrase"),
        (on_cut, "cut"),
        (in_pause, "pause"),
        (at in borders.at_fault, "fault"),
        (in_phrase, "phrase"),
        (True, "scene"),
    )
    return Reason(_BORDERS[next(kind for holds, kind in kinds if holds)][0 if begins else 1])


def _content_reasons(film: Film, start: int, end: int) -> Iterable[Reason]:
    if film.speech is not None:
        share = float(film.speech[start:end].mean())
        if share >= 0.75 and float(film.speech[start:end].min()) > 0:
            yield Reason(N_("sounds like speech without a break"))
        elif share >= 0.4:
            yield Reason.of(N_("%(percent)s %% sounds like speech"), percent=_percent(share))
        elif share <= 0.1:
            yield Reason(N_("hardly any speech"))
    scenes = film.scenes(start, end)
    yield Reason(N_("one scene")) if scenes == 1 else Reason.of(N_("%(count)s scenes"), count=scenes)
    if film.is_told_apart and film.liveliness is not None:
        lively = float(film.liveliness[start:end].mean())
        if lively >= 0.65:
            yield Reason(N_("lively picture"))
        elif lively <= 0.3:
            yield Reason(N_("calm picture"))


def _mean(curve: Floats | None, taken: Taken) -> float:
    if curve is None:
        return 0.0
    return float(np.concatenate([curve[start:end] for start, end in taken]).mean())


def _words(reasons: Iterable[Reason], translate: Callable[..., str] | None) -> list[str]:
    return [translate(one.msgid, **dict(one.params)) if translate else str(one) for one in reasons]


def _percent(share: float) -> str:
    return str(round(share * 100))


def _seconds(seconds: Fraction) -> str:
    return f"{float(seconds):.1f}"
