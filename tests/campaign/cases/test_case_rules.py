from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.cases.rules import (
    FilmCandidate,
    FilmMatch,
    Nomination,
    Share,
    case_key,
    cases_per_enterprise,
    count_characters,
    enterprise_key,
    match_film,
    one_recommender,
    park_share,
    quota_use,
    story_length,
)

CASES = [
    FilmCandidate(1, "高效换热器的三百次试验", "示例换热器科技有限公司"),
    FilmCandidate(2, "深海电缆：走向两千米", "示例电缆有限公司"),
    FilmCandidate(3, "N95口罩", "示例防护用品有限公司"),
]


@pytest.mark.parametrize(
    ("file_name", "case_id"),
    [
        ("高效换热器的三百次试验.mp4", 1),
        ("高效换热器的三百次试验+视频.mp4", 1),
        ("高效换热器的三百次试验视频.MP4", 1),
        ("高效换热器的三百次试验.mp4.mp4", 1),
        ("C:\\视频\\深海电缆_走向两千米 (1).mp4", 2),
        ("深海电缆：走向两千米（最终版）.mov", 2),
        ("01.深海电缆 走向两千米 案例视频.mp4", 2),
        ("示例电缆有限公司-深海电缆走向两千米.mp4", 2),
        ("Ｎ９５　口罩.mp4", 3),
        ("n95口罩+视频.mp4", 3),
    ],
)
def test_a_film_named_after_its_case_is_matched_exactly(file_name, case_id):
    """P16"""
    assert match_film(file_name, CASES) == FilmMatch("exact", case_id, (case_id,))


@pytest.mark.parametrize(
    ("file_name", "case_id"),
    [
        ("广东 高效换热器的三百次试验 0915.mp4", 1),
        ("高效换热器三百次实验.mp4", 1),
        ("走向两千米.mp4", 2),
        ("示例电缆有限公司宣传片.mp4", 2),
    ],
)
def test_a_film_with_a_like_name_is_offered_for_confirmation(file_name, case_id):
    found = match_film(file_name, CASES)
    assert (found.kind, found.case_id) == ("probable", case_id)


@pytest.mark.parametrize("file_name", ["IMG_2041.mp4", "视频.mp4", ".mp4", "", "新建文件夹.mp4"])
def test_a_film_with_any_other_name_matches_nothing(file_name):
    assert match_film(file_name, CASES) == FilmMatch("none")


def test_a_name_that_two_enterprises_share_is_left_to_a_person():
    twins = [FilmCandidate(4, "智能制造", "甲厂"), FilmCandidate(5, "智能制造", "乙厂")]
    assert match_film("智能制造视频.mp4", twins) == FilmMatch("probable", None, (4, 5))
    assert match_film("乙厂智能制造.mp4", twins) == FilmMatch("exact", 5, (5,))


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=30))
def test_keys_do_not_change_when_taken_twice(name):
    assert case_key(case_key(name)) == case_key(name)


@given(st.text(alphabet="换热器电缆ABC123", min_size=1, max_size=20))
def test_a_film_named_after_the_only_case_is_always_found(name):
    """P16"""
    found = match_film(f"{name}+视频.mp4", [FilmCandidate(9, name, "示例有限公司")])
    assert found == FilmMatch("exact", 9, (9,))


def test_names_are_compared_without_width_blanks_case_and_marks():
    assert case_key("“Ａ１ 工艺”——（二期）") == case_key("a1工艺(二期)") == "a1工艺二期"
    assert enterprise_key("示例（集团）有限公司") == enterprise_key("示例(集团) 有限公司")
    assert enterprise_key("甲公司") != enterprise_key("乙公司")


def test_a_case_with_two_recommenders_is_found_and_a_double_is_not_one():
    """P5"""
    found = one_recommender(
        [
            Nomination("换热器", "甲厂", "广州市科协"),
            Nomination("换热 器", "甲厂", "省机械工程学会"),
            Nomination("电缆", "乙厂", "广州市科协"),
            Nomination("电缆", "乙厂", "广州市科协"),
        ]
    )
    assert [(one.case, one.recommenders) for one in found] == [("换热器", ("广州市科协", "省机械工程学会"))]
    assert str(found[0].message) == (
        "换热器 of 甲厂 is recommended by 广州市科协、省机械工程学会; only one may recommend it."
    )


@pytest.mark.parametrize(("limit", "over"), [(1, ["甲厂"]), (2, [])])
def test_enterprises_above_their_number_of_cases_are_named(limit, over):
    """P3, A4"""
    cases = [("换热器", "甲厂"), ("冷凝器", "甲 厂"), ("冷凝器", "甲厂"), ("电缆", "乙厂")]
    assert [one.enterprise for one in cases_per_enterprise(cases, limit)] == over


@pytest.mark.parametrize(
    ("parks", "whole", "reached"), [(3, 10, True), (29, 97, False), (30, 100, True), (0, 0, False)]
)
def test_the_share_of_park_associations_is_exact(parks, whole, reached):
    """A5, A6: at least 30 %."""
    share = park_share(
        [True] * parks + [False, None] * ((whole - parks) // 2) + [False] * ((whole - parks) % 2)
    )
    assert share == Share(parks, whole)
    assert share.reaches(30) is reached
    assert share.percent == (Fraction(100 * parks, whole) if whole else None)


def test_seats_want_a_fifth_more_nominations_rounded_up():
    """A3, P2"""
    use = quota_use(
        {"广州市": 16, "珠海市": 3, "惠州市": 1, "汕头市": 5},
        {"广州市": 20, "珠海市": 3, "汕头市": 4, "佛山市": 1},
        20,
    )
    assert [(u.region, u.seats, u.nominated, u.wanted, u.missing, u.state) for u in use] == [
        ("广州市", 16, 20, 20, 0, "surplus"),
        ("珠海市", 3, 3, 4, 1, "filled"),
        ("惠州市", 1, 0, 2, 2, "empty"),
        ("汕头市", 5, 4, 6, 2, "short"),
        ("佛山市", 0, 1, 0, 0, "surplus"),
    ]


@given(st.integers(0, 500), st.integers(0, 100))
def test_the_surplus_is_never_below_its_percentage(seats, percent):
    """A3"""
    (use,) = quota_use({"某市": seats}, {}, percent)
    assert use.wanted * 100 >= seats * (100 + percent)
    assert (use.wanted - 1) * 100 < seats * (100 + percent)


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("换热器，好。", 6), ("N95 口罩 3.5 万只\n", 6), ("well-kept 10,000 件", 3), (" \n\t", 0)],
)
def test_characters_are_counted_as_word_processors_do(text, count):
    assert count_characters(text) == count


@pytest.mark.parametrize(
    ("length", "about", "verdict"),
    [
        (0, True, "empty"),
        (1499, True, "short"),
        (1500, True, "fits"),
        (2200, True, "fits"),
        (2201, True, "long"),
        (2000, False, "fits"),
        (2001, False, "long"),
        (10, False, "fits"),
    ],
)
def test_the_length_of_a_story_is_judged_by_the_words_of_the_notice(length, about, verdict):
    """P7"""
    found = story_length("字" * length, 2000, about=about)
    assert (found.count, found.verdict) == (length, verdict)
    assert (found.message is None) == (verdict == "fits")
