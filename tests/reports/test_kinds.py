"""Every kind of report in its three forms: the same words and figures, each followed to its rows (A17, C)."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from reports.blocks import Paragraph
from reports.consistency import check_report
from reports.data import Section
from reports.documents import report_document
from reports.errors import ReportError
from reports.snapshots import fingerprint, from_json, to_json
from reports.writing import report_files
from tests.reports.project_samples import EXPENSES, KINDS, RARE, project_report, weighed
from tests.reports.reading import docx_paragraphs, docx_tables, pdf_pages, squeezed, xlsx_sheets


@pytest.fixture(scope="module", params=KINDS)
def made(request, fonts):
    report = project_report(request.param)
    return report, report_files(report, fonts)


def test_the_three_forms_say_the_same_and_lose_no_rare_character(made):
    report, files = made
    pdf = squeezed("".join(pdf_pages(files["pdf"])))
    book = squeezed(
        "".join(str(v) for rows in xlsx_sheets(files["xlsx"]).values() for row in rows for v in row)
    )
    written = [paragraph for paragraph in docx_paragraphs(files["docx"]) if paragraph.strip()]
    for paragraph in written:
        assert squeezed(paragraph) in pdf
    for section in report.sections:
        if section.key == "achievement":
            continue
        assert squeezed(section.paragraphs[0]) in squeezed("".join(written))
        assert squeezed(section.paragraphs[0]) in book
    for table in docx_tables(files["docx"]):
        for row in table:
            for cell in row:
                assert squeezed(cell)[:40] in pdf
    assert RARE in pdf
    assert RARE in book


def test_the_snapshot_survives_storage_and_gives_the_same_bytes(made, fonts):
    report, files = made
    again = from_json(to_json(report))
    assert (again, fingerprint(again)) == (report, fingerprint(report))
    # One kind with charts and one without stand for all; each costs seconds.
    if report.kind in ("monthly", "summary"):
        assert report_files(again, fonts) == files


def test_money_in_the_tables_is_what_the_ledger_rows_add_up_to(made):
    """A1: counted again from the annex, without the product's arithmetic."""
    _report, files = made
    sheets = xlsx_sheets(files["xlsx"])
    if "经费" not in sheets:
        return
    head, *lines, whole = sheets["经费"]
    ledger = sheets["附件4 经费支出明细"][1:]
    for line in lines:
        cells = dict(zip(head, line, strict=True))
        mine = [row for row in ledger if row[2] == cells["预算科目"]]
        spent = [row for row in mine if row[4] == "已审批"]
        assert cells["累计支出数（元）"] == pytest.approx(sum(row[3] for row in spent), abs=0.001)
        assert cells["待审批数（元）"] == pytest.approx(
            sum(row[3] for row in mine if row[4] == "待审批"), abs=0.001
        )
        named = cells["依据"].removeprefix("附件4 第").removesuffix("条")
        ends = [part.split("–") for part in named.split("、")]
        numbers = [n for part in ends for n in range(int(part[0]), int(part[-1]) + 1)]
        assert numbers == [int(row[0]) for row in spent]
        if "本月支出数（元）" in head:
            in_month = [row[3] for row in spent if row[1].month == 10]
            assert cells["本月支出数（元）"] == pytest.approx(sum(in_month), abs=0.001)
    cells = dict(zip(head, whole, strict=True))
    exact = sum(Decimal(row[2]) for row in EXPENSES if row[3] == "已审批") / 100
    assert Decimal(str(cells["累计支出数（元）"])) == exact


def test_a_monthly_report_tells_the_month_beside_the_sum(fonts):
    sheets = xlsx_sheets(report_files(project_report("monthly"), fonts)["xlsx"])
    clips = next(row for row in sheets["进展"] if row[1].startswith("短视频"))
    assert (clips[2], clips[3], clips[7]) == ("2 条", "3 条", "附件3 第2–3条")


