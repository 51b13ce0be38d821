"""What stands in the casebook, and which lines of a story are titles of its parts (A13, P8); pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

SCOPES = ("written", "selected", "approved")
LONGEST_HEADING = 30
_NUMBER = "[一二三四五六七八九十]"
_NUMBERED = re.compile(f"^(?:{_NUMBER}{{1,3}}、|（{_NUMBER}{{1,3}}）|第{_NUMBER}{{1,2}}[章节部])")
_MARK = re.compile(rf"^(?:{_NUMBER}{{1,3}}、|（{_NUMBER}{{1,3}}）|\d{{1,2}}[.、．]\s?)")
_ENDS_A_SENTENCE = tuple("。！？；…，：,;!?")


@dataclass(frozen=True)
class Line:
    """One paragraph of a story; a heading names one of its parts."""

    text: str
    is_heading: bool


def lines_of(story: str, outline: Collection[str] = ()) -> tuple[Line, ...]:
    """Divide a story into paragraphs, without empty ones.

    A short line that ends no sentence is a heading when it is numbered as Chinese papers are (一、 or （一）)
    or is a title of the programme's outline, numbered or not.
    """
    parts = [" ".join(line.split()) for line in story.splitlines()]
    return tuple(Line(part, _is_heading(part, outline)) for part in parts if part)


def _is_heading(line: str, outline: Collection[str]) -> bool:
    bare = _MARK.sub("", line).strip("　 :：")
    if bare in outline:
        return True
    return (
        len(line) <= LONGEST_HEADING and not line.endswith(_ENDS_A_SENTENCE) and bool(_NUMBERED.match(line))
    )


def missing_parts(story: str, outline: Collection[str]) -> tuple[str, ...]:
    """Name the parts of the outline that no heading of the story names (P8); none if it has no headings."""
    headings = [line.text for line in lines_of(story, outline) if line.is_heading]
    if not headings:
        return ()
    return tuple(part for part in outline if not any(part in heading for heading in headings))
