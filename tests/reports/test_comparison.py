"""What changed from one report to the next (A17)."""

from dataclasses import replace
from decimal import Decimal

from reports.comparison import compare, comparison_workbook
from tests.reports.project_samples import project_report
from tests.reports.reading import xlsx_sheets
from tests.reports.samples import province_report


def later_of(report):
    """One clip more, one gone, one renamed; a piece of money more."""
    clips = report.annexes[2]
    rows = ((("改名的一集"), *clips.rows[0][1:]), clips.rows[1], ("新的一集", *clips.rows[2][1:]))
    changed = replace(clips, rows=rows, row_ids=("clips:1", "clips:2", "clips:9"))
    annexes = (*report.annexes[:2], changed, *report.annexes[3:])
    target = replace(report.targets[3], required=Decimal(31))
    funds = replace(report.funds, executed_fen=report.funds.executed_fen + 5)
    return replace(report, annexes=annexes, targets=(*report.targets[:3], target), funds=funds)


def test_rows_that_came_went_or_changed_are_told_apart_by_what_they_were():
    before = project_report("execution")
    found = compare(before, later_of(before))
    clips = next(part for part in found.annexes if part.annex.key == "clips")
    assert [row[0] for row in clips.added] == ["新的一集"]
    assert [row[0] for row in clips.removed] == [before.annexes[2].rows[2][0]]
    assert [(pair.before[0], pair.after[0]) for pair in clips.changed] == [
        ("第1集：看得见的创新", "改名的一集")
    ]
    assert [part.any for part in found.annexes if part.annex.key != "clips"] == [False, False, False]
    money = {row.title: row.difference for row in found.money}
    assert (money["全年执行数"], money["支出：会议费"]) == (Decimal(5), Decimal(0))


def test_a_report_of_the_first_release_is_compared_row_by_row_as_far_as_columns_agree():
    old, new = province_report(cases=6, placements=24, clips=3, expenses=2), project_report("performance")
    found = {part.annex.key: part for part in compare(old, new).annexes}
    assert [row[0] for row in found["placements"].added] == ["敢为人先：记第25家企业的创新之路"]
    assert (found["placements"].counts, found["cases"].any) == ((24, 25), False)
    assert (found["expenses"].comparable, found["expenses"].counts) == (False, (2, 4))


def test_the_workbook_says_what_the_page_says():
    before = project_report("execution")
    sheets = xlsx_sheets(comparison_workbook(compare(before, later_of(before))))
    assert [row[0] for row in sheets["短视频清单"][1:]] == ["新增", "减少", "变更前", "变更后"]
    assert next(row for row in sheets["经费变化"] if row[0] == "全年执行数")[3] == 0.05
