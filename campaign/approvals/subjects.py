"""What can be sent for review, and how its version is copied; a new kind is one more entry of `KINDS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from campaign import footage
from campaign.access import WRITES_EVENTS
from campaign.accounts.models import Role
from campaign.approvals import plans
from campaign.approvals.rules import Piece, Snapshot
from campaign.cases.models import Case
from campaign.films import renditions
from campaign.films.models import Clip
from campaign.lectures.models import LectureEvent
from campaign.messages import N_, Message

SENDS = frozenset({Role.LEAD, Role.PUBLICITY})
OPENING_CHARS = 200


@dataclass(frozen=True)
class Copy:
    """A snapshot with the rows of its files, and the clock of its film."""

    snapshot: Snapshot
    asset_ids: tuple[int, ...]
    frame_rate: Fraction | None = None
    frame_count: int | None = None


@dataclass(frozen=True)
class Kind:
    """One kind of subject.

    `column` is its foreign key in the dossier; `refusal` says why a row cannot be sent yet; `copy` takes the
    words that go with it where `has_own_text` is off; `maker` is who made it, if that is known; `prepare`
    does what takes long before anything is locked; `senders` work on it. Only what is `for_public` is
    published after the centre's approval (A16).
    """

    key: str
    name: str
    model: type[Any]
    column: str
    has_own_text: bool
    refusal: Callable[[Any], Message | None]
    copy: Callable[[Any, str], Copy]
    maker: Callable[[Any], int | None]
    proposed_text: Callable[[Any], str]
    prepare: Callable[[], None] = lambda: None
    senders: frozenset[Role] = SENDS
    for_public: bool = True


def _clip_refusal(clip: Clip) -> Message | None:
    if clip.state != "ready" or clip.asset is None:
        return Message(
            N_("The clip %(title)s is not rendered yet. Render it first; the film itself is reviewed."),
            {"title": clip.title},
        )
    if any(r.state == "making" for r in clip.renditions):
        return Message(
            N_("A version of the clip %(title)s is being made. Wait until it is done; it is reviewed too."),
            {"title": clip.title},
        )
    return None


def _clip_copy(clip: Clip, text: str) -> Copy:
    if clip.asset is None or clip.asset_id is None:
        raise ValueError("an unrendered clip has no version")
    files = clip_files(clip)
    rate = None
    if clip.duration and clip.frame_count:
        rate = Fraction(clip.frame_count) / clip.duration
    facts = {
        **_case_facts(clip.case),
        "duration": str(clip.duration or ""),
        "ranges": [
            f"{row.source.file_name} {_clock(row.in_point, row.source.frame_rate)}"
            f"–{_clock(row.out_point, row.source.frame_rate)}"
            for row in clip.ranges
        ],
    }
    snapshot = Snapshot("clip", clip.title, text, tuple(piece for piece, _asset_id in files), facts)
    return Copy(snapshot, tuple(asset_id for _piece, asset_id in files), rate, clip.frame_count)


def clip_files(clip: Clip) -> list[tuple[Piece, int]]:
    """All that goes out with a clip: the master and its cover first, then the versions for platforms.

    The wide cover that somebody chose takes the place of the one the render took by itself. The name of a
    version is its kind, so that the package can say what each is for.
    """
    made = {r.kind: r.asset for r in clip.renditions if r.state == "ready" and r.asset is not None}
    found = [("film", "", clip.asset), ("cover", "", made.pop("cover_wide", None) or clip.poster)]
    found += [
        ("cover" if kind in renditions.COVERS else "film", kind, made.get(kind)) for kind in renditions.KINDS
    ]
    return [(Piece(role, asset.sha256, name), asset.id) for role, name, asset in found if asset is not None]


def _clock(point: Fraction, rate: Fraction | None) -> str:
    return footage.timecode(point, rate) if rate else footage.clock(point)


def _case_facts(case: Case | None) -> Mapping[str, Any]:
    if case is None:
        return {}
    return {"case": case.title, "enterprise": case.enterprise.name, "region": case.region}


def opening(story: str) -> str:
    """The first sentences of a story, as the words that go with its film; at most 200 characters."""
    text = " ".join(story.split())
    if len(text) <= OPENING_CHARS:
        return text
    head = text[:OPENING_CHARS]
    end = max(head.rfind(mark) for mark in "。！？")
    return head[: end + 1] if end > 0 else head[:-1] + "…"


def _story_refusal(case: Case) -> Message | None:
    if not case.story.strip():
        return Message(N_("The case %(title)s has no story yet. Write it first."), {"title": case.title})
    if case.state == "withdrawn":
        return Message(N_("The case %(title)s has been withdrawn."), {"title": case.title})
    return None


def _story_copy(case: Case, _text: str) -> Copy:
    # The small upright copies go out, never the originals, which know where and by what they were taken.
    pieces = tuple(
        Piece("photo", p.preview.sha256, p.caption or p.file_name.rpartition(".")[0]) for p in case.photos
    )
    text = case.story.replace("\r\n", "\n").strip()
    return Copy(
        Snapshot("story", case.title, text, pieces, _case_facts(case)),
        tuple(p.preview_id for p in case.photos),
    )


def _plan_copy(event: LectureEvent, _text: str) -> Copy:
    return Copy(*plans.copy(event))


KINDS: dict[str, Kind] = {
    "clip": Kind(
        "clip",
        N_("Clip"),
        Clip,
        "clip_id",
        has_own_text=False,
        refusal=_clip_refusal,
        copy=_clip_copy,
        maker=lambda clip: clip.edited_by_id,
        proposed_text=lambda clip: opening(clip.case.story) if clip.case else "",
    ),
    "story": Kind(
        "story",
        N_("Story"),
        Case,
        "case_id",
        has_own_text=True,
        refusal=_story_refusal,
        copy=_story_copy,
        maker=lambda _case: None,
        proposed_text=lambda _case: "",
    ),
    "plan": Kind(
        "plan",
        N_("Lecture plan"),
        LectureEvent,
        "lecture_event_id",
        has_own_text=True,
        refusal=plans.refusal,
        copy=_plan_copy,
        maker=lambda _event: None,
        proposed_text=lambda _event: "",
        prepare=plans.prepare,
        senders=WRITES_EVENTS,
        for_public=False,
    ),
}
