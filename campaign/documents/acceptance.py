"""The lines of the acceptance report: what A and B demand, what was delivered, by which proof (A17)."""

from __future__ import annotations

from campaign.documents.facts import Facts, Reached
from campaign.documents.words import Judged, Words
from campaign.formatting import date_zh, money
from campaign.programmes.profiles import Profile
from campaign.reporting import Deliverable

ACCEPTED, SHORT, TO_CHECK = "accepted", "short", "to_check"
LEDGER = "own_ledger"


def keys_of(profile: Profile) -> tuple[str, ...]:
    """The keys of all lines: targets first, then the duties that are no number."""
    return (*(target.key for target in profile.targets), *(duty.key for duty in profile.duties))


def deliverables(facts: Facts, words: Words) -> tuple[Deliverable, ...]:
    """Every target and every duty of the contract with its proposed or stated verdict."""
    counted = [_target(one, words.judged.get(one.target.key, Judged())) for one in facts.targets]
    stated = []
    for duty in facts.profile.duties:
        said = words.judged.get(duty.key, Judged())
        delivered, proof, verdict = _known(facts, duty.key)
        stated.append(
            Deliverable(
                key=duty.key,
                requirement=duty.requirement,
                title=duty.title,
                required="按要求履行",
                delivered=said.delivered or delivered,
                verdict=said.verdict or verdict,
                proof=said.proof or proof,
                note=said.note,
            )
        )
    return (*counted, *stated)


def _target(one: Reached, said: Judged) -> Deliverable:
    target = one.target
    proposed = ACCEPTED if one.met else SHORT
    if not one.collected:
        proposed = TO_CHECK
    due = f"{target.required}{target.unit}，{date_zh(target.due)}前"
    return Deliverable(
        key=target.key,
        requirement=target.requirement,
        title=target.title,
        required=due,
        delivered=said.delivered or (f"{one.actual}{target.unit}" if one.collected else ""),
        verdict=said.verdict or proposed,
        proof=said.proof,
        note=said.note,
        target_key=target.key,
    )


def _known(facts: Facts, key: str) -> tuple[str, str, str]:
    """What the programme's own rows say of a duty: delivered, proof, verdict."""
    if key != LEDGER:
        return "", "", TO_CHECK
    approved = [row for line in facts.lines for row in line.approved]
    pending = len(facts.expenses) - len(approved)
    words = f"支出{len(approved)}笔共{money(facts.spent_fen)}，均附凭证并经第二人审批"
    words = words if approved else "尚无已审批的支出"
    words += f"；另有{pending}笔共{money(facts.pending_fen)}待审批" if pending else ""
    within = facts.spent_fen <= (facts.profile.budget.total_fen or 0)
    verdict = ACCEPTED if approved and within and not pending else TO_CHECK
    return words, "经费支出明细附件", verdict
