"""Pages of the reviews: what waits, one dossier with its film and comments, sending, deciding, publishing."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as WerkzeugResponse

from campaign import footage, web
from campaign.access import EVERY_ROLE, WRITES_EVENTS, allow
from campaign.accounts.models import Organisation
from campaign.approvals import plan_page, plans, queries, rules, services
from campaign.approvals.forms import CommentForm, DecisionForm, SendForm
from campaign.approvals.models import Dossier, Review, Version
from campaign.approvals.room import (
    HERE,
    STATES,
    address,
    badge_of,
    blueprint,
    person,
    say,
    shown,
    state_badge,
)
from campaign.approvals.rules import Snapshot, Stage, State
from campaign.approvals.subjects import KINDS, SENDS, Kind
from campaign.db import db, utc_now
from campaign.error_pages import text_of
from campaign.errors import Forbidden, NotFound, Refused
from campaign.films import renditions
from campaign.films.release import version_held_back
from campaign.films.room import send_asset
from campaign.formatting import datetime_zh
from campaign.listing import Badge, Column, Filter, Listing, contains
from campaign.messages import N_
from campaign.programmes.models import Programme

Page = str | WerkzeugResponse | tuple[str, int]


# --- what waits -------------------------------------------------------------------------------------------


def _age(dossier: Dossier) -> Badge | str:
    if dossier.state not in (State.INTERNAL, State.CENTRE, State.RETURNED):
        return ""
    days = rules.waited_days(dossier.since, utc_now())
    tone = rules.patience(days)
    return Badge(tone, _("%(days)s days", days=days), "clock")


def _sender(dossier: Dossier) -> str:
    review = dossier.reviews[-1] if dossier.reviews else None
    return review.submitted_by.name if review else ""


COLUMNS = (
    Column("title", _l("Title"), sort=Dossier.title, primary=True, link=address),
    Column("kind", _l("Kind"), cell=lambda d: _(KINDS[d.kind].name)),
    Column("programme", _l("Programme"), sort=Programme.title, cell=lambda d: d.programme.title),
    Column("owner", _l("Organisation"), sort=Organisation.name, cell=lambda d: d.owner.name, hide="phone"),
    Column(
        "state", _l("State"), kind="badge", sort=Dossier.state, cell=lambda d: state_badge(shown(d).value)
    ),
    Column("latest", _l("Version"), kind="number", sort=Dossier.latest),
    Column("sender", _l("Sent by"), cell=_sender, hide="phone"),
    Column("age", _l("Waits"), cell=_age, export=lambda d: rules.waited_days(d.since, utc_now())),
    Column("since", _l("Since"), kind="datetime", sort=Dossier.since),
)


def _filters() -> tuple[Filter, ...]:
    return (
        Filter(
            "state",
            _l("State"),
            choices=[(key, _l(text)) for key, (_tone, text, _icon) in STATES.items()],
            apply=lambda q, v: q.where(Dossier.state == v),
        ),
        Filter(
            "kind",
            _l("Kind"),
            choices=[(key, _l(kind.name)) for key, kind in KINDS.items()],
            apply=lambda q, v: q.where(getattr(Dossier, KINDS[v].column).is_not(None)),
        ),
        Filter(
            "public",
            _l("Publication"),
            choices=[("possible", _l("can be published"))],
            apply=lambda q, _v: q.where(
                Dossier.state == State.APPROVED.value, Dossier.lecture_event_id.is_(None)
            ),
        ),
        Filter(
            "programme",
            _l("Programme"),
            choices=lambda: [(p.key, p.title) for p in queries.waiting_programmes(db.session, web.actor())],
            apply=lambda q, v: q.where(Programme.key == v),
        ),
    )


@blueprint.route("/approvals/")
@allow(EVERY_ROLE)
def index() -> str | Response:
    actor = web.actor()
    everything = request.args.get("view") == "all"
    statement = queries.dossiers(actor)
    listing = Listing.build(
        db.session,
        statement if everything else statement.where(queries.waits_for(actor)),
        COLUMNS,
        _filters(),
        search=contains(Dossier.title, Organisation.name, Programme.title),
        args=request.args,
        default_sort="-since" if everything else "since",
        keep=("view",),
    )
    if listing.wants_export:
        return web.export(listing, _("Reviews"))
    return render_template(
        "approvals/index.html",
        listing=listing,
        everything=everything,
        waiting=queries.count_waiting(db.session, actor),
        counts=queries.counts(db.session, actor),
        states=[(key, _(text)) for key, (_tone, text, _icon) in STATES.items()],
    )


# --- one dossier ------------------------------------------------------------------------------------------


def version_of(dossier: Dossier, number: int) -> Version:
    found = next((v for v in dossier.versions if v.number == number), None)
    if found is None:
        raise NotFound(N_("There is no such version."))
    return found


def snapshot_of(version: Version) -> Snapshot:
    """A stored version as the rules compare it."""
    facts = {k: "\n".join(v) if isinstance(v, list) else v for k, v in version.facts.items()}
    kept = version.files[plans.WRITTEN :] if version.dossier.kind == "plan" else version.files
    pieces = tuple(rules.Piece(f.role, f.asset.sha256, f.name) for f in kept)
    return Snapshot(version.dossier.kind, version.title, version.text, pieces, facts)


FACTS = {
    "title": N_("Title"),
    "text": N_("Text"),
    "film": N_("Film"),
    "cover": N_("Cover picture"),
    "photo": N_("Photos"),
    "document": N_("Documents"),
    "case": N_("Case"),
    "enterprise": N_("Enterprise"),
    "region": N_("Region"),
    "duration": N_("Duration"),
    "ranges": N_("Edit list"),
    "event": N_("Event"),
    "starts_at": N_("Begins"),
}


def _at(version: Version, frame: int | None) -> str | None:
    if frame is None or version.frame_rate is None:
        return None
    return footage.timecode(Fraction(frame) / version.frame_rate, version.frame_rate)


@blueprint.route(f"{HERE}/<int:dossier_id>")
@allow(EVERY_ROLE)
def show(dossier_id: int) -> str:
    dossier: Dossier = web.get(Dossier, dossier_id)
    text = request.args.get("version", "")
    version = version_of(dossier, int(text) if text.isdecimal() else dossier.latest)
    return dossier_page(dossier, version, CommentForm(), DecisionForm())


def dossier_page(
    dossier: Dossier,
    version: Version,
    form: CommentForm,
    decision: DecisionForm,
    *,
    asked: str = "",
) -> str:
    me = person(dossier)
    review = dossier.open_review if version.number == dossier.latest else None
    approval = services.approval_of(dossier)
    live = dossier.live
    before = next((v for v in reversed(dossier.versions) if v.number == version.number - 1), None)
    remarks: list[dict[str, Any]] = [
        {"row": row, "answers": answers, "at": _at(version, row.frame)}
        for row, answers in queries.remarks(db.session, version)
    ]
    earlier = queries.remarks(db.session, before) if before else []
    found = rules.differences(snapshot_of(before), snapshot_of(version)) if before else ()
    no_decision = (
        rules.may_decide(review.stage, me, maker_id=review.maker_id, submitter_id=review.submitted_by_id)
        if review
        else None
    )
    no_withdrawal = (
        rules.may_withdraw(review.state, me, maker_id=review.maker_id, submitter_id=review.submitted_by_id)
        if review
        else None
    )
    is_latest = version.number == dossier.latest
    return render_template(
        "approvals/show.html",
        dossier=dossier,
        version=version,
        before=before,
        state=badge_of(dossier),
        changed=queries.is_changed(dossier),
        review=review,
        waited=rules.waited_days(review.submitted_at, utc_now()) if review else 0,
        can_decide=review is not None and no_decision is None,
        why_not=say(no_decision),
        can_withdraw=review is not None and no_withdrawal is None,
        can_send=me.works and rules.may_send(dossier.state, changed=queries.has_news(dossier)) is None,
        can_publish=me.works
        and KINDS[dossier.kind].for_public
        and is_latest
        and approval is not None
        and dossier.state in (State.APPROVED, State.PUBLISHED)
        and not (live is not None and live.version_id == version.id),
        can_unpublish=live is not None and live.version_id == version.id and (me.leads or me.decides),
        can_revoke=is_latest and approval is not None and me.decides,
        can_speak=is_latest and (me.works or me.decides),
        approval=approval if is_latest else None,
        approved=approval_for(dossier, version),
        live=live,
        held_back=say(version_held_back(dossier, is_approved=approval_for(dossier, version) is not None)),
        remarks=remarks,
        open_count=sum(1 for one in remarks if one["row"].resolved_at is None),
        earlier=[(row, answers, _at(before, row.frame)) for row, answers in earlier] if before else [],
        differences=[
            (d, _(FACTS.get(d.key, d.key)), _shown(d.key, d.before), _shown(d.key, d.after)) for d in found
        ],
        text_runs=rules.text_runs(before.text, version.text) if before else (),
        history=_history(dossier),
        film=version.file("film"),
        cover=version.file("cover"),
        photos=[f for f in version.files if f.role == "photo"],
        others=[(f, renditions.KINDS[f.name]) for f in version.files if f.name in renditions.KINDS],
        facts=[(_(FACTS[k]), _shown(k, v)) for k, v in version.facts.items() if k in FACTS and k != "ranges"],
        **plan_page.context(version, before, remarks, form, request.args.get("anchor", "")),
        form=form,
        decision=decision,
        asked=asked,
        subject_url=_subject_url(dossier),
        kind=_(KINDS[dossier.kind].name),
        player={
            "rate": [version.frame_rate.numerator, version.frame_rate.denominator]
            if version.frame_rate
            else None,
            "frames": version.frame_count,
        },
    )


def _shown(key: str, value: object) -> str:
    if key == "duration" and value:
        return footage.clock(Fraction(str(value)))
    if key == "starts_at" and value:
        return datetime_zh(datetime.fromisoformat(str(value)))
    return str(value or "")


def _subject_url(dossier: Dossier) -> str:
    if dossier.clip_id is not None:
        return url_for("films.show_clip", clip_id=dossier.clip_id)
    if dossier.lecture_event_id is not None:
        return url_for("lectures.show", event_id=dossier.lecture_event_id)
    return url_for("cases.show", case_id=dossier.case_id)


def approval_for(dossier: Dossier, version: Version) -> Review | None:
    """The centre's standing approval of this version, whatever came after it."""
    return next(
        (
            r
            for r in dossier.reviews
            if r.version_id == version.id and r.stage == Stage.CENTRE and r.state == "approved"
        ),
        None,
    )


