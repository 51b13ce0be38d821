"""Headings of a story and the parts of its outline (P8)."""

import pytest

from campaign.casebook.rules import Line, lines_of, missing_parts

OUTLINE = ("创新背景", "攻坚历程", "创新感悟")


@pytest.mark.parametrize(
    "line", ["一、创新背景", "（二）怎么做的", "创新背景", "1. 攻坚历程", "创新感悟：", "第三章"]
)
def test_numbered_lines_and_titles_of_the_outline_are_headings(line):
    assert lines_of(f"{line}\n正文。", OUTLINE) == (Line(line, True), Line("正文。", False))


@pytest.mark.parametrize(
    "line",
    ["一、创新背景说的是这样一件事。", "创新背景很复杂", "一个很长很长的句子" * 4, "十年来，他们一直在做。"],
)
def test_sentences_are_no_headings(line):
    assert lines_of(line, OUTLINE) == (Line(line, False),)


def test_blank_lines_and_double_blanks_are_no_paragraphs():
    assert lines_of("  第一段。 \r\n\r\n　\n第二  段。") == (
        Line("第一段。", False),
        Line("第二 段。", False),
    )


def test_parts_without_a_heading_are_named_where_there_are_headings():
    assert missing_parts("一、创新背景\n……\n二、攻坚历程\n……", OUTLINE) == ("创新感悟",)
    assert missing_parts("全文没有小标题。", OUTLINE) == ()
