"""A finding: one rule, its verdict, and what to do about it."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Literal

from media.errors import N_
from media.pictures import Region
from media.timecode import TimeRange

Verdict = Literal["pass", "warn", "fail", "undecidable"]
VERDICTS: dict[Verdict, str] = {
    "pass": N_("fits"),
    "warn": N_("doubtful"),
    "fail": N_("not met"),
    "undecidable": N_("not checkable"),
}
_GRAVITY: dict[Verdict, int] = {"pass": 0, "undecidable": 1, "warn": 2, "fail": 3}


@dataclass(frozen=True)
class Finding:
    """What one rule says about one film or photo.

    measured and limit are short facts that need no translation ("720", "≥ 1080"); advice is a message id with
    params and says what to do, empty when there is nothing to do. regions say where in the picture it is.
    """

    rule: str
    verdict: Verdict
    measured: str
    limit: str = ""
    ranges: tuple[TimeRange, ...] = ()
    advice: str = ""
    params: dict[str, str] = field(default_factory=dict)
    regions: tuple[Region, ...] = ()

    def to_json(self, translate: Callable[..., str] | None = None) -> dict[str, object]:
        """Give the finding as a program reads it: ranges in seconds, its advice in words."""
        words = (
            (translate(self.advice, **self.params) if translate else self.advice % self.params)
            if self.advice
            else ""
        )
        told: dict[str, object] = {
            "rule": self.rule,
            "verdict": self.verdict,
            "measured": self.measured,
            "limit": self.limit,
            "ranges": [span.to_json() for span in self.ranges],
            "advice": words,
        }
        return told | ({"regions": [asdict(region) for region in self.regions]} if self.regions else {})


def worst(findings: Iterable[Finding]) -> Verdict:
    """Give the gravest verdict; "pass" where there is no finding."""
    return max((finding.verdict for finding in findings), key=_GRAVITY.__getitem__, default="pass")
