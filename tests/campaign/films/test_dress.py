"""What a clip wears, as a person sets it (A12, A15, P17)."""

from __future__ import annotations

import io
import math
import struct
import tempfile
import wave
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from campaign import footage
from campaign.films import clips, dress
from campaign.films.models import Clip
from campaign.films.rules import Span


@pytest.fixture
def clip(session, world, ready_film):
    """Two seconds of the film: from its first second to its third."""
    draft = clips.Draft("两秒", None, (Span(ready_film.id, Fraction(1), Fraction(3)),))
    return clips.save(
        session, None, draft, programme_id=world.programme.id, owner_id=world.province.id
    )  # fmt: skip


@pytest.fixture
def worn(session, clip):
    def read():
        session.expire_all()
        return session.get(Clip, clip.id).dress

    return read


pytestmark = pytest.mark.usefixtures("fonts")

FORM = {
    "opening_title": "高效换热器", "opening_subtitle": "某某公司", "opening_s": "2",
    "end_title": "", "end_subtitle": "", "end_s": "3",
    "name_name": ["某某某", ""], "name_role": ["总工程师", ""],
    "name_start": ["0:00.5", ""], "name_end": ["1.5", ""],
}  # fmt: skip
SRT = "1\n00:00:00,500 --> 00:00:01,500\n第一句\n\n2\n00:00:01,800 --> 00:00:02,500\n第二句\n"


def tone(seconds=3):
    stream = io.BytesIO()
    with wave.open(stream, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        steps = (round(9000 * math.sin(n / 3)) for n in range(8000 * seconds))
        sound.writeframes(b"".join(struct.pack("<h", step) for step in steps))
    stream.seek(0)
    return stream


def test_cards_and_names_are_stored_exactly_and_come_back_as_typed(officer, base, clip, worn):
    assert officer.post(f"{base}/clips/{clip.id}/dress", data=FORM).status_code == 303
    assert worn() == {
        "opening": {"title": "高效换热器", "subtitle": "某某公司", "length": "2"},
        "lower_thirds": [{"name": "某某某", "role": "总工程师", "start": "1/2", "end": "3/2"}],
    }
    page = officer.get(f"{base}/clips/{clip.id}/dress").get_data(as_text=True)
    assert [f'value="{words}"' in page for words in ("高效换热器", "总工程师", "0:00.5")] == [True] * 3


def test_lines_of_a_card_are_kept_without_the_carriage_returns_of_a_browser(officer, base, clip, worn):
    typed = FORM | {"act": "save", "opening_subtitle": "某某公司\r\n2024年征集活动"}
    assert officer.post(f"{base}/clips/{clip.id}/dress", data=typed).status_code == 303
    assert worn()["opening"]["subtitle"] == "某某公司\n2024年征集活动"


def test_the_subtitles_of_a_film_are_moved_to_the_clip(officer, base, clip, worn):
    sent = FORM | {"subtitles": (io.BytesIO(SRT.encode()), "字幕.srt"), "subtitle_clock": "film"}
    assert officer.post(f"{base}/clips/{clip.id}/dress", data=sent).status_code == 303
    assert worn()["subtitle_file"] == "字幕.srt"
    assert worn()["subtitles"] == [
        {"start": "0", "end": "1/2", "text": "第一句"},
        {"start": "4/5", "end": "3/2", "text": "第二句"},
    ]
    told = officer.get(f"{base}/clips/{clip.id}/subtitles.srt").get_data(as_text=True)
    assert told.splitlines()[:3] == ["1", "00:00:00,000 --> 00:00:00,500", "第一句"]
    officer.post(f"{base}/clips/{clip.id}/dress", data=FORM)
    assert len(worn()["subtitles"]) == 2
    officer.post(f"{base}/clips/{clip.id}/dress", data=FORM | {"drop_subtitles": "on"})
    assert "subtitles" not in worn()


def test_music_is_kept_and_left_out_again(officer, base, clip, worn, session):
    officer.post(f"{base}/clips/{clip.id}/dress", data={"music": (tone(), "序曲.wav")})
    assert worn() == {"music": {"name": "序曲.wav"}}
    assert session.get(Clip, clip.id).music.size_bytes == 48_044
    officer.post(f"{base}/clips/{clip.id}/dress", data={"drop_music": "on"})
    assert (worn(), session.get(Clip, clip.id).music_id) == (None, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"opening_title": ""},
        {"opening_s": "0"},
        {"opening_s": "bald"},
        {"name_end": ["0.2", ""]},
        {"name_start": ["2:00", ""], "name_end": ["2:10", ""]},
        {"name_name": ["", ""]},
        {"subtitles": (io.BytesIO(b"nothing"), "字幕.srt")},
        {"music": (io.BytesIO(b"no music at all, only words"), "序曲.mp3")},
        {"music": (tone(seconds=0), "序曲.wav")},
    ],
)
def test_what_is_wrong_is_refused_with_what_was_typed(officer, base, clip, worn, wrong):
    answer = officer.post(f"{base}/clips/{clip.id}/dress", data=FORM | wrong)
    assert (answer.status_code, worn()) == (422, None)
    assert 'value="总工程师"' in answer.get_data(as_text=True)


