"""The parts of each report that a person writes, and the words they begin with (A17).

The words, in `texts.toml` beside, are the house's own templates: an officer may download them as Word, edit
them and put them back. Fields in double braces are explained by `campaign.documents.fields`. The texts are
Chinese by nature: they are the customary papers of the field.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from campaign.reporting import Part

PARTS: Mapping[str, tuple[Part, ...]] = {
    "monthly": (
        Part("overview", "本月工作概况"),
        Part("done", "本月完成的工作"),
        Part("undone", "未完成的工作及原因"),
        Part("next", "下月工作计划"),
        Part("risks", "风险与需协调事项"),
        Part("money", "经费使用情况"),
    ),
    "execution": (
        Part("overview", "项目基本情况"),
        Part("organisation", "组织实施情况"),
        Part("execution", "任务执行情况"),
        Part("money", "经费执行情况"),
        Part("problems", "存在的问题与改进措施"),
    ),
    "summary": (
        Part("overview", "工作概况"),
        Part("practice", "主要做法"),
        Part("results", "主要成效"),
        Part("experience", "经验体会"),
        Part("problems", "问题与不足"),
        Part("next", "下一步打算"),
    ),
    "performance": (
        Part("summary", "项目概况与结论"),
        Part("achievement", "年度目标实际完成情况"),
        Part("analysis", "绩效分析"),
        Part("problems", "存在的问题与改进措施"),
        Part("experience", "主要经验及做法"),
    ),
    "acceptance": (
        Part("basis", "验收依据与范围"),
        Part("problems", "遗留问题与整改安排"),
        Part("conclusion", "验收结论"),
    ),
}

TEXTS: Mapping[str, Mapping[str, Sequence[str]]] = tomllib.loads(
    Path(__file__).with_name("texts.toml").read_text("utf-8")
)
