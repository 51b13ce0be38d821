"""Photo rules (P9) and derivatives that are safe to publish.

A file is measured by its header first: a 44-byte GIF can claim four billion pixels. Derivatives are drawn
anew, so that no position, device or thumbnail of the original comes along.
"""

import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageOps

from media.errors import N_, BadSpec, PhotoRefused
from media.findings import Finding

# The largest sensors sold have 150 million pixels; what claims more is not unpacked.
MAX_PIXELS = 160_000_000
# One limit for the whole process, and an error rather than a warning that nobody reads.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)

_KINDS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF")
_ORIENTATION_TAG, _GPS_TAG = 0x0112, 0x8825
_TURNED = frozenset({5, 6, 7, 8})
# Names of modes that Pillow gives to pictures without colour.
_GREY_MODES = frozenset({"1", "L", "LA", "I", "I;16", "F"})


@dataclass(frozen=True)
class PhotoInfo:
    """What a photo is, as it is seen: width and height after turning it upright."""

    kind: str
    width: int
    height: int
    size_bytes: int
    orientation: int
    mode: str
    has_gps: bool

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
        """Say whether the file stores colour; a grey photo stored in colour counts as colour."""
        return self.mode not in _GREY_MODES

    def to_json(self) -> dict[str, Any]:
        """Give everything as JSON."""
        return {
            "kind": self.kind,
            "width": self.width,
            "height": self.height,
            "size_bytes": self.size_bytes,
            "orientation": self.orientation,
            "mode": self.mode,
            "has_gps": self.has_gps,
        }


@dataclass(frozen=True)
class PhotoSpec:
    """What a programme asks of a photo (P9); empty values are not asked."""

    min_size_bytes: int = 0
    kinds: tuple[str, ...] = ()
    ratio: Fraction | None = None
    ratio_tolerance: Fraction = Fraction(3, 100)
    orientation: str = ""
    color: bool = False
    min_long_side: int = 0

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, object]) -> "PhotoSpec":
        """Read a profile's photo part; BadSpec names a key that is not known or a value that does not fit."""
        values: dict[str, Any] = {}
        for key, value in mapping.items():
            if key not in cls.__dataclass_fields__:
                raise BadSpec(N_("The photo specification has the unknown key “%(key)s”."), key=key)
            try:
                values[key] = _read(key, value)
            except (ValueError, TypeError, ZeroDivisionError) as error:
                raise BadSpec(
                    N_("The photo specification's key “%(key)s” cannot be “%(value)s”."), key=key, value=value
                ) from error
        return cls(**values)


def _read(key: str, value: object) -> object:
    if key in {"ratio", "ratio_tolerance"}:
        return Fraction(str(value).replace(":", "/"))
    if key == "kinds":
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list | tuple):
            raise TypeError(key)
        return tuple("JPEG" if str(item).upper() in {"JPG", "JPEG"} else str(item).upper() for item in items)
    if key == "color":
        return bool(value)
    return str(value) if key == "orientation" else int(str(value))


def _content(photo: Path | bytes) -> bytes:
    return photo if isinstance(photo, bytes) else photo.read_bytes()


def _open(content: bytes, name: str) -> Image.Image:
    """Open a photo by its header alone; refuses what is none, and what claims too many pixels."""
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
    shown = name or (photo.name if isinstance(photo, Path) else "")
    with _open(content, shown) as image:
        exif = image.getexif()
        orientation = int(exif.get(_ORIENTATION_TAG, 1) or 1)
        width, height = image.size if orientation not in _TURNED else image.size[::-1]
        return PhotoInfo(
            # A camera's MPO is a JPEG with a second view behind it.
            kind="JPEG" if image.format == "MPO" else str(image.format),
            width=width,
            height=height,
            size_bytes=len(content),
            orientation=orientation,
            mode=image.mode,
            has_gps=bool(exif.get_ifd(_GPS_TAG)),
        )


def check_photo(info: PhotoInfo, spec: PhotoSpec) -> tuple[Finding, ...]:
    """Hold a photo against a specification (P9); a rule that is not asked gives no finding."""
    findings: list[Finding] = []
    if spec.min_size_bytes:
        findings.append(
            _finding(
                "photo_size", info.size_bytes >= spec.min_size_bytes,
                f"{info.size_bytes / 1e6:.1f} MB", f"≥ {spec.min_size_bytes / 1e6:g} MB",
                N_(
                    "The photo has %(measured)s; at least %(limit)s are asked. "
                    "Send the original, not a copy from a chat."
                ),
            )
        )  # fmt: skip
    if spec.kinds:
        findings.append(
            _finding(
                "photo_kind", info.kind in spec.kinds, info.kind, ", ".join(spec.kinds),
                N_("The photo is a %(measured)s file; %(limit)s is asked."),
            )
        )  # fmt: skip
    if spec.orientation:
        shape = "landscape" if info.landscape else "portrait"
        findings.append(
            _finding(
                "photo_orientation", shape == spec.orientation, shape, spec.orientation,
                N_("The photo is held the other way. Send it in landscape or crop it."),
            )
        )  # fmt: skip
    if spec.ratio:
        findings.append(
            _finding(
                "photo_ratio", abs(info.ratio / spec.ratio - 1) <= spec.ratio_tolerance,
                f"{info.width} × {info.height}", f"{spec.ratio.numerator}:{spec.ratio.denominator}",
                N_("The photo is %(measured)s; the ratio %(limit)s is asked. Crop it."),
            )
        )  # fmt: skip
    if spec.min_long_side:
        findings.append(
            _finding(
                "photo_resolution", max(info.width, info.height) >= spec.min_long_side,
                f"{info.width} × {info.height}", f"≥ {spec.min_long_side}",
                N_(
                    "The photo is %(measured)s; the longer side has to have "
                    "%(limit)s pixels. Send the original."
                ),
            )
        )  # fmt: skip
    if spec.color:
        findings.append(
            _finding(
                "photo_color", info.in_colour, info.mode, "RGB", N_("The photo is grey; colour is asked.")
            )
        )
    return tuple(findings)


def _finding(rule: str, fits: bool, measured: str, limit: str, advice: str) -> Finding:  # noqa: FBT001 - a verdict
    if fits:
        return Finding(rule, "pass", measured, limit)
    return Finding(rule, "fail", measured, limit, (), advice, {"measured": measured, "limit": limit})


def derivative(photo: Path | bytes, *, max_side: int = 1600, quality: int = 86, name: str = "") -> bytes:
    """Give an upright sRGB JPEG without metadata, no side over max_side; PhotoRefused if damaged."""
    content = _content(photo)
    shown = name or (photo.name if isinstance(photo, Path) else "")
    with _open(content, shown) as image:
        try:
            # JPEG can be unpacked at a half, a quarter or an eighth, which bounds time and memory.
            image.draft("RGB" if image.mode != "CMYK" else "CMYK", (max_side * 2, max_side * 2))
            upright = ImageOps.exif_transpose(image) or image
            upright.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
            plain = _in_srgb(upright)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            raise PhotoRefused(
                N_("%(name)s is damaged and cannot be shown. Send the original again."), name=shown
            ) from error
    told = io.BytesIO()
    plain.save(told, "JPEG", quality=quality, optimize=True, progressive=True)
    return told.getvalue()


def _in_srgb(image: Image.Image) -> Image.Image:
    """Convert by the embedded profile where there is one that works; drop transparency onto white."""
    profile = image.info.get("icc_profile")
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
