"""The columns of a cut list: the headings people write, folded, and what each of them means (A12)."""

import re
from collections.abc import Mapping

from media.grid import Cell, Grid
from media.shelf import folded

# The headings that people write, folded; the first of each is what is written back, in Chinese and English.
HEADINGS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "clip": ("成片", "Clip",
             ("成片名", "成片名称", "片名", "成片标题", "短片", "clip name", "name", "output")),
    "film": ("视频", "Film",
             ("影片", "视频文件", "视频名称", "源视频", "素材", "源片", "原片", "video", "source", "file",
              "source file", "film name")),
    "start": ("入点", "In", ("开始", "起点", "开始时间", "起始时间", "in point", "start", "source in")),
    "end": ("出点", "Out", ("结束", "终点", "结束时间", "终止时间", "out point", "end", "source out")),
    "title": ("片头标题", "Title", ("片头", "标题", "主标题", "opening", "opening title")),
    "subtitle": ("副标题", "Subtitle", ("片头副标题", "opening subtitle")),
    "lower_thirds": ("人名条", "Lower thirds", ("人名", "字幕条", "姓名条", "lower third", "names")),
    "subtitles": ("字幕文件", "Subtitle file", ("字幕", "subtitles", "captions", "srt")),
    "end_title": ("片尾标题", "End title", ("片尾", "end card", "ending")),
    "end_subtitle": ("片尾副标题", "End subtitle", ()),
    "music": ("配乐", "Music", ("音乐", "背景音乐", "bgm")),
    "deliveries": ("交付", "Delivery", ("交付规格", "交付版本", "版本", "规格", "deliveries", "format")),
}  # fmt: skip
# Columns that are for people and are passed over without a word.
FOR_PEOPLE = frozenset(
    folded(text)
    for text in ("序号", "编号", "no", "no.", "#", "备注", "说明", "notes", "note", "remarks", "时长", "长度",
                 "duration", "length", "企业", "企业名称", "省份", "地市")
)  # fmt: skip
DELIVERY_WORDS: Mapping[str, str] = {
    "母版": "master", "高清": "master", "横版": "master", "网络版": "web", "网版": "web", "竖版": "vertical",
    "竖屏": "vertical", "方版": "square", "方形": "square", "样片": "proxy", "小样": "proxy",
}  # fmt: skip
_NEEDED = ("film", "start", "end")
_HEADING_WITHIN = 20

_BY_HEADING = {folded(word): key for key, (zh, en, others) in HEADINGS.items() for word in (zh, en, *others)}


def columns_of(sheet: Grid) -> tuple[int, dict[str, int]] | None:
    """Find the row of headings: its number from 0, and which column holds what; None where there is none."""
    for number, row in enumerate(sheet.rows[:_HEADING_WITHIN]):
        found: dict[str, int] = {}
        for column, cell in enumerate(row):
            key = _BY_HEADING.get(heading_of(cell))
            if key:
                found.setdefault(key, column)
        if all(key in found for key in _NEEDED):
            return number, found
    return None


def heading_of(cell: Cell) -> str:
    """Fold a heading; what stands in brackets explains it."""
    return (
        folded(re.sub(r"[(（\[【].*", "", cell, flags=re.DOTALL).rstrip(":：*"))
        if isinstance(cell, str)
        else ""
    )
