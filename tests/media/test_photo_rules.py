import dataclasses

import pytest

from media.errors import BadSpec
from media.findings import worst
from media.photo_rules import PHOTO_RULES, Photo, PhotoSpec, check_photo, check_photos, photo_name, safe_name
from media.photos import PhotoInfo

SHANXI = PhotoSpec.from_mapping(
    {
        "min_size_bytes": 2_000_000, "kinds": ["jpg"], "color": True, "count_min": 3, "count_max": 3,
        "groups": {
            "exterior": {"count_min": 1, "count_max": 1, "file_name": "{case}企业外景"},
            "result": {
                "count_min": 2, "count_max": 2, "file_name": "{case}实物/场景图", "ratio": "3:2",
                "orientation": "landscape",
            },
        },
    }
)  # fmt: skip
GOOD = PhotoInfo(
    "JPEG", 3000, 2000, 3_000_000, 1, "RGB", has_gps=False, chroma=90.0, blur=5.0, fingerprint="0" * 16
)


def changed(**changes):
    return dataclasses.replace(GOOD, **changes)


def verdicts(info, group="result", name="", spec=SHANXI):
    return {finding.rule: finding.verdict for finding in check_photo(info, spec, name=name, group=group)}


def test_a_good_photo_passes_every_rule_of_its_own():
    """P9."""
    assert set(verdicts(GOOD).values()) == {"pass"}
    assert list(verdicts(GOOD)) == list(PHOTO_RULES)[:7]


@pytest.mark.parametrize(
    ("rule", "verdict", "changes"),
    [
        ("photo_size", "fail", {"size_bytes": 1_999_999}),
        ("photo_size", "pass", {"size_bytes": 2_000_000}),
        ("photo_kind", "fail", {"kind": "PNG"}),
        ("photo_kind", "fail", {"moving": True}),
        ("photo_kind", "warn", {"bits": 16}),
        ("photo_resolution", "warn", {"width": 1500, "height": 1000}),
        ("photo_color", "fail", {"mode": "L"}),
        ("photo_color", "fail", {"mode": "CMYK"}),
        ("photo_color", "fail", {"chroma": 3.0}),
        ("photo_orientation", "fail", {"width": 2000, "height": 3000}),
        ("photo_ratio", "pass", {"width": 2000, "height": 3000}),
        ("photo_ratio", "fail", {"width": 4000, "height": 3000}),
        ("photo_ratio", "pass", {"width": 3024, "height": 2000}),
        ("photo_focus", "warn", {"blur": 15.0}),
        ("photo_focus", "fail", {"blur": 25.0}),
        ("photo_focus", "undecidable", {"blur": None}),
    ],
)
def test_each_fault_of_a_photo_is_found_by_its_rule(rule, verdict, changes):
    """P9, Shanxi: JPG, colour, at least 2 MB, the result in landscape 3:2."""
    assert verdicts(changed(**changes))[rule] == verdict


def test_the_outside_of_the_firm_may_have_any_shape():
    """P9: 3:2 in landscape is asked of the case's two photos alone."""
    found = verdicts(changed(width=2000, height=2600), group="exterior")
    assert set(found.values()) == {"pass"}
    assert "photo_ratio" not in found


def test_the_ending_of_the_name_does_not_say_what_a_file_is():
    assert verdicts(changed(kind="PNG"), spec=PhotoSpec(), name="a.jpg")["photo_kind"] == "warn"
    assert verdicts(GOOD, name="a.JPEG")["photo_kind"] == "pass"


def trio(**last):
    return [
        Photo("齿轮磨削企业外景.jpg", changed(fingerprint="f" * 16), "exterior"),
        Photo("齿轮磨削+实物图.jpg", GOOD, "result"),
        Photo("齿轮磨削场景图2.jpg", changed(**({"fingerprint": "0f" * 8} | last)), "result"),
    ]


def test_three_good_photos_of_a_case_pass_together():
    """P9, P10."""
    found = check_photos(trio(), SHANXI, case_title="齿轮磨削")
    assert worst(found.all) == "pass"
    assert [finding.rule for finding in found.each[1]] == list(PHOTO_RULES)[:9]
    assert [(f.rule, f.measured, f.limit) for f in found.together] == [("photo_count", "3", "3")]


