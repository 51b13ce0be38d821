"""What must hold for cases: names, recommenders, shares, seats, their films, length of stories."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from fractions import Fraction

from campaign.messages import N_, Message

# "About 2,000 characters" (P7) is taken to reach from three quarters to a tenth above.
ABOUT_SHORTEST = Fraction(3, 4)
ABOUT_LONGEST = Fraction(11, 10)

# What people hang on the name of a film: 案例名称+视频 (P16), states of the cut, copies.
FILM_WORDS = re.compile(
    r"(?:企业典型创新案例|典型案例|创新案例|宣讲案例|案例)?(?:专题|宣传|宣讲|展示)?(?:短视频|视频|影片|成片)|"
    r"最终版|终版|终稿|定稿|修改版|提交版|高清版?|副本|1080[pi]|v\d+$"
)
COPY_NUMBER = re.compile(r"[(（]\d{1,2}[)）]\s*$|^\d{1,3}\s*[.、_\-—)）]\s*")
FILM_ENDING = re.compile(r"\.(?:mp4|mov|m4v|avi|mkv|wmv|flv|mpe?g|ts|mts|webm)$", re.IGNORECASE)

# A shorter piece of a name fits too many cases to say anything.
SHORTEST_PIECE = 4
LIKE_ENOUGH = 0.75
CLEARLY_BETTER = 0.05


def _key(text: str) -> str:
    """Fold width and case and keep letters and digits only; what has none of them is kept as typed."""
    before, after = None, text
    # Folding case can undo a normal form and the other way round; two or three turns settle it.
    while before != after:
        before, after = after, unicodedata.normalize("NFKC", after).casefold()
    return "".join(sign for sign in after if sign.isalnum()) or "".join(after.split())


def case_key(name: str) -> str:
    """Give the name of a case as it is compared: no width, case, blanks, quotes, dashes (P5, P16)."""
    return _key(name)


def enterprise_key(name: str) -> str:
    """Give the name of an enterprise as it is compared: （集团） and (集团) are one."""
    return _key(name)


@dataclass(frozen=True, slots=True)
class Nomination:
    """A case put forward by one association or society."""

    case: str
    enterprise: str
    recommender: str


@dataclass(frozen=True, slots=True)
class Repeated:
    """A case that more than one recommender has put forward (P5)."""

    case: str
    enterprise: str
    recommenders: tuple[str, ...]

    @property
    def message(self) -> Message:
        """Say which recommenders have to agree."""
        return Message(
            N_("%(case)s of %(enterprise)s is recommended by %(who)s; only one may recommend it."),
            {"case": self.case, "enterprise": self.enterprise, "who": "、".join(self.recommenders)},
        )


def one_recommender(nominations: Iterable[Nomination]) -> tuple[Repeated, ...]:
    """Find cases recommended by more than one body (P5); the same body twice is a double, not a breach."""
    groups: defaultdict[tuple[str, str], list[Nomination]] = defaultdict(list)
    for nomination in nominations:
        groups[case_key(nomination.case), enterprise_key(nomination.enterprise)].append(nomination)
    return tuple(
        Repeated(group[0].case, group[0].enterprise, who)
        for group in groups.values()
        if len(who := tuple(dict.fromkeys(one.recommender for one in group))) > 1
    )


@dataclass(frozen=True, slots=True)
class TooMany:
    """An enterprise with more cases than it may have (A4, P3)."""

    enterprise: str
    cases: tuple[str, ...]
    limit: int

    @property
    def message(self) -> Message:
        """Say how many there are and how many may be."""
        return Message(
            N_("%(enterprise)s has %(count)s cases; at most %(limit)s may be recommended."),
            {"enterprise": self.enterprise, "count": len(self.cases), "limit": self.limit},
        )


def cases_per_enterprise(cases: Iterable[tuple[str, str]], limit: int) -> tuple[TooMany, ...]:
    """Find enterprises above their number of cases (P3), from pairs of case and enterprise name."""
    groups: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for case, enterprise in cases:
        groups[enterprise_key(enterprise)].append((case, enterprise))
    return tuple(
        TooMany(group[0][1], tuple(case for case, _ in group), limit)
        for group in groups.values()
        if len({case_key(case) for case, _ in group}) > limit
    )


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, kept exact; a share of nothing is no share and reaches no limit."""

    count: int
    whole: int

    @property
    def percent(self) -> Fraction | None:
        """The share in percent, or None of nothing."""
        return Fraction(self.count * 100, self.whole) if self.whole else None

    def reaches(self, percent: int) -> bool:
        """Whether the share is at least so many percent (A5: 30)."""
        return self.whole > 0 and self.count * 100 >= percent * self.whole


def park_share(by_park: Iterable[bool | None]) -> Share:
    """Give the share of cases that park associations recommended (A5, A6, P2); unknown counts as not."""
    marks = [bool(mark) for mark in by_park]
    return Share(sum(marks), len(marks))