def test_the_months_of_an_execution_report_add_up_to_the_targets(fonts):
    report = project_report("execution")
    rows = xlsx_sheets(report_files(report, fonts)["xlsx"])["各月"]
    assert rows[0] == ["目标", "9月", "10月", "其他", "合计"]
    clips = next(row for row in rows if row[0].startswith("短视频"))
    assert clips[1:] == [1, 2, 0, 3]
    assert [row[-1] for row in rows[1:]] == [int(line.actual) for line in report.targets]
    assert all(sum(row[1:-1]) == row[-1] for row in rows[1:])


def test_the_acceptance_report_counts_its_verdicts_and_names_the_proof(fonts):
    report = project_report("acceptance")
    files = report_files(report, fonts)
    rows = xlsx_sheets(files["xlsx"])["验收"][1:]
    assert Counter(row[5] for row in rows) == {"不符合": 1, "符合": 1, "待核验": 1}
    assert rows[0][4] == "附件3 第1–3条"
    assert "共3项，其中符合1项，不符合1项，待核验1项" in "".join(docx_paragraphs(files["docx"]))


def test_a_score_set_by_hand_is_told_beside_the_rule(fonts):
    """C: the proposal stays visible."""
    report = project_report("performance")
    first = replace(report.indicators[1], score=report.indicators[1].proposed - Decimal("0.5"))
    changed = replace(report, indicators=(report.indicators[0], first, *report.indicators[2:]))
    words = "".join(docx_paragraphs(report_files(changed, fonts)["docx"]))
    assert "自评调整：“省级媒体报道数量”按上述方法为8分，自评7.5分" in words


def refused(report):
    with pytest.raises(ReportError) as refusal:
        check_report(report)
    return refusal.value


def test_weights_may_be_moved_as_long_as_they_make_a_hundred():
    """C."""
    report = project_report("performance")
    weights = [i.weight for i in report.indicators]
    moved = weighed(report, weights[0] + 2, weights[1] - 2)
    moved = replace(
        moved, indicators=tuple(replace(i, score=min(i.score, i.weight)) for i in moved.indicators)
    )
    assert check_report(moved) is None
    assert refused(weighed(report, weights[0] + 2)).params == {"actual": "102"}


def test_figures_that_the_rows_do_not_give_are_refused():
    """A1, A17: a snapshot that contradicts itself is not frozen."""
    report = project_report("execution")
    line = report.money[0]
    wrong_line = replace(line, executed_fen=line.executed_fen + 1)
    assert refused(replace(report, money=(wrong_line, *report.money[1:]))).params["title"] == "印刷出版费"
    pending = replace(line, annex_rows=(1, 2, 3))
    assert refused(replace(report, money=(pending, *report.money[1:]))).params["title"] == "印刷出版费"
    funds = replace(report.funds, executed_fen=1)
    assert refused(replace(report, funds=funds)).params["said"] == "1"
    twice = (report.months[0], replace(report.months[1], annex_rows=(2,)))
    assert refused(replace(report, months=twice)).params == {"month": "2024-09", "target": "clips"}
    assert refused(replace(report, kind="weekly")).params == {"kind": "weekly"}


def test_a_field_at_its_default_is_not_stored_so_that_later_fields_change_no_old_snapshot():
    assert '"deliverables"' not in to_json(project_report("execution"))
    assert '"months"' not in to_json(project_report("execution", months=()))
    assert '"number":3' in to_json(project_report("execution"))


def test_a_hint_tells_only_what_the_written_parts_do_not_say(fonts):
    def hints(risks, written):
        report = project_report("monthly", risks=risks, sections=(Section("risks", "风险", (written,)),))
        document = report_document(report, fonts, draw=False)
        return [b.text for b in document.blocks if isinstance(b, Paragraph) and "数据提示" in b.text]

    risks = ("“会议费”超支1.00元。", "专题视频落后3条。")
    assert hints(risks, "专题视频落后3条。已督办。") == ["数据提示：“会议费”超支1.00元。"]
    assert hints(risks, "".join(risks)) == []
