"""Which document a snapshot becomes; every kind of report has one builder (A17)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from reports.acceptance_document import acceptance_document
from reports.data import ProjectReport
from reports.performance_document import assessed_document, performance_document
from reports.progress_document import execution_document, monthly_document, summary_document

if TYPE_CHECKING:
    from reports.blocks import Document
    from reports.charts import FontFiles
    from reports.data import PerformanceReport


class Builder(Protocol):
    """What makes a document from a snapshot of its kind."""

    def __call__(self, report: ProjectReport, fonts: FontFiles, *, draw: bool) -> Document:
        """Build the document."""


BUILDERS: dict[str, Builder] = {
    "monthly": monthly_document,
    "execution": execution_document,
    "summary": summary_document,
    "performance": assessed_document,
    "acceptance": acceptance_document,
}


def report_document(report: PerformanceReport, fonts: FontFiles, *, draw: bool = True) -> Document:
    """Build the document of a checked report (`reports.consistency.check_report`).

    Without `draw` the charts are left out, which is enough to look at every word of a report of today.
    """
    if isinstance(report, ProjectReport):
        return BUILDERS[report.kind](report, fonts, draw=draw)
    return performance_document(report, fonts)
