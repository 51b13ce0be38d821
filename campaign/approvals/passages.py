"""The passages of a plan: what comments hang on, and what changed between two versions; pure (A8).

A passage is known by its anchor, which it keeps as long as it speaks of the same thing, wherever it stands:
the same guest, the same case, the same item of the agenda. So a list in which somebody was put in between
shows one new passage and not ten changed ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"


@dataclass(frozen=True)
class Passage:
    """One part of a plan: `section` is the heading it stands under, `label` what it is about."""

    anchor: str
    section: str
    label: str
    text: str


@dataclass(frozen=True)
class Change:
    """One passage that is not what it was; `before` and `after` are empty where it was not there.

    A section whose passages only stand in another order is one change of its own, with the labels in order.
    """

    kind: str
    passage: Passage
    before: str
    after: str


class Writer:
    """Collects passages and gives each an anchor that nothing else in the plan has."""

    def __init__(self) -> None:
        self.passages: list[Passage] = []
        self._taken: set[str] = set()

    def add(self, key: str, section: str, label: str, text: str, *, about: str = "") -> None:
        """Take a passage over; an empty one is left out. `about` tells rows of a list apart."""
        if not text.strip():
            return
        name = f"{key}-{hashlib.sha256(about.encode()).hexdigest()[:10]}" if about else key
        anchor, number = name, 2
        while anchor in self._taken:
            anchor, number = f"{name}-{number}", number + 1
        self._taken.add(anchor)
        self.passages.append(Passage(anchor, section, label, text.strip()))


def plain(passages: Iterable[Passage]) -> list[dict[str, str]]:
    """As JSON, in their order."""
    return [asdict(passage) for passage in passages]


def restored(stored: Iterable[Mapping[str, str]] | None) -> tuple[Passage, ...]:
    """As they were stored; a version of another kind has none."""
    return tuple(Passage(**one) for one in stored or ())


def by_section(passages: Iterable[Passage]) -> list[tuple[str, list[Passage]]]:
    """The passages under their headings, in their order."""
    sections: dict[str, list[Passage]] = {}
    for passage in passages:
        sections.setdefault(passage.section, []).append(passage)
    return list(sections.items())


def changes(before: Sequence[Passage], after: Sequence[Passage]) -> tuple[Change, ...]:
    """What a reviewer has to look at again, in the order of the new version; what left stands last."""
    old, new = ({p.anchor: p for p in side} for side in (before, after))
    found = []
    for anchor, passage in new.items():
        was = old.get(anchor)
        if was is None:
            found.append(Change(ADDED, passage, "", passage.text))
        elif (was.text, was.label) != (passage.text, passage.label):
            found.append(Change(CHANGED, passage, was.text, passage.text))
    found += [
        Change(REMOVED, passage, passage.text, "") for anchor, passage in old.items() if anchor not in new
    ]
    return (*found, *_moves(before, after))


def _moves(before: Sequence[Passage], after: Sequence[Passage]) -> list[Change]:
    """Sections in which the passages that stayed stand in another order."""
    stayed = {p.anchor for p in before} & {p.anchor for p in after}
    old, new = dict(by_section(before)), dict(by_section(after))
    found = []
    for section in new.keys() & old.keys():
        was, now = ([p for p in side[section] if p.anchor in stayed] for side in (old, new))
        if [p.anchor for p in was] != [p.anchor for p in now] and {p.anchor for p in was} == {
            p.anchor for p in now
        }:
            labels = ["、".join(p.label for p in side) for side in (was, now)]
            found.append(Change(MOVED, now[0], labels[0], labels[1]))
    return sorted(found, key=lambda change: change.passage.section)
