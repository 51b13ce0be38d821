"""Pages of the casebook: how far stories are, editions; a story as Word and from Word (A13, P7, P8, P23)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import select
from werkzeug.wrappers import Response as WerkzeugResponse

from campaign import evidence, web
from campaign.access import EVERY_ROLE, WRITES_CASES, allow, owner_for
from campaign.casebook import queries, services
from campaign.casebook.forms import SCOPE_NAMES, EditionForm, StoryFileForm, TakeStoryForm
from campaign.casebook.models import BookEdition
from campaign.casebook.rules import SCOPES, lines_of, missing_parts
from campaign.cases.models import Case
from campaign.cases.queries import cases_of, odd_stories, without_photo
from campaign.cases.rules import story_length
from campaign.db import db
from campaign.documents.services import MEDIA_TYPES
from campaign.error_pages import text_of
from campaign.errors import NotFound, Refused
from campaign.jobs import Job
from campaign.messages import N_
from campaign.storage import Stored, TooLarge

blueprint: Blueprint = web.programme_blueprint("casebook", __name__, "/casebook")
Page = str | WerkzeugResponse | tuple[str, int]

MAX_STORY_BYTES = 100 * 1024**2
TOKEN_AGE_S = 6 * 3600


@blueprint.route("/", methods=["GET", "POST"])
@allow(EVERY_ROLE)
def index() -> Page:
    """How far the stories are, what there is to make of them, and the editions made."""
    programme = web.programme()
    proposed = {
        "title": _("Casebook of %(programme)s", programme=programme.title)[:120],
        "issuer": programme.organisation.name,
    }
    form = EditionForm(data=proposed)
    if request.method == "POST" and web.may(WRITES_CASES) and form.validate_on_submit():
        wish = services.Wish(
            form.title.data.strip(),
            (form.subtitle.data or "").strip(),
            form.issuer.data.strip(),
            (form.preface.data or "").strip(),
            form.scope.data,
            bool(form.for_print.data),
        )
        owner = owner_for(db.session, web.actor(), programme, WRITES_CASES)
        try:
            services.request_edition(db.session, programme, wish, web.actor(), owner_id=owner)
        except Refused as refusal:
            db.session.rollback()
            form.scope.errors = [text_of(refusal)]
        else:
            flash(_("It is being made. You can go on working; it will be in the list below."), "success")
            return redirect(url_for("casebook.index"))
    rows = db.session.scalars(queries.editions_of(programme, web.actor())).all()
    page = render_template(
        "casebook/index.html",
        form=form,
        rows=rows,
        work_of=_work(rows),
        scopes=SCOPE_NAMES,
        standing=_standing(),
    )
    return page, 422 if form.errors else 200


def _standing() -> dict[str, Any]:
    """How many stories there are by what may go in, and how many of them want another look."""
    programme, actor, spec = web.programme(), web.actor(), web.profile().story
    counts = {
        scope: queries.count(db.session, queries.stories_of(programme, actor, scope)) for scope in SCOPES
    }
    seen = cases_of(programme, actor)
    return {
        "counts": counts,
        "required": spec.count if spec else None,
        "odd": len(odd_stories(db.session, seen, web.profile())),
        "without": queries.count(db.session, without_photo(seen)),
    }


def _work(rows: Any) -> dict[int, Job]:  # noqa: ANN401 - a sequence of editions
    statement = select(Job).where(Job.kind == "casebook", Job.subject_id.in_([row.id for row in rows]))
    return {job.subject_id: job for job in db.session.scalars(statement.order_by(Job.created_at))}


@blueprint.route("/<int:edition_id>.pdf")
@allow(EVERY_ROLE)
def download(edition_id: int) -> Response:
    edition: BookEdition = web.get(BookEdition, edition_id)
    if edition.asset is None:
        raise NotFound(N_("This book is not ready yet."))
    response = evidence.send(edition.asset, f"{edition.title}.pdf")
    if "save" in request.args:
        web.save_as(response, f"{edition.title}.pdf")
    return response


@blueprint.route("/<int:edition_id>/delete", methods=["POST"])
@allow(WRITES_CASES)
def delete(edition_id: int) -> WerkzeugResponse:
    services.delete_edition(db.session, web.get(BookEdition, edition_id))
    flash(_("The book has been deleted."), "success")
    return redirect(url_for("casebook.index"))


# --- single stories ---------------------------------------------------------------------------------------


@blueprint.route("/story/<int:case_id>.docx")
@allow(EVERY_ROLE)
def story(case_id: int) -> Response:
    """The story as Word, laid out as the province's notice asks (P23)."""
    case: Case = web.get(Case, case_id)
    content = services.story_paper(web.storage(), case, web.profile(), web.programme().organisation.name)
    return web.attachment(content, f"{case.title}.docx", MEDIA_TYPES["docx"])


