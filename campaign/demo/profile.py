"""The demonstration's programme: a new province is a new file, so the demonstration writes one."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from campaign.demo.invented import shifted
from campaign.programmes.profiles import load

KEY = "demo"
BASE = "guangdong-2024"


def write_profile(folder: Path, today: date) -> None:
    """Lay the demonstration's dates over a real profile; a file that is there stays as it is.

    The real programme of 2024 is over; shifted to the present, the gauges have a pace to show.
    """
    path = folder / f"{KEY}.toml"
    if path.exists():
        return
    base = load(BASE)
    starts, ends = shifted(today)
    lines = [
        f'extends = "{BASE}"',
        f'title = "示例省企业典型创新案例征集及宣讲活动（演示 {today.year}）"',
        f'title_en = "Typical innovation cases of the example province (demonstration {today.year})"',
        f"year = {today.year}",
        f"starts = {starts.isoformat()}",
        f"ends = {ends.isoformat()}",
        "[organisations]",
        'province = "示例省科学技术协会"',
        'organiser = "示例省科协事业发展中心"',
    ]
    for target in base.targets:
        due = ends - timedelta(days=20) if target.due < base.ends else ends
        lines += [f"[targets.{target.key}]", f"due = {due.isoformat()}"]
    for tier in base.tiers:
        if tier.deadline:
            lines += [f"[tiers.{tier.key}]", f"deadline = {(today - timedelta(days=30)).isoformat()}"]
    if base.lecture:
        lines += ["[lecture]", f"due = {(ends - timedelta(days=20)).isoformat()}"]
    span = (ends - starts) / max(len(base.publicity), 1)
    for index, phase in enumerate(base.publicity):
        if phase.starts or phase.ends:
            lines += [
                f"[publicity.{phase.key}]",
                f"starts = {(starts + span * index).isoformat()}",
                f"ends = {(starts + span * (index + 1)).isoformat()}",
            ]
    folder.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".part")
    temporary.write_text("\n".join(lines) + "\n", encoding="utf-8")
    temporary.replace(path)
