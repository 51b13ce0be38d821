"""What the page of a clip says in words: its delivery, what it wears, what the engine verified."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from campaign.films.models import Clip
from campaign.messages import N_

DELIVERIES = {
    "master": N_("master copy"),
    "web": N_("for the web"),
    "vertical": N_("upright for phones"),
    "proxy": N_("preview"),
}

WORN = {
    "opening": N_("opening card"),
    "lower_thirds": N_("names in the picture"),
    "subtitles": N_("subtitles"),
    "music": N_("music"),
    "end": N_("end card"),
}


def in_short(clip: Clip) -> str | None:
    """What a clip wears, in a few words; None for nothing."""
    return worn_words(clip.dress or {})


def worn_words(told: Mapping[str, Any]) -> str | None:
    """What cards, names, subtitles and music there are, in a few words."""
    return "、".join(_(text) for key, text in WORN.items() if told.get(key)) or None


def facts_of(clip: Clip) -> list[tuple[str, Any]]:
    """What the engine verified of a finished clip."""
    if clip.result is None or clip.asset is None:
        return []
    result = clip.result
    lanes = {"encode": _("encoded anew"), "copy": _("copied where possible")}
    facts: list[tuple[str, Any]] = [
        (_("Picture"), f"{result['width']} × {result['height']}"),
        (_("Frames"), f"{clip.frame_count:,}"),
        (_("Lane"), lanes.get(result["lane"], result["lane"])),
    ]
    # Clips that were made before reasons had message ids show none.
    if reasons := result.get("reasons"):
        facts.append((_("Why so"), " ".join(_said(one) for one in reasons)))
    if result.get("integrated_lufs") is not None:
        facts.append((_("Loudness"), f"{result['integrated_lufs']:.1f} LUFS"))
    if result.get("true_peak_dbtp") is not None:
        facts.append((_("True peak"), f"{result['true_peak_dbtp']:.1f} dBTP"))
    return facts


def _said(reason: dict[str, Any]) -> str:
    msgid: str = reason["msgid"]
    return _(msgid, **reason["params"])
