from datetime import timedelta

import pytest

from campaign.attendance import services
from campaign.db import utc_now
from campaign.lectures.models import LectureEvent


@pytest.fixture
def event(session, world):
    now = utc_now()
    row = LectureEvent(
        programme_id=world.programme.id,
        owner_id=world.province.id,
        title="示例宣讲活动",
        tier="province",
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=1),
        venue="示例报告厅",
    )
    session.add(row)
    session.commit()
    return row


@pytest.fixture
def gate(session, event):
    return services.open_gate(session, event, "sign_in")


@pytest.fixture
def survey(session, event):
    return services.open_gate(session, event, "survey")
