import json
from dataclasses import replace
from pathlib import Path

import pytest

from reports.errors import ReportError
from reports.snapshots import fingerprint, from_json, to_json
from reports.writing import report_files
from tests.reports.reading import docx_paragraphs, docx_tables, pdf_pages, squeezed, xlsx_sheets
from tests.reports.samples import first_day_report, long_text_report, province_report


@pytest.mark.parametrize("make", [province_report, first_day_report, long_text_report])
def test_a_report_survives_storage_whole(make):
    report = make()
    assert from_json(to_json(report)) == report
    assert to_json(from_json(to_json(report))) == to_json(report)


def test_the_fingerprint_changes_with_any_figure():
    report = province_report()
    assert fingerprint(report) == fingerprint(province_report())
    other = replace(report, funds=replace(report.funds, executed_fen=report.funds.executed_fen + 1))
    assert fingerprint(report) != fingerprint(other)


def damaged(change):
    document = json.loads(to_json(province_report()))
    change(document)
    with pytest.raises(ReportError) as refusal:
        from_json(json.dumps(document))
    return refusal.value


def test_a_field_too_many_or_too_few_is_named():
    assert damaged(lambda d: d["report"]["funds"].update(colour="red")).params == {"reason": "fields: colour"}
    assert damaged(lambda d: d["report"].pop("targets")).params == {"reason": "fields: targets"}


def test_a_wrong_type_is_refused():
    assert damaged(lambda d: d["report"]["funds"].update(executed_fen=1.5)).params == {
        "reason": "int expected, not 1.5"
    }
    assert damaged(lambda d: d["report"]["targets"][0].update(met="yes")).params == {
        "reason": "bool expected, not 'yes'"
    }
    assert damaged(lambda d: d["report"].update(summary="text")).params == {
        "reason": "list expected, not 'text'"
    }
    assert damaged(lambda d: d["report"]["funds"].update(weight="ten")).params == {
        "reason": "[<class 'decimal.ConversionSyntax'>]"
    }


def test_another_kind_another_format_and_no_json_are_refused():
    assert damaged(lambda d: d.update(kind="monthly")).params == {"format": "1"}
    assert damaged(lambda d: d.update(format=99)).params == {"format": "99"}
    with pytest.raises(ReportError):
        from_json("{")


def test_a_value_of_the_wrong_type_is_refused_before_it_is_stored():
    report = province_report()
    wrong = replace(report, targets=(replace(report.targets[0], actual=100),))
    with pytest.raises(ReportError) as refusal:
        to_json(wrong)
    assert refusal.value.params == {"reason": "text expected, not 100"}


STORED = Path(__file__).parent / "stored"


def test_a_snapshot_of_the_first_release_opens_with_the_same_check_sum_and_renders_the_same(fonts):
    """A17: an old report is evidence; what it said then it says for ever."""
    text = (STORED / "performance-format1.json").read_text("utf-8").strip()
    said = json.loads((STORED / "performance-format1-said.json").read_text("utf-8"))
    report = from_json(text)
    assert to_json(report) == text
    assert fingerprint(report) == "328aa5c99145f65b598c4778717d513387415c6c9a85a1362e88a2254b3b0c6e"
    files = report_files(report, fonts)
    sheets = {
        name: [[str(value) for value in row] for row in rows]
        for name, rows in xlsx_sheets(files["xlsx"]).items()
    }
    assert docx_paragraphs(files["docx"]) == said["paragraphs"]
    assert docx_tables(files["docx"]) == said["tables"]
    assert sheets == said["sheets"]
    assert squeezed("".join(pdf_pages(files["pdf"]))) == said["pdf"]
