from __future__ import annotations

import os
from datetime import date

import pytest

from campaign.programmes.profiles import ProfileError, available, load
from campaign.regions import gazetteer

PROVINCES = ("guangdong-2024", "hubei-2024", "shanxi-2024")
MINIMAL = """
extends = "national-2024"
kind = "province"
year = 2024
title = "2024年湖南省企业典型创新案例征集及宣讲活动"
title_en = "Hunan"
province = "湖南省"
province_code = "43"
[organisations]
province = "湖南省科学技术协会"
organiser = "湖南省科学技术协会"
[quota]
cases_total = 3
seats = [{ region = "长沙市", code = "4301", cases = 2 }, { region = "湘西州", code = "4331", cases = 1 }]
"""


def province_file(tmp_path, text=MINIMAL, name="hunan-2024"):
    (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


def column_titles(key):
    return [column.title for column in load(key).summary.columns]


def test_five_profiles_are_shipped():
    assert available() == ("brand-2024", "guangdong-2024", "hubei-2024", "national-2024", "shanxi-2024")


def test_guangdong_has_999_associations_and_100_seats_of_which_18_for_societies():
    """P2"""
    quota = load("guangdong-2024").quota
    assert sum(seat.associations or 0 for seat in quota.seats) == quota.associations_total == 999
    assert sum(seat.cases for seat in quota.seats) == quota.cases_total == 100
    assert [(s.region, s.cases) for s in quota.seats if s.kind == "society"] == [("省级科技社团", 18)]
    assert sum(seat.cases for seat in quota.seats if seat.kind == "city") == 82
    assert (quota.seat("东莞市").associations, quota.seat("东莞市").cases) == (237, 10)
    assert (quota.seat("惠州市").associations, quota.seat("惠州市").cases) == (0, 1)
    assert quota.may_shift


def test_hubei_has_330_seats():
    """P2"""
    quota = load("hubei-2024").quota
    assert sum(seat.cases for seat in quota.seats) == quota.cases_total == 330
    assert (quota.seat("武汉市").cases, quota.seat("恩施州").cases, quota.seat("神农架林区").cases) == (
        40,
        25,
        5,
    )


def test_shanxi_has_120_seats_and_14_lecture_candidates():
    """P2, P4"""
    quota = load("shanxi-2024").quota
    assert sum(seat.cases for seat in quota.seats) == quota.cases_total == 120
    assert sum(seat.lecture or 0 for seat in quota.seats) == quota.lecture_total == 14
    assert [s.region for s in quota.seats if s.lecture == 2] == ["太原市", "大同市", "长治市"]
    assert quota.must_fill


@pytest.mark.parametrize("key", PROVINCES)
def test_every_seat_is_a_region_of_its_province(key):
    """A3"""
    profile = load(key)
    seats = [seat for seat in profile.quota.seats if seat.kind == "city"]
    found = [gazetteer().match(seat.region, profile.province_code) for seat in seats]
    assert [region.code for region in found] == [seat.code for seat in seats]
    assert {region.province_code for region in found} == {profile.province_code}


@pytest.mark.parametrize(
    ("key", "chosen", "about", "per_enterprise", "nominated_park", "lecture"),
    [
        ("guangdong-2024", 100, False, 2, None, (10, None)),
        ("hubei-2024", 100, False, 1, None, (10, 10)),
        ("shanxi-2024", 100, True, 1, 30, (10, 10)),
    ],
)
def test_selection_follows_each_notice(key, chosen, about, per_enterprise, nominated_park, lecture):
    """P1, P2, P3, P4, P5, A3, A5, A6"""
    selection = load(key).selection
    assert (selection.chosen_max, selection.chosen_about) == (chosen, about)
    assert selection.cases_per_enterprise_max == per_enterprise
    assert selection.park_percent_nominated == nominated_park
    assert (selection.lecture_min, selection.lecture_max) == lecture
    assert (selection.lecture_per_city_max, selection.lecture_park_percent) == (2, 30)
    assert (selection.park_percent_chosen, selection.surplus_percent, selection.one_recommender) == (
        30,
        20,
        True,
    )


def test_deadlines_stand_with_their_tiers():
    """P6"""
    dated = {key: {tier.key: tier.deadline for tier in load(key).tiers if tier.deadline} for key in PROVINCES}
    assert dated == {
        "guangdong-2024": {"city": date(2024, 9, 30), "society": date(2024, 9, 30)},
        "hubei-2024": {"city": date(2024, 9, 16)},
        "shanxi-2024": {
            "enterprise": date(2024, 9, 2),
            "park": date(2024, 9, 6),
            "county": date(2024, 9, 11),
            "city": date(2024, 9, 14),
        },
    }


def test_stories_differ_in_outline_and_layout():
    """P7, P8, P23"""
    stories = {key: load(key).story for key in PROVINCES}
    assert {key: (s.max_chars, s.about, len(s.outline)) for key, s in stories.items()} == {
        "guangdong-2024": (2000, True, 3),
        "hubei-2024": (2000, False, 4),
        "shanxi-2024": (2000, True, 4),
    }
    layouts = {key: s.layout and (s.layout.subtitle_font, s.layout.leading_pt) for key, s in stories.items()}
    assert layouts == {"guangdong-2024": ("仿宋", 22), "hubei-2024": None, "shanxi-2024": ("楷体", 22)}
    assert stories["shanxi-2024"].layout.title_style == "标题 1"


def test_photos_follow_each_notice():
    """P9, P10"""
    photos = {key: load(key).photos for key in PROVINCES}
    assert {key: (p.count_min, p.count_max, p.min_bytes) for key, p in photos.items()} == {
        "guangdong-2024": (3, 4, 2_000_000),
        "hubei-2024": (0, 3, 2_000_000),
        "shanxi-2024": (3, 3, 2_000_000),
    }
    shanxi = photos["shanxi-2024"]
    assert (shanxi.formats, shanxi.colour, shanxi.archive_name) == (("jpg",), True, "{enterprise}照片")
    assert [(k.file_name, k.ratio) for k in shanxi.kinds] == [
        ("{case}企业外景", None),
        ("{case}实物/场景图", "3:2"),
    ]


def test_photo_spec_is_given_as_media_takes_it():
    """P9, P10"""
    shanxi = load("shanxi-2024").photo_spec_mapping()
    assert (shanxi["min_size_bytes"], shanxi["kinds"], shanxi["color"]) == (2_000_000, ["jpg"], True)
    assert shanxi["groups"]["result"] == {
        "count_min": 2,
        "count_max": 2,
        "file_name": "{case}实物/场景图",
        "ratio": "3:2",
        "orientation": "landscape",
    }
    assert load("hubei-2024").photo_spec_mapping()["groups"] == {}


@pytest.mark.parametrize(
    ("key", "shortest_s", "longest_s", "codecs", "height", "name", "slogan"),
    [
        ("guangdong-2024", 180, 300, (["h264"], ["aac"]), 1080, "{case}", ""),
        ("hubei-2024", 165, 315, ([], []), 720, "", "建功支点，企业创新，湖北有我"),
        ("shanxi-2024", 120, 300, (["h264"], ["aac"]), 1080, "{case}视频", ""),
    ],
)
def test_video_spec_is_given_as_media_takes_it(key, shortest_s, longest_s, codecs, height, name, slogan):
    """P12, P13, P16, P17"""
    assert load(key).video_spec_mapping() == {
        "min_duration_s": shortest_s,
        "max_duration_s": longest_s,
        "container": ["mp4"],
        "video_codecs": codecs[0],
        "audio_codecs": codecs[1],
        "min_height": height,
        "aspect": "16:9",
        "orientation": "landscape",
        "file_name": name,
        "slogan": slogan,
        "producer_marks_allowed": key != "guangdong-2024",
    }


def test_guangdong_limits_intro_and_leader_and_forbids_marks():
    """P12, P15, P17"""
    video = load("guangdong-2024").video
    assert (video.intro_max_s, video.leader_max_s, video.producer_marks_allowed) == (30, 90, False)
    assert [part.key for part in video.content] == [
        "enterprise",
        "production",
        "innovation",
        "patents",
        "leader",
    ]


def test_summary_columns_stand_in_the_order_of_each_notice():
    """P19"""
    assert column_titles("guangdong-2024") == [
        "序号", "企业名称", "案例名称", "主要完成人", "联系人", "联系方式", "是否推荐参加宣讲",
    ]  # fmt: skip
    assert column_titles("hubei-2024") == [
        "序号", "案例名称", "完成单位", "完成人员（团队）", "联系人及职务", "联系电话",
        "企业类型", "案例类型", "备注",
    ]  # fmt: skip
    assert column_titles("shanxi-2024") == [
        "序号", "案例名称", "单位名称", "联系人", "联系电话", "案例类型", "企业类型", "推荐地区",
        "是否已建立园区科协", "是否已建立企业科协", "是否为候选案例宣讲代表",
    ]  # fmt: skip


def test_enterprise_types_packages_and_exclusions_follow_each_notice():
    """P11, P18, P20, P21, P22"""
    hubei, shanxi = load("hubei-2024"), load("shanxi-2024")
    assert [c.title for c in hubei.enterprise_types] == ["央企", "省属企业", "地方国企", "民营企业"]
    assert {"中央企业", "国有企业", "民营企业500强", "专精特新“小巨人”企业"} <= {
        c.title for c in shanxi.enterprise_types
    }
    assert [rule.key for rule in hubei.exclusions] == ["accident", "credit", "advertising"]
    assert (
        shanxi.name_for(shanxi.package.archive_name, region="太原", enterprise="甲厂", case="乙")
        == "太原甲厂乙"
    )
    assert (
        shanxi.name_for(shanxi.package.group_name, region="太原", enterprise="甲", case="乙") == "太原 乙 甲"
    )
    assert (shanxi.speech.text_chars, shanxi.speech.slides) == (2000, True)
    assert load("guangdong-2024").package.paper_copies == 3


@pytest.mark.parametrize("key", ["national-2024", *PROVINCES])
def test_a_province_owes_the_centre_the_contract_targets(key):
    """A7, A8, A11, A12, A13, A14, A17"""
    owed = {t.key: (t.requirement, t.required, t.due) for t in load(key).targets}
    end = date(2024, 11, 30)
    assert owed == {
        "lecture_events": ("A7", 1, date(2024, 10, 31)),
        "lecture_plans": ("A8", 1, date(2024, 10, 31)),
        "media_reports": ("A11", 5, end),
        "comprehensive_reports": ("A11", 1, end),
        "clips": ("A12", 30, end),
        "stories": ("A13", 100, end),
        "exhibits": ("A14", 1, end),
        "monthly_reports": ("A17", 5, end),
        "final_documents": ("A17", 3, end),
    }


def test_the_brand_project_has_its_own_targets_phases_and_money():
    """B1, B2, B3, B4, B5, B6, A17"""
    brand = load("brand-2024")
    assert {t.key: (t.requirement, t.required) for t in brand.targets} == {
        "outlets_contacted": ("B2", 20),
        "authoritative_placements": ("B2", 100),
        "key_visuals": ("B3", 1),
        "posters": ("B3", 3),
        "brochures": ("B3", 1),
        "campaign_films": ("B4", 1),
        "comprehensive_reports": ("B5", 3),
        "collected_stories": ("B6", 100),
        "printed_copies": ("B6", 1500),
        "monthly_reports": ("A17", 6),
        "final_documents": ("A17", 3),
    }
    assert [phase.key for phase in brand.publicity] == ["warm_up", "collection", "lectures", "wrap_up"]
    assert (brand.budget.total_fen, brand.ends, brand.film.duration_s) == (
        40_000_000,
        date(2024, 12, 31),
        300,
    )


def test_money_and_period_of_the_provinces_projects():
    """A1"""
    national = load("national-2024")
    assert (national.projects, national.budget.total_fen) == (12, 200_000 * 100)
    assert national.budget.programme_total_fen == 2_400_000 * 100
    assert (national.starts, national.ends) == (date(2024, 7, 1), date(2024, 11, 30))
    assert national.organisations.centre == "中国科协企业创新服务中心"


def test_clips_last_about_two_minutes():
    """A12"""
    clip = load("hubei-2024").clip
    assert (clip.duration_s, clip.tolerance_s, clip.count_min, clip.delivery) == (120, 15, 30, "master")


@pytest.mark.parametrize("key", available())
def test_the_self_assessment_has_100_points(key):
    """C"""
    assessment = load(key).self_assessment
    points = {
        level: sum(i.weight for i in assessment.indicators if i.level1 == level)
        for level in ("output", "benefit", "satisfaction")
    }
    assert (assessment.funds_weight, points) == (10, {"output": 50, "benefit": 30, "satisfaction": 10})
    assert {i.level2 for i in assessment.indicators} == {
        "quantity", "quality", "timeliness", "cost", "economic", "social", "ecological",
        "lasting", "satisfaction",
    }  # fmt: skip


def test_a_new_province_is_a_new_file_and_no_code(tmp_path):
    folder = province_file(tmp_path)
    hunan = load("hunan-2024", folder)
    assert available(folder)[-1] == "hunan-2024"
    assert [(s.region, s.cases) for s in hunan.quota.seats] == [("长沙市", 2), ("湘西州", 1)]
    assert hunan.targets == load("national-2024").targets
    assert hunan.organisations.centre == "中国科协企业创新服务中心"


def test_a_corrected_file_holds_at_once(tmp_path):
    folder = province_file(tmp_path)
    assert load("hunan-2024", folder).title_en == "Hunan"
    province_file(tmp_path, MINIMAL.replace('"Hunan"', '"Hunan province"'))
    os.utime(tmp_path / "hunan-2024.toml", ns=(1, 1))
    assert load("hunan-2024", folder).title_en == "Hunan province"


@pytest.mark.parametrize(
    ("change", "key", "reason"),
    [
        (("cases_total = 3", "cases_total = 4"), "quota.cases_total", "says 4, but the rows add up to 3"),
        (('title_en = "Hunan"', 'title_en = "Hunan"\ncolour = "red"'), "colour", "no profile has this key"),
        (('title_en = "Hunan"', "title_en = 5"), "title_en", "must be text"),
        (('region = "湘西州", ', ""), "quota.seats[1].region", "is missing"),
        (('region = "湘西州"', 'region = "长沙市"'), "quota.seats", "长沙市 stands there twice"),
        (('extends = "national-2024"', 'extends = "nowhere"'), "extends", "there is no such profile"),
        (('extends = "national-2024"', 'extends = "hunan-2024"'), "extends",
         "profiles extend one another in a circle"),
        (('province_code = "43"', 'province_code = ""'), "organisations.province",
         "a province's programme names its province and association"),
        (("year = 2024", "year = true"), "year", "must be a whole number"),
        (("[quota]", "[targets.clips]\ndue = 2025-01-01\n[quota]"), "targets.clips.due",
         "lies outside the programme"),
        (("[quota]", "[self_assessment]\nfunds_weight = 20\n[quota]"), "self_assessment",
         "the points add up to 110 instead of 100"),
        (("[quota]", "[targets]\nremove = ['clips']\n[quota]"), "self_assessment.indicators.clips.target_key",
         "there is no such target"),
    ],
)  # fmt: skip
def test_a_faulty_profile_is_refused_with_file_and_key(tmp_path, change, key, reason):
    folder = province_file(tmp_path, MINIMAL.replace(*change))
    with pytest.raises(ProfileError) as caught:
        load("hunan-2024", folder)
    assert str(caught.value) == f"Profile hunan-2024.toml, key {key}: {reason}"


def test_a_file_that_is_no_toml_is_refused_by_name(tmp_path):
    folder = province_file(tmp_path, "title = ")
    with pytest.raises(ProfileError) as caught:
        load("hunan-2024", folder)
    assert (caught.value.file, caught.value.key) == ("hunan-2024.toml", "-")


def test_an_extra_file_cannot_hide_a_shipped_profile(tmp_path):
    folder = province_file(tmp_path, MINIMAL, "hubei-2024")
    with pytest.raises(ProfileError) as caught:
        load("hubei-2024", folder)
    assert caught.value.file == "hubei-2024.toml"
