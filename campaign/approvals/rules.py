"""Who may do what with a version when, what changed between two, and how files are named; pure (A8, A16)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Literal

from campaign.approvals.passages import Passage, plain
from campaign.messages import N_, Message


class State(StrEnum):
    """Where a subject stands on its way to the public."""

    DRAFT = "draft"
    INTERNAL = "internal"
    CENTRE = "centre"
    RETURNED = "returned"
    APPROVED = "approved"
    PUBLISHED = "published"


class Stage(StrEnum):
    """Who is asked: the house itself, then the centre."""

    INTERNAL = "internal"
    CENTRE = "centre"


# What the audit trail and the pages call states; some stand nowhere else.
WORDS = (
    N_("draft"),
    N_("internal"),
    N_("centre"),
    N_("pending"),
    N_("returned"),
    N_("approved"),
    N_("published"),
    N_("withdrawn"),
    N_("revoked"),
)

MAX_TEXT_CHARS = 20_000
MAX_COMMENT_CHARS = 4_000
MAX_PASSAGE_CHARS = 300
MAX_NAME_CHARS = 180
# From when on a submission has waited long, and too long (A8: before the event; A16).
LONG_DAYS, TOO_LONG_DAYS = 3, 7
PLAN_SOON_DAYS = 7

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
_CLAUSE = re.compile(r"[^，。！？；：、,.!?;:\n]*[，。！？；：、,.!?;:\n]?")


@dataclass(frozen=True)
class Person:
    """The acting user beside one subject: works on it, leads its programme, decides for the centre."""

    user_id: int
    works: bool = False
    leads: bool = False
    decides: bool = False


@dataclass(frozen=True)
class Piece:
    """One file of a version by its content; `written` ones only say again what the version says."""

    role: str
    sha256: str
    name: str = ""
    written: bool = False


@dataclass(frozen=True)
class Snapshot:
    """All that a reviewer agrees to; `facts` explain it and are not part of the agreement."""

    kind: str
    title: str
    text: str
    pieces: tuple[Piece, ...]
    facts: Mapping[str, object] = field(default_factory=dict)
    passages: tuple[Passage, ...] = ()

    @property
    def fingerprint(self) -> str:
        """One hash of kind, title, words, passages and the content of every file, in their order."""
        files = [[p.role, p.sha256] for p in self.pieces if not p.written]
        said: list[object] = [self.kind, self.title, self.text, files]
        if self.passages:
            said.append(plain(self.passages))
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def shown_state(state: str, *, changed: bool) -> State:
    """Where the subject as it is now stands: what was edited after its approval is a draft again (A16)."""
    if changed and state == State.APPROVED:
        return State.DRAFT
    return State(state)


def is_centre(path: str) -> bool:
    """Whether this is the path of the tree's root, the national centre."""
    return path.count("/") == 2


# --- who may do what --------------------------------------------------------------------------------------


def may_send(state: str, *, changed: bool) -> Message | None:
    """Whether the subject may be sent for review now."""
    if state == State.INTERNAL:
        return Message(N_("This is in the internal check already. Wait for it, or withdraw it first."))
    if state == State.CENTRE:
        return Message(N_("This is with the centre already. Wait for the answer, or withdraw it first."))
    if state in (State.APPROVED, State.PUBLISHED) and not changed:
        return Message(
            N_("This version is approved already and nothing has changed since; there is nothing to send.")
        )
    return None


def may_decide(stage: str, person: Person, *, maker_id: int, submitter_id: int) -> Message | None:
    """Whether this person may decide: never on one's own work, and for the centre only its reviewer (A16)."""
    if stage == Stage.CENTRE and not person.decides:
        return Message(N_("Only a reviewer of the centre decides this."))
    if stage == Stage.INTERNAL and not person.works:
        return Message(
            N_("The internal check is done by the project lead or a publicity officer of this programme.")
        )
    if person.user_id in (maker_id, submitter_id):
        return Message(
            N_("Who made or sent a version does not check it. Ask the project lead or a second officer.")
        )
    return None


def may_withdraw(state: str, person: Person, *, maker_id: int, submitter_id: int) -> Message | None:
    """Whether a pending submission may be taken back: by who made or sent it, and by the project lead."""
    if state != "pending":
        return Message(N_("This has been decided meanwhile; there is nothing to withdraw."))
    if not person.works or not (person.leads or person.user_id in (maker_id, submitter_id)):
        return Message(N_("Only who sent this, or the project lead, may withdraw it."))
    return None


def reason_missing(reason: str) -> Message | None:
    """Returning, withdrawing and taking back need words that others can act on."""
    if not reason.strip():
        return Message(N_("Please give the reason; the others read it and act on it."))
    return None