def _history(dossier: Dossier) -> list[dict[str, Any]]:
    """Everything that happened, the oldest first, as the kit's thread draws it."""
    numbers = {v.id: v.number for v in dossier.versions}
    stages = {"internal": _("internal check"), "centre": _("centre")}
    found: list[dict[str, Any]] = []

    def add(kind: str, who: Any, at: Any, body: str, version_id: int) -> None:  # noqa: ANN401 - rows
        found.append(
            {"kind": kind, "author": who.name, "at": at, "body": body, "version": numbers[version_id]}
        )

    for review in dossier.reviews:
        stage = stages[review.stage]
        if review.stage == Stage.INTERNAL:
            add("submitted", review.submitted_by, review.submitted_at, review.note, review.version_id)
        if review.decided_by and review.decided_at:
            kind = "approved" if review.state == "revoked" else review.state
            words = "" if review.state == "revoked" else review.reason
            body = _("%(name)s: %(value)s", name=stage, value=words) if words else stage
            add(kind, review.decided_by, review.decided_at, body, review.version_id)
        if review.revoked_by and review.revoked_at:
            body = _("Approval taken back: %(reason)s", reason=review.reason)
            add("withdrawn", review.revoked_by, review.revoked_at, body, review.version_id)
    for row in dossier.publications:
        add("published", row.published_by, row.published_at, "", row.version_id)
        if row.withdrawn_by and row.withdrawn_at:
            body = _("Taken down: %(reason)s", reason=row.reason)
            add("withdrawn", row.withdrawn_by, row.withdrawn_at, body, row.version_id)
    return sorted(found, key=lambda entry: entry["at"])


