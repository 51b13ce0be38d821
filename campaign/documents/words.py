"""What a person adds to the figures of a report, as typed; nothing is judged here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from campaign.programmes.profiles import Indicator as ProfileIndicator


@dataclass(frozen=True)
class Stated:
    """What the lead writes about one indicator (C).

    `share` is how far an indicator without live data was reached, in percent (None: nothing known yet);
    `reason` and `remedy` are demanded where the target is missed. `weight` and `score` are texts as typed;
    empty ones mean the profile's weight and the score of the customary rule.
    """

    actual: str = ""
    share: int | None = None
    reason: str = ""
    remedy: str = ""
    weight: str = ""
    score: str = ""


@dataclass(frozen=True)
class Judged:
    """What the lead says of one line of the acceptance report; an empty `verdict` takes the proposed one."""

    delivered: str = ""
    proof: str = ""
    verdict: str = ""
    note: str = ""


@dataclass(frozen=True)
class Words:
    """What a person adds to the figures of a report.

    `parts` are the written parts by key; a part that is not there begins with the words of the template.
    """

    parts: Mapping[str, str] = field(default_factory=dict)
    stated: Mapping[str, Stated] = field(default_factory=dict)
    judged: Mapping[str, Judged] = field(default_factory=dict)
    funds_weight: str = ""


def words_from_form(
    values: Mapping[str, Any],
    parts: Sequence[str],
    indicators: Sequence[ProfileIndicator] = (),
    deliverables: Sequence[str] = (),
) -> Words:
    """Read the report form.

    Its fields are `part-` before the key of a part; `weight-`, `score-`, `actual-`, `share-`, `reason-` and
    `remedy-` before an indicator's; `delivered-`, `proof-`, `verdict-` and `note-` before a deliverable's.
    """

    def text(name: str, key: str) -> str:
        return str(values.get(f"{name}-{key}", "")).strip()

    return Words(
        parts={key: text("part", key) for key in parts if f"part-{key}" in values},
        stated={
            indicator.key: Stated(
                actual=text("actual", indicator.key),
                share=_percent(text("share", indicator.key)),
                reason=text("reason", indicator.key),
                remedy=text("remedy", indicator.key),
                weight=text("weight", indicator.key),
                score=text("score", indicator.key),
            )
            for indicator in indicators
        },
        judged={
            key: Judged(
                delivered=text("delivered", key),
                proof=text("proof", key),
                verdict=text("verdict", key),
                note=text("note", key),
            )
            for key in deliverables
        },
        funds_weight=text("weight", "funds"),
    )


def _percent(text: str) -> int | None:
    return int(text) if text.isdecimal() and int(text) <= 100 else None
