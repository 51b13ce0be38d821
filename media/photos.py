"""Photo rules (P9, P10) and derivatives that are safe to publish.

A file is measured by its header first: a 44-byte GIF can claim four billion pixels. Derivatives are drawn
anew, so that no position, device or thumbnail of the original comes along.
"""

import io
import struct
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageOps

from media import likeness
from media.errors import N_, PhotoRefused

# The largest sensors sold have 150 million pixels; what claims more is not unpacked.
MAX_PIXELS = 160_000_000
# One limit for the whole process, and an error rather than a warning that nobody reads.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)

_KINDS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF")
_ORIENTATION_TAG, _GPS_TAG, _BITS_TAG = 0x0112, 0x8825, 258
_TURNED = frozenset({5, 6, 7, 8})
# Names of modes that Pillow gives to pictures without colour.
_GREY_MODES = frozenset({"1", "L", "LA", "I", "I;16", "I;16B", "F"})
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis"})
_RAW_STARTS = (b"FUJIFILMCCD-RAW", b"IIU\0", b"IIRO", b"FOVb")
# What hash, focus and colour are read from; the same for every camera.
_LOOK_SIDE = 1620


@dataclass(frozen=True)
class PhotoInfo:
    """What a photo is, as it is seen: width and height after turning it upright.

    The last three come from unpacking it (`look`) and are None before: chroma is how far the channels lie
    apart on the mean (0 is grey), blur the width of edges in pixels of 1080 lines, None also where there is
    no edge, fingerprint a hash that alike photos share but for a few bits.
    """

    kind: str
    width: int
    height: int
    size_bytes: int
    orientation: int
    mode: str
    has_gps: bool
    bits: int = 8
    moving: bool = False
    chroma: float | None = None
    blur: float | None = None
    fingerprint: str | None = None

    @property
    def ratio(self) -> Fraction:
        """Width by height."""
        return Fraction(self.width, self.height)

    @property
    def landscape(self) -> bool:
        """Say whether it is wider than high."""
        return self.width > self.height

    @property
    def in_colour(self) -> bool:
        """Say whether the file stores colour; whether any is seen is told by chroma."""
        return self.mode not in _GREY_MODES

    def to_json(self) -> dict[str, Any]:
        """Give everything as JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "PhotoInfo":
        """Read what to_json wrote, now or in a version that measured less."""
        return cls(**{key: value for key, value in data.items() if key in cls.__dataclass_fields__})


def _content(photo: Path | bytes) -> bytes:
    return photo if isinstance(photo, bytes) else photo.read_bytes()


def _shown(photo: Path | bytes, name: str) -> str:
    return name or (photo.name if isinstance(photo, Path) else "")


def _open(content: bytes, name: str) -> Image.Image:
    """Open a photo by its header alone; refuses what is none, and what claims too many pixels."""
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        raise PhotoRefused(
            N_(
                "%(name)s is a HEIC photo as phones store it, which few programs can open. Export it as JPG, "
                "or set the phone's camera to the “most compatible” format."
            ),
            name=name,
        )
    if content.startswith(_RAW_STARTS) or content[8:10] == b"CR":
        raise PhotoRefused(
            N_("%(name)s is a camera's raw file. Develop it and send the JPG in full size."), name=name
        )
    try:
        image = Image.open(io.BytesIO(content), formats=_KINDS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(name) from error
    except (OSError, ValueError, SyntaxError) as error:
        raise PhotoRefused(
            N_("%(name)s is not a photo that can be read. Send it as JPG."), name=name
        ) from error
    if image.width * image.height > MAX_PIXELS or not image.width or not image.height:
        raise _too_large(name)
    return image


def _too_large(name: str) -> PhotoRefused:
    return PhotoRefused(
        N_("%(name)s claims more than %(most)s million pixels and is not opened. Send the camera's own JPG."),
        name=name,
        most=MAX_PIXELS // 1_000_000,
    )


def inspect_photo(photo: Path | bytes, *, name: str = "") -> PhotoInfo:
    """Say what a photo is without unpacking it; PhotoRefused for what is none."""
    content = _content(photo)
    with _open(content, _shown(photo, name)) as image:
        return _described(image, content)


def _described(image: Image.Image, content: bytes) -> PhotoInfo:
    exif = image.getexif()
    orientation = int(exif.get(_ORIENTATION_TAG, 1) or 1)
    width, height = image.size if orientation not in _TURNED else image.size[::-1]
    # A camera's MPO is a JPEG with a second view behind it, which does not move.
    kind = "JPEG" if image.format == "MPO" else str(image.format)
    return PhotoInfo(
        kind=kind,
        width=width,
        height=height,
        size_bytes=len(content),
        orientation=orientation,
        mode=image.mode,
        has_gps=bool(exif.get_ifd(_GPS_TAG)),
        bits=_bits(image, content),
        moving=kind in {"GIF", "PNG", "WEBP"} and getattr(image, "n_frames", 1) > 1,
    )


def _bits(image: Image.Image, content: bytes) -> int:
    """Give the depth of one channel in the file; Pillow unpacks deep PNGs to 8 bit without a word."""
    if image.format == "PNG" and len(content) > 24:
        return max(8, content[24])
    if image.format == "TIFF":
        told = getattr(image, "tag_v2", {}).get(_BITS_TAG, 8)
        return max(8, *told) if isinstance(told, tuple) else max(8, int(told))
    return 8


def look(photo: Path | bytes, *, name: str = "") -> PhotoInfo:
    """Describe a photo and unpack it once for colour, focus and likeness; PhotoRefused if damaged."""
    content, shown = _content(photo), _shown(photo, name)
    with _open(content, shown) as image:
        info = _described(image, content)
        upright = _upright(image, _LOOK_SIDE, shown)
    return PhotoInfo(**(asdict(info) | likeness.look(upright)))


def _upright(image: Image.Image, max_side: int, name: str) -> Image.Image:
    """Unpack a photo no larger than needed, in sRGB and upright; PhotoRefused if damaged."""
    try:
        # JPEG can be unpacked at a half, a quarter or an eighth, which bounds time and memory.
        image.draft("RGB" if image.mode != "CMYK" else "CMYK", (max_side * 2, max_side * 2))
        # Pillow reads the profile from the file; turning the picture may lose it.
        profile = image.info.get("icc_profile")
        upright = ImageOps.exif_transpose(image) or image
        if upright.mode in {"P", "1"}:
            # Shrinking mixes neighbours, which numbers of a palette cannot do.
            upright = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
        upright.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
        return _in_srgb(upright, profile)
    except (OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError) as error:
        raise PhotoRefused(
            N_("%(name)s is damaged and cannot be shown. Send the original again."), name=name
        ) from error


def derivative(photo: Path | bytes, *, max_side: int = 1600, quality: int = 86, name: str = "") -> bytes:
    """Give an upright sRGB JPEG without metadata, no side over max_side; PhotoRefused if damaged."""
    shown = _shown(photo, name)
    with _open(_content(photo), shown) as image:
        plain = _upright(image, max_side, shown)
    told = io.BytesIO()
    plain.save(told, "JPEG", quality=quality, optimize=True, progressive=True)
    return told.getvalue()


def thumbnail(photo: Path | bytes, *, max_side: int = 480, name: str = "") -> bytes:
    """Give a small WebP as `derivative` gives a JPEG."""
    shown = _shown(photo, name)
    with _open(_content(photo), shown) as image:
        plain = _upright(image, max_side, shown)
    told = io.BytesIO()
    plain.save(told, "WEBP", quality=78, method=4)
    return told.getvalue()


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert by the embedded profile where there is one that works; drop transparency onto white."""
    if profile and image.mode in {"RGB", "CMYK", "L"}:
        try:
            converted = ImageCms.profileToProfile(
                image,
                ImageCms.ImageCmsProfile(io.BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode="RGB",
            )
        except (ImageCms.PyCMSError, OSError):
            converted = None
        if converted is not None:
            return _bare(converted)
    if image.mode.startswith("I"):
        # Pillow would cut deep greys off at 255 instead of scaling them.
        return _bare(image.convert("I").point(lambda level: level / 257).convert("L").convert("RGB"))
    if image.has_transparency_data:
        layered = image.convert("RGBA")
        ground = Image.new("RGBA", layered.size, (255, 255, 255, 255))
        return _bare(Image.alpha_composite(ground, layered).convert("RGB"))
    return _bare(image.convert("RGB"))


def _bare(image: Image.Image) -> Image.Image:
    """Copy the pixels and nothing else."""
    plain = Image.new("RGB", image.size)
    plain.paste(image)
    return plain


def alike(one: PhotoInfo, others: Iterable[PhotoInfo], most_bits: int) -> list[int]:
    """Give the places of those that show the same as one photo; what was never looked at is like none."""
    return [
        place
        for place, other in enumerate(others)
        if one.fingerprint and other.fingerprint
        and likeness.distance(one.fingerprint, other.fingerprint) <= most_bits
    ]  # fmt: skip
