"""Findings about films and photos for pages: titles, badges and advice in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _

from campaign import footage
from campaign.listing import Badge, Tone
from campaign.messages import N_

# How a finding ended, the worst first.
VERDICTS: dict[str, tuple[Tone, str]] = {
    "fail": ("danger", N_("not met")),
    "warn": ("warning", N_("doubtful")),
    "undecidable": ("neutral", N_("not checkable")),
    "pass": ("success", N_("fits")),
}
# Measured facts are short and need no words, but for these.
MEASURED = {
    "landscape": N_("landscape"),
    "portrait": N_("portrait"),
    "square": N_("square"),
    "stereo": N_("stereo"),
    "mono": N_("mono"),
    "grey": N_("grey"),
    "truncated": N_("cut off"),
    "corrupt_packets": N_("damaged parts"),
    "decode_errors": N_("damaged pictures"),
    "shorter_than_promised": N_("shorter than promised"),
    "empty_track": N_("an empty track"),
}


def in_words(fact: str) -> str:
    """A measured fact in the reader's language; numbers and names of formats stay as they are."""
    parts = fact.split(", ")
    if all(part in MEASURED for part in parts):
        return "、".join(_(MEASURED[part]) for part in parts)
    return fact


def findings_in_words(found: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Findings for a page: the worst first, each with its title, badge, moments and advice in words."""
    order = list(VERDICTS)
    told = []
    for finding in sorted(found, key=lambda finding: order.index(finding["verdict"])):
        tone, words = VERDICTS[finding["verdict"]]
        advice: str = finding["advice"]
        told.append(
            {
                "rule": finding["rule"],
                "title": _(footage.rule_title(finding["rule"])),
                "badge": Badge(tone, _(words)),
                "passed": finding["verdict"] == "pass",
                "measured": in_words(finding["measured"]),
                "limit": in_words(finding["limit"]),
                "advice": _(advice, **finding["params"]) if advice else "",
                "verdict": finding["verdict"],
                "moments": [span["start_s"] for span in finding["ranges"]],
                "ranges": [[span["start_s"], span["end_s"]] for span in finding["ranges"]],
            }
        )
    return told
