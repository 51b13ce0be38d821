"""The rules that a report's figures were counted by, in words and as data, frozen with them (A17)."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from datetime import date

from campaign.documents.facts import Facts, Reached
from campaign.formatting import date_zh, money
from campaign.programmes.profiles import Profile
from campaign.reporting import RuleText

MONEY = (
    "支出以经第二人审批的凭证为准，登记人不得审批本人登记的支出；待审批的支出另列，不计入执行数；"
    "冲销以负数登记，记录不删除、不改写。"
)
MONTHS = (
    "报道按刊播日期、宣讲按举办日期、视频按成片入库日期、支出按付款日期归入月份，其余按登记日期归入月份。"
)


def rules_of(facts: Facts) -> tuple[RuleText, ...]:
    """One rule per target, then those of money and months, then the profile they all stand in."""
    profile = facts.profile
    found = [_target(one, profile) for one in facts.targets]
    budget = {"contract_fen": profile.budget.total_fen}
    found.append(RuleText("money", "A1", "经费支出", MONEY, _json(budget)))
    if facts.month or any(one.in_month for one in facts.targets):
        found.append(RuleText("months", "A17", "月份归属", MONTHS))
    whole = _json(dataclasses.asdict(profile))
    digest = hashlib.sha256(whole.encode()).hexdigest()
    found.append(
        RuleText(
            "profile",
            "A",
            "项目规则",
            f"{profile.title}（{profile.year}年度）的规则，校验码{digest[:16]}；合同金额{money(profile.budget.total_fen)}。",
            whole,
        )
    )
    return tuple(found)


def _target(one: Reached, profile: Profile) -> RuleText:
    target = one.target
    text = f"要求{target.required}{target.unit}，期限{date_zh(target.due)}。"
    text += f"计入：{one.why.rstrip('。')}。" if one.why else "本系统暂未采集此项，须人工核验。"
    data = dataclasses.asdict(target)
    if target.counts.startswith("clips.") and profile.clip is not None:
        clip = profile.clip
        text += f"片长{clip.duration_s}秒，允许相差{clip.tolerance_s}秒。"
        data["clip"] = dataclasses.asdict(clip)
    return RuleText(target.key, target.requirement, target.title, text, _json(data))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=_day)


def _day(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no rule holds a {type(value).__name__}")