def anchor_problem(anchor: str, anchors: Collection[str]) -> Message | None:
    """Whether the place a comment hangs on is in this version."""
    if anchor and anchor not in anchors:
        return Message(N_("This place does not stand in this version of the plan. Choose it there again."))
    return None


def comment_problem(
    body: str, frame: int | None, frame_count: int | None, passage: str, text: str
) -> Message | None:
    """What is wrong with a comment: it is empty, or its place is not in this version."""
    if not body.strip():
        return Message(N_("The comment is empty. Write what should be changed."))
    if len(body) > MAX_COMMENT_CHARS:
        return Message(N_("A comment may have %(limit)s characters at most."), {"limit": MAX_COMMENT_CHARS})
    if frame is not None and frame_count is None:
        return Message(N_("This version has no film, so a comment cannot stand at a timecode."))
    if frame is not None and frame_count is not None and frame >= frame_count:
        return Message(N_("This timecode lies behind the end of the film. Give one inside it."))
    if passage and passage not in text:
        return Message(N_("The passage does not stand in the text of this version. Select it there again."))
    return None


# --- waiting ----------------------------------------------------------------------------------------------


def waited_days(since: datetime, now: datetime) -> int:
    """Whole days that something has waited, never negative."""
    return max(0, (now - since).days)


def patience(days: int) -> Literal["neutral", "warning", "danger"]:
    """The tone of a wait: neutral, warning from three days, danger from seven."""
    if days >= TOO_LONG_DAYS:
        return "danger"
    return "warning" if days >= LONG_DAYS else "neutral"


# --- what changed -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """One thing that differs between two versions; `key` is title, text, film, cover, photos or a fact."""

    key: str
    before: str
    after: str


@dataclass(frozen=True)
class Run:
    """A stretch of text: `same`, `out` (only before) or `new` (only after)."""

    kind: str
    text: str


def differences(before: Snapshot, after: Snapshot) -> tuple[Difference, ...]:
    """What a reviewer has to look at again, in the order of the page."""
    found = []
    if before.title != after.title:
        found.append(Difference("title", before.title, after.title))
    if before.text != after.text:
        found.append(Difference("text", before.text, after.text))
    for role in ("film", "cover", "photo", "document"):
        old, new = (tuple(p.sha256 for p in one.pieces if p.role == role) for one in (before, after))
        if old != new:
            found.append(Difference(role, " ".join(h[:12] for h in old), " ".join(h[:12] for h in new)))
    for key in dict.fromkeys([*before.facts, *after.facts]):
        was, is_now = (str(one.facts.get(key, "")) for one in (before, after))
        if was != is_now:
            found.append(Difference(key, was, is_now))
    return tuple(found)


def text_runs(before: str, after: str) -> tuple[Run, ...]:
    """Both texts laid over one another, clause by clause, since Chinese has no blanks to part words at."""
    old, new = ([c for c in _CLAUSE.findall(text) if c] for text in (before, after))
    runs: list[Run] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(Run("same", "".join(old[i1:i2])))
            continue
        if i2 > i1:
            runs.append(Run("out", "".join(old[i1:i2])))
        if j2 > j1:
            runs.append(Run("new", "".join(new[j1:j2])))
    return tuple(runs)


# --- names of files ---------------------------------------------------------------------------------------


def clean(part: str) -> str:
    """A part of a file name that every system takes."""
    return _FORBIDDEN.sub("_", part).strip(" .")


def archive_name(parts: Sequence[str]) -> str:
    """The package as a notice names it: 地区名+单位名称+案例名称 (P11)."""
    return "+".join(word for word in map(clean, parts) if word)[:MAX_NAME_CHARS] + ".zip"


def plan_due(starts_at: datetime, days: int) -> datetime:
    """Until when a plan must be approved: so many days before the event begins (A8)."""
    return starts_at - timedelta(days=days)


def plan_tone(due: datetime, starts_at: datetime, now: datetime) -> Literal["neutral", "warning", "danger"]:
    """How pressing a plan without approval is: danger past its due day, warning in the week before."""
    if now >= min(due, starts_at):
        return "danger"
    return "warning" if now >= due - timedelta(days=PLAN_SOON_DAYS) else "neutral"


PIECE_NAMES = {"film": "视频", "cover": "封面", "photo": "照片", "document": "材料"}


def piece_name(title: str, role: str, number: int, count: int, suffix: str, *, word: str = "") -> str:
    """A file of the package: 案例名称+视频.mp4 (P10, P16); numbered where a role has several.

    `word` names a version for platforms: 案例名称+竖版.mp4.
    """
    what = word or PIECE_NAMES[role] + (f"{number}" if count > 1 else "")
    return f"{clean(title)[: MAX_NAME_CHARS - 20]}+{what}{suffix}"
