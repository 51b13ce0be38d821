"""A cut list to many clips: first a preview; the same list twice makes nothing twice (A12)."""

from __future__ import annotations

import io
import re
import zipfile
from fractions import Fraction

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from campaign import footage
from campaign.films import clips
from campaign.films.clips import RENDER, Draft
from campaign.films.models import Clip, SourceVideo
from campaign.films.rules import Span
from campaign.jobs import Job
from media import edl
from media.testfilms import make_test_film
from tests.factories import make_case

HEAD = "成片,视频,入点,出点,片头标题,交付\n"
LIST = HEAD + (
    "甲,高效换热器攻关.mp4,00:00:00:10,00:00:01:05,高效换热器,母版 竖版\n"
    "甲,高效换热器攻关,2,3,,\n"
    "乙,高效换热器攻关,1,2,,\n"
)


@pytest.fixture
def ready_film(film_unseen, good_film):
    return film_unseen(good_film, "高效换热器攻关.mp4")


@pytest.fixture
def drop(officer, base):
    def drop(text, name="粗剪单.csv", **files):
        content = text.encode() if isinstance(text, str) else text
        data = {"list": (io.BytesIO(content), name)}
        data |= {"extras": [(io.BytesIO(body.encode()), key) for key, body in files.items()]} if files else {}
        return officer.post(f"{base}/clips/batch", data=data, content_type="multipart/form-data")

    return drop


@pytest.fixture
def make(officer, base, drop):
    """Drop a list and say yes to its preview."""

    def make(text, **files):
        page = drop(text, **files).get_data(as_text=True)
        fields = {key: re.search(f'name="{key}" value="([^"]+)"', page).group(1) for key in ("token", "seen")}
        return officer.post(f"{base}/clips/batch/make", data=fields)

    return make


def made(session):
    session.expire_all()
    return [
        (c.title, c.state, [(r.in_point, r.out_point) for r in c.ranges], [r.kind for r in c.renditions])
        for c in session.scalars(select(Clip).order_by(Clip.id))
    ]


def queued(session):
    return list(session.scalars(select(Job.label).where(Job.kind == RENDER).order_by(Job.created_at)))


def preview(answer):
    """The preview's figures, and each clip with what happens to it."""
    page = answer.get_data(as_text=True)
    figures = [int(n) for n in re.findall(r'stat-value figure">(\d+)<', page)]
    return figures, re.findall(
        r'row-title">(?:<a [^>]+>)?([^<]+)<.*?<span class="state[^>]+>.*?</svg>([^<]+)<', page, re.DOTALL
    )


@pytest.mark.usefixtures("ready_film")
def test_a_list_is_shown_before_anything_is_made(drop, session):
    answer = drop(LIST)
    page = answer.get_data(as_text=True)
    assert preview(answer) == ([2, 0, 0, 2, 0], [("甲", "new"), ("乙", "new")])
    assert "00:00:00:10 – 00:00:01:05" in page
    assert "also: upright for phones" in page
    # A12: far from two minutes, so it is said before the render.
    assert page.count("shorter than 2:00") == 2
    assert made(session) == []


def test_a_film_that_came_in_again_under_the_same_name_is_never_taken_for_the_other(
    drop, session, world, film_unseen, good_film, tmp_path
):
    """Both belong to one case; the list must say which one it means."""
    first = film_unseen(good_film, "高效换热器攻关.mp4")
    second = film_unseen(
        make_test_film(tmp_path / "again.mp4", frames=50, size=(640, 360), sound="tone"), "高效换热器攻关.mp4"
    )
    case = make_case(session, world, "高效换热器攻关")
    for film in (first, second):
        film.case_id, film.match = case.id, "exact"
    session.commit()
    answer = drop(LIST)
    page = answer.get_data(as_text=True)
    names = [f"{number}/高效换热器攻关/高效换热器攻关.mp4" for number in (first.id, second.id)]
    assert answer.status_code == 422
    assert f"Write which one is meant, one of: {', '.join(names)}." in page
    told = drop(f"{HEAD}甲,{names[0]},0,1,,\n乙,{names[1]},0,1,,\n")
    assert preview(told) == ([2, 0, 0, 2, 0], [("甲", "new"), ("乙", "new")])


