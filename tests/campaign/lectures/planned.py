"""A lecture event whose plan is complete, made by the product's own models, and people who review it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from campaign.lectures.models import (
    AgendaItem,
    LectureCase,
    LectureCost,
    LectureDuty,
    LectureEvent,
    LectureGuest,
    LectureMedium,
    LectureRisk,
    LectureTask,
)
from tests.factories import make_case

STARTS = datetime(2024, 10, 25, 6, 30, tzinfo=UTC)


def full_event(session, world, title="省级宣讲活动", *, tier="province", starts_at=STARTS, **values):
    """An event with one case, one guest, one medium and an agenda; ready to be sent."""
    case = make_case(session, world, f"案例·{title}", region="广州市", by_park_association=True)
    event = LectureEvent(
        programme_id=world.programme.id,
        owner_id=values.pop("owner_id", world.province.id),
        title=title,
        tier=tier,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        venue="科技会堂",
        **values,
    )
    event.line_up = [
        LectureCase(case=case, position=0, speaker="林示例", speaker_title="工程师", speech="各位好。")
    ]
    event.guests = [
        LectureGuest(position=0, name="甲示例", title="主席", organisation="某省科协", role="address"),
        LectureGuest(position=1, name="乙示例", title="教授", organisation="示例大学", role="comments"),
    ]
    event.media = [LectureMedium(position=0, name="示例日报", planned="报道1篇")]
    event.agenda = [
        AgendaItem(position=0, minutes=10, title="致辞", person="甲示例", kind="address"),
        AgendaItem(position=1, minutes=15, title="宣讲", person="林示例", kind="lecture"),
    ]
    event.duties = [LectureDuty(position=0, team="会务组", person="己示例", work="布置会场")]
    event.costs = [LectureCost(position=0, title="场地", amount_fen=120_000)]
    event.risks = [LectureRisk(position=0, title="断网", measure="切换备用网络")]
    event.tasks = [LectureTask(position=0, title="发邀请函", person="己示例")]
    session.add(event)
    session.commit()
    return event