def test_the_same_photo_twice_in_a_case_is_named():
    found = check_photos(trio(fingerprint="00000000000003ff"), SHANXI, case_title="齿轮磨削")
    assert [(f.verdict, f.measured) for told in found.each for f in told if f.rule == "photo_duplicate"] == [
        ("pass", ""), ("fail", "齿轮磨削场景图2.jpg"), ("fail", "齿轮磨削+实物图.jpg"),
    ]  # fmt: skip
    apart = check_photos(trio(fingerprint="00000000000007ff"), SHANXI)
    assert {f.verdict for told in apart.each for f in told if f.rule == "photo_duplicate"} == {"pass"}


def test_the_same_photo_in_another_case_is_named_with_it():
    found = check_photos(trio(), SHANXI, elsewhere=[Photo("IMG_1.jpg", GOOD, "result", "红糖结晶")])
    duplicate = next(finding for finding in found.each[1] if finding.rule == "photo_duplicate")
    assert (duplicate.verdict, duplicate.measured) == ("warn", "红糖结晶: IMG_1.jpg")


def test_too_few_and_too_many_photos_of_a_kind_are_counted():
    """P9."""
    fewer = check_photos(trio()[:2], SHANXI).together[0]
    more = check_photos([*trio(), trio()[0]], SHANXI).together[0]
    kinds = check_photos([trio()[1]] * 3, SHANXI).together[0]
    assert [(f.verdict, f.measured) for f in (fewer, more, kinds)] == [
        ("fail", "2"),
        ("warn", "4"),
        ("fail", "3"),
    ]
    assert check_photos([], PhotoSpec()).together == ()


@pytest.mark.parametrize(
    ("name", "group", "verdict"),
    [
        ("齿轮磨削+企业外景.jpg", "exterior", "pass"),
        ("齿轮磨削企业外景.jpg", "exterior", "pass"),
        ("齿轮磨削实物图.jpg", "result", "pass"),
        ("齿轮磨削+场景图（2）.jpg", "result", "pass"),
        ("齿轮磨削实物／场景图1.jpg", "result", "pass"),
        ("齿轮磨削企业外景.jpg", "result", "warn"),
        ("IMG_0001.jpg", "exterior", "warn"),
    ],
)
def test_names_are_held_against_the_rule(name, group, verdict):
    """P10."""
    found = check_photos([Photo(name, GOOD, group)], SHANXI, case_title="齿轮磨削")
    assert next(finding.verdict for finding in found.each[0] if finding.rule == "photo_name") == verdict
    unknown = check_photos([Photo(name, GOOD, group)], SHANXI)
    assert next(f.verdict for f in unknown.each[0] if f.rule == "photo_name") == "undecidable"


def test_names_are_built_by_the_rule():
    """P10."""
    assert photo_name("{case}企业外景", case="齿轮磨削") == "齿轮磨削企业外景.jpg"
    assert photo_name("{case}实物/场景图", case="齿轮磨削", number=2) == "齿轮磨削实物／场景图2.jpg"
    assert photo_name("{enterprise}照片", enterprise="某某厂", suffix=".zip") == "某某厂照片.zip"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ('a<b>c:d"e/f\\g|h?i*j', "a＜b＞c：d＂e／f＼g｜h？i＊j"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("COM1", "_COM1"),
        ("COMx", "COMx"),
        ("名称. ", "名称"),
        ("换\n行\u202e", "换行"),
        ("", "_"),
    ],
)
def test_no_name_is_one_that_windows_refuses(name, safe):
    assert safe_name(name) == safe


def test_a_long_name_keeps_its_number_and_ending():
    built = photo_name("{case}企业外景", case="长" * 300, number=3)
    assert len(built.encode()) <= 240
    assert built.endswith("长3.jpg")


@pytest.mark.parametrize(
    ("mapping", "word"),
    [
        ({"min_bytes": 2}, "min_bytes"),
        ({"ratio": "wide"}, "ratio"),
        ({"kinds": 3}, "kinds"),
        ({"groups": {"result": {"shape": "3:2"}}}, "groups"),
        ({"groups": ["result"]}, "groups"),
    ],
)
def test_a_specification_that_nobody_understands_is_refused_by_key(mapping, word):
    with pytest.raises(BadSpec, match=word):
        PhotoSpec.from_mapping(mapping)
