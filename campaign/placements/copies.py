"""Which pieces are copies of one report, told by address, title and text; pure and deterministic (B2).

Two pieces are the same report when they appeared within WINDOW_DAYS of each other, no person has parted them,
they do not write about different cases, and

* their addresses name the same article number at the same outlet, or
* both texts are known: they share most of their words (then the titles may differ), or
* a text is unknown: the titles, without marks such as 转载 and the name of the site, are the same or nearly
  the same, and long enough to be no mere heading.

Known texts that share little are different reports, whatever their titles say.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

WINDOW_DAYS = 14
# Titles of fewer letters are headings that anybody may have written (科技创新, 企业风采).
SHORT_TITLE = 8
SAME_TITLE = 0.8
# Near enough to be shown to a person, who decides.
LIKE_TITLE = 0.5
SAME_TEXT = 0.6
OTHER_TEXT = 0.25
KNOWN_TEXT = 60
TEXT_CHARS = 800
EPSILON = 1e-9

ALONE = "alone"

_MARKS = re.compile(
    r"^(?:【[^】]{1,12}】|\[[^\]]{1,12}\]|[(（](?:转载|转发|图文?|视频|组图)[)）]|"
    r"(?:转载|转发|图文|组图|视频|独家|快讯|要闻|头条|关注)\s*[|｜丨:：])\s*"
)
_SITE = re.compile(r"\s*(?:[_|丨]|\s-{1,2}\s|--)\s*[^_|丨—-]{2,14}$")
# A long number in the last part of an address that is no day (20240901).
_ARTICLE = re.compile(r"(?<!\d)(?!20\d{6}(?!\d))\d{8,}(?!\d)")


@dataclass(frozen=True, slots=True)
class Sighting:
    """A piece as far as its copies are concerned; `key` is its id.

    `fixed` is empty while the machine decides. Otherwise a person has: pieces with the same word belong
    together, pieces with different words do not; ALONE keeps a piece from every other.
    """

    key: int
    title: str
    day: date
    outlet_id: int
    address_key: str = ""
    text: str = ""
    cases: frozenset[int] = frozenset()
    fixed: str = ""


def plain_title(title: str) -> str:
    """A title without marks, the site's name, blanks and punctuation, in small narrow letters."""
    text = unicodedata.normalize("NFKC", title).strip()
    while (shorter := _MARKS.sub("", text)) != text and shorter:
        text = shorter
    head = _SITE.sub("", text)
    if len(_letters(head)) >= SHORT_TITLE:
        text = head
    return _letters(text)


def _letters(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKC", text).casefold() if one.isalnum())


def pairs_of(text: str) -> frozenset[str]:
    """The pairs of neighbouring letters of a plain text."""
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))


def similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """What share of all pairs the two have in common (Jaccard), 0 for nothing."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0


@dataclass(frozen=True, slots=True)
class _Seen:
    """A sighting with what is compared of it worked out once."""

    sighting: Sighting
    title: str
    pairs: frozenset[str]
    text: frozenset[str]
    article: str

    @classmethod
    def of(cls, sighting: Sighting) -> _Seen:
        title = plain_title(sighting.title)
        text = _letters(sighting.text[: 2 * TEXT_CHARS])[:TEXT_CHARS]
        numbers = _ARTICLE.findall(sighting.address_key.rpartition("/")[2])
        known = pairs_of(text) if len(text) >= KNOWN_TEXT else frozenset()
        return cls(sighting, title, pairs_of(title), known, numbers[-1] if numbers else "")


def same_report(one: Sighting, other: Sighting) -> bool:
    """Whether two pieces are the same report, by the rules above and nothing else."""
    return _same(_Seen.of(one), _Seen.of(other))


def _same(one: _Seen, other: _Seen) -> bool:
    this, that = one.sighting, other.sighting
    if ALONE in (this.fixed, that.fixed):
        return False
    if this.fixed and that.fixed:
        return this.fixed == that.fixed
    if abs((this.day - that.day).days) > WINDOW_DAYS:
        return False
    if one.article and one.article == other.article and this.outlet_id == that.outlet_id:
        return True
    if this.cases and that.cases and not this.cases & that.cases:
        return False
    return _same_words(one, other)


def _same_words(one: _Seen, other: _Seen) -> bool:
    if one.text and other.text:
        alike = similarity(one.text, other.text)
        if alike >= SAME_TEXT or alike <= OTHER_TEXT:
            return alike >= SAME_TEXT
    return _same_title(one, other)


def _same_title(one: _Seen, other: _Seen) -> bool:
    if min(len(one.title), len(other.title)) < SHORT_TITLE:
        return False
    return one.title == other.title or similarity(one.pairs, other.pairs) >= SAME_TITLE


def resembling(one: Sighting, others: Iterable[Sighting], most: int = 5) -> list[int]:
    """The keys of pieces within the window whose titles resemble this one's, the most similar ones first.

    They are shown to a person; what counts as a copy without one is `same_report`, which asks for more.
    """
    mine = _Seen.of(one)
    found = []
    for other in others:
        near = other.key != one.key and abs((other.day - one.day).days) <= WINDOW_DAYS
        share = similarity(mine.pairs, pairs_of(plain_title(other.title))) if near else 0.0
        if share >= LIKE_TITLE:
            found.append((-share, other.day, other.key))
    return [key for _, _, key in sorted(found)[:most]]


def first_copies(new: Iterable[Sighting], known: Iterable[Sighting]) -> dict[int, int]:
    """Of which known piece each new one is a copy: the earliest that is the same report, by their keys.

    For a few new pieces this is far quicker than parting all into reports; a copy of a copy is told as the
    copy it resembles.
    """
    order = [_Seen.of(one) for one in sorted(known, key=lambda one: (one.day, one.key))]
    found = {}
    for mine in map(_Seen.of, new):
        first = next((one.sighting.key for one in order if _same(mine, one)), None)
        if first is not None:
            found[mine.sighting.key] = first
    return found


def reports(sightings: Iterable[Sighting]) -> list[tuple[int, ...]]:
    """Part pieces into reports: each tuple holds the keys of one report, the earliest piece first.

    Pieces without copies are tuples of one. Copies of copies belong to the same report.
    """
    seen = {one.key: _Seen.of(one) for one in sightings}
    order = sorted(seen.values(), key=lambda s: (s.sighting.day, s.sighting.key))
    chief = {key: key for key in seen}

    def head(key: int) -> int:
        while chief[key] != key:
            chief[key] = chief[chief[key]]
            key = chief[key]
        return key

    place = {one.sighting.key: at for at, one in enumerate(order)}
    words = {one.sighting.key: one.sighting.fixed for one in order}
    for first, second in _candidates(order):
        a, b = head(first), head(second)
        # A copy that resembles two reports which a person keeps apart does not bring them together.
        apart = words[a] and words[b] and words[a] != words[b]
        if a != b and not apart and _same(seen[first], seen[second]):
            early, late = (a, b) if place[a] < place[b] else (b, a)
            chief[late] = early
            words[early] = words[early] or words[late]
    found: dict[int, list[int]] = defaultdict(list)
    for one in order:
        found[head(one.sighting.key)].append(one.sighting.key)
    return [tuple(keys) for keys in found.values()]


def _candidates(order: Sequence[_Seen]) -> Iterator[tuple[int, int]]:
    """Every pair that could be the same report, the earlier piece first."""
    # What a person put together comes first, so that the machine cannot get in between.
    yield from _named_alike(order)
    yield from _meeting(order, [one.pairs for one in order], SAME_TITLE)
    yield from _meeting(order, [one.text for one in order], SAME_TEXT)


def _named_alike(order: Sequence[_Seen]) -> Iterator[tuple[int, int]]:
    """Pairs with the same title or article number one after the other, and those with the same word."""
    places: dict[str, list[int]] = defaultdict(list)
    for one in order:
        for name in sorted(_names(one)):
            yield from ((other, one.sighting.key) for other in places[name])
            places[name].append(one.sighting.key)


def _names(one: _Seen) -> frozenset[str]:
    """What brings a pair together by itself: the same title, article number or a person's word."""
    found = {f"t{one.title}"} if len(one.title) >= SHORT_TITLE else set()
    if one.article:
        found.add(f"a{one.sighting.outlet_id}/{one.article}")
    if one.sighting.fixed:
        found.add(f"f{one.sighting.fixed}")
    return frozenset(found)


def _meeting(
    order: Sequence[_Seen], sets: Sequence[frozenset[str]], share: float
) -> Iterator[tuple[int, int]]:
    """Pairs within the window whose sets may share that share of their elements.

    Two such sets have one in common among the first `n - ceil(share * n) + 1` of their elements by rarity,
    and the smaller one has at least that share of the larger one's number. So each piece is compared with
    few others, and none that could be a copy is left out.
    """
    often = Counter(element for members in sets for element in members)
    places: dict[str, deque[tuple[int, int, int]]] = defaultdict(deque)
    for at, (one, members) in enumerate(zip(order, sets, strict=True)):
        size, today = len(members), one.sighting.day.toordinal()
        rare = sorted(members, key=lambda element: (often[element], element))
        rare = rare[: size - math.ceil(share * size) + 1]
        met: set[int] = set()
        for element in rare:
            here = places[element]
            while here and here[0][0] < today - WINDOW_DAYS:
                here.popleft()
            met.update(other for _, other_size, other in here if share * size <= other_size <= size / share)
            here.append((today, size, at))
        for other in sorted(met):
            if len(members & sets[other]) * (1 + share) >= share * (size + len(sets[other])) - EPSILON:
                yield order[other].sighting.key, one.sighting.key
