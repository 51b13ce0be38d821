from __future__ import annotations

import pytest

from campaign.regions import gazetteer


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("广州", "广州市"),
        ("广 州 市", "广州市"),
        ("广东省广州市", "广州市"),
        ("广东广州", "广州市"),
        ("恩施州", "恩施土家族苗族自治州"),
        ("恩施", "恩施土家族苗族自治州"),
        ("恩施土家族苗族自治州", "恩施土家族苗族自治州"),
        ("神农架", "神农架林区"),
        ("神农架林区", "神农架林区"),
        ("湖北省天门市", "天门市"),
        ("广东省广州市天河区", "天河区"),
        ("湖北省", "湖北省"),
    ],
)
def test_a_region_is_found_by_any_of_its_names(text, name):
    assert gazetteer().match(text).name == name


@pytest.mark.parametrize("text", ["", "广", "乌有市", "科协", "广州市科学技术协会"])
def test_what_is_no_region_is_not_matched(text):
    assert gazetteer().match(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("广州市科学技术协会（盖章）", "广州市"),
        ("市级科协：恩施州科协", "恩施土家族苗族自治州"),
        ("太原科协", "太原市"),
    ],
)
def test_a_city_is_found_inside_a_longer_name(text, name):
    assert gazetteer().find(text).name == name


def test_a_name_two_provinces_share_is_settled_by_the_province():
    assert gazetteer().match("朝阳区", "22").parent_code == "2201"
    assert gazetteer().match("鼓楼区") is None


def test_counties_governed_directly_stand_with_the_cities():
    """P2: 天门, 仙桃, 潜江 and 神农架 have seats of their own."""
    names = [region.name for region in gazetteer().cities("42")]
    assert len(names) == 17
    assert {"天门市", "仙桃市", "潜江市", "神农架林区"} <= set(names)


def test_a_county_leads_to_its_city():
    places = gazetteer()
    assert places.city_of(places.match("平城区", "14")).name == "大同市"
    assert places.city_of(places.match("山西省")) is None


@pytest.mark.parametrize(
    ("title", "province"),
    [("2024年湖北企业典型创新案例推荐汇总表", "湖北省"), ("2024年山西省企业典型创新案例", "山西省")],
)
def test_a_province_is_found_in_a_title(title, province):
    assert gazetteer().find_province(title).name == province
