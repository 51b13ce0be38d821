from __future__ import annotations

from datetime import date

import pytest

from campaign.outlets.addresses import address_key, host_of, is_short_link
from campaign.outlets.rules import address_keys, likely_same, listings_problem, name_key, stem


@pytest.mark.parametrize("text", ["《南方 日报》", "南方日报", "ＮＡＮ方", "nan方"])
def test_a_name_is_found_however_it_is_written(text):
    assert name_key(text) in {"南方日报", "nan方"}


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("https://m.toutiao.com/i7412345678901234567/?share_token=1", "toutiao.com/7412345678901234567"),
        ("https://www.toutiao.com/article/7412345678901234567/", "toutiao.com/7412345678901234567"),
        ("https://new.qq.com/rain/a/20240901A01ABC00", "new.qq.com/20240901A01ABC00"),
        ("https://view.inews.qq.com/a/20240901A01ABC00", "new.qq.com/20240901A01ABC00"),
        ("https://m.163.com/dy/article/JABCDEF20514R9P4.html", "163.com/JABCDEF20514R9P4"),
        ("https://example.cn/a。", "example.cn/a"),
        ("https://wap.example.cn/a?hmsr=x&vd_source=y", "example.cn/a"),
    ],
)
def test_one_piece_of_a_platform_has_one_key_at_all_its_addresses(address, key):
    """B2: mobile hosts, article numbers, trackers and what a sentence leaves behind."""
    assert address_key(address) == key


def test_a_short_link_is_told_from_an_address():
    assert (is_short_link("http://t.cn/A6abc"), is_short_link("https://people.com.cn/a")) == (True, False)
    assert host_of("https://M.People.com.cn:8080/a?b") == "people.com.cn"


def test_the_most_exact_address_of_an_outlet_comes_first():
    assert address_keys("news.x.com.cn/a/b?c=1") == [
        "news.x.com.cn/a/b",
        "news.x.com.cn/a",
        "news.x.com.cn",
        "x.com.cn",
        "com.cn",
    ]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("示例日报社", "示例日报", True),
        ("示例新闻网有限公司", "示例新闻网", True),
        ("中国示例报", "示例报", True),
        ("广州日报", "广东日报", False),
        ("晚报", "早报", False),
    ],
)
def test_likely_duplicates_are_told_by_their_stems(one, other, same):
    assert likely_same(stem(one), stem(other)) is same


def test_an_outlet_cannot_stand_on_a_list_twice_at_one_time():
    first, second, third = date(2021, 1, 1), date(2024, 1, 1), date(2025, 1, 1)
    assert listings_problem([("甲", first, second), ("甲", third, None), ("乙", None, None)]) is None
    assert listings_problem([("甲", first, third), ("甲", second, None)]) == "甲"
