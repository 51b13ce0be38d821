"""The door to `reports`: the only file of the campaign that knows how documents are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from campaign.errors import Refused
from campaign.fonts import ensure_fonts
from reports.casebook import (
    BookPart,
    BookPicture,
    BookStory,
    Casebook,
    Passage,
    casebook_pdf,
    page_count,
)
from reports.casebook import coarse as coarse_pictures
from reports.charts import Chart
from reports.comparison import Comparison, comparison_workbook
from reports.comparison import compare as compare_reports
from reports.consistency import check_report
from reports.coverage_book import CoverageBook, Figures, Goal, Proof, contact_sheet_pdf, coverage_pdf
from reports.coverage_book import Entry as CoverageEntry
from reports.coverage_book import Written as WrittenBook
from reports.coverage_charts import Bar, alt_text, bars_chart, months_chart
from reports.data import (
    TITLES,
    VERDICTS,
    Annex,
    AssessedIndicator,
    Column,
    Count,
    CountedAnnex,
    Deliverable,
    FundsLine,
    Indicator,
    MoneyLine,
    MonthLine,
    PacePoint,
    PerformanceReport,
    ProjectReport,
    RuleText,
    Section,
    SpendPoint,
    TargetLine,
)
from reports.documents import report_document
from reports.errors import ReportError
from reports.event_summary import EventSummary, summary_docx, summary_pdf
from reports.exhibit_catalogue import Catalogue, CatalogueEntry, catalogue_pdf
from reports.exhibit_loan import LoanForm, loan_docx
from reports.exhibit_slips import ExhibitLabel, HandingOver, custody_docx, labels_docx
from reports.feeds import Attachment, Feed, Item
from reports.feeds import atom as write_atom
from reports.feeds import rss as write_rss
from reports.figures import proposed_score, total_score
from reports.glyphs import check_glyphs
from reports.lecture_data import (
    Badge,
    Cost,
    Duty,
    Guest,
    LecturePlan,
    Medium,
    Risk,
    Seat,
    ShowItem,
    Task,
    ToldCase,
)
from reports.lecture_papers import PaperJob, lecture_paper
from reports.lecture_seats import seats_of
from reports.ledger import Entry, Ledger, ledger_csv, ledger_workbook
from reports.letters import Letter, letter_docx
from reports.package import Member, PackageStopped, Packed, safe_name, safe_paths, write_package
from reports.package_index import (
    IndexAnnex,
    IndexLine,
    IndexRow,
    Link,
    PackageIndex,
    annex_workbook,
    index_docx,
    index_html,
)
from reports.parts import evidence_words as proof_words
from reports.project_charts import (
    AFTER,
    COVERAGE_TITLE,
    SPENDING_TITLE,
    TARGETS_TITLE,
    Series,
    counted_series,
)
from reports.sheets import write_table as write_sheet
from reports.snapshots import fingerprint, from_json, to_json
from reports.story import SIZES_PT, Story, StoryPicture, StoryType
from reports.story import story_docx as write_story
from reports.story_read import ReadStory, read_story
from reports.text_template import Part, check_template, template_docx, written_parts
from reports.wording import parsed as parsed_cell
from reports.wording import shown as shown_cell
from reports.writing import Written
from reports.writing import write_report as write_forms

__all__ = [
    "AFTER",
    "COVERAGE_TITLE",
    "SIZES_PT",
    "SPENDING_TITLE",
    "TARGETS_TITLE",
    "TITLES",
    "VERDICTS",
    "Annex",
    "AssessedIndicator",
    "Attachment",
    "Badge",
    "Bar",
    "BookPart",
    "BookPicture",
    "BookStory",
    "Casebook",
    "Catalogue",
    "CatalogueEntry",
    "Column",
    "Comparison",
    "Cost",
    "Count",
    "CountedAnnex",
    "CoverageBook",
    "CoverageEntry",
    "Deliverable",
    "Duty",
    "Entry",
    "EventSummary",
    "ExhibitLabel",
    "Feed",
    "Figures",
    "FundsLine",
    "Goal",
    "Guest",
    "HandingOver",
    "IndexAnnex",
    "IndexLine",
    "IndexRow",
    "Indicator",
    "Item",
    "LecturePlan",
    "Ledger",
    "Letter",
    "Link",
    "LoanForm",
    "Medium",
    "Member",
    "MoneyLine",
    "MonthLine",
    "PacePoint",
    "PackageIndex",
    "PackageStopped",
    "Packed",
    "PaperJob",
    "Part",
    "Passage",
    "PerformanceReport",
    "ProjectReport",
    "Proof",
    "ReadStory",
    "Risk",
    "RuleText",
    "Seat",
    "Section",
    "Series",
    "ShowItem",
    "SpendPoint",
    "Story",
    "StoryPicture",
    "StoryType",
    "TargetLine",
    "Task",
    "ToldCase",
    "Written",
    "WrittenBook",
    "alt_text",
    "annex_workbook",
    "check_template",
    "coarse_pictures",
    "compare_reports",
    "comparison_workbook",
    "counted_series",
    "coverage_chart",
    "custody_docx",
    "draw_series",
    "fingerprint",
    "from_json",
    "index_docx",
    "index_html",
    "labels_docx",
    "ledger_csv",
    "ledger_workbook",
    "letter_docx",
    "loan_docx",
    "page_count",
    "prepare_fonts",
    "proof_words",
    "proposed_score",
    "prove",
    "read_story",
    "refusals",
    "safe_name",
    "safe_paths",
    "seats_of",
    "shown_cells",
    "template_docx",
    "to_json",
    "total_score",
    "write_atom",
    "write_casebook",
    "write_catalogue",
    "write_contact_sheet",
    "write_coverage_book",
    "write_event_summary",
    "write_lecture_paper",
    "write_package",
    "write_report",
    "write_rss",
    "write_sheet",
    "write_story",
    "write_table",
    "written_parts",
]

# What a list calls a kind of column, and what a sheet calls it.
SHEET_KINDS = {"number": "number", "money": "money", "share": "share", "date": "date", "datetime": "datetime"}


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what the writers refuse into a refusal of the house."""
    try:
        yield
    except ReportError as error:
        raise Refused(error.msgid, **dict(error.params)) from error


