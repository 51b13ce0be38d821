"""Who was there, counted once; when an address works; what a survey says; pure (A7, C)."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from campaign.messages import N_, Message

KINDS = ("sign_in", "survey")
PLACES = ("on_site", "online")
MAX_QUESTIONS = 5
MAX_OPTIONS = 8
SCALE = (1, 2, 3, 4, 5)
SATISFIED = 4
NAME_CHARS, ORGANISATION_CHARS, PHONE_CHARS, TEXT_CHARS = 60, 120, 40, 500
# What was signed without network may come in later than the address works.
GRACE = timedelta(days=3)


# --- when an address works --------------------------------------------------------------------------------


def window(kind: str, starts_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
    """When the address of an event works unless somebody says otherwise: around it, or for a week after."""
    if kind == "sign_in":
        return starts_at - timedelta(hours=3), ends_at + timedelta(hours=2)
    return starts_at, ends_at + timedelta(days=7)


@dataclass(frozen=True)
class GateFacts:
    """An address as the rules see it; `cancelled` is the event's state."""

    opens_at: datetime
    closes_at: datetime
    revoked: bool = False
    cancelled: bool = False


def why_shut(gate: GateFacts, now: datetime) -> Message | None:
    """Why an address takes nothing in now; None when it does."""
    if gate.revoked:
        return Message(N_("This address is no longer valid. Please scan the code on the screen again."))
    if gate.cancelled:
        return Message(N_("This event was cancelled."))
    if now < gate.opens_at:
        return Message(N_("This opens at %(at)s."), {"at": gate.opens_at})
    if now > gate.closes_at:
        return Message(N_("This closed at %(at)s."), {"at": gate.closes_at})
    return None


def why_not_signed(gate: GateFacts, signed_at: datetime, now: datetime) -> Message | None:
    """Why a sign-in is not taken: its own moment decides, and it may arrive some days later."""
    if gate.revoked or gate.cancelled:
        return why_shut(gate, now)
    if now > gate.closes_at + GRACE:
        return Message(N_("This closed at %(at)s."), {"at": gate.closes_at})
    return why_shut(gate, signed_at)


def moment_of(waited_s: float | None, now: datetime) -> datetime:
    """When the person pressed the button, from how long the phone waited; phones' clocks are often wrong."""
    if waited_s is None or not 0 <= waited_s <= GRACE.total_seconds():
        return now
    return now - timedelta(seconds=waited_s)


# --- who signed in ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    """What somebody says of themselves; everything but the name may be empty."""

    name: str
    organisation: str = ""
    phone: str = ""


def key_of(text: str) -> str:
    """A text without blanks, width, case and punctuation, so that two spellings are one."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).casefold() if letter.isalnum())


def phone_key(text: str) -> str:
    """The digits of a number without the country's code."""
    digits = "".join(letter for letter in unicodedata.normalize("NFKC", text) if letter.isdecimal())
    digits = digits.removeprefix("0086")
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


def identity_key(person: Person) -> str:
    """One hash of name, organisation and number: the same person typed again has the same one."""
    parts = (key_of(person.name), key_of(person.organisation), phone_key(person.phone))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def same_person(one: Person, other: Person) -> bool:
    """Whether two entries are one person.

    The same name, and the same number where both gave one; otherwise the same organisation, or none in one
    of them.
    """
    if key_of(one.name) != key_of(other.name):
        return False
    if phone_key(one.phone) and phone_key(other.phone):
        return phone_key(one.phone) == phone_key(other.phone)
    firms = {key_of(one.organisation), key_of(other.organisation)}
    return len(firms) == 1 or "" in firms


def why_not_person(person: Person) -> tuple[str, Message] | None:
    """Which answer is missing or wrong, and why; None when all is well."""
    if not key_of(person.name):
        return "name", Message(N_("Enter your name."))
    if not key_of(person.organisation):
        return "organisation", Message(N_("Enter your organisation; write “none” if you have none."))
    if person.phone.strip() and not 5 <= len(phone_key(person.phone)) <= 15:
        return "phone", Message(N_("Enter a phone number of 5 to 15 digits, or leave it empty."))
    for field, limit in (
        ("name", NAME_CHARS),
        ("organisation", ORGANISATION_CHARS),
        ("phone", PHONE_CHARS),
    ):
        if len(getattr(person, field)) > limit:
            return field, Message(N_("At most %(limit)s characters."), {"limit": limit})
    return None


def masked_phone(text: str) -> str:
    """A number as lists show it: the first three and last four digits."""
    digits = phone_key(text)
    if len(digits) < 8:
        return "*" * len(digits)
    return f"{digits[:3]}{'*' * (len(digits) - 7)}{digits[-4:]}"