@blueprint.route(f"{HERE}/<int:dossier_id>/v<int:number>/<int:position>")
@allow(EVERY_ROLE)
def piece(dossier_id: int, number: int, position: int) -> Response:
    """A file of a version: the film with Range requests, its cover, a photo."""
    dossier: Dossier = web.get(Dossier, dossier_id)
    version = version_of(dossier, number)
    found = next((f for f in version.files if f.position == position), None)
    if found is None:
        raise NotFound(N_("There is no such file in this version."))
    if found.asset.media_type.startswith("video/"):
        reason = version_held_back(dossier, is_approved=approval_for(dossier, version) is not None)
        if reason is not None:
            raise Forbidden(reason.msgid)
    name = found.name if found.role == "document" else None
    return send_asset(found.asset, found.asset.media_type, download_name=name)


# --- sending ----------------------------------------------------------------------------------------------


def _subject(kind_key: str, row_id: int) -> tuple[Kind, Any]:
    kind = KINDS.get(kind_key)
    if kind is None:
        raise NotFound(N_("This kind of thing is not sent for review."))
    return kind, web.get(kind.model, row_id)


@blueprint.route(f"{HERE}/send/<kind_key>/<int:row_id>", methods=["GET", "POST"])
@allow(SENDS | WRITES_EVENTS)
def send(kind_key: str, row_id: int) -> Page:
    """Look once more at what goes out, add the words, send."""
    kind, row = _subject(kind_key, row_id)
    dossier = services.dossier_of(db.session, kind, row)
    version = dossier.version if dossier else None
    form = SendForm(data={"text": version.text if version else kind.proposed_text(row)})
    refusal = kind.refusal(row)
    error = say(refusal)
    if refusal is None and form.validate_on_submit():
        me = queries.person_at(web.actor(), row.owner.path, kind.senders)
        try:
            review = services.submit(
                db.session, kind, row, me, text=form.text.data or "", note=form.note.data or ""
            )
        except Refused as problem:
            db.session.rollback()
            error = text_of(problem)
        else:
            flash(_("Sent to the internal check."), "success")
            return redirect(address(review.dossier), 303)
    earlier = queries.remarks(db.session, version) if version else []
    page = render_template(
        "approvals/send.html",
        form=form,
        kind=kind,
        row=row,
        dossier=dossier,
        version=version,
        error=error,
        ready=refusal is None,
        kinds=renditions.KINDS,
        unsettled=[
            (r, _at(version, r.frame)) for r, _answers in earlier if version and r.resolved_at is None
        ],
        state=badge_of(dossier),
    )
    return page, 422 if request.method == "POST" else 200


