"""Clips that are rendered (a few bytes stand for the film) and the people who review them."""

from __future__ import annotations

import io
from fractions import Fraction

import pytest

from campaign.access import Actor
from campaign.approvals import services
from campaign.approvals.queries import person_at
from campaign.approvals.subjects import KINDS
from campaign.films.models import Clip
from campaign.storage import asset_for
from tests.factories import make_case

STORY = "创新背景：设备依赖进口。攻坚历程：三百次试验。创新感悟：把问题拆小。"


@pytest.fixture
def storage(context):
    return context.extensions["storage"]


@pytest.fixture
def asset(session, storage):
    def make(content, media_type):
        return asset_for(session, storage.put_stream(io.BytesIO(content)), media_type)

    return make


@pytest.fixture
def make_clip(session, world, asset):
    """A clip of two minutes at 25 frames a second that the publicity officer has made."""

    def make(title="高效换热器（两分钟版）", **values):
        case = values.pop("case", None) or make_case(
            session, world, f"案例·{title}", story=STORY, region="广州市"
        )
        clip = Clip(
            programme_id=world.programme.id,
            owner_id=values.pop("owner_id", world.province.id),
            case_id=case.id,
            title=title,
            state="ready",
            fingerprint=title.encode().hex()[:64].ljust(64, "0"),
            duration=Fraction(120),
            frame_count=3000,
            asset_id=asset(f"film of {title}".encode() * 100, "video/mp4").id,
            poster_id=asset(b"\xff\xd8\xff" + title.encode(), "image/jpeg").id,
            edited_by_id=world.users["publicity"].id,
            **values,
        )
        session.add(clip)
        session.commit()
        return clip

    return make


@pytest.fixture
def clip(make_clip):
    return make_clip()


@pytest.fixture
def who(world):
    """The acting person beside what belongs to the province."""

    def find(name):
        return person_at(Actor.of(world.users[name]), world.province.path)

    return find


@pytest.fixture
def send(session, who):
    def go(row, name="publicity", **values):
        kind = KINDS["clip" if isinstance(row, Clip) else "story"]
        return services.submit(session, kind, row, who(name), **values)

    return go


@pytest.fixture
def to_centre(session, send, who):
    """Send, pass the internal check, and give the centre's review."""

    def go(row, name="publicity", **values):
        review = send(row, name, **values)
        services.approve(session, review, who("lead" if name != "lead" else "publicity"))
        return review.dossier.open_review

    return go


@pytest.fixture
def approve(session, to_centre, who):
    def go(row, **values):
        review = to_centre(row, **values)
        services.approve(session, review, who("reviewer"))
        return review

    return go


@pytest.fixture
def publish(session, approve, who):
    def go(row, **values):
        review = approve(row, **values)
        return services.publish(session, review.dossier, who("publicity"))

    return go


@pytest.fixture
def new_render(session, asset):
    """The clip is cut anew: another film under the same title."""

    def go(clip, content=b"another film"):
        clip.asset_id = asset(content, "video/mp4").id
        session.commit()

    return go
