"""What a published piece counts for, and when two addresses are the same; pure.

The table `CRITERIA` is the one place that says which piece counts for which target. `verdict` reads it for a
single piece; the queries turn the same table into SQL, and a test holds the two together.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from campaign.messages import N_, Message

REPORT = "placements.report"
COMPREHENSIVE = "placements.comprehensive"
AUTHORITATIVE = "placements.authoritative"
TARGET_KINDS = (REPORT, COMPREHENSIVE, AUTHORITATIVE)

KINDS = ("report", "comprehensive", "broadcast", "repost")
PROVINCIAL_OR_HIGHER = frozenset({"central", "industry", "provincial"})

MAX_KEY_CHARS = 1000


# --- counting ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Criterion:
    """What a target asks of a piece: its kinds and outlet levels (None: any), and an authoritative outlet."""

    kinds: frozenset[str] | None
    levels: frozenset[str] | None
    authoritative: bool


CRITERIA: Mapping[str, Criterion] = MappingProxyType(
    {
        # A11: reports in provincial media.
        REPORT: Criterion(frozenset({"report"}), PROVINCIAL_OR_HIGHER, authoritative=False),
        # A11, B5: comprehensive reports in authoritative mainstream media.
        COMPREHENSIVE: Criterion(frozenset({"comprehensive"}), None, authoritative=True),
        # B2: every use of an authoritative channel, whatever the kind of piece.
        AUTHORITATIVE: Criterion(None, None, authoritative=True),
    }
)


@dataclass(frozen=True)
class Listed:
    """An outlet stands on a list from a first to a last day, both included; an empty day is an open end."""

    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class OutletFacts:
    """An outlet as the registry knows it; authoritative while it stands on one list or another."""

    level: str
    listings: tuple[Listed, ...] = ()
    nature: str = "media"


@dataclass(frozen=True)
class Piece:
    """A published piece as far as counting is concerned."""

    kind: str
    published_on: date
    has_evidence: bool


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
    """Say for which of `targets` a piece counts and why not for the others (A11, B2, B5)."""
    common = _outside(piece, period)
    counts: list[str] = []
    why_not: dict[str, Message] = {}
    for target in targets:
        if target not in CRITERIA:
            continue
        reason = common or _short_of(CRITERIA[target], piece, outlet)
        if reason is None and evidence_demanded and not piece.has_evidence:
            reason = Message(N_("It has no evidence yet: add a screenshot, a PDF or a recording."))
        if reason is None:
            counts.append(target)
        else:
            why_not[target] = reason
    return Verdict(tuple(counts), MappingProxyType(why_not))


def _outside(piece: Piece, period: Period) -> Message | None:
    if period.starts <= piece.published_on <= period.ends:
        return None
    return Message(
        N_("It was published outside the programme, which runs from %(starts)s to %(ends)s."),
        {"starts": period.starts, "ends": period.ends},
    )


def _short_of(criterion: Criterion, piece: Piece, outlet: OutletFacts) -> Message | None:
    if criterion.kinds is not None and piece.kind not in criterion.kinds:
        if "comprehensive" in criterion.kinds:
            return Message(N_("It is not a comprehensive report."))
        return Message(
            N_("It is not a report of its own (comprehensive reports, broadcasts and reposts are not).")
        )
    if criterion.levels is not None and outlet.level not in criterion.levels:
        return Message(N_("The outlet is below provincial level."))
    if criterion.authoritative and not is_authoritative(outlet, piece.published_on):
        if not outlet.listings:
            return Message(N_("The outlet stands on no list of authoritative media."))
        return Message(N_("The outlet was not on its list of authoritative media on the day of the piece."))
    return None


# --- addresses --------------------------------------------------------------------------------------------

_MOBILE = ("www.", "m.", "wap.", "mobile.", "3g.")
_INDEX_FILES = re.compile(r"/(?:index|default)\.(?:s?html?|php|jsp|aspx?)$")
_TRACKING = re.compile(
    r"^(?:utm_.*|spm|scm|from|isappinstalled|share_?(?:token|from|source|medium|uid|to|by|time|type|count)|sharer.*|"
    r"wxshare.*|fbclid|gclid|msclkid|bd_vid|wfr|mpshare|scene|subscene|ascene|clicktime|enterid|srcid|chksm|"
    r"pass_ticket|wx_header|nettype|devicetype|exportkey|jsessionid|referr?er|_refluxos|tt_from)$"
)
# An official-account piece is named by these alone; the rest of its address says who passed it on.
_WEIXIN = frozenset({"__biz", "mid", "idx", "sn"})
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def is_web_address(text: str) -> bool:
    """Whether this is an address a browser can open: http or https and a host with a dot."""
    return address_key(text) != ""


def address_key(text: str) -> str:
    """One canonical form for all ways to write the address of one piece, or "" if it is no web address.

    Scheme, www and mobile hosts, ports by default, tracking parameters, their order, fragments, trailing
    slashes, index files and full-width characters do not matter. A fragment that is a route of a page drawn
    by script (`#/detail/5`) names the piece and stays.
    """
    plain = unicodedata.normalize("NFKC", text).strip().strip("<>")
    if not plain or any(letter.isspace() for letter in plain):
        return ""
    if "://" not in plain:
        plain = f"http://{plain}"
    try:
        parts = urlsplit(plain)
        port = parts.port
    except ValueError:
        return ""
    host = _host(parts.hostname or "")
    if parts.scheme.lower() not in ("http", "https") or not host:
        return ""
    if port not in (None, 80, 443):
        host = f"{host}:{port}"
    path = re.sub(r"/{2,}", "/", _escaped(parts.path))
    path = _INDEX_FILES.sub("/", re.sub(r";jsessionid=[^/]*", "", path, flags=re.IGNORECASE)).rstrip("/")
    key = host + path + _query(host, parts.query) + _route(parts.fragment)
    if len(key) <= MAX_KEY_CHARS:
        return key
    return key[:900] + "…" + hashlib.sha256(key.encode()).hexdigest()


def _host(name: str) -> str:
    host = name.lower().replace("。", ".").strip(".")
    if "xn--" in host:
        try:
            host = host.encode("ascii").decode("idna")
        except UnicodeError:
            return ""
    stripped = True
    while stripped:
        stripped = False
        for prefix in _MOBILE:
            if host.startswith(prefix) and "." in host[len(prefix) :]:
                host, stripped = host[len(prefix) :], True
    labels = host.split(".")
    return host if len(labels) > 1 and all(labels) else ""


def _escaped(text: str) -> str:
    """Write a path with the same escapes however it was typed: unreserved letters plain, others as %XX."""

    def normal(match: re.Match[str]) -> str:
        byte = int(match.group(1), 16)
        return chr(byte) if byte in _UNRESERVED else match.group(0).upper()

    return quote(re.sub(r"%([0-9a-fA-F]{2})", normal, text), safe="/%~!$&'()*+,;=:@-._")


def _query(host: str, query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    if host == "mp.weixin.qq.com":
        pairs = [(name, value) for name, value in pairs if name in _WEIXIN]
    else:
        pairs = [(name, value) for name, value in pairs if not _TRACKING.match(name.lower())]
    return f"?{urlencode(sorted(pairs))}" if pairs else ""


def _route(fragment: str) -> str:
    return (
        f"#{_escaped(fragment.rstrip('/'))}"
        if fragment.startswith(("/", "!/")) and fragment.strip("!/")
        else ""
    )
