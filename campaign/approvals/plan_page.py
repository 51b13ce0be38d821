"""How a plan is read, commented on and compared on the page of its review (A8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from campaign.approvals import passages, rules
from campaign.approvals.forms import CommentForm
from campaign.approvals.models import Comment, Version
from campaign.approvals.passages import Change
from campaign.listing import Badge
from campaign.messages import N_

CHANGES = {
    passages.ADDED: ("success", N_("new"), "plus-lg"),
    passages.REMOVED: ("danger", N_("left out"), "dash-lg"),
    passages.CHANGED: ("warning", N_("changed"), "pencil"),
    passages.MOVED: ("info", N_("other order"), "arrow-down-up"),
}


def change_badge(kind: str) -> Badge:
    """What happened to a passage as colour, icon and word."""
    tone, text, icon = CHANGES[kind]
    return Badge(tone, _(text), icon)  # type: ignore[arg-type]


def context(
    version: Version,
    before: Version | None,
    remarks: Sequence[dict[str, Any]],
    form: CommentForm,
    asked: str,
) -> dict[str, Any]:
    """The passages under their headings, with what changed and who said what; nothing for other kinds.

    `asked` is the anchor that the reader chose to comment on.
    """
    told = passages.restored(version.passages)
    labels = {p.anchor: f"{p.section} · {p.label}" for p in told}
    form.anchor.choices = [("", _("the whole plan")), *labels.items()]
    if form.anchor.data is None and asked in labels:
        form.anchor.data = asked
    found = passages.changes(passages.restored(before.passages), told) if before and told else ()
    said: dict[str, list[Comment]] = {}
    for remark in remarks:
        said.setdefault(remark["row"].anchor, []).append(remark["row"])
    return {
        "sections": passages.by_section(told),
        "anchor_labels": labels,
        "said": said,
        "marks": {c.passage.anchor: change_badge(c.kind) for c in found if c.kind != passages.MOVED},
        "changes": [(change, change_badge(change.kind), _runs(change)) for change in found],
        "documents": [f for f in version.files if f.role == "document"],
    }


def _runs(change: Change) -> tuple[rules.Run, ...]:
    """The words that left and came, marked in both; of what is wholly new or gone, all."""
    return rules.text_runs(change.before, change.after)