@blueprint.route("/story/<int:case_id>/import", methods=["GET", "POST"])
@allow(WRITES_CASES)
def import_story(case_id: int) -> Page:
    """First step: the file is read and shown; nothing is stored in the case yet."""
    case: Case = web.get(Case, case_id)
    form = StoryFileForm()
    if not form.validate_on_submit():
        page = render_template("casebook/import.html", case=case, form=form, read=None)
        return page, 422 if form.errors else 200
    upload = form.file.data
    name = evidence.clean_name(upload.filename or "")
    try:
        stored = _kept(upload.stream, name)
        read = services.read_story(web.storage().path(stored.sha256).read_bytes(), name)
    except Refused as refusal:
        form.file.errors = [text_of(refusal)]
        return render_template("casebook/import.html", case=case, form=form, read=None), 422
    token = _signer().dumps([case.id, stored.sha256, name])
    take = TakeStoryForm(formdata=None, token=token)
    return render_template("casebook/import.html", form=form, take=take, **_said(case, read))


def _kept(stream: Any, name: str) -> Stored:  # noqa: ANN401 - werkzeug's stream
    try:
        return web.storage().put_stream(stream, limit_bytes=MAX_STORY_BYTES)
    except TooLarge as error:
        raise Refused(
            N_("%(file)s is larger than %(limit)s MB; send a smaller export of it."),
            file=name,
            limit=MAX_STORY_BYTES // 1024**2,
        ) from error


def _said(case: Case, read: Any) -> dict[str, Any]:  # noqa: ANN401 - what the door to reports gives
    spec = web.profile().story
    outline = [item.title for item in spec.outline] if spec else []
    return {
        "case": case,
        "read": read,
        "lines": lines_of(read.text, outline),
        "length": story_length(read.text, spec.max_chars, about=spec.about) if spec else None,
        "missing": missing_parts(read.text, outline),
    }


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="story")


@blueprint.route("/story/<int:case_id>/take", methods=["POST"])
@allow(WRITES_CASES)
def take_story(case_id: int) -> WerkzeugResponse:
    """Second step: the words take the place of the story, the pictures become photos of the case."""
    case: Case = web.get(Case, case_id)
    form = TakeStoryForm()
    try:
        owner, sha256, name = _signer().loads(form.token.data or "", max_age=TOKEN_AGE_S)
    except BadSignature as error:
        raise Refused(N_("The preview is too old. Choose the file again.")) from error
    if owner != case.id:
        raise Refused(N_("The preview belongs to another case. Choose the file again."))
    read = services.read_story(web.storage().path(sha256).read_bytes(), name)
    lost = services.take_story(
        db.session, web.storage(), case, read, with_pictures=bool(form.with_pictures.data)
    )
    flash(_("The story has been taken over."), "success")
    if lost:
        flash(_("These pictures could not be taken: %(names)s.", names="、".join(lost)), "warning")
    return redirect(url_for("cases.show", case_id=case.id))
