"""The room of coverage: its blueprint, its words, and what its views share."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _

from campaign import web
from campaign.formatting import date_zh
from campaign.messages import N_, Message
from campaign.placements import queries
from campaign.placements.models import Placement
from campaign.placements.rules import AUTHORITATIVE, COMPREHENSIVE, REPORT, Verdict

blueprint = web.programme_blueprint("placements", __name__, "/placements")

TARGET_NAMES = {
    REPORT: N_("provincial media report"),
    COMPREHENSIVE: N_("comprehensive report in authoritative media"),
    AUTHORITATIVE: N_("authoritative placement"),
}
# Where a piece has no address, its place is told by page or time.
OFFLINE = ("print", "radio", "television", "live")
PROOF_NAMES = {
    "screenshot": N_("screenshot"),
    "pdf": N_("PDF"),
    "photo": N_("photo"),
    "video": N_("video"),
}


def say(message: Message) -> str:
    """A reason in the user's language, with dates as the field writes them."""
    return _(
        message.msgid, **{k: date_zh(v) if isinstance(v, date) else v for k, v in message.params.items()}
    )


def judge(piece: Placement) -> Verdict:
    """What a piece counts for in the programme of this address."""
    return queries.judged(piece, web.programme(), web.profile())


def target_names() -> dict[str, str]:
    """The targets of coverage of this programme, in words."""
    return {kind: _(TARGET_NAMES[kind]) for kind in queries.targets_of(web.profile())}
