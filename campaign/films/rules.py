"""What may be cut from what, and how long a clip is; pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from campaign.messages import N_, Message

MAX_RANGES = 60
MIN_REASON_CHARS, MAX_REASON_CHARS = 4, 500
MAX_NAME_CHARS = 200
# Characters that Windows, or a header, does not take in a file name.
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')

Side = Literal["source", "in", "out", "range"]
Length = Literal["short", "fits", "long"]


@dataclass(frozen=True)
class RangeInput:
    """One row of the edit list as typed: the film, and both ends as seconds or timecode."""

    source_id: int | None
    in_text: str
    out_text: str

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed; such a row is dropped without a word."""
        return not self.in_text.strip() and not self.out_text.strip()


@dataclass(frozen=True)
class RangeProblem:
    """What is wrong with one row, counted from 1; 0 speaks of the whole list."""

    number: int
    side: Side
    message: Message


@dataclass(frozen=True)
class Span:
    """One range of a film in exact seconds; the out point is excluded."""

    source_id: int
    in_point: Fraction
    out_point: Fraction

    @property
    def duration(self) -> Fraction:
        """Length in seconds."""
        return self.out_point - self.in_point


def span_problem(number: int, span: Span, film_duration: Fraction, shown_end: str) -> RangeProblem | None:
    """Check one range: forward and within its film (A12); `shown_end` is the end in words."""
    if span.out_point <= span.in_point:
        return RangeProblem(
            number,
            "out",
            Message(
                N_("Range %(number)s: the out point must come after the in point. Move one of them."),
                {"number": number},
            ),
        )
    if span.out_point > film_duration:
        return RangeProblem(
            number,
            "in" if span.in_point >= film_duration else "out",
            Message(
                N_("Range %(number)s goes beyond the end of the film, which is at %(end)s."),
                {"number": number, "end": shown_end},
            ),
        )
    return None


def count_problem(count: int) -> RangeProblem | None:
    """An edit list has at least one range, and not more than anybody needs."""
    if count == 0:
        message = Message(N_("The clip has no range yet. Give at least one in point and one out point."))
        return RangeProblem(0, "range", message)
    if count > MAX_RANGES:
        message = Message(N_("A clip may have %(limit)s ranges at most."), {"limit": MAX_RANGES})
        return RangeProblem(0, "range", message)
    return None


def total(spans: Iterable[Span]) -> Fraction:
    """The length of an edit list in seconds."""
    return sum((span.duration for span in spans), Fraction(0))


def length_verdict(duration: Fraction, *, standard_s: float, tolerance_s: float) -> Length:
    """Compare a clip with the programme's common standard, about two minutes (A12); never a refusal."""
    if duration < Fraction(standard_s) - Fraction(tolerance_s):
        return "short"
    if duration > Fraction(standard_s) + Fraction(tolerance_s):
        return "long"
    return "fits"


def clean_file_name(name: str, fallback: str = "film.mp4") -> str:
    """A file name as its owner knows it, without folders and control characters; at most 200 characters."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = _FORBIDDEN.sub("_", name).strip(" .")
    if not name:
        return fallback
    stem, dot, suffix = name.rpartition(".")
    if dot and 0 < len(suffix) <= 10:
        return f"{stem[: MAX_NAME_CHARS - len(suffix) - 1]}.{suffix}"
    return name[:MAX_NAME_CHARS]


def download_name(parts: Sequence[str], suffix: str) -> str:
    """A file name of parts joined with +, as the notices write them (P10, P16)."""
    words = [_FORBIDDEN.sub("_", part).strip(" .") for part in parts]
    return "+".join(word for word in words if word)[:MAX_NAME_CHARS] + suffix


def may_edit(state: str) -> Message | None:
    """Whether the edit list may be changed now."""
    if state == "rendering":
        return Message(N_("The clip is being rendered. Wait until it is done, or cancel the job first."))
    return None


def may_render(state: str) -> Message | None:
    """Whether a render may be asked for now."""
    if state == "rendering":
        return Message(N_("The clip is being rendered already."))
    if state == "ready":
        return Message(N_("The clip is finished and nothing has changed since; there is nothing to render."))
    return None


def may_take_film(*, works_on_it: bool, is_approved: bool) -> Message | None:
    """Whether the film of a clip may be played and downloaded: by everybody once it is approved (A16)."""
    if works_on_it or is_approved:
        return None
    return Message(
        N_(
            "The centre has not approved this clip yet. Until it has, only project leads, publicity officers"
            " and reviewers may play and download it."
        )
    )


def name_problem(
    number: int, name: str, start: Fraction | None, end: Fraction | None, length: Fraction
) -> Message | None:
    """What is wrong with one lower third of a clip of this length; times on the clip's clock, in seconds."""
    told = {"number": number}
    if not name.strip():
        return Message(N_("Name %(number)s: write who is speaking, or leave the row empty."), told)
    if start is None or end is None:
        return Message(
            N_("Name %(number)s: give both times, as seconds (7.5) or minutes and seconds (0:07.5)."), told
        )
    if end <= start:
        return Message(N_("Name %(number)s: the second time must come after the first."), told)
    if start >= length:
        return Message(N_("Name %(number)s: the clip has ended by then."), told)
    return None


def may_waive(verdict: str | None, reason: str) -> Message | None:
    """Whether a finding can be let pass: it is a fault or a doubt, and the reason says something."""
    if verdict is None or verdict == "pass":
        return Message(N_("There is nothing to waive: the film meets this rule."))
    if not MIN_REASON_CHARS <= len(reason.strip()) <= MAX_REASON_CHARS:
        return Message(
            N_("Give a reason of %(least)s to %(most)s characters."),
            {"least": MIN_REASON_CHARS, "most": MAX_REASON_CHARS},
        )
    return None


def may_delete_film(clips: Sequence[str]) -> Message | None:
    """A film that clips are made of stays; `clips` are their titles."""
    if not clips:
        return None
    return Message(
        N_("This film is used by %(count)s clips (%(titles)s). Delete those clips first, or leave the film."),
        {"count": len(clips), "titles": "、".join(clips[:3]) + ("…" if len(clips) > 3 else "")},
    )
