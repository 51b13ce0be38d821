"""The audit trail in words: columns by the names that the pages give them, values as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from campaign import formatting
from campaign.messages import N_

MAX_CHARS = 300
FIELDS = {
    "active": N_("may log in"),
    "address": N_("address"),
    "amount_fen": N_("amount"),
    "as_of": N_("figures as of"),
    "attendance_on_site": N_("people on site"),
    "attendance_online": N_("people online"),
    "authoritative_from": N_("on the list since"),
    "authoritative_list": N_("list it stands on"),
    "authoritative_until": N_("on the list until"),
    "body": N_("comment"),
    "by_park_association": N_("recommended by a park association"),
    "caption": N_("caption"),
    "contact_name": N_("contact"),
    "contact_post": N_("post of the contact"),
    "decided_at": N_("decided at"),
    "delivery": N_("delivery"),
    "description": N_("description"),
    "duration": N_("seconds"),
    "enabled": N_("feeds open"),
    "ends_at": N_("ends"),
    "ends_on": N_("last day"),
    "evidence_name": N_("evidence"),
    "file_name": N_("file name"),
    "form": N_("form"),
    "frame": N_("frame"),
    "frame_count": N_("frames"),
    "frame_rate": N_("frames a second"),
    "has_enterprise_association": N_("enterprise association"),
    "has_park_association": N_("park association"),
    "homepage": N_("homepage"),
    "honours": N_("honours"),
    "in_point": N_("in point"),
    "innovation": N_("score for innovation"),
    "interaction": N_("how visitors take part"),
    "interactivity": N_("score for interactivity"),
    "key": N_("short name"),
    "kind": N_("type"),
    "lecture_candidate": N_("candidate for the lecture"),
    "length_bytes": N_("bytes"),
    "level": N_("level"),
    "little_giant_year": N_("little giant since"),
    "locale": N_("language"),
    "match": N_("case match"),
    "minutes": N_("minutes"),
    "name": N_("name"),
    "note": N_("note"),
    "number": N_("number"),
    "online_address": N_("online address"),
    "out_point": N_("out point"),
    "passage": N_("passage"),
    "payee": N_("payee"),
    "person": N_("person"),
    "phone": N_("phone"),
    "position": N_("place in the order"),
    "profile_key": N_("profile"),
    "published_at": N_("published at"),
    "published_on": N_("published on"),
    "purpose": N_("purpose"),
    "reason": N_("reason"),
    "region": N_("region"),
    "remark": N_("remark"),
    "representativeness": N_("score for representativeness"),
    "resolved_at": N_("settled at"),
    "revoked_at": N_("taken back at"),
    "role": N_("role"),
    "serial": N_("number of the address"),
    "speaker": N_("speaker"),
    "spent_on": N_("paid on"),
    "stage": N_("asked of"),
    "starts_at": N_("begins"),
    "starts_on": N_("first day"),
    "state": N_("state"),
    "story": N_("story"),
    "submitted_at": N_("sent at"),
    "team": N_("team"),
    "text": N_("text"),
    "tier": N_("tier"),
    "title": N_("title"),
    "username": N_("username"),
    "venue": N_("venue"),
    "dress": N_("cards and subtitles"),
    "options": N_("how it is made"),
    "music_id": N_("no. of the music"),
    "rule": N_("rule"),
    "waived_by_id": N_("no. of who waived it"),
    "voucher_name": N_("voucher"),
    "withdrawn_at": N_("withdrawn at"),
    "opens_at": N_("opens at"),
    "closes_at": N_("closes at"),
    "organisation": N_("organisation or firm"),
    "way": N_("way of signing in"),
    "signed_at": N_("signed in at"),
    "guest_id": N_("no. of the guest"),
    "place": N_("place"),
    "people": N_("people"),
    "platform": N_("platform or way of counting"),
    "chosen": N_("stands in the summary"),
    "summary": N_("summary"),
    "significance": N_("why it matters"),
    "width_mm": N_("width in mm"),
    "depth_mm": N_("depth in mm"),
    "height_mm": N_("height in mm"),
    "weight_g": N_("weight in g"),
    "voltage_v": N_("voltage in V"),
    "power_w": N_("power in W"),
    "network": N_("network"),
    "safety": N_("safety"),
    "transport": N_("transport"),
    "insurance_fen": N_("insurance value"),
    "film_url": N_("address of the film"),
    "label_text": N_("label text"),
    "admitted_reason": N_("why it was admitted"),
    "points_centi": N_("hundredths of a point"),
    "decision_reason": N_("reason of the decision"),
    "nomination_id": N_("no. of the nomination"),
    "link_id": N_("no. of the link"),
    "max_uses": N_("most submissions"),
    "firm": N_("firm"),
    "content": N_("answers"),
    "exhibit_id": N_("no. of the exhibit"),
    "closed_at": N_("closed at"),
    "weights": N_("weights"),
    "round_id": N_("no. of the round"),
    "handed_in_at": N_("handed in at"),
    "expert_id": N_("no. of the expert"),
    "recused": N_("stands aside"),
    "happened_at": N_("happened at"),
    "giver": N_("handed over by"),
    "taker": N_("taken over by"),
    "condition": N_("condition"),
    "signed_by": N_("kind of signature"),
    "signature_id": N_("no. of the signature"),
    "recorded_by_id": N_("no. of who recorded it"),
    "case_id": N_("no. of the case"),
    "clip_id": N_("no. of the clip"),
    "enterprise_id": N_("no. of the enterprise"),
    "event_id": N_("no. of the event"),
    "line_id": N_("no. of the budget line"),
    "outlet_id": N_("no. of the outlet"),
    "report_id": N_("no. of the report"),
    "source_id": N_("no. of the film"),
    "user_id": N_("no. of the account"),
    "organisation_id": N_("no. of the organisation"),
    "parent_id": N_("no. of the organisation above"),
    "lead_id": N_("no. of the project lead"),
    "made_by_id": N_("no. of the author"),
    "uploaded_by_id": N_("no. of the uploader"),
    "reverses_id": N_("no. of the reversed expense"),
    "author_id": N_("no. of the author"),
    "decided_by_id": N_("no. of the decider"),
    "anchor": N_("place in the plan"),
    "dossier_id": N_("no. of the dossier"),
    "held_before_reviews": N_("held before plans were reviewed here"),
    "lecture_event_id": N_("no. of the event"),
    "internal_id": N_("no. of the internal check"),
    "published_by_id": N_("no. of the publisher"),
    "resolved_by_id": N_("no. of who settled it"),
    "review_id": N_("no. of the review"),
    "revoked_by_id": N_("no. of who took it back"),
    "submitted_by_id": N_("no. of the sender"),
    "version_id": N_("no. of the version"),
    "withdrawn_by_id": N_("no. of who withdrew it"),
}
# Whose values are words of a room, which the catalogue knows.
WORDS = ("state", "stage", "kind", "level", "match", "tier", "role", "delivery", "way", "place", "signed_by")


def said_changes(changes: Mapping[str, tuple[Any, Any]]) -> str:
    """What changed, in one line; columns without a name here are bookkeeping and stay out.

    Cut off at MAX_CHARS. What was empty before is not mentioned.
    """
    parts = []
    for column, (before, after) in changes.items():
        if column not in FIELDS:
            continue
        name, new = _(FIELDS[column]), _said(column, after)
        if before in (None, ""):
            parts.append(_("%(name)s: %(value)s", name=name, value=new))
        else:
            parts.append(_("%(name)s: %(value)s", name=name, value=f"{_said(column, before)} → {new}"))
    text = _("; ").join(parts)
    return text if len(text) <= MAX_CHARS else text[: MAX_CHARS - 1] + "…"


def _said(column: str, value: object) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if column in ("amount_fen", "insurance_fen") and isinstance(value, int):
        return formatting.money(value)
    return _(str(value)) if column in WORDS else str(value)