@blueprint.route(f"{HERE}/many", methods=["POST"])
@allow(SENDS)
def many() -> WerkzeugResponse:
    """Send or publish the chosen clips; each stands for itself, and what is refused is named."""
    kind = KINDS["clip"]
    chosen = [int(text) for text in request.form.getlist("clip") if text.isdecimal()]
    publishing = request.form.get("act") == "publish"
    done, refused = 0, []
    for row_id in chosen:
        row = web.get(kind.model, row_id)
        try:
            _one_of_many(kind, row, publishing=publishing)
            done += 1
        except (Refused, Forbidden) as problem:
            db.session.rollback()
            refused.append(_("%(name)s: %(value)s", name=row.title, value=text_of(problem)))
    if not chosen:
        flash(_("Choose at least one clip first."), "warning")
    if done:
        words = _("%(count)s clips published.", count=done)
        flash(
            words if publishing else _("%(count)s clips sent to the internal check.", count=done), "success"
        )
    for text in refused:
        flash(text, "danger")
    return redirect(url_for("films.clips"), 303)


def _one_of_many(kind: Kind, row: Any, *, publishing: bool) -> None:  # noqa: ANN401 - a row of any kind
    me = queries.person_at(web.actor(), row.owner.path)
    dossier = services.dossier_of(db.session, kind, row)
    if publishing:
        if dossier is None:
            raise Refused(
                N_("“%(title)s” cannot be published: the centre has not approved this version."),
                title=row.title,
            )
        services.publish(db.session, dossier, me)
        return
    version = dossier.version if dossier else None
    text = version.text if version else kind.proposed_text(row)
    services.submit(db.session, kind, row, me, text=text)
