"""Papers of the exhibits: catalogue, labels, loan form, sheet of handing over (A14)."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response
from flask_babel import gettext as _

from campaign import web
from campaign.access import EVERY_ROLE, allow
from campaign.db import db
from campaign.errors import NotFound
from campaign.exhibits import documents, queries
from campaign.exhibits.models import Exhibit
from campaign.exhibits.views import blueprint
from campaign.messages import N_


def _chosen() -> Sequence[Exhibit]:
    """The chosen exhibits, the best first."""
    statement = queries.exhibits_of(web.programme(), web.actor()).where(Exhibit.state == "chosen")
    return (
        db.session.scalars(statement.order_by(queries.TOTAL.desc().nulls_last(), Exhibit.id)).unique().all()
    )


@blueprint.route("/catalogue.pdf")
@allow(EVERY_ROLE)
def catalogue() -> Response:
    """The catalogue of the chosen exhibits."""
    if not (rows := _chosen()):
        raise NotFound(N_("No exhibit has been chosen yet; the catalogue shows the chosen ones."))
    content = documents.catalogue_pdf(rows, web.programme())
    return web.attachment(content, _("Catalogue of exhibits") + ".pdf", "application/pdf")


@blueprint.route("/labels.docx")
@allow(EVERY_ROLE)
def labels() -> Response:
    """The labels that stand beside the chosen exhibits."""
    if not (rows := _chosen()):
        raise NotFound(N_("No exhibit has been chosen yet; labels are written for the chosen ones."))
    content = documents.labels_docx(rows, web.programme())
    return web.attachment(content, _("Labels of exhibits") + ".docx", documents.DOCX)


@blueprint.route("/<int:exhibit_id>/loan.docx")
@allow(EVERY_ROLE)
def loan(exhibit_id: int) -> Response:
    """The loan form of an exhibit."""
    exhibit: Exhibit = web.get(Exhibit, exhibit_id)
    content = documents.loan_docx(exhibit, web.programme())
    return web.attachment(content, _("Loan form, %(title)s", title=exhibit.title) + ".docx", documents.DOCX)


@blueprint.route("/<int:exhibit_id>/custody.docx")
@allow(EVERY_ROLE)
def custody_sheet(exhibit_id: int) -> Response:
    """The sheet of handing over of an exhibit, to sign on paper."""
    exhibit: Exhibit = web.get(Exhibit, exhibit_id)
    content = documents.custody_docx(exhibit, web.programme())
    name = _("Sheet of handing over, %(title)s", title=exhibit.title)
    return web.attachment(content, name + ".docx", documents.DOCX)