def guests_there(guests: Mapping[int, str], signed: Sequence[tuple[int, str, int | None]]) -> dict[int, int]:
    """Which sign-in belongs to which guest: guest id → sign-in id.

    `guests` are id and name, `signed` are sign-in id, name and the guest a person chose for it. Without such
    a choice the name decides, where it is one guest's alone.
    """
    by_name: dict[str, list[int]] = {}
    for guest_id, name in guests.items():
        by_name.setdefault(key_of(name), []).append(guest_id)
    found: dict[int, int] = {chosen: row for row, _name, chosen in signed if chosen in guests and chosen}
    for row, name, chosen in signed:
        same = by_name.get(key_of(name), [])
        if chosen is None and len(same) == 1:
            found.setdefault(same[0], row)
    return found


# --- survey -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Question:
    """One question: a scale of 1 to 5, one of several choices, or a few words."""

    kind: str
    text: str
    options: tuple[str, ...] = ()


# The audience reads Chinese; the first scale is the one that counts as satisfaction (C).
STANDARD = (
    Question("scale", "您对本次宣讲活动总体是否满意？"),
    Question("scale", "您对宣讲案例的内容是否满意？"),
    Question("scale", "您对会场安排和现场服务是否满意？"),
    Question("text", "您对今后的宣讲活动有什么建议？"),
)


def why_not_questions(questions: Sequence[Question]) -> Message | None:
    """Why these cannot be asked; None when they can. At most five, each complete."""
    if not questions:
        return Message(N_("Write at least one question."))
    if len(questions) > MAX_QUESTIONS:
        return Message(N_("A survey has at most %(limit)s questions."), {"limit": MAX_QUESTIONS})
    for number, question in enumerate(questions, start=1):
        if not question.text.strip():
            return Message(N_("Question %(number)s: write what is asked."), {"number": number})
        if question.kind == "choice" and not 2 <= len(set(question.options)) <= MAX_OPTIONS:
            return Message(
                N_("Question %(number)s: give 2 to %(limit)s different choices, one a line."),
                {"number": number, "limit": MAX_OPTIONS},
            )
    return None


def read_answers(
    questions: Sequence[Question], typed: Mapping[str, str]
) -> tuple[dict[str, int | str], set[int]]:
    """What was answered, by the question's number as a text, and the numbers that still want an answer.

    A scale or choice wants one; words may be left out. What is no answer to the question counts as none.
    """
    answers: dict[str, int | str] = {}
    missing: set[int] = set()
    for number, question in enumerate(questions, start=1):
        said = typed.get(str(number), "").strip()
        if question.kind == "text":
            if said:
                answers[str(number)] = said[:TEXT_CHARS]
        elif said.isdecimal() and 1 <= int(said) <= (
            len(SCALE) if question.kind == "scale" else len(question.options)
        ):
            answers[str(number)] = int(said)
        else:
            missing.add(number)
    return answers, missing


@dataclass(frozen=True)
class Tally:
    """What was said to one question: how often each point or choice, and the words."""

    question: Question
    counts: tuple[int, ...]
    words: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """How many answered it."""
        return sum(self.counts) or len(self.words)

    @property
    def mean(self) -> float | None:
        """The mean of a scale; None where nobody answered or it is none."""
        if self.question.kind != "scale" or not self.total:
            return None
        return sum(point * count for point, count in zip(SCALE, self.counts, strict=True)) / self.total

    @property
    def satisfied(self) -> int:
        """How many gave a scale 4 or 5 points."""
        return sum(self.counts[SATISFIED - 1 :]) if self.question.kind == "scale" else 0


def tally(questions: Sequence[Question], answers: Sequence[Mapping[str, object]]) -> tuple[Tally, ...]:
    """Count the answers to every question."""
    found = []
    for number, question in enumerate(questions, start=1):
        said = [one[str(number)] for one in answers if str(number) in one]
        if question.kind == "text":
            found.append(Tally(question, (), tuple(str(words) for words in said)))
            continue
        size = len(SCALE) if question.kind == "scale" else len(question.options)
        found.append(Tally(question, tuple(said.count(point) for point in range(1, size + 1))))
    return tuple(found)


@dataclass(frozen=True)
class Satisfaction:
    """How satisfied audiences were: the first scale question of each survey, 4 and 5 points of 5 (C)."""

    satisfied: int
    answers: int

    @property
    def percent(self) -> int:
        """The share of the satisfied, rounded down: a target is not met by rounding."""
        return self.satisfied * 100 // self.answers if self.answers else 0


def satisfaction(surveys: Sequence[Sequence[Tally]]) -> Satisfaction | None:
    """Sum the first scale question of every survey up; None where nobody answered one."""
    first = [
        found
        for tallies in surveys
        if (found := next((one for one in tallies if one.question.kind == "scale"), None)) is not None
    ]
    answers = sum(one.total for one in first)
    return Satisfaction(sum(one.satisfied for one in first), answers) if answers else None


def share_of_target(percent: int, target: str) -> int:
    """How much of a target such as ≥90 is reached, in percent, at most 100; without a number 100 is asked."""
    digits = "".join(letter for letter in target if letter.isdecimal())
    wanted = int(digits) if digits else 100
    return 100 if percent >= wanted else percent * 100 // wanted
