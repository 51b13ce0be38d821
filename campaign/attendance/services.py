"""Verbs of the day of an event."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign import evidence as proofs
from campaign.attendance import queries, rules
from campaign.attendance.models import (
    AudienceCount,
    EventGate,
    EventPhoto,
    EventRecord,
    SignIn,
    SurveyAnswer,
    SurveyQuestion,
)
from campaign.attendance.rules import Person, Question
from campaign.errors import Conflict, NotFound, Refused
from campaign.evidence import Evidence
from campaign.lectures.models import LectureEvent, LectureGuest
from campaign.messages import N_, Message

TOKEN_BYTES = 16
MAX_PHOTOS, MAX_CHOSEN = 60, 4


class WrongAnswer(Refused):
    """One answer is missing or wrong; `field` names it."""

    def __init__(self, field: str, problem: Message) -> None:
        super().__init__(problem.msgid, **problem.params)
        self.field = field


def _refuse(problem: Message | None) -> None:
    if problem is not None:
        raise Refused(problem.msgid, **problem.params)


# --- addresses --------------------------------------------------------------------------------------------


def open_gate(session: Session, event: LectureEvent, kind: str) -> EventGate:
    """Make the public address of an event, or give the one there is; commits."""
    if kind not in rules.KINDS:
        raise NotFound(N_("There is no such address."))
    if event.state == "cancelled":
        raise Refused(N_("This event was cancelled."))
    found = queries.open_gate(session, event, kind)
    if found is not None:
        return found
    opens_at, closes_at = rules.window(kind, event.starts_at, event.ends_at)
    gate = EventGate(
        event_id=event.id,
        kind=kind,
        token=secrets.token_urlsafe(TOKEN_BYTES),
        opens_at=opens_at,
        closes_at=closes_at,
    )
    session.add(gate)
    if kind == "survey" and not queries.questions_of(session, event):
        _write_questions(session, event, rules.STANDARD)
    session.commit()
    return gate


def change_window(session: Session, gate: EventGate, opens_at: datetime, closes_at: datetime) -> None:
    """Let an address work at other times; commits."""
    if opens_at >= closes_at:
        raise Refused(N_("It must close after it opens."))
    gate.opens_at, gate.closes_at = opens_at, closes_at
    session.commit()


def revoke_gate(session: Session, gate: EventGate, *, now: datetime) -> None:
    """Take an address back: its code leads nowhere from now on. Commits."""
    gate.revoked_at = now
    session.commit()


# --- signing in -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Arrival:
    """What a phone sends: who, its own number for this sign-in, and how long it waited for a network.

    `another` says that this is a second person of a name that stands on the list already.
    """

    person: Person
    client_id: str
    waited_s: float | None = None
    another: bool = False


def sign_in(session: Session, gate: EventGate, arrival: Arrival, *, now: datetime) -> tuple[SignIn, bool]:
    """Take in a sign-in from a phone; gives its row and whether it is new. Commits.

    The same phone sending again, and the same person from another phone, are counted once.
    """
    signed_at = rules.moment_of(arrival.waited_s, now)
    _refuse(rules.why_not_signed(queries.facts_of(gate), signed_at, now))
    _check(arrival)
    # The first write takes the lock, so that of two phones at once the second sees what the first wrote.
    session.execute(update(EventGate).where(EventGate.id == gate.id).values(arrivals=EventGate.arrivals + 1))
    known = _known(session, gate.event, arrival)
    if known is not None:
        session.commit()
        return known, False
    row = _row(gate.event_id, arrival, way="phone" if not arrival.waited_s else "offline", at=signed_at)
    session.add(row)
    session.commit()
    return row, True


def _check(arrival: Arrival) -> None:
    problem = rules.why_not_person(arrival.person)
    if problem is None and arrival.another and not rules.phone_key(arrival.person.phone):
        problem = "phone", Message(N_("Enter your phone number, so that the two can be told apart."))
    if problem is not None:
        raise WrongAnswer(*problem)
    try:
        uuid.UUID(arrival.client_id)
    except ValueError as error:
        raise WrongAnswer("name", Message(N_("Load this page again and sign in once more."))) from error


def _known(session: Session, event: LectureEvent, arrival: Arrival) -> SignIn | None:
    key = rules.identity_key(arrival.person)
    for row in session.scalars(queries.sign_ins_of(event)):
        if row.client_id == arrival.client_id or row.identity_key == key:
            return row
        if not arrival.another and rules.same_person(queries.person_of(row), arrival.person):
            return row
    return None


def _row(event_id: int, arrival: Arrival, *, way: str, at: datetime) -> SignIn:
    person = arrival.person
    return SignIn(
        event_id=event_id,
        client_id=arrival.client_id,
        identity_key=rules.identity_key(person),
        name=person.name.strip(),
        organisation=person.organisation.strip(),
        phone=person.phone.strip(),
        way=way,
        signed_at=at,
    )


def sign_in_at_desk(
    session: Session, event: LectureEvent, arrival: Arrival, guest: LectureGuest | None, *, now: datetime
) -> SignIn:
    """Write somebody down at the desk, perhaps an invited guest; who is there already is refused. Commits."""
    if event.state == "cancelled":
        raise Refused(N_("This event was cancelled."))
    if guest is None:
        _check(arrival)
    known = _known(session, event, arrival)
    if known is not None:
        raise WrongAnswer("name", Message(N_("%(name)s is on the list already."), {"name": known.name}))
    row = _row(event.id, arrival, way="desk", at=now)
    row.guest_id = guest.id if guest is not None else None
    session.add(row)
    try:
        session.commit()
    except IntegrityError as error:
        session.rollback()
        raise Conflict(N_("%(name)s is on the list already."), name=arrival.person.name) from error
    return row


def strike(session: Session, row: SignIn) -> None:
    """Take a wrong entry off the list; commits."""
    session.delete(row)
    session.commit()


# --- audience ---------------------------------------------------------------------------------------------


def write_count(
    session: Session, event: LectureEvent, *, place: str, platform: str, people: int, proof: Evidence | None
) -> AudienceCount:
    """Write down a counted number with what proves it; the same platform again replaces it (A7). Commits."""
    if place not in rules.PLACES:
        raise Refused(N_("There is no such place."))
    row = session.scalars(
        select(AudienceCount).where(
            AudienceCount.event_id == event.id,
            AudienceCount.place == place,
            AudienceCount.platform == platform,
        )
    ).one_or_none()
    if proof is None and row is None:
        raise Refused(N_("Choose a picture or PDF that proves the number."))
    asset = proofs.attach(session, proof) if proof is not None else None
    if row is None:
        row = AudienceCount(event_id=event.id, place=place, platform=platform)
    row.people = people
    if asset is not None and proof is not None:
        row.evidence, row.evidence_name = asset, proof.name
    session.add(row)
    session.commit()
    return row


def drop_count(session: Session, row: AudienceCount) -> None:
    """Take a counted number away; commits."""
    session.delete(row)
    session.commit()


def take_over(session: Session, event: LectureEvent) -> None:
    """Make what was counted the audience of the event, from which the target is worked out (A7). Commits."""
    audience = queries.audience_of(session, event)
    event.attendance_on_site, event.attendance_online = audience.on_site, audience.online
    session.commit()


# --- survey -----------------------------------------------------------------------------------------------


def change_questions(session: Session, event: LectureEvent, questions: Sequence[Question]) -> None:
    """Ask other questions; refused once somebody has answered. Commits."""
    _refuse(rules.why_not_questions(questions))
    if queries.answer_count(session, event):
        raise Refused(
            N_("Somebody has answered already; other questions would spoil the answers. Ask in a new event.")
        )
    _write_questions(session, event, questions)
    session.commit()


def _write_questions(session: Session, event: LectureEvent, questions: Sequence[Question]) -> None:
    session.execute(delete(SurveyQuestion).where(SurveyQuestion.event_id == event.id))
    session.add_all(
        SurveyQuestion(
            event_id=event.id,
            position=number,
            kind=question.kind,
            text=question.text,
            options=list(question.options) if question.kind == "choice" else [],
        )
        for number, question in enumerate(questions, start=1)
    )


def device_key(secret: str, event_id: int, device: str) -> str:
    """One device at one event, so that the keys of two events cannot be laid beside each other."""
    return hmac.new(secret.encode(), f"survey:{event_id}:{device}".encode(), hashlib.sha256).hexdigest()


class Unanswered(Refused):
    """Questions that want an answer have none; `numbers` names them."""

    def __init__(self, numbers: set[int]) -> None:
        super().__init__(N_("Please answer this question too."))
        self.numbers = numbers


def answer(
    session: Session, gate: EventGate, key: str, typed: Mapping[str, str], *, now: datetime, today: date
) -> bool:
    """Take in the answers of a device; false where it has answered before. Commits."""
    _refuse(rules.why_shut(queries.facts_of(gate), now))
    answers, missing = rules.read_answers(queries.questions_of(session, gate.event), typed)
    if missing:
        raise Unanswered(missing)
    session.execute(update(EventGate).where(EventGate.id == gate.id).values(arrivals=EventGate.arrivals + 1))
    before = select(SurveyAnswer.id).where(
        SurveyAnswer.event_id == gate.event_id, SurveyAnswer.device_key == key
    )
    if session.scalar(before) is not None:
        session.commit()
        return False
    session.add(SurveyAnswer(event_id=gate.event_id, device_key=key, answers=answers, answered_on=today))
    session.commit()
    return True


# --- photos and record ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NewPhoto:
    """A photo of an event as it came, and its copy without device data."""

    original: Evidence
    preview: Evidence


def add_photos(session: Session, event: LectureEvent, photos: Sequence[NewPhoto]) -> int:
    """Keep photos of an event; the same one twice stands once. Gives how many are new. Commits."""
    there = session.scalar(select(func.count()).where(EventPhoto.event_id == event.id)) or 0
    if there + len(photos) > MAX_PHOTOS:
        raise Refused(N_("An event keeps at most %(limit)s photos; choose the best."), limit=MAX_PHOTOS)
    known = set(session.scalars(select(EventPhoto.asset_id).where(EventPhoto.event_id == event.id)))
    chosen = session.scalar(select(func.count()).where(EventPhoto.event_id == event.id, EventPhoto.chosen))
    new = 0
    for photo in photos:
        asset = proofs.attach(session, photo.original)
        if asset.id in known:
            continue
        known.add(asset.id)
        preview = proofs.attach(session, photo.preview)
        session.add(
            EventPhoto(
                event_id=event.id,
                asset_id=asset.id,
                preview_id=preview.id,
                file_name=photo.original.name,
                chosen=(chosen or 0) + new < MAX_CHOSEN,
            )
        )
        new += 1
    session.commit()
    return new


def change_photo(session: Session, photo: EventPhoto, *, caption: str, chosen: bool) -> None:
    """Write under a photo, and choose it for the summary, which holds four at most. Commits."""
    if chosen and not photo.chosen:
        others = session.scalar(
            select(func.count()).where(EventPhoto.event_id == photo.event_id, EventPhoto.chosen)
        )
        if (others or 0) >= MAX_CHOSEN:
            raise Refused(
                N_("The summary holds at most %(limit)s photos; take another one out first."),
                limit=MAX_CHOSEN,
            )
    photo.caption, photo.chosen = caption, chosen
    session.commit()


def remove_photo(session: Session, photo: EventPhoto) -> None:
    """Take a photo off an event; commits."""
    session.delete(photo)
    session.commit()


def write_record(session: Session, event: LectureEvent, summary: str, replay_address: str = "") -> None:
    """Keep what the office writes about an event and where its recording is; commits."""
    row = queries.record_of(session, event)
    if row is None:
        row = EventRecord(event_id=event.id)
        session.add(row)
    row.summary, row.replay_address = summary, replay_address
    session.commit()


# --- events of the cities ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class CityEvent:
    """What a city reports of an event of its own, in a light form (A7, the "N" of "1+N")."""

    title: str
    starts_at: datetime
    ends_at: datetime
    venue: str
    on_site: int
    online: int
    summary: str


def report_city_event(
    session: Session,
    programme_id: int,
    values: CityEvent,
    photo: Evidence | None,
    *,
    owner_id: int,
    now: datetime,
) -> LectureEvent:
    """Write down an event that a city held, with its audience and a photo; commits."""
    if values.starts_at > now:
        raise WrongAnswer("starts_at", Message(N_("This event has not begun yet; report it afterwards.")))
    if values.starts_at >= values.ends_at:
        raise WrongAnswer("ends_at", Message(N_("The event must end after it begins.")))
    if values.on_site + values.online < 1:
        raise WrongAnswer("on_site", Message(N_("Enter how many people attended, on site or online.")))
    if photo is None:
        raise WrongAnswer("photo", Message(N_("Choose a photo of the event as evidence.")))
    event = LectureEvent(
        programme_id=programme_id,
        owner_id=owner_id,
        tier="city",
        title=values.title,
        starts_at=values.starts_at,
        ends_at=values.ends_at,
        venue=values.venue,
        attendance_on_site=values.on_site,
        attendance_online=values.online,
        evidence_id=proofs.attach(session, photo).id,
        evidence_name=photo.name,
        state="held",
    )
    session.add(event)
    session.flush()
    if values.summary:
        session.add(EventRecord(event_id=event.id, summary=values.summary))
    session.commit()
    return event
