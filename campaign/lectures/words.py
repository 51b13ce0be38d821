"""The words of the lecture room for keys that the database holds."""

from __future__ import annotations

from campaign.messages import N_

TIERS = {"province": N_("event of the province"), "city": N_("event of a city")}
RANKS = {
    "ministry_head": N_("head of a ministry or province"),
    "ministry_deputy": N_("deputy head of a ministry or province"),
    "academician": N_("academician"),
    "bureau_head": N_("head of a bureau"),
    "bureau_deputy": N_("deputy head of a bureau"),
    "division_head": N_("head of a division"),
    "division_deputy": N_("deputy head of a division"),
    "section": N_("section and below"),
    "expert": N_("expert"),
    "executive": N_("head of an enterprise"),
    "none": N_("without rank"),
}
LEVELS = {
    "national": N_("national"),
    "province": N_("of the province"),
    "city": N_("of a city"),
    "county": N_("of a county"),
    "other": N_("other"),
}
ROLES = {
    "attends": N_("attends"),
    "address": N_("gives an address"),
    "comments": N_("comments"),
    "awards": N_("hands over"),
    "hosts": N_("leads through the event"),
}
ANSWERS = {
    "open": N_("no answer yet"),
    "yes": N_("comes"),
    "deputy": N_("sends somebody"),
    "no": N_("declines"),
}
ITEM_KINDS = {
    "sign_in": N_("sign-in"),
    "opening": N_("opening"),
    "address": N_("address by a leader"),
    "lecture": N_("case told"),
    "film": N_("film shown"),
    "comment": N_("comment by an expert"),
    "exchange": N_("exchange"),
    "ceremony": N_("ceremony"),
    "break": N_("break"),
    "closing": N_("closing"),
    "other": N_("other"),
}
MARKS = {"": N_("free"), "pinned": N_("fixed"), "excluded": N_("excluded by hand")}
