"""Sharing: coverage books and contact sheets as PDF, made in the background from the filters of the list."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response as WerkzeugResponse
from wtforms import RadioField, SelectChoice, StringField
from wtforms.validators import DataRequired, Length

from campaign import evidence, web
from campaign.access import EVERY_ROLE, WRITES_COVERAGE, allow, owner_for, scoped
from campaign.db import db
from campaign.error_pages import text_of
from campaign.errors import NotFound, Refused
from campaign.jobs import Job
from campaign.messages import N_
from campaign.placements import books as verbs
from campaign.placements.models import CoverageBook
from campaign.placements.room import blueprint
from campaign.placements.views import list_of

Page = str | WerkzeugResponse | tuple[str, int]
KINDS = {
    "book": N_("Coverage book: cover, totals, charts, one entry per piece with its evidence"),
    "contact_sheet": N_("Contact sheet: all evidence, nine pictures to a page"),
}


class BookForm(FlaskForm):
    """What to make."""

    title = StringField(_l("Title"), [DataRequired(_l("Enter a title.")), Length(max=300)])
    kind = RadioField(
        _l("Kind"), choices=[SelectChoice(key, _l(text)) for key, text in KINDS.items()], default="book"
    )


@blueprint.route("/books", methods=["GET", "POST"])
@allow(EVERY_ROLE)
def books() -> Page:
    """The books there are, and the making of a new one from the pieces that the filters keep."""
    form = BookForm(data={"title": _("Coverage book of %(programme)s", programme=web.programme().title)})
    args = {name: value for name, value in request.args.items() if name not in ("page", "format", "sort")}
    listing, _columns = list_of(args)
    if request.method == "POST" and web.may(WRITES_COVERAGE) and form.validate_on_submit():
        chosen = "；".join(f"{one.title}：{one.label}" for one in listing.chosen)
        chosen = "；".join(filter(None, (chosen, listing.q and f"“{listing.q}”"))) or _("all pieces")
        try:
            verbs.request_book(
                db.session,
                web.programme(),
                verbs.Wish(
                    kind=form.kind.data,
                    title=form.title.data.strip(),
                    pieces=tuple(row.id for row in listing.rows_for_export()),
                    chosen=chosen,
                    query=args,
                ),
                owner_id=owner_for(db.session, web.actor(), web.programme(), WRITES_COVERAGE),
                actor=web.actor(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.title.errors = [text_of(refusal)]
        else:
            flash(_("It is being made. You can go on working; it will be in the list below."), "success")
            return redirect(url_for("placements.books"))
    statement = select(CoverageBook).where(CoverageBook.programme_id == web.programme().id)
    statement = scoped(statement, CoverageBook, web.actor()).options(
        joinedload(CoverageBook.made_by), joinedload(CoverageBook.asset)
    )
    rows = db.session.scalars(statement.order_by(CoverageBook.id.desc())).all()
    page = render_template(
        "placements/books.html", form=form, listing=listing, rows=rows, work_of=_work(rows), args=args
    )
    return page, 422 if form.errors else 200


def _work(rows: Sequence[CoverageBook]) -> dict[int, Job]:
    """The newest job of each book."""
    statement = select(Job).where(Job.kind == "coverage_book", Job.subject_id.in_([row.id for row in rows]))
    return {job.subject_id: job for job in db.session.scalars(statement.order_by(Job.created_at))}


@blueprint.route("/books/<int:book_id>.pdf")
@allow(EVERY_ROLE)
def download_book(book_id: int) -> Response:
    book: CoverageBook = web.get(CoverageBook, book_id)
    if book.asset is None:
        raise NotFound(N_("This book is not ready yet."))
    response = evidence.send(book.asset, f"{book.title}.pdf")
    if "save" in request.args:
        web.save_as(response, f"{book.title}.pdf")
    return response


@blueprint.route("/books/<int:book_id>/delete", methods=["POST"])
@allow(WRITES_COVERAGE)
def delete_book(book_id: int) -> WerkzeugResponse:
    verbs.delete_book(db.session, web.get(CoverageBook, book_id))
    flash(_("The book has been deleted."), "success")
    return redirect(url_for("placements.books"))
