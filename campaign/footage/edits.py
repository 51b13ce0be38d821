"""Stored films and the ranges cut from them."""

# ruff: noqa: PLC0415 - engines are imported late, see the package

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from campaign.footage.refusals import in_our_words

if TYPE_CHECKING:
    from media.plan import EditList


@dataclass(frozen=True)
class FilmFile:
    """A stored film: where it lies, its content hash, and what its owner calls it."""

    path: Path
    sha256: str
    name: str


@dataclass(frozen=True)
class Cut:
    """One range to cut: in point included, out point excluded, in seconds from the first picture."""

    film: FilmFile
    in_point: Fraction
    out_point: Fraction


def edit_list(cuts: Sequence[Cut]) -> EditList:
    """Give ranges of stored films as media's own edit list."""
    from media.plan import EditList as Kind
    from media.plan import Entry, Source
    from media.timecode import TimeRange

    with in_our_words():
        return Kind(
            tuple(
                Entry(Source(cut.film.path, cut.film.name), TimeRange(cut.in_point, cut.out_point))
                for cut in cuts
            )
        )
