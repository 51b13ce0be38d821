from dataclasses import replace
from decimal import Decimal

import pytest

from reports import figures
from reports.data import Annex, Column, FundsLine
from reports.errors import ReportError
from tests.reports.samples import first_day_report, long_text_report, province_report


def refused(report):
    with pytest.raises(ReportError) as refusal:
        figures.check(report)
    return refusal.value


@pytest.mark.parametrize("make", [province_report, first_day_report, long_text_report])
def test_sound_reports_pass(make):
    assert figures.check(make()) is None


@pytest.mark.parametrize(
    ("weight", "required", "actual", "at_most", "score"),
    [
        ("10", "30", "30", False, "10"),
        ("10", "30", "45", False, "10"),
        ("10", "30", "25", False, "8.33"),
        ("10", "30", "0", False, "0"),
        ("8", "3", "2", False, "5.33"),
        ("5", "1000", "999.9", False, "5.00"),
        ("6", "0", "0", False, "6"),
        ("6", "100", "80", True, "6"),
        ("6", "100", "120", True, "5.00"),
        ("6", "100", "0", True, "6"),
    ],
)
def test_scores_follow_the_customary_rule(weight, required, actual, at_most, score):
    """C: full when met, in proportion when not, half up to two decimals."""
    values = [Decimal(text) for text in (weight, required, actual)]
    assert figures.proposed_score(*values, at_most=at_most) == Decimal(score)


def test_funds_score_by_their_execution_rate_and_never_above_their_weight():
    """C, A1."""
    assert figures.funds_score(FundsLine(20_000_000, 20_000_000, 18_500_000)) == Decimal("9.25")
    assert figures.funds_score(FundsLine(20_000_000, 20_000_000, 21_000_000)) == Decimal(10)
    assert figures.execution_rate(FundsLine(0, 0, 0)) == 0


@pytest.mark.parametrize(
    ("score", "word"), [("100", "优"), ("90", "优"), ("89.99", "良"), ("60", "中"), ("59.99", "差")]
)
def test_grades_begin_at_their_limits(score, word):
    assert figures.grade(Decimal(score)) == word


def test_weights_that_do_not_add_up_are_refused_with_the_group_named():
    """C: 50, 30 and 10 beside the funds' 10."""
    report = province_report()
    heavier = replace(report.indicators[0], weight=Decimal(12))
    refusal = refused(replace(report, indicators=(heavier, *report.indicators[1:])))
    assert refusal.params == {"level": "产出指标", "required": "50", "actual": "52"}


def test_an_unknown_first_level_is_refused():
    report = province_report()
    odd = replace(report.indicators[0], level1="过程指标")
    assert refused(replace(report, indicators=(*report.indicators, odd))).params["level"] == "过程指标"


def test_funds_must_weigh_ten_points():
    report = province_report()
    refusal = refused(replace(report, funds=replace(report.funds, weight=Decimal(20))))
    assert refusal.params == {"required": "10", "actual": "20"}


@pytest.mark.parametrize("score", ["10.01", "-1", "8.333"])
def test_a_score_out_of_range_or_too_fine_is_refused(score):
    report = province_report()
    odd = replace(report.indicators[0], score=Decimal(score))
    assert refused(replace(report, indicators=(odd, *report.indicators[1:]))).params["name"] == "案例故事数量"


def test_a_count_that_differs_from_its_annex_rows_is_refused():
    """Every number can be followed to its rows."""
    report = province_report()
    wrong = replace(report.targets[3], actual=Decimal(26))
    refusal = refused(replace(report, targets=(*report.targets[:3], wrong)))
    assert refusal.params == {
        "title": "短视频（每条约两分钟）", "actual": "26", "annex": "附件3", "rows": "25",
    }  # fmt: skip


@pytest.mark.parametrize("rows", [(1, 1, 2), (0, 1, 2), (1, 2, 61)])
def test_evidence_rows_that_repeat_or_do_not_exist_are_refused(rows):
    report = province_report()
    wrong = replace(report.targets[2], annex_rows=rows)
    refusal = refused(replace(report, targets=(wrong,)))
    assert refusal.params["annex"] == "附件2"


def test_a_target_that_names_an_absent_annex_is_refused():
    report = province_report()
    wrong = replace(report.targets[0], annex_key="lectures")
    assert refused(replace(report, targets=(wrong,))).params["key"] == "lectures"


def test_an_annex_row_with_a_missing_cell_is_refused_by_number():
    report = province_report()
    annex = Annex("x", "附件9", "其他", (Column("一"), Column("二")), (("a", "b"), ("a",)))
    refusal = refused(replace(report, annexes=(*report.annexes, annex)))
    assert refusal.params == {"annex": "附件9", "row": "2", "actual": "1", "required": "2"}


def test_two_annexes_of_one_key_are_refused():
    report = province_report()
    assert refused(replace(report, annexes=(*report.annexes, report.annexes[0]))).params == {"key": "cases"}


def test_negative_money_and_a_time_without_zone_are_refused():
    report = province_report()
    assert refused(replace(report, funds=replace(report.funds, executed_fen=-1))).params == {
        "title": "年度资金总额"
    }
    assert refused(replace(report, as_of=report.as_of.replace(tzinfo=None))).params == {}


def test_missed_indicators_without_reason_or_remedy_are_listed():
    """C: reason for deviation and remedy."""
    assert figures.unexplained(province_report()) == ()
    names = [indicator.name for indicator in figures.unexplained(first_day_report())]
    assert names == ["案例故事数量", "省级媒体报道数量", "短视频数量"]
