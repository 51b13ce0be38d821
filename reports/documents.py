"""Which document a snapshot becomes; every kind of report has one builder (A17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.acceptance_document import acceptance_document
from reports.data import ProjectReport
from reports.performance_document import assessed_document, performance_document
from reports.progress_document import execution_document, monthly_document, summary_document

if TYPE_CHECKING:
    from collections.abc import Callable

    from reports.blocks import Document
    from reports.charts import FontFiles
    from reports.data import PerformanceReport

BUILDERS: dict[str, Callable[[ProjectReport, FontFiles], Document]] = {
    "monthly": monthly_document,
    "execution": execution_document,
    "summary": summary_document,
    "performance": assessed_document,
    "acceptance": acceptance_document,
}


def report_document(report: PerformanceReport, fonts: FontFiles) -> Document:
    """Build the document of a checked report (`reports.consistency.check_report`)."""
    if isinstance(report, ProjectReport):
        return BUILDERS[report.kind](report, fonts)
    return performance_document(report, fonts)
