"""The ledger as the door to reports takes it (A1)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from campaign.access import Actor
from campaign.budget import queries
from campaign.programmes.models import Programme
from campaign.programmes.profiles import Profile

if TYPE_CHECKING:
    from campaign.reporting import Ledger


def ledger_of(
    session: Session, programme: Programme, profile: Profile, actor: Actor, *, by: str, at: datetime
) -> Ledger:
    """Every line and every payment of a programme, whatever its state, in the order of days."""
    from campaign.reporting import Entry, Ledger  # noqa: PLC0415 - the door is slow to open and seldom used

    entries = tuple(
        Entry(
            paid_on=row.spent_on,
            voucher_number=row.voucher_number,
            purpose=row.purpose,
            line=row.line.name,
            payee=row.payee,
            amount_fen=row.amount_fen,
            state=row.state,
            entered_by=row.entered_by.name if row.entered_by else "",
            decided_by=row.decided_by.name if row.decided_by else "",
            voucher_name=row.voucher_name,
        )
        for row in queries.in_order(session, programme, actor)
    )
    lines = tuple(
        (line.name, line.amount_fen) for line in session.scalars(queries.lines_of(programme, actor))
    )
    return Ledger(
        programme=programme.title,
        organisation=programme.organisation.name,
        contract_fen=profile.budget.total_fen,
        lines=lines,
        entries=entries,
        made_by=by,
        made_at=at,
    )
