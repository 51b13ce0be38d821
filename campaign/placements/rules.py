"""What a published piece counts for; pure.

The table `CRITERIA` is the one place that says which piece counts for which target. `verdicts` reads it for a
report with all its copies; the queries turn the same table into SQL, and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

from campaign.messages import N_, Message
from campaign.outlets.addresses import address_key, host_of, is_short_link, is_web_address
from campaign.outlets.rules import CHANNELS

__all__ = [
    "AUTHORITATIVE",
    "CHANNELS",
    "COMPREHENSIVE",
    "CRITERIA",
    "KINDS",
    "ONLINE",
    "REPORT",
    "TARGET_KINDS",
    "Criterion",
    "Listed",
    "Member",
    "OutletFacts",
    "Period",
    "Piece",
    "Verdict",
    "address_key",
    "host_of",
    "is_authoritative",
    "is_short_link",
    "is_web_address",
    "verdict",
    "verdicts",
]

REPORT = "placements.report"
COMPREHENSIVE = "placements.comprehensive"
AUTHORITATIVE = "placements.authoritative"
TARGET_KINDS = (REPORT, COMPREHENSIVE, AUTHORITATIVE)

KINDS = ("report", "comprehensive", "broadcast", "repost")
PROVINCIAL_OR_HIGHER = frozenset({"central", "industry", "provincial"})

# Channels whose pieces can be taken down again.
ONLINE = frozenset({"web", "client", "account", "video_account", "live"})


# --- counting ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Criterion:
    """What a target asks of a piece.

    Its kinds and outlet levels (None: any), an authoritative outlet, a news medium (not a platform of the
    government). `once_per` says what is counted: a report once, however many copies it has, or each channel
    of each outlet once (B2: an authoritative channel used).
    """

    kinds: frozenset[str] | None
    levels: frozenset[str] | None
    authoritative: bool
    media_only: bool
    once_per: Literal["report", "use"]


CRITERIA: Mapping[str, Criterion] = MappingProxyType(
    {
        # A11: reports in provincial media.
        REPORT: Criterion(
            frozenset({"report"}),
            PROVINCIAL_OR_HIGHER,
            authoritative=False,
            media_only=True,
            once_per="report",
        ),
        # A11, B5: comprehensive reports in authoritative mainstream media.
        COMPREHENSIVE: Criterion(
            frozenset({"comprehensive"}), None, authoritative=True, media_only=True, once_per="report"
        ),
        # B2: every use of an authoritative channel, whatever the kind of piece.
        AUTHORITATIVE: Criterion(None, None, authoritative=True, media_only=False, once_per="use"),
    }
)


@dataclass(frozen=True)
class Listed:
    """An outlet stands on a list from a first to a last day, both included; an empty day is an open end."""

    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class OutletFacts:
    """An outlet as the registry knows it; authoritative while it stands on one list or another.

    One that `waits` was named with a piece and confirmed by nobody: nothing is known of it yet.
    """

    level: str
    listings: tuple[Listed, ...] = ()
    nature: str = "media"
    waits: bool = False


@dataclass(frozen=True)
class Piece:
    """A published piece as far as counting is concerned."""

    kind: str
    published_on: date
    has_evidence: bool
    channel: str = "web"
    removed_on: date | None = None


@dataclass(frozen=True)
class Member:
    """A piece among the copies of one report; `key` orders pieces of one day as they were logged."""

    key: int
    piece: Piece
    outlet: OutletFacts
    outlet_id: int
    outlet_name: str


@dataclass(frozen=True)
class Period:
    """First and last day of a programme, both included."""

    starts: date
    ends: date


@dataclass(frozen=True)
class Verdict:
    """For which targets a piece counts, and for each of the others one sentence why not."""

    counts_for: tuple[str, ...]
    why_not: Mapping[str, Message]

    @property
    def reason(self) -> Message | None:
        """Why the piece counts for nothing at all; None when it counts for something."""
        return None if self.counts_for else next(iter(self.why_not.values()), None)


def is_authoritative(outlet: OutletFacts, day: date) -> bool:
    """Whether the outlet stood on its list on that day: a fact of the registry, not of the piece (A11)."""
    return any(
        (listed.starts_on is None or listed.starts_on <= day)
        and (listed.ends_on is None or day <= listed.ends_on)
        for listed in outlet.listings
    )


def verdict(
    piece: Piece,
    outlet: OutletFacts,
    period: Period,
    *,
    evidence_demanded: bool = True,
    targets: Iterable[str] = TARGET_KINDS,
) -> Verdict:
    """Say for which of `targets` a piece without copies counts and why not for the others (A11, B2, B5)."""
    alone = Member(0, piece, outlet, 0, "")
    return verdicts([alone], period, evidence_demanded=evidence_demanded, targets=targets)[0]


def verdicts(
    copies: Sequence[Member],
    period: Period,
    *,
    evidence_demanded: bool = True,
    targets: Iterable[str] = TARGET_KINDS,
) -> dict[int, Verdict]:
    """Judge a report with all its copies, by their keys.

    Of the copies that could count, the earliest one counts; the others say which one that is.
    """
    wanted = [target for target in targets if target in CRITERIA]
    counts: dict[int, list[str]] = {one.key: [] for one in copies}
    why_not: dict[int, dict[str, Message]] = {one.key: {} for one in copies}
    for target in wanted:
        criterion = CRITERIA[target]
        first: dict[tuple[int, str] | None, Member] = {}
        for one in sorted(copies, key=lambda m: (m.piece.published_on, m.key)):
            reason = _short_of(criterion, one, period)
            if reason is None and evidence_demanded and not one.piece.has_evidence:
                reason = Message(N_("It has no evidence yet: add a screenshot, a PDF or a recording."))
            if reason is None:
                unit = None if criterion.once_per == "report" else (one.outlet_id, one.piece.channel)
                reason = _counted_already(first.setdefault(unit, one), one, criterion)
            if reason is None:
                counts[one.key].append(target)
            else:
                why_not[one.key][target] = reason
    return {key: Verdict(tuple(counts[key]), MappingProxyType(why_not[key])) for key in counts}


def _counted_already(first: Member, this: Member, criterion: Criterion) -> Message | None:
    if first is this:
        return None
    facts = {"outlet": first.outlet_name, "day": first.piece.published_on}
    if criterion.once_per == "use":
        return Message(
            N_("%(outlet)s published the same piece in the same channel on %(day)s, which counts already."),
            facts,
        )
    return Message(
        N_("It is a copy of the report by %(outlet)s of %(day)s, which counts already."),
        facts,
    )


def _short_of(criterion: Criterion, member: Member, period: Period) -> Message | None:
    """Why a piece cannot count for a target, whatever its copies do; what is missing most comes first."""
    return (
        _outside(member.piece, period)
        or _wrong_kind(criterion, member.piece)
        or _wrong_outlet(criterion, member.outlet, member.piece.published_on)
        or _gone(member.piece, period)
    )


def _outside(piece: Piece, period: Period) -> Message | None:
    if period.starts <= piece.published_on <= period.ends:
        return None
    return Message(
        N_("It was published outside the programme, which runs from %(starts)s to %(ends)s."),
        {"starts": period.starts, "ends": period.ends},
    )


def _wrong_kind(criterion: Criterion, piece: Piece) -> Message | None:
    if criterion.kinds is None or piece.kind in criterion.kinds:
        return None
    if "comprehensive" in criterion.kinds:
        return Message(N_("It is not a comprehensive report."))
    return Message(
        N_("It is not a report of its own (comprehensive reports, broadcasts and reposts are not).")
    )


def _wrong_outlet(criterion: Criterion, outlet: OutletFacts, day: date) -> Message | None:
    if outlet.waits:
        return Message(
            N_("The outlet waits to be confirmed: it was named with a piece, and nobody has checked it yet.")
        )
    if criterion.media_only and outlet.nature != "media":
        return Message(N_("The outlet is a platform of the government, not a news medium."))
    if criterion.levels is not None and outlet.level not in criterion.levels:
        return Message(N_("The outlet is below provincial level."))
    if criterion.authoritative and not is_authoritative(outlet, day):
        if not outlet.listings:
            return Message(N_("The outlet stands on no list of authoritative media."))
        return Message(N_("The outlet was not on its list of authoritative media on the day of the piece."))
    return None


def _gone(piece: Piece, period: Period) -> Message | None:
    """A piece that is gone before the programme ends cannot be looked at when the centre accepts (A17).

    One that goes later has been seen, and its evidence stands.
    """
    if piece.channel not in ONLINE or piece.removed_on is None or piece.removed_on > period.ends:
        return None
    return Message(
        N_("It was taken down by %(day)s, before the programme ended, so that nobody could open it."),
        {"day": piece.removed_on},
    )
