"""The self-assessment of the performance report: each indicator measured, weighed and scored (C)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from campaign.documents.facts import Facts
from campaign.documents.words import Stated, Words
from campaign.errors import Refused
from campaign.messages import N_
from campaign.programmes.profiles import Indicator as ProfileIndicator
from campaign.programmes.profiles import Profile
from campaign.reporting import AssessedIndicator, proposed_score

LEVELS = {"output": "产出指标", "benefit": "效益指标", "satisfaction": "满意度指标"}
SUBLEVELS = {
    "quantity": "数量指标",
    "quality": "质量指标",
    "timeliness": "时效指标",
    "cost": "成本指标",
    "economic": "经济效益指标",
    "social": "社会效益指标",
    "ecological": "生态效益指标",
    "lasting": "可持续影响指标",
    "satisfaction": "服务对象满意度指标",
}
NOT_STATED = "尚未填报"
_POINTS = re.compile(r"\d{1,3}(\.\d{1,2})?")


@dataclass(frozen=True)
class Measured:
    """How far an indicator was reached: in words, and as the pair the customary score rule takes."""

    text: str
    required: Decimal
    actual: Decimal
    at_most: bool = False

    @property
    def met(self) -> bool:
        """Whether the target is reached, or a ceiling kept."""
        return self.actual <= self.required if self.at_most else self.actual >= self.required


def measure(facts: Facts, indicator: ProfileIndicator, stated: Stated) -> Measured:
    """Read one indicator from live data, or from what the lead states where there is none."""
    if indicator.target_key:
        one = next(one for one in facts.targets if one.target.key == indicator.target_key)
        text = f"{one.actual}{one.target.unit}"
        return Measured(text, Decimal(one.target.required), Decimal(one.actual))
    if indicator.level2 == "cost":
        fen = facts.spent_fen
        text = f"实际支出{fen // 100:,}.{fen % 100:02d}元" if fen >= 0 else "实际支出为负"
        return Measured(text, Decimal(facts.profile.budget.total_fen), Decimal(fen), at_most=True)
    if stated.share is None:
        return Measured(stated.actual or NOT_STATED, Decimal(100), Decimal(0))
    return Measured(stated.actual or f"达到指标值的{stated.share} %", Decimal(100), Decimal(stated.share))


def is_live(indicator: ProfileIndicator) -> bool:
    """Whether an indicator is read from rows rather than stated by the lead."""
    return bool(indicator.target_key) or indicator.level2 == "cost"


def points(text: str, name: str, default: Decimal) -> Decimal:
    """Read weight or score as typed; empty gives `default`, anything but a number is refused by name."""
    if not text:
        return default
    if not _POINTS.fullmatch(text):
        raise Refused(
            N_("“%(text)s” is no number of points for “%(name)s”; write it with at most two decimals."),
            text=text,
            name=name,
        )
    return Decimal(text)


def assessed(facts: Facts, words: Words) -> tuple[AssessedIndicator, ...]:
    """Every indicator of the profile with weight and score as the lead leaves or sets them."""
    return tuple(
        _indicator(facts, indicator, words.stated.get(indicator.key, Stated()))
        for indicator in facts.profile.self_assessment.indicators
    )


def _indicator(facts: Facts, indicator: ProfileIndicator, stated: Stated) -> AssessedIndicator:
    measured = measure(facts, indicator, stated)
    weight = points(stated.weight, indicator.title, Decimal(indicator.weight))
    proposed = proposed_score(weight, measured.required, measured.actual, at_most=measured.at_most)
    return AssessedIndicator(
        level1=LEVELS[indicator.level1],
        level2=SUBLEVELS[indicator.level2],
        name=indicator.title,
        requirement=_requirement(facts.profile, indicator),
        target_text=f"{indicator.target}{indicator.unit or ''}",
        actual_text=measured.text,
        weight=weight,
        score=points(stated.score, indicator.title, proposed),
        met=measured.met,
        reason="" if measured.met else stated.reason,
        remedy="" if measured.met else stated.remedy,
        key=indicator.key,
        proposed=proposed,
    )


def _requirement(profile: Profile, indicator: ProfileIndicator) -> str:
    if indicator.target_key:
        return profile.target(indicator.target_key).requirement
    return "A1" if indicator.level2 == "cost" else "C"