@pytest.mark.usefixtures("ready_film", "fonts")
def test_the_list_makes_its_clips_and_queues_their_renders_and_twice_makes_nothing_twice(make, drop, session):
    """A12: thirty clips in one go; running it twice makes nothing twice."""
    answer = make(LIST)
    assert answer.location.endswith("?state=rendering&sort=updated_at")
    expected = [
        ("甲", "rendering", [(Fraction(2, 5), Fraction(6, 5)), (2, 3)], ["vertical"]),
        ("乙", "rendering", [(1, 2)], []),
    ]
    assert made(session) == expected
    assert queued(session) == ["甲", "乙"]
    assert session.scalars(select(Clip)).first().dress["opening"]["title"] == "高效换热器"
    again = drop(LIST)
    assert preview(again) == ([0, 0, 2, 0, 0], [("甲", "there already"), ("乙", "there already")])
    assert "there is nothing to do" in again.get_data(as_text=True)
    assert made(session) == expected


@pytest.mark.usefixtures("ready_film")
def test_one_faulty_row_holds_the_whole_list_back_and_says_where_and_what_to_do(drop, session):
    bad = HEAD + "甲,没有的片子,0,1,,\n乙,高效换热器攻关,1,99,,\n丙,高效换热器攻关,1,2,,母版\n"
    answer = drop(bad)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    found = re.findall(r'problem-where">([^<]+)</strong><span>([^<]+)<', page)
    assert found == [
        ("row 2 · 视频", "There is no film “没有的片子” in this programme. Upload it, or correct the name."),
        (
            "row 3 · 出点",
            (
                "The range 0:00:01.000–0:01:39.000 lies outside 高效换热器攻关.mp4, which lasts 0:00:04.000."
                " Move the end."
            ),
        ),
    ]
    assert 'name="token"' not in page
    assert made(session) == []


@pytest.mark.usefixtures("ready_film")
def test_a_changed_range_is_shown_as_a_change_and_keeps_what_the_list_leaves_empty(make, drop, session):
    make(HEAD + "甲,高效换热器攻关,1,2,片头,\n")
    clip = session.scalars(select(Clip)).one()
    clip.state = "draft"
    session.commit()
    changed = HEAD + "甲,高效换热器攻关,1,3,,\n"
    answer = drop(changed)
    assert preview(answer) == ([0, 1, 0, 1, 0], [("甲", "would change")])
    assert "The ranges differ: 0:00:01.000 before, 0:00:02.000 now." in answer.get_data(as_text=True)
    for job in session.scalars(select(Job)):
        job.state = "cancelled"
    session.commit()
    make(changed)
    assert made(session) == [("甲", "rendering", [(1, 3)], [])]
    assert session.scalars(select(Clip)).one().dress["opening"]["title"] == "片头"


@pytest.mark.usefixtures("ready_film")
def test_what_changed_after_the_preview_is_shown_again_instead_of_done(officer, base, drop, session, world):
    page = drop(LIST).get_data(as_text=True)
    fields = {key: re.search(f'name="{key}" value="([^"]+)"', page).group(1) for key in ("token", "seen")}
    film = session.scalars(select(SourceVideo)).one()
    span = Span(film.id, Fraction(0), Fraction(1))
    clips.save(
        session, None, Draft("甲", None, (span,)), programme_id=world.programme.id, owner_id=world.province.id
    )
    answer = officer.post(f"{base}/clips/batch/make", data=fields)
    assert answer.status_code == 409
    assert "Nothing has been made; please look again." in answer.get_data(as_text=True)
    assert [row[0] for row in made(session)] == ["甲"]


