"""Verbs on the casebook and its stories: an edition is asked for at once and set in the background."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign import footage, jobs, reporting
from campaign.access import Actor, Seat
from campaign.accounts.models import Role
from campaign.casebook import queries
from campaign.casebook.models import BookEdition
from campaign.casebook.rules import lines_of
from campaign.cases import services as cases
from campaign.cases.models import Case, CasePhoto
from campaign.config import Settings
from campaign.db import db, utc_now
from campaign.errors import Conflict, Refused
from campaign.jobs import Job, JobContext
from campaign.messages import N_
from campaign.programmes.models import Programme
from campaign.programmes.profiles import Profile
from campaign.storage import Storage, asset_for
from campaign.web import profile_of

# The words of the book are Chinese by nature, as those of all papers of the field.
PART_TITLES = {
    "technological": "技术创新篇",
    "process": "工艺创新篇",
    "organizational": "组织创新篇",
    "": "其他创新篇",
}


@dataclass(frozen=True)
class Wish:
    """What a person asks of an edition."""

    title: str
    subtitle: str
    issuer: str
    preface: str
    scope: str
    for_print: bool


def request_edition(
    session: Session, programme: Programme, wish: Wish, actor: Actor, *, owner_id: int
) -> tuple[BookEdition, Job]:
    """Ask for an edition of the casebook; refused while there is no story to put in. Commits."""
    if not queries.count(session, queries.stories_of(programme, actor, wish.scope)):
        raise Refused(N_("There is no story to put in yet. Write or import one, or choose other stories."))
    last = session.scalar(
        select(func.max(BookEdition.number)).where(BookEdition.programme_id == programme.id)
    )
    edition = BookEdition(
        programme_id=programme.id,
        owner_id=owner_id,
        number=(last or 0) + 1,
        title=wish.title,
        subtitle=wish.subtitle,
        issuer=wish.issuer,
        preface=wish.preface,
        scope=wish.scope,
        for_print=wish.for_print,
        as_of=utc_now(),
        made_by_id=actor.user_id or None,
    )
    session.add(edition)
    session.flush()
    job = jobs.enqueue(
        session,
        "casebook",
        subject_id=edition.id,
        label=wish.title,
        programme_id=programme.id,
        owner_id=owner_id,
        requested_by_id=actor.user_id or None,
    )
    session.commit()
    return edition, job


def delete_edition(session: Session, edition: BookEdition) -> None:
    """Take an edition off the list; its file stays in storage. Commits."""
    session.delete(edition)
    session.commit()


def write_edition(
    session: Session,
    storage: Storage,
    settings: Settings,
    edition: BookEdition,
    report: Callable[[float], object],
) -> None:
    """Set an edition and keep its file; doing it again sets the stories as they are then. Commits."""
    programme = session.get_one(Programme, edition.programme_id)
    # A book holds what its organisation may see, whoever pressed the button.
    reader = Actor(0, (Seat(Role.LEAD, edition.owner.path),))
    statement = queries.in_order(queries.stories_of(programme, reader, edition.scope))
    rows: Sequence[Case] = session.scalars(statement).unique().all()
    outline = _outline(profile_of(programme))
    pictures: dict[str, Path] = {}
    parts: dict[str, list[reporting.BookStory]] = {}
    for row in rows:
        parts.setdefault(row.kind, []).append(_told(row, outline, storage, pictures))
    report(0.2)
    book = reporting.Casebook(
        title=edition.title,
        subtitle=edition.subtitle,
        issuer=edition.issuer,
        preface=tuple(line.strip() for line in edition.preface.splitlines() if line.strip()),
        parts=tuple(
            reporting.BookPart(PART_TITLES[kind], tuple(parts[kind]))
            for kind in queries.KIND_ORDER
            if kind in parts
        ),
        made_at=edition.as_of,
        for_print=edition.for_print,
    )
    pdf = reporting.write_casebook(book, pictures, settings.data_dir)
    report(0.9)
    with tempfile.NamedTemporaryFile(dir=settings.data_dir, suffix=".pdf", delete=False) as file:
        file.write(pdf)
    asset = asset_for(session, storage.adopt(Path(file.name)), "application/pdf")
    edition.asset_id, edition.stories = asset.id, len(rows)
    edition.pages = reporting.page_count(pdf)
    edition.told = {
        "case_ids": [row.id for row in rows],
        "coarse": [[one.story, one.picture, one.dpi] for one in reporting.coarse_pictures(book)],
    }
    session.commit()


def _outline(profile: Profile) -> tuple[str, ...]:
    return tuple(item.title for item in profile.story.outline) if profile.story else ()


def _told(
    row: Case, outline: Sequence[str], storage: Storage, pictures: dict[str, Path]
) -> reporting.BookStory:
    shown = []
    for photo in row.photos:
        name = f"{photo.preview.sha256}.jpg"
        pictures[name] = storage.path(photo.preview.sha256)
        width, height = _seen_size(photo)
        shown.append(reporting.BookPicture(name, caption_of(photo), width, height))
    return reporting.BookStory(
        title=row.title,
        enterprise=row.enterprise.name,
        region=row.region,
        team=row.team,
        honours=row.honours,
        passages=_passages(row, outline),
        pictures=tuple(shown),
    )


def _passages(row: Case, outline: Sequence[str]) -> tuple[reporting.Passage, ...]:
    return tuple(reporting.Passage(line.text, line.is_heading) for line in lines_of(row.story, outline))


def caption_of(photo: CasePhoto) -> str:
    """The words below a photo: its caption, else the name of its file without the ending."""
    return photo.caption or photo.file_name.rpartition(".")[0] or photo.file_name


def _seen_size(photo: CasePhoto) -> tuple[int, int]:
    """Width and height in pixels of the small upright copy, from what was measured when the photo came in."""
    width, height = int((photo.facts or {}).get("width", 3)), int((photo.facts or {}).get("height", 2))
    scale = min(1.0, footage.PHOTO_SIDE / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


# --- single stories ---------------------------------------------------------------------------------------


def story_paper(storage: Storage, row: Case, profile: Profile, author: str) -> bytes:
    """The story of a case as Word, laid out as its province asks (P23)."""
    if not row.story.strip():
        raise Refused(N_("The case %(title)s has no story yet. Write it first."), title=row.title)
    pictures = tuple(
        reporting.StoryPicture(
            storage.path(photo.preview.sha256).read_bytes(), caption_of(photo), *_seen_size(photo)
        )
        for photo in row.photos
    )
    story = reporting.Story(
        title=row.title,
        subtitle=row.enterprise.name,
        passages=_passages(row, _outline(profile)),
        pictures=pictures,
        type=_type_of(profile),
        author=author,
        made_at=row.updated_at,
    )
    return reporting.write_story(story)


def _type_of(profile: Profile) -> reporting.StoryType:
    layout = profile.story.layout if profile.story else None
    if layout is None:
        return reporting.StoryType()
    return reporting.StoryType(
        title_font=layout.title_font,
        title_pt=reporting.SIZES_PT[layout.title_size],
        subtitle_font=layout.subtitle_font,
        subtitle_pt=reporting.SIZES_PT[layout.subtitle_size],
        body_font=layout.body_font,
        body_pt=reporting.SIZES_PT[layout.body_size],
        indent_characters=layout.indent_characters,
        leading_pt=float(layout.leading_pt),
    )


def read_story(content: bytes, name: str) -> reporting.ReadStory:
    """What a Word file says; refused by name where it is none."""
    with reporting.refusals():
        return reporting.read_story(content, name)


def take_story(
    session: Session, storage: Storage, row: Case, read: reporting.ReadStory, *, with_pictures: bool
) -> list[str]:
    """Put the words of a Word file in place of the story; give the pictures that could not be taken.

    The words are stored first, in one transaction; each picture is a photo of its own afterwards.
    """
    row.story = read.text
    session.commit()
    lost = []
    for picture in read.pictures if with_pictures else ():
        try:
            cases.add_photo(session, storage, row, io.BytesIO(picture.content), f"{row.title}-{picture.name}")
        except Conflict:
            # The same photo is there already, which is what was wanted.
            continue
        except Refused:
            session.rollback()
            lost.append(picture.name)
    return lost


def _run(context: JobContext) -> None:
    context.progress(0.02, N_("Setting the casebook"))
    edition = db.session.get_one(BookEdition, context.subject_id)
    storage: Storage = current_app.extensions["storage"]
    write_edition(db.session, storage, current_app.config["SETTINGS"], edition, context.progress)
    context.progress(1.0, N_("Done"))


jobs.register("casebook", _run, title=N_("Setting the casebook"), queue="documents")
