"""RFC 9110, section 14."""

import pytest

from campaign.ranges import usable_range, within


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("bytes=0-9", "bytes=0-9"),
        ("BYTES = 5 - ", "bytes=5-"),
        ("bytes=-7", "bytes=-7"),
        ("bytes=0-1,5-6", None),
        ("bytes=9-3", None),
        ("bytes=-", None),
        ("items=0-9", None),
        ("bytes=a-b", None),
        (None, None),
    ],
)
def test_one_range_of_bytes_is_answered_and_everything_else_is_as_if_not_asked(header, wanted):
    assert usable_range("GET", header) == wanted


def test_a_range_counts_for_get_alone_and_never_with_a_weak_validator():
    assert usable_range("HEAD", "bytes=0-9") is None
    assert usable_range("GET", "bytes=0-9", 'W/"abc"') is None
    assert usable_range("GET", "bytes=0-9", '"abc"') == "bytes=0-9"


@pytest.mark.parametrize(
    ("header", "wanted"), [("bytes=-300", "bytes=0-"), ("bytes=-200", "bytes=-200"), ("bytes=7-", "bytes=7-")]
)
def test_a_suffix_longer_than_the_file_is_the_file(header, wanted):
    assert within(header, 200) == wanted
