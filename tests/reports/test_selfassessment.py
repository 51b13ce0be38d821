from dataclasses import replace
from decimal import Decimal

import pytest

from reports.blocks import place_cells
from reports.data import FundsLine
from reports.selfassessment import TO_BE_EXPLAINED, self_assessment
from tests.reports.samples import first_day_report, long_text_report, province_report


def grid(report):
    return {(y, x): cell for y, x, cell in place_cells(self_assessment(report))}


def row_of(report, text):
    cells = grid(report)
    (line,) = {y for (y, _), cell in cells.items() if cell.text == text}
    return [cells[key].text for key in sorted(cells) if key[0] == line]


@pytest.mark.parametrize("make", [province_report, first_day_report, long_text_report])
def test_the_form_fills_its_grid_whatever_the_data(make):
    """C."""
    assert len(grid(make())) > 60


def test_a_missed_indicator_shows_score_reason_and_remedy():
    """C."""
    assert row_of(province_report(), "短视频数量")[-6:] == [
        "短视频数量",
        "≥30条",
        "25条",
        "10",
        "8.33",
        "部分企业素材为竖屏手机拍摄，不符合标准，需补拍。\n12月10日前完成补拍和剪辑，送采购单位审核。",
    ]


def test_the_total_is_the_sum_of_funds_and_indicators():
    """C: funds 2.51, outputs 48.33, benefits 30, satisfaction 10."""
    assert row_of(province_report(), "总分") == ["总分", "100", "90.84", "评价等级：优"]


def test_a_missed_indicator_without_words_says_that_they_are_to_be_written():
    assert row_of(first_day_report(), "短视频数量")[-1] == TO_BE_EXPLAINED


def test_sources_of_money_are_listed_but_not_scored():
    """A1."""
    report = province_report()
    parts = (FundsLine(20_000_000, 20_000_000, 5_020_000, title="其中：当年财政拨款"),)
    assert row_of(replace(report, funds_parts=parts), "其中：当年财政拨款") == [
        "其中：当年财政拨款", "200,000.00", "200,000.00", "50,200.00", "—", "25.1 %", "—",
    ]  # fmt: skip


def test_groups_stand_in_the_order_of_the_form_even_when_listed_otherwise():
    report = province_report()
    shuffled = replace(report, indicators=tuple(reversed(report.indicators)))
    firsts = [cell.text for cell in grid(shuffled).values() if cell.text.endswith("0分")]
    assert firsts == ["产出指标\n50分", "效益指标\n30分", "满意度指标\n10分"]


def test_only_what_falls_short_is_marked():
    marked = [cell.text for _, cell in sorted(grid(province_report()).items()) if cell.short]
    assert marked == ["2.51", "25条", "8.33"]
    assert Decimal("2.51") == Decimal(10) * 5_020_000 / 20_000_000
