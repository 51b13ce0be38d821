import hashlib
from dataclasses import replace

import pytest

from reports.errors import ReportError
from reports.writing import write_report
from tests.reports.samples import province_report


def with_case_title(title):
    report = province_report()
    annex = report.annexes[0]
    rows = (*annex.rows[:6], (title, *annex.rows[6][1:]), *annex.rows[7:])
    return replace(report, annexes=(replace(annex, rows=rows), *report.annexes[1:]))


def refused(report, folder, fonts):
    with pytest.raises(ReportError) as refusal:
        write_report(report, folder, fonts)
    return refusal.value


def test_three_files_are_written_with_their_checksums(tmp_path, fonts):
    written = write_report(province_report(), tmp_path / "out", fonts)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "绩效报告-R-2024-0007.docx",
        "绩效报告-R-2024-0007.pdf",
        "绩效报告-R-2024-0007.xlsx",
    ]
    for suffix, path in (("docx", written.docx), ("pdf", written.pdf), ("xlsx", written.xlsx)):
        assert written.sha256[suffix] == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("title", "character", "code"),
    [("创新\U00013000", "\U00013000", "U+13000"), ("创新🚀", "🚀", "U+1F680"), ("创\x07新", "?", "U+0007")],
)
def test_a_character_no_font_can_show_is_refused_with_its_cell_named(tmp_path, fonts, title, character, code):
    refusal = refused(with_case_title(title), tmp_path, fonts)
    assert refusal.params == {
        "place": "附件1 企业典型创新案例清单 第7行“案例名称”",
        "character": character,
        "code": code,
    }
    assert list(tmp_path.iterdir()) == []


def test_a_chart_label_outside_its_font_is_refused(tmp_path, fonts):
    report = province_report()
    counts = (replace(report.cases_by_city[0], label="𠮷市"), *report.cases_by_city[1:])
    refusal = refused(replace(report, cases_by_city=counts), tmp_path, fonts)
    assert refusal.params["place"] == "图“各地区案例数”"


def test_invisible_marks_of_a_pasted_title_are_left_out(tmp_path, fonts):
    written = write_report(with_case_title("创\u200b新\ufeff案例"), tmp_path, fonts)
    assert written.pdf.stat().st_size > 0


def test_a_refused_report_leaves_older_files_as_they_were(tmp_path, fonts):
    before = write_report(province_report(), tmp_path, fonts)
    refused(with_case_title("🚀"), tmp_path, fonts)
    for suffix, path in (("docx", before.docx), ("pdf", before.pdf), ("xlsx", before.xlsx)):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == before.sha256[suffix]


def test_a_folder_that_cannot_be_written_is_named(tmp_path, fonts):
    blocked = tmp_path / "out"
    blocked.write_text("a file")
    assert refused(province_report(), blocked, fonts).params["folder"] == str(blocked)


def test_a_snapshot_id_with_a_path_in_it_is_refused(tmp_path, fonts):
    report = replace(province_report(), snapshot_id="../../etc/x")
    assert refused(report, tmp_path / "out", fonts).params == {"id": "../../etc/x"}
