"""What the surveys propose to the performance report: the measured satisfaction (C)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from campaign.access import Actor
from campaign.attendance import queries, rules
from campaign.documents.words import Stated
from campaign.programmes.models import Programme
from campaign.programmes.profiles import Profile


def proposed(session: Session, programme: Programme, profile: Profile, actor: Actor) -> dict[str, Stated]:
    """The indicators of satisfaction as surveys of held events measured them; the lead may write otherwise.

    Nothing where nobody has answered.
    """
    found = queries.satisfaction(session, programme, actor)
    if found is None:
        return {}
    words = f"现场问卷满意率{found.percent}%（有效问卷{found.answers}份，{found.satisfied}份为满意或很满意）"
    return {
        indicator.key: Stated(actual=words, share=rules.share_of_target(found.percent, indicator.target))
        for indicator in profile.self_assessment.indicators
        if indicator.level2 == "satisfaction"
    }
