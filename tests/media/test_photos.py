import io

import pytest
from PIL import Image

from media.errors import BadSpec, PhotoRefused
from media.photos import PhotoSpec, check_photo, derivative, inspect_photo

SHANXI = PhotoSpec.from_mapping(
    {"min_size_bytes": 2_000_000, "kinds": ["JPG"], "ratio": "3:2", "orientation": "landscape", "color": True}
)


def photo(size=(600, 400), kind="JPEG", mode="RGB", orientation=1, *, gps=False, **options):
    image = Image.new(mode, size, "white")
    if mode == "RGB":
        image.paste((200, 30, 30), (0, 0, size[0] // 2, size[1] // 2))
    exif = Image.Exif()
    exif[0x0112] = orientation
    if gps:
        exif[0x8825] = {1: "N", 2: (23.0, 7.0, 44.0), 3: "E", 4: (113.0, 15.0, 51.0)}
    told = io.BytesIO()
    image.save(told, kind, exif=exif, **options)
    return told.getvalue()


def verdicts(content, spec=SHANXI):
    return {finding.rule: finding.verdict for finding in check_photo(inspect_photo(content), spec)}


def test_a_photo_is_described_as_it_is_seen():
    info = inspect_photo(photo(orientation=6, gps=True))
    assert (info.kind, info.width, info.height, info.orientation) == ("JPEG", 400, 600, 6)
    assert info.has_gps
    assert not info.landscape


def test_each_rule_for_photos_is_checked():
    """P9, Shanxi: JPG, colour, at least 2 MB, landscape 3:2."""
    large = photo() + b"\0" * 2_000_000
    assert set(verdicts(large).values()) == {"pass"}
    assert verdicts(photo())["photo_size"] == "fail"
    assert verdicts(photo(kind="PNG"))["photo_kind"] == "fail"
    assert verdicts(photo(size=(400, 400)))["photo_ratio"] == "fail"
    assert verdicts(photo(orientation=6))["photo_orientation"] == "fail"
    assert verdicts(photo(mode="L"))["photo_color"] == "fail"


def test_a_derivative_is_upright_small_and_says_nothing_about_its_place():
    made = derivative(photo(size=(3000, 2000), orientation=6, gps=True), max_side=900)
    with Image.open(io.BytesIO(made)) as image:
        assert image.format == "JPEG"
        assert image.size == (600, 900)
        assert dict(image.getexif()) == {}
        # The red quarter was at the top left; turned clockwise it is at the top right.
        red, green, _ = image.getpixel((550, 50))
        assert red > 150 > green
    assert b"Exif" not in made


@pytest.mark.parametrize("mode", ["CMYK", "L"])
def test_other_colours_become_plain_rgb(mode):
    with Image.open(io.BytesIO(derivative(photo(mode=mode)))) as image:
        assert image.mode == "RGB"


def test_transparency_becomes_white():
    told = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(told, "PNG")
    with Image.open(io.BytesIO(derivative(told.getvalue()))) as image:
        assert image.getpixel((10, 10)) == (255, 255, 255)


def test_a_picture_that_claims_billions_of_pixels_is_not_opened():
    bomb = b"GIF89a" + (65535).to_bytes(2, "little") * 2 + b"\0\0\0" + b",\0\0\0\0\xff\xff\xff\xff\0\x08\0;"
    with pytest.raises(PhotoRefused, match="million pixels") as refused:
        inspect_photo(bomb, name="外景.jpg")
    assert "外景.jpg" in str(refused.value)
    with pytest.raises(PhotoRefused):
        derivative(bomb)


@pytest.mark.parametrize("content", [b"", b"not a photo", b"\xff\xd8\xff\xe0"])
def test_what_is_no_photo_is_refused(content):
    with pytest.raises(PhotoRefused):
        inspect_photo(content, name="x")


def test_a_damaged_photo_is_refused_when_it_is_drawn():
    content = photo(size=(2000, 1500))
    with pytest.raises(PhotoRefused, match="damaged"):
        derivative(content[: len(content) // 2])


def test_an_unknown_key_of_a_specification_is_named():
    with pytest.raises(BadSpec, match="min_bytes"):
        PhotoSpec.from_mapping({"min_bytes": 2})
