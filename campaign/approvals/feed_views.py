"""The programme's feeds: the page that opens and closes them, and what the world gets by their address.

The address holds a token signed with the installation's key, never stored; a new serial makes it void. Behind
it lie published versions alone, each under a name that nobody can guess (A16).
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select
from werkzeug.wrappers import Response as WerkzeugResponse

from campaign import web
from campaign.access import WRITES_REPORTS, allow, public
from campaign.approvals import queries, services
from campaign.approvals.models import Dossier, Feed, Publication, VersionFile
from campaign.approvals.room import HERE, blueprint
from campaign.db import db
from campaign.errors import NotFound
from campaign.films.room import send_asset
from campaign.messages import N_

if TYPE_CHECKING:
    from campaign import reporting

MOST_ITEMS = 100
ENDINGS = {"video/mp4": "mp4", "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(
        current_app.config["SECRET_KEY"],
        salt="programme-feed",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )


def token_of(feed: Feed) -> str:
    """The unguessable part of a feed's address."""
    token = _signer().dumps([feed.id, feed.serial])
    return token if isinstance(token, str) else token.decode()


def _feed(token: str) -> Feed:
    """The open feed with this token; one that is forged, renewed or closed looks like none at all."""
    try:
        feed_id, serial = _signer().loads(token)
    except (BadSignature, ValueError, TypeError):
        feed_id = serial = None
    feed = db.session.get(Feed, feed_id) if isinstance(feed_id, int) else None
    if feed is None or not feed.enabled or feed.serial != serial:
        raise NotFound(N_("There is no feed at this address. Ask the project lead for the present one."))
    return feed


# --- the page of the project lead -------------------------------------------------------------------------


@blueprint.route(f"{HERE}/feeds", methods=["GET", "POST"])
@allow(WRITES_REPORTS)
def feeds() -> str | WerkzeugResponse:
    """Open, close and renew the feeds of a programme; who knows the address reads them."""
    programme = web.programme()
    feed = services.feed_of(db.session, programme)
    if request.method == "POST":
        act = request.form.get("act")
        if act == "open":
            services.open_feed(db.session, programme)
            flash(_("The feeds are open."), "success")
        elif feed is not None and act == "close":
            services.close_feed(db.session, feed)
            flash(_("The feeds are closed; nobody gets anything from their address."), "success")
        elif feed is not None and act == "renew":
            services.renew_feed(db.session, feed)
            flash(_("The feeds have a new address; the old one is void."), "success")
        return redirect(url_for("approvals.feeds"), 303)
    rows = db.session.scalars(queries.published(programme.id, MOST_ITEMS)).unique().all()
    addresses = []
    if feed is not None and feed.enabled:
        token = token_of(feed)
        addresses = [
            ("RSS 2.0", url_for("approvals.rss", token=token, _external=True)),
            ("Atom 1.0", url_for("approvals.atom", token=token, _external=True)),
        ]
    return render_template("approvals/feeds.html", feed=feed, rows=rows, addresses=addresses)


# --- what the world gets ----------------------------------------------------------------------------------


@blueprint.route("/feed/<token>/rss.xml")
@public
def rss(token: str) -> Response:
    from campaign import reporting  # noqa: PLC0415 - as in web.export

    return _answer(reporting.write_rss(_document(_feed(token), token)), "application/rss+xml")


@blueprint.route("/feed/<token>/atom.xml")
@public
def atom(token: str) -> Response:
    from campaign import reporting  # noqa: PLC0415 - as in web.export

    return _answer(reporting.write_atom(_document(_feed(token), token)), "application/atom+xml")


def _answer(content: bytes, media_type: str) -> Response:
    """A feed for readers that ask often: they get 304 as long as nothing has changed."""
    response = Response(content, content_type=f"{media_type}; charset=utf-8")
    response.add_etag()
    response.cache_control.private = True
    response.cache_control.no_cache = True
    response.headers["X-Robots-Tag"] = "noindex"
    response.make_conditional(request)
    return response


def _document(feed: Feed, token: str) -> reporting.Feed:
    from campaign import reporting  # noqa: PLC0415 - as in web.export

    rows = db.session.scalars(queries.published(feed.programme_id, MOST_ITEMS)).unique().all()
    firsts = queries.first_published(db.session, [row.dossier_id for row in rows])
    programme = feed.programme
    # The readers of a feed have no language of their own; it speaks that of the programme.
    with force_locale("zh_CN"):
        description = _("Clips and case stories published with the centre's consent")
    return reporting.Feed(
        id=f"urn:uuid:{UUID(feed.public_id)}",
        title=programme.title,
        description=description,
        author=programme.organisation.name,
        updated=max((row.published_at for row in rows), default=feed.created_at),
        home_url=request.url_root,
        rss_url=url_for("approvals.rss", token=token, _external=True),
        atom_url=url_for("approvals.atom", token=token, _external=True),
        items=tuple(_item(row, firsts[row.dossier_id], token, programme.organisation.name) for row in rows),
    )


def _item(row: Publication, first: datetime, token: str, organiser: str) -> reporting.Item:
    from campaign import reporting  # noqa: PLC0415 - as in web.export

    version = row.version
    length = str(version.facts.get("duration") or "")
    duration_s = float(Fraction(length)) if length else None

    def attached(file: VersionFile | None, seconds: float | None = None) -> reporting.Attachment | None:
        if file is None:
            return None
        url = url_for(
            "approvals.enclosure",
            token=token,
            public_id=row.dossier.public_id,
            number=version.number,
            position=file.position,
            ending=ENDINGS[file.asset.media_type],
            _external=True,
        )
        return reporting.Attachment(url, file.asset.media_type, file.asset.size_bytes, seconds)

    photos = tuple(a for f in version.files if f.role == "photo" and (a := attached(f)) is not None)
    return reporting.Item(
        id=f"urn:uuid:{UUID(row.dossier.public_id)}",
        title=version.title,
        text=version.text,
        published=first,
        updated=row.published_at,
        author=str(version.facts.get("enterprise") or organiser),
        film=attached(version.file("film"), duration_s),
        cover=attached(version.file("cover")),
        photos=photos,
    )


@blueprint.route("/feed/<token>/<public_id>-<int:number>-<int:position>.<ending>")
@public
def enclosure(token: str, public_id: str, number: int, position: int, ending: str) -> Response:
    """A file of a published version, with Range requests; once it is taken down there is nothing here."""
    feed = _feed(token)
    row = (
        db.session.scalars(
            select(Publication)
            .join(Dossier, Publication.dossier_id == Dossier.id)
            .where(
                Dossier.public_id == public_id,
                Dossier.programme_id == feed.programme_id,
                Publication.withdrawn_at.is_(None),
            )
        )
        .unique()
        .one_or_none()
    )
    files = row.version.files if row is not None and row.version.number == number else []
    found = next((f for f in files if f.position == position), None)
    if found is None or ENDINGS.get(found.asset.media_type) != ending:
        raise NotFound(N_("This is not published, or not any more."))
    response = send_asset(found.asset, found.asset.media_type)
    # A reader asks again each time, so that what is taken down is gone at once.
    response.cache_control.no_cache = True
    response.cache_control.max_age = None
    response.headers["X-Robots-Tag"] = "noindex"
    return response