def test_another_dress_is_another_clip_and_a_finished_one_becomes_a_draft(
    officer, base, clip, session, ready_film
):
    plain = clip.fingerprint
    clip.state, clip.asset_id = "ready", ready_film.asset_id
    session.commit()
    officer.post(f"{base}/clips/{clip.id}/dress", data=FORM)
    session.expire_all()
    dressed = session.get(Clip, clip.id)
    assert (dressed.state, dressed.asset_id, dressed.revision) == ("draft", None, 2)
    assert dressed.fingerprint != plain
    officer.post(f"{base}/clips/{clip.id}/dress", data=FORM)
    session.expire_all()
    assert session.get(Clip, clip.id).revision == 2


@pytest.mark.parametrize(
    "address", ["card.jpg?title=高效换热器&subtitle=某某公司", "name.jpg?name=某某某&role=总工程师"]
)
def test_cards_and_names_are_shown_before_they_are_rendered(officer, base, address):
    answer = officer.get(f"{base}/clips/{address}")
    assert Image.open(io.BytesIO(answer.data)).size == (960, 540)


@pytest.mark.parametrize("address", ["card.jpg", "name.jpg?name=%20"])
def test_without_a_title_there_is_no_picture(officer, base, address):
    assert officer.get(f"{base}/clips/{address}").status_code == 404


@pytest.mark.slow
def test_a_dressed_clip_is_rendered_with_its_cards(officer, base, clip, session, run_jobs):
    officer.post(f"{base}/clips/{clip.id}/dress", data=FORM | {"music": (tone(), "序曲.wav")})
    officer.post(f"{base}/clips/{clip.id}/render")
    job = run_jobs(clips.RENDER, clip.id)
    assert (job.state, job.error) == ("done", None)
    session.expire_all()
    done = session.get(Clip, clip.id)
    assert (done.state, done.duration, done.frame_count) == ("ready", 4, 100)


def test_subtitles_behind_the_end_are_told_on_the_clips_page_and_left_out_of_the_render(
    app, session, officer, base, clip
):
    """Issue 4, point 4: ranges get shorter after subtitles came in; what is warned of must not fail later."""
    late = SRT + "\n3\n00:01:00,000 --> 00:01:02,000\n太晚的一句\n"
    clip.dress = {"subtitles": footage_cues(late), "subtitle_file": "字幕.srt"}
    session.commit()
    page = officer.get(f"{base}/clips/{clip.id}").text
    assert "太晚的一句" in page
    storage, settings = app.extensions["storage"], app.config["SETTINGS"]
    texts = [cue.text for cue in dress.worn(clip, storage, settings.data_dir).subtitles]
    assert texts == ["第一句", "第二句"]


def footage_cues(text):
    """Subtitles as they are stored."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.srt"
        path.write_text(text, encoding="utf-8")
        return footage.read_subtitles(path, "a.srt")
