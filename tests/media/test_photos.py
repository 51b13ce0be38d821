import io

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageFilter

from media import likeness
from media.errors import PhotoRefused
from media.photos import PhotoInfo, derivative, inspect_photo, look, thumbnail


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


def test_a_photo_is_described_as_it_is_seen():
    info = inspect_photo(photo(orientation=6, gps=True))
    assert (info.kind, info.width, info.height, info.orientation) == ("JPEG", 400, 600, 6)
    assert info.has_gps
    assert not info.landscape


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


def sharp(size=(1800, 1200)):
    """A picture with fine edges everywhere, different in every place."""
    random = np.random.default_rng(5)
    blocks = random.integers(0, 255, (size[1] // 40, size[0] // 40, 3), np.uint8)
    return Image.fromarray(blocks, "RGB").resize(size, Image.Resampling.NEAREST)


def saved(image, kind="JPEG", **options):
    told = io.BytesIO()
    image.save(told, kind, **options)
    return told.getvalue()


def test_looking_at_a_photo_tells_colour_focus_and_likeness():
    """P9."""
    plain, soft = look(saved(sharp())), look(saved(sharp().filter(ImageFilter.GaussianBlur(8))))
    assert plain.blur < 8
    assert soft.blur > 20
    assert plain.chroma > 100
    assert look(saved(sharp().convert("L").convert("RGB"))).chroma == 0
    assert PhotoInfo.from_json(plain.to_json()) == plain
    assert inspect_photo(saved(sharp())).fingerprint is None


def test_a_photo_turned_by_its_camera_looks_as_it_is_seen():
    turned = sharp().transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    info = look(saved(turned, exif=exif))
    assert (info.width, info.height) == (1800, 1200)
    assert likeness.distance(info.fingerprint, look(saved(sharp())).fingerprint) <= 2


def marked():
    """Everything a camera, a phone or an editor hides in a JPEG."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0131] = "SecretMaker", "SecretModel", "SecretEditor"
    exif[0x8825] = {1: "N", 2: (23.0, 7.0, 44.0), 3: "E", 4: (113.0, 15.0, 51.0)}
    exif.get_ifd(0x8769)[0xA431] = "SecretSerial"
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>SecretXmp</x:xmpmeta>"
    return saved(sharp(), exif=exif, xmp=xmp, comment=b"SecretComment")


def test_no_byte_of_position_device_or_comment_is_in_a_derivative():
    """P9: what is published says nothing about who stood where with what."""
    content = marked()
    assert content.count(b"Secret") == 6
    assert inspect_photo(content).has_gps
    for made in (derivative(content), thumbnail(content)):
        assert b"Secret" not in made
        for name in (b"Exif", b"http://ns.adobe.com", b"Photoshop", b"ICC_PROFILE", b"MPF"):
            assert name not in made
    with Image.open(io.BytesIO(thumbnail(content))) as image:
        assert (image.format, image.size) == ("WEBP", (480, 320))


def test_colours_of_another_profile_become_srgb():
    """A profile with red and green exchanged: what it calls red is green on every screen."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    content = saved(Image.new("RGB", (64, 64), (250, 0, 0)), quality=95, icc_profile=bytes(profile))
    with Image.open(io.BytesIO(derivative(content))) as image:
        red, green, _ = image.getpixel((30, 30))
        assert "icc_profile" not in image.info
    assert green > 200
    assert red < 60


def test_a_profile_that_nobody_can_read_is_left_out():
    content = saved(Image.new("RGB", (64, 64), (250, 0, 0)), icc_profile=b"not a profile")
    with Image.open(io.BytesIO(derivative(content))) as image:
        assert image.getpixel((30, 30))[0] > 230


def test_deep_greys_are_scaled_and_not_cut_off():
    grey = Image.fromarray(np.full((40, 40), 0x4040, np.uint16))
    content = saved(grey, "PNG")
    info = inspect_photo(content)
    assert (info.bits, info.in_colour) == (16, False)
    with Image.open(io.BytesIO(derivative(content))) as image:
        assert image.getpixel((20, 20)) == pytest.approx((64, 64, 64), abs=2)


def test_a_moving_picture_is_told_from_a_photo_and_a_second_view_is_not():
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "blue")]
    moving = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    stereo = saved(frames[0], "MPO", save_all=True, append_images=frames[1:])
    assert (inspect_photo(moving).moving, inspect_photo(stereo).moving) == (True, False)
    assert inspect_photo(stereo).kind == "JPEG"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x1cftypavif\0\0\0\0mif1avif", "HEIC"),
        (b"II*\0\x10\0\0\0CR\x02\0", "raw file"),
        (b"%PDF-1.7", "not a photo"),
    ],
)
def test_what_a_phone_or_camera_keeps_for_itself_is_refused_with_what_to_do(content, words):
    with pytest.raises(PhotoRefused, match=words):
        look(content, name="外景.jpg")
