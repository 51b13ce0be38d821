"""Writes any report: docx to be edited, PDF to be read, xlsx to be checked (A17, C)."""

from __future__ import annotations

import hashlib
import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.consistency import check_report
from reports.data import TITLES, ProjectReport
from reports.documents import report_document
from reports.errors import N_, ReportError
from reports.glyphs import check_glyphs
from reports.pdf import document_pdf
from reports.selfassessment import TITLE
from reports.sheets import document_workbook
from reports.word import document_docx

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from reports.charts import FontFiles
    from reports.data import PerformanceReport

OVERVIEW_SHEET = "概况"
SHEET_NAMES = {
    TITLE: "绩效自评表",
    "目标完成情况表": "指标",
    "资金使用情况表": "资金",
    "本月进展与累计完成情况表": "进展",
    "分科目经费使用情况表": "经费",
    "各月进展表": "各月",
    "交付成果验收表": "验收",
}


@dataclass(frozen=True)
class Written:
    """The three files of one report; `sha256` gives the hex digest by suffix ("docx", "pdf", "xlsx")."""

    docx: Path
    pdf: Path
    xlsx: Path
    sha256: Mapping[str, str]


def report_files(
    report: PerformanceReport, fonts: FontFiles, template: bytes | None = None
) -> dict[str, bytes]:
    """Return the bytes of the three forms by suffix; the same snapshot gives the same bytes.

    Raises ReportError when figures contradict each other, a character cannot be shown, or an officer's
    `template` is broken.
    """
    check_report(report)
    document = report_document(report, fonts)
    check_glyphs(document, fonts)
    # typst works outside Python's lock, so that the other forms are written meanwhile.
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="typst") as beside:
        pdf = beside.submit(document_pdf, document, fonts)
        docx = document_docx(document, template)
        xlsx = document_workbook(document, OVERVIEW_SHEET, SHEET_NAMES)
        return {"docx": docx, "pdf": pdf.result(), "xlsx": xlsx}


def write_report(
    report: PerformanceReport, out_dir: Path, fonts: FontFiles, template: bytes | None = None
) -> Written:
    """Write the three files into `out_dir`, each under its name only when it is complete.

    Everything is made before anything is written, so a refused report leaves older files as they were.
    Raises ReportError as `report_files` does, and when the folder cannot be written.
    """
    made = report_files(report, fonts, template)
    title = TITLES[report.kind if isinstance(report, ProjectReport) else "performance"]
    paths = {suffix: out_dir / f"{title}-{report.snapshot_id}.{suffix}" for suffix in made}
    if any(path.parent != out_dir for path in paths.values()):
        raise ReportError(N_("The snapshot id %(id)s cannot be part of a file name."), id=report.snapshot_id)
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        for suffix, content in made.items():
            _write(paths[suffix], content)
    except OSError as error:
        raise ReportError(
            N_("The report cannot be written to %(folder)s: %(reason)s"),
            folder=str(out_dir),
            reason=error.strerror or str(error),
        ) from error
    digests = {suffix: hashlib.sha256(content).hexdigest() for suffix, content in made.items()}
    return Written(docx=paths["docx"], pdf=paths["pdf"], xlsx=paths["xlsx"], sha256=digests)


def _write(path: Path, content: bytes) -> None:
    """Write to a name of its own beside the target, then take its place in one step."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