@dataclass(frozen=True, slots=True)
class SeatUse:
    """How far a region has filled its seats (P2) and put up more than will be chosen (A3)."""

    region: str
    seats: int
    nominated: int
    wanted: int

    @property
    def missing(self) -> int:
        """Nominations still needed for the surplus."""
        return max(0, self.wanted - self.nominated)

    @property
    def state(self) -> str:
        """`empty`, `short` of the seats, `filled` without the surplus, or `surplus` reached."""
        if self.nominated == 0 and self.seats:
            return "empty"
        if self.nominated < self.seats:
            return "short"
        return "surplus" if self.nominated >= self.wanted else "filled"


def quota_use(
    seats: Mapping[str, int], nominated: Mapping[str, int], surplus_percent: int
) -> tuple[SeatUse, ...]:
    """Set nominations against seats region by region, in the order of the seats.

    The surplus is rounded up: 16 seats at 20 % want 20 nominations (A3). A region that nominates without
    a seat comes last, with none.
    """
    regions = [*seats, *(region for region in nominated if region not in seats)]
    return tuple(
        SeatUse(
            region,
            seats.get(region, 0),
            nominated.get(region, 0),
            -(-seats.get(region, 0) * (100 + surplus_percent) // 100),
        )
        for region in regions
    )


@dataclass(frozen=True, slots=True)
class FilmCandidate:
    """A case a film may belong to."""

    id: int
    name: str
    enterprise: str = ""


@dataclass(frozen=True, slots=True)
class FilmMatch:
    """Which case a film's name speaks of.

    `exact`: the name is the case's. `probable`: it looks like it, a person confirms; where several fit
    alike `case_id` is None and `candidates` names them, best first. `none`: nothing fits.
    """

    kind: str
    case_id: int | None = None
    candidates: tuple[int, ...] = ()


def match_film(file_name: str, cases: Iterable[FilmCandidate]) -> FilmMatch:
    """Find the case of a video by its file name (P16): 案例名称 or 案例名称+视频, in any width and dress."""
    stem = re.split(r"[/\\]", file_name)[-1]
    while FILM_ENDING.search(stem):
        stem = FILM_ENDING.sub("", stem)
    whole, bare = case_key(stem), case_key(FILM_WORDS.sub("", COPY_NUMBER.sub("", stem.strip()).casefold()))
    known = [(case, case_key(case.name), enterprise_key(case.enterprise)) for case in cases]
    equal = [
        case
        for case, name, firm in known
        if (name and name in (whole, bare)) or (firm and bare in (firm + name, name + firm))
    ]
    if len(equal) == 1:
        return FilmMatch("exact", equal[0].id, (equal[0].id,))
    if equal:
        return FilmMatch("probable", None, tuple(case.id for case in equal))
    scored = sorted(((_likeness(bare, name, firm), -case.id) for case, name, firm in known), reverse=True)
    near = [(score, -minus_id) for score, minus_id in scored if score >= LIKE_ENOUGH]
    if not near:
        return FilmMatch("none")
    alone = len(near) == 1 or near[0][0] - near[1][0] >= CLEARLY_BETTER
    return FilmMatch("probable", near[0][1] if alone else None, tuple(case_id for _, case_id in near[:5]))


def _likeness(stem: str, name: str, enterprise: str) -> float:
    """Say from 0 to 1 how like a case a file name is; a whole name inside the other counts most."""
    if len(stem) < SHORTEST_PIECE or not name:
        return 0.0
    if len(name) >= SHORTEST_PIECE and name in stem:
        return 0.9 + 0.1 * len(name) / len(stem)
    if stem in name:
        return 0.8 + 0.1 * len(stem) / len(name)
    if len(enterprise) >= SHORTEST_PIECE and enterprise in stem:
        return 0.8
    return SequenceMatcher(None, stem, name, autojunk=False).ratio()


@dataclass(frozen=True, slots=True)
class StoryLength:
    """The length of a story in characters, and what is wrong with it, if anything (P7)."""

    count: int
    verdict: str
    message: Message | None = None


def count_characters(text: str) -> int:
    """Count as word processors do (字数): each Chinese character and mark, each Latin word or number."""
    return len(re.findall(r"[0-9A-Za-z]+(?:[.,'’%\-][0-9A-Za-z]+)*|\S", text))


def story_length(text: str, max_chars: int, *, about: bool) -> StoryLength:
    """Judge the length of a story (P7): `empty`, `short`, `fits` or `long`.

    Where the notice says "about", a tenth above is let pass and less than three quarters is too short;
    where it says "at most", only the limit counts.
    """
    count = count_characters(text)
    longest = int(max_chars * ABOUT_LONGEST) if about else max_chars
    params = {"count": count, "limit": max_chars}
    if count == 0:
        return StoryLength(0, "empty", Message(N_("The story is not written yet.")))
    if count > longest:
        if about:
            text_id = N_("The story has %(count)s characters; about %(limit)s are asked for. Shorten it.")
        else:
            text_id = N_("The story has %(count)s characters; at most %(limit)s are allowed. Shorten it.")
        return StoryLength(count, "long", Message(text_id, params))
    if about and count < max_chars * ABOUT_SHORTEST:
        text_id = N_("The story has %(count)s characters; about %(limit)s are asked for. Tell more.")
        return StoryLength(count, "short", Message(text_id, params))
    return StoryLength(count, "fits")