@pytest.mark.usefixtures("ready_film")
def test_subtitles_come_with_the_list_and_a_missing_file_is_named(drop, make, session):
    head = "成片,视频,入点,出点,字幕文件\n甲,高效换热器攻关,1,2,甲.srt\n"
    page = drop(head).get_data(as_text=True)
    assert "The file “甲.srt” was not dropped together with the list. Drop both, or correct its name." in page
    make(head, **{"甲.srt": "1\n00:00:00,100 --> 00:00:00,800\n第一句\n"})
    clip = session.scalars(select(Clip)).one()
    assert (clip.dress["subtitle_file"], [c["text"] for c in clip.dress["subtitles"]]) == (
        "甲.srt",
        ["第一句"],
    )


@pytest.mark.usefixtures("ready_film")
def test_what_is_no_cut_list_is_refused_with_the_headings_it_needs(drop):
    answer = drop("随便,什么\n1,2\n")
    assert answer.status_code == 422
    assert "has no row of headings with at least film, in and out" in answer.get_data(as_text=True)


@pytest.mark.usefixtures("ready_film")
def test_a_token_of_nobody_makes_nothing(officer, base, session):
    answer = officer.post(f"{base}/clips/batch/make", data={"token": "x", "seen": "x"})
    assert answer.status_code == 422
    assert "This preview is too old. Drop the list again." in answer.get_data(as_text=True)
    assert made(session) == []


@pytest.fixture
def film_at(film_unseen, tmp_path):
    """A film of the programme at a rate."""

    def film(rate):
        path = make_test_film(tmp_path / "rate.mp4", frames=200, rate=rate, size=(320, 180))
        return film_unseen(path, "往返.mp4")

    return film


RATES = [
    Fraction(25),
    Fraction(30000, 1001),
    *(pytest.param(Fraction(rate), marks=pytest.mark.slow) for rate in (24, 50)),
]


@pytest.mark.parametrize("rate", RATES, ids=str)
@pytest.mark.parametrize("form", ["xlsx", "edl"])
def test_an_exported_list_comes_back_to_the_very_same_ranges(
    officer, base, drop, session, world, film_at, rate, form
):
    """Whole numbers of frames there and back, drop frame at 29.97 too (issue 4, point 6)."""
    film = film_at(rate)
    spans = tuple(Span(film.id, first / rate, end / rate) for first, end in ((7, 61), (101, 153)))
    clip = clips.save(
        session, None, Draft("往返", None, spans), programme_id=world.programme.id, owner_id=world.province.id
    )
    answer = officer.post(f"{base}/clips/list.{form}", data={"clip": [str(clip.id)]})
    assert answer.mimetype == footage.LIST_FORMATS[form]
    if form == "edl" and edl.has_drop_frame(rate):
        assert "FCM: DROP FRAME" in answer.get_data(as_text=True)
    assert preview(drop(answer.data, f"往返.{form}"))[1] == [("往返", "there already")]
    clip.title = "改名"
    session.delete(clip)
    session.commit()
    token = drop(answer.data, f"往返.{form}").get_data(as_text=True)
    fields = {key: re.search(f'name="{key}" value="([^"]+)"', token).group(1) for key in ("token", "seen")}
    officer.post(f"{base}/clips/batch/make", data=fields)
    assert [(r.in_point, r.out_point) for r in session.scalars(select(Clip)).one().ranges] == [
        (span.in_point, span.out_point) for span in spans
    ]


@pytest.mark.usefixtures("ready_film")
def test_one_clip_is_handed_to_editing_programs(officer, base, make, session):
    make(HEAD + "甲,高效换热器攻关,1,2,,\n")
    clip = session.scalars(select(Clip)).one()
    answer = officer.get(f"{base}/clips/{clip.id}/list.fcpxml")
    assert answer.mimetype == "application/xml"
    assert '<project name="甲">' in answer.get_data(as_text=True)


@pytest.mark.usefixtures("ready_film")
def test_the_empty_list_has_the_headings_and_offers_the_films_of_the_programme(officer, base):
    answer = officer.get(f"{base}/clips/batch/list.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert rows[0][:4] == ["成片", "视频", "入点", "出点"]
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        assert "高效换热器攻关.mp4" in book.read("xl/worksheets/sheet1.xml").decode()
