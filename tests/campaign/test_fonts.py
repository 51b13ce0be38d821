import tempfile
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from PIL import ImageFont

import campaign.fonts as fonts_module
from campaign.fonts import FontsUnavailableError, ensure_fonts, find_fonts


@pytest.fixture(scope="module")
def data_dir():
    """A folder with the fonts made, kept between runs because making takes some 15 s."""
    folder = Path(tempfile.gettempdir()) / "qichuang-test-fonts"
    ensure_fonts(folder)
    return folder


def characters(path):
    with TTFont(path) as font:
        return set(font.getBestCmap())


def test_finding_fonts_makes_nothing(tmp_path):
    assert find_fonts(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_fonts_made_once_are_found_again(data_dir):
    assert find_fonts(data_dir) == ensure_fonts(data_dir)


def test_both_weights_are_static_and_of_one_family(data_dir):
    found = ensure_fonts(data_dir)
    for path, weight, style in ((found.regular, 400, "Regular"), (found.bold, 700, "Bold")):
        with TTFont(path) as font:
            assert "fvar" not in font
            assert font["OS/2"].usWeightClass == weight
            assert ImageFont.truetype(path, 20).getname() == (found.family, style)


def test_rare_characters_of_names_are_in_the_fonts_or_their_fallbacks(data_dir):
    found = ensure_fonts(data_dir)
    assert set(map(ord, "䶮喆镕犇堃")) - characters(found.regular) == set()
    assert ord("𠮷") not in characters(found.regular)
    for style in ("Regular", "Bold"):
        rare = set().union(*(characters(path) for path in found.fallbacks if style in path.name))
        assert ord("𠮷") in rare


def test_a_fallback_repeats_no_character_of_the_main_font(data_dir):
    found = ensure_fonts(data_dir)
    main = characters(found.regular)
    assert [path.name for path in found.fallbacks if characters(path) & main] == []


def test_the_licence_lies_beside_the_fonts(data_dir):
    assert "SIL OPEN FONT LICENSE Version 1.1" in ensure_fonts(data_dir).licence.read_text(encoding="utf-8")


def test_a_font_deleted_by_hand_is_missed(data_dir, tmp_path):
    made = ensure_fonts(data_dir)
    copy = tmp_path / "fonts" / made.regular.parent.name
    copy.mkdir(parents=True)
    for path in made.regular.parent.iterdir():
        (copy / path.name).symlink_to(path)
    assert find_fonts(tmp_path) is not None
    (copy / made.bold.name).unlink()
    assert find_fonts(tmp_path) is None


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path):
    blocked = tmp_path / "data"
    blocked.write_text("a file, not a folder")
    with pytest.raises(FontsUnavailableError) as refusal:
        ensure_fonts(blocked)
    assert refusal.value.params["folder"] == str(blocked / "fonts")


def test_a_missing_wheel_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts_module, "WHEEL", "no-such-wheel-of-fonts")
    with pytest.raises(FontsUnavailableError) as refusal:
        ensure_fonts(tmp_path)
    assert refusal.value.params == {"package": "no-such-wheel-of-fonts"}


def test_a_maker_that_fails_leaves_no_half_made_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts_module, "WEIGHTS", {"Heavy": 900})
    with pytest.raises(FontsUnavailableError) as refusal:
        ensure_fonts(tmp_path)
    assert refusal.value.params == {"reason": "KeyError: 'Heavy'"}
    assert [path.name for path in (tmp_path / "fonts").iterdir()] == [".lock"]


@pytest.mark.lengthy
@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_fonts_made_twice_are_the_same_byte_for_byte(data_dir, tmp_path):
    first, second = ensure_fonts(data_dir), ensure_fonts(tmp_path)
    for one, other in zip(
        sorted(first.regular.parent.iterdir()), sorted(second.regular.parent.iterdir()), strict=True
    ):
        assert (one.name, one.read_bytes()) == (other.name, other.read_bytes())
