from datetime import date

import pytest

from campaign.placements.rules import (
    AUTHORITATIVE,
    COMPREHENSIVE,
    REPORT,
    Listed,
    OutletFacts,
    Period,
    Piece,
    address_key,
    is_authoritative,
    is_web_address,
    verdict,
)

PERIOD = Period(date(2024, 7, 1), date(2024, 11, 30))
CENTRAL = OutletFacts("central", (Listed(),))
PROVINCIAL = OutletFacts("provincial")
MUNICIPAL = OutletFacts("municipal")
DAY = date(2024, 10, 1)


@pytest.mark.parametrize(
    "other",
    [
        "http://www.people.com.cn/a/b.html",
        "https://people.com.cn/a/b.html/",
        "https://m.people.com.cn/a/b.html?utm_source=wx&from=timeline",
        "HTTPS://WWW.People.com.cn:443/a/b.html#comments",
        "ｈｔｔｐｓ：／／ｗｗｗ．ｐｅｏｐｌｅ．ｃｏｍ．ｃｎ／ａ／ｂ．ｈｔｍｌ",
        " people.com.cn/a//b.html ",
        "https://people.com.cn/%61/b.html?spm=1.2",
    ],
)
def test_all_ways_to_write_one_address_give_one_key(other):
    """B2: the same piece is counted once, however its address was pasted."""
    assert address_key(other) == "people.com.cn/a/b.html"


def test_different_pieces_keep_different_keys():
    keys = {
        address_key(text)
        for text in (
            "https://x.cn/a?id=1",
            "https://x.cn/a?id=2",
            "https://x.cn/A?id=1",
            "https://news.x.cn/a?id=1",
            "https://x.cn:8080/a?id=1",
            "https://x.cn/#/detail/1",
            "https://x.cn/#/detail/2",
        )
    }
    assert len(keys) == 7


def test_the_order_of_parameters_does_not_matter_and_an_index_file_neither():
    assert address_key("https://x.cn/a/index.html?b=2&a=1") == address_key("http://x.cn/a/?a=1&b=2")


def test_a_piece_of_an_official_account_is_known_by_its_four_numbers_alone():
    shared = (
        "https://mp.weixin.qq.com/s?__biz=MzA&mid=22&idx=1&sn=ab12&chksm=9&scene=21&key=zz#wechat_redirect"
    )
    assert address_key(shared) == address_key("http://mp.weixin.qq.com/s?sn=ab12&idx=1&mid=22&__biz=MzA")


def test_chinese_paths_are_the_same_escaped_or_not():
    assert address_key("https://x.cn/创新") == address_key("https://x.cn/%e5%88%9b%e6%96%b0")


def test_a_very_long_address_keeps_a_key_that_fits_its_column():
    first, second = (f"https://x.cn/{'长' * 900}{end}" for end in "ab")
    assert len(address_key(first)) <= 1000
    assert address_key(first) != address_key(second)


@pytest.mark.parametrize(
    "text", ["", "见A3版", "javascript:alert(1)", "ftp://x.cn/a", "localhost", "http://x.cn:99999/", "a b.cn"]
)
def test_what_no_browser_could_open_is_no_address(text):
    assert not is_web_address(text)


def test_a_provincial_report_counts_as_a_report_and_not_as_an_authoritative_placement():
    """A11, B2."""
    found = verdict(Piece("report", DAY, has_evidence=True), PROVINCIAL, PERIOD)
    assert found.counts_for == (REPORT,)
    assert str(found.why_not[AUTHORITATIVE]) == "The outlet stands on no list of authoritative media."
    assert found.reason is None


def test_a_comprehensive_report_of_a_central_outlet_counts_for_two_targets():
    """A11, B2, B5."""
    found = verdict(Piece("comprehensive", DAY, has_evidence=True), CENTRAL, PERIOD)
    assert found.counts_for == (COMPREHENSIVE, AUTHORITATIVE)


def test_a_report_below_provincial_level_says_so():
    found = verdict(Piece("report", DAY, has_evidence=True), MUNICIPAL, PERIOD, targets=[REPORT])
    assert (found.counts_for, str(found.reason)) == ((), "The outlet is below provincial level.")


def test_a_piece_without_evidence_counts_only_where_none_is_demanded():
    """A17: every counted row has its proof."""
    piece = Piece("report", DAY, has_evidence=False)
    assert verdict(piece, PROVINCIAL, PERIOD).counts_for == ()
    assert str(verdict(piece, PROVINCIAL, PERIOD).why_not[REPORT]).startswith("It has no evidence yet")
    assert verdict(piece, PROVINCIAL, PERIOD, evidence_demanded=False).counts_for == (REPORT,)


@pytest.mark.parametrize(
    ("day", "counts"),
    [(date(2024, 6, 30), 0), (date(2024, 7, 1), 1), (date(2024, 11, 30), 1), (date(2024, 12, 1), 0)],
)
def test_the_first_and_the_last_day_of_the_programme_count(day, counts):
    assert (
        len(verdict(Piece("report", day, has_evidence=True), PROVINCIAL, PERIOD, targets=[REPORT]).counts_for)
        == counts
    )


@pytest.mark.parametrize(
    ("day", "on_list"),
    [
        (date(2024, 9, 30), False),
        (date(2024, 10, 1), True),
        (date(2024, 10, 31), True),
        (date(2024, 11, 1), False),
    ],
)
def test_an_outlet_is_authoritative_from_its_first_to_its_last_day_on_the_list(day, on_list):
    """B2: a piece before the outlet became authoritative does not count."""
    outlet = OutletFacts("provincial", (Listed(date(2024, 10, 1), date(2024, 10, 31)),))
    assert is_authoritative(outlet, day) is on_list
    found = verdict(Piece("repost", day, has_evidence=True), outlet, PERIOD, targets=[AUTHORITATIVE])
    assert bool(found.counts_for) is on_list


def test_only_the_targets_of_the_programme_are_judged():
    found = verdict(Piece("repost", DAY, has_evidence=True), MUNICIPAL, PERIOD, targets=[REPORT])
    assert list(found.why_not) == [REPORT]