def write_table(title: str, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Any]]) -> bytes:
    """A list as xlsx: `columns` are (title, kind), money in yuan as Decimal, moments aware."""
    heads = [Column(name, SHEET_KINDS.get(kind, "text")) for name, kind in columns]
    cells = [[_cell(head.kind, value) for head, value in zip(heads, row, strict=True)] for row in rows]
    with refusals():
        return write_sheet(heads, cells, title)


def shown_cells(annex: Annex, cells: Sequence[str]) -> list[str]:
    """The canonical cells of an annex row as its documents show them."""
    with refusals():
        return [
            shown_cell(column.kind, parsed_cell(column, cell, annex.title))
            for column, cell in zip(annex.columns, cells, strict=True)
        ]


def coverage_chart(bars: Sequence[Bar], title: str, data_dir: Path, *, by_month: bool = False) -> Chart:
    """A chart of pieces and counted pieces: columns for months, rows for anything else."""
    draw = months_chart if by_month else bars_chart
    return draw(tuple(bars), title, ensure_fonts(data_dir))


def draw_series(series: Series, data_dir: Path, *, narrow: bool = False) -> Chart:
    """A chart of a page, drawn as in the documents; `narrow` for a phone."""
    return series.drawn(ensure_fonts(data_dir), narrow=narrow)


def write_coverage_book(
    book: CoverageBook, charts: Sequence[tuple[str, Chart]], folder: Path, data_dir: Path
) -> WrittenBook:
    """The coverage book; `folder` holds the pictures its entries name."""
    with refusals():
        return coverage_pdf(book, tuple(charts), folder, ensure_fonts(data_dir))


def write_contact_sheet(book: CoverageBook, folder: Path, data_dir: Path) -> WrittenBook:
    """The sheet of all evidence; `folder` as above."""
    with refusals():
        return contact_sheet_pdf(book, folder, ensure_fonts(data_dir))


def _cell(kind: str, value: Any) -> str | int | Decimal | date | datetime | None:  # noqa: ANN401 - a cell of a list
    if value is None or value == "":
        return None
    if kind == "text":
        return str(value)
    if kind == "money":
        return int(Decimal(str(value)) * 100)
    if kind in ("number", "share") and isinstance(value, float):
        return Decimal(str(value))
    return value


def prove(report: PerformanceReport, data_dir: Path) -> None:
    """Refuse a report that contradicts itself or has a character no font can show, before it is frozen."""
    fonts = ensure_fonts(data_dir)
    with refusals():
        check_report(report)
        check_glyphs(report_document(report, fonts, draw=False), fonts)


def write_report(snapshot: str, out_dir: Path, data_dir: Path) -> Written:
    """Write the three forms of a stored snapshot."""
    with refusals():
        return write_forms(from_json(snapshot), out_dir, ensure_fonts(data_dir))


def write_event_summary(summary: EventSummary, form: str, data_dir: Path) -> bytes:
    """The one-page summary of a lecture event as docx or PDF."""
    with refusals():
        return summary_docx(summary) if form == "docx" else summary_pdf(summary, ensure_fonts(data_dir))


def write_lecture_paper(job: PaperJob, data_dir: Path) -> bytes:
    """One paper of a lecture event: plan, run of show, cards, calendar (A7, A8)."""
    with refusals():
        return lecture_paper(job, ensure_fonts(data_dir))


def write_catalogue(book: Catalogue, data_dir: Path) -> bytes:
    """The catalogue of exhibits as PDF."""
    with refusals():
        return catalogue_pdf(book, ensure_fonts(data_dir))


def prepare_fonts(data_dir: Path) -> None:
    """Make the fonts of the papers where they are not there yet."""
    ensure_fonts(data_dir)


def write_casebook(book: Casebook, pictures: Mapping[str, Path], data_dir: Path) -> bytes:
    """The casebook as PDF; `pictures` are files by the names the stories call them (A13)."""
    with refusals():
        return casebook_pdf(book, pictures, ensure_fonts(data_dir))
