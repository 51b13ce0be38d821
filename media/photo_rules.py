"""Hold photos against what a programme asks for, and name them by its rule (pure; P9, P10)."""

import itertools
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import PurePath
from typing import Any

from media.errors import N_, BadSpec
from media.findings import Finding, Verdict
from media.photos import PhotoInfo, alike

PHOTO_RULES: dict[str, str] = {
    "photo_kind": N_("Kind of file"),
    "photo_size": N_("Size of the file"),
    "photo_resolution": N_("Resolution"),
    "photo_color": N_("Colour"),
    "photo_orientation": N_("Orientation"),
    "photo_ratio": N_("Aspect ratio"),
    "photo_focus": N_("Focus"),
    "photo_duplicate": N_("The same photo again"),
    "photo_name": N_("File name"),
    "photo_count": N_("Number of photos"),
}
_SUFFIXES = {
    "JPEG": {".jpg", ".jpeg", ".jpe", ".jfif"}, "PNG": {".png"}, "WEBP": {".webp"}, "TIFF": {".tif", ".tiff"},
    "BMP": {".bmp", ".dib"}, "GIF": {".gif"},
}  # fmt: skip
_KNOWN_SUFFIXES = frozenset(itertools.chain.from_iterable(_SUFFIXES.values())) | {".heic", ".heif", ".avif"}
_UNSEEN = N_("The photo was not looked at when it came in. Add it again.")
# What Windows does not take in a name, as the wide signs that look the same.
_FORBIDDEN = str.maketrans('<>:"/\\|?*', "＜＞：＂／＼｜？＊")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?")
_MOST_NAME_BYTES = 240


@dataclass(frozen=True)
class PhotoGroup:
    """One kind of photo that a programme asks for, such as the outside of the firm; empty is not asked.

    file_name is a pattern with {case} and {enterprise}; words with a stroke between them are alternatives.
    """

    key: str
    count_min: int = 0
    count_max: int | None = None
    file_name: str = ""
    ratio: Fraction | None = None
    orientation: str = ""


@dataclass(frozen=True)
class PhotoSpec:
    """What a programme asks of the photos of one case (P9, P10); empty values are not asked.

    The last group are thresholds, measured on sharp and blurred pictures and on copies of them: below
    print_long_side a photo does not fill the width of a page, grey_below and the two of focus are those of
    `likeness`, alike_bits says in how many of 64 bits photos that show the same may differ.
    """

    min_size_bytes: int = 0
    kinds: tuple[str, ...] = ()
    ratio: Fraction | None = None
    ratio_tolerance: Fraction = Fraction(3, 100)
    orientation: str = ""
    color: bool = False
    min_long_side: int = 0
    count_min: int = 0
    count_max: int | None = None
    groups: tuple[PhotoGroup, ...] = ()
    print_long_side: int = 1600
    focus_warn_px: float = 13.0
    focus_fail_px: float = 20.0
    grey_below: float = 10.0
    alike_bits: int = 10

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

    def group(self, key: str) -> PhotoGroup | None:
        """Give the group of a key; None where the programme has none such."""
        return next((group for group in self.groups if group.key == key), None)


def _read(key: str, value: object) -> object:
    if key == "groups":
        if not isinstance(value, Mapping):
            raise TypeError(key)
        return tuple(_read_group(str(name), part) for name, part in value.items())
    if key == "kinds":
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list | tuple):
            raise TypeError(key)
        return tuple("JPEG" if str(item).upper() in {"JPG", "JPEG"} else str(item).upper() for item in items)
    return _READERS.get(key, _whole)(value)


def _fraction(value: object) -> Fraction | None:
    return None if value is None else Fraction(str(value).replace(":", "/"))


def _whole(value: object) -> int | None:
    return None if value is None else int(str(value))


def _number(value: object) -> float:
    return float(str(value))


def _text(value: object) -> str:
    return "" if value is None else str(value)


_READERS: dict[str, Callable[[object], object]] = {
    "ratio": _fraction, "ratio_tolerance": _fraction, "orientation": _text, "file_name": _text, "color": bool,
    "focus_warn_px": _number, "focus_fail_px": _number, "grey_below": _number,
}  # fmt: skip


def _read_group(name: str, part: object) -> PhotoGroup:
    if not isinstance(part, Mapping) or not set(part) <= set(PhotoGroup.__dataclass_fields__):
        raise TypeError(name)
    values: dict[str, Any] = {key: _read(key, value) for key, value in part.items()}
    return PhotoGroup(**{"key": name} | values)


@dataclass(frozen=True)
class Photo:
    """A photo of a case: its original name, what was measured, which group it belongs to, and whose it is."""

    name: str
    info: PhotoInfo
    group: str = ""
    case: str = ""


@dataclass(frozen=True)
class PhotoFindings:
    """What the rules say about the photos of one case: each by itself, in order, and all together."""

    each: tuple[tuple[Finding, ...], ...]
    together: tuple[Finding, ...] = field(default=())

    @property
    def all(self) -> tuple[Finding, ...]:
        """Every finding."""
        return (*itertools.chain.from_iterable(self.each), *self.together)


def check_photos(
    photos: Sequence[Photo], spec: PhotoSpec, *, case_title: str = "", elsewhere: Sequence[Photo] = ()
) -> PhotoFindings:
    """Hold the photos of one case against a specification (P9, P10).

    elsewhere are the photos of the programme's other cases, among which the same photo is looked for too.
    """
    each = tuple(
        (
            *check_photo(photo.info, spec, name=photo.name, group=photo.group),
            _duplicate(photo, [*photos[:place], *photos[place + 1 :]], elsewhere, spec),
            *_named(photo, spec, case_title),
        )
        for place, photo in enumerate(photos)
    )
    return PhotoFindings(each, _counted(photos, spec))


def check_photo(info: PhotoInfo, spec: PhotoSpec, *, name: str = "", group: str = "") -> tuple[Finding, ...]:
    """Hold one photo against a specification (P9); a rule that is not asked gives no finding.

    Ratio and orientation of the photo's group go before those of all photos.
    """
    asked = spec.group(group) or PhotoGroup("")
    findings = (
        _kind(info, spec, name),
        _size(info, spec),
        _resolution(info, spec),
        _color(info, spec),
        _orientation(info, asked.orientation or spec.orientation),
        _ratio(info, asked.ratio or spec.ratio, spec.ratio_tolerance),
        _focus(info, spec),
    )
    return tuple(finding for finding in findings if finding is not None)


def _finding(rule: str, verdict: Verdict, measured: str, limit: str, advice: str, **params: str) -> Finding:
    if verdict == "pass":
        return Finding(rule, "pass", measured, limit)
    return Finding(
        rule, verdict, measured, limit, (), advice, {"measured": measured, "limit": limit} | params
    )


def _kind(info: PhotoInfo, spec: PhotoSpec, name: str) -> Finding:
    limit = ", ".join(spec.kinds)
    if info.moving:
        return _finding(
            "photo_kind", "fail", info.kind, limit,
            N_(
                "The file is a moving picture (%(measured)s), of which only the first frame "
                "shows. Send a photo."
            ),
        )  # fmt: skip
    if spec.kinds and info.kind not in spec.kinds:
        return _finding(
            "photo_kind", "fail", info.kind, limit,
            N_("The photo is a %(measured)s file; %(limit)s is asked. Export it from the original."),
        )  # fmt: skip
    if info.bits > 8:
        return _finding(
            "photo_kind", "warn", f"{info.kind} {info.bits} bit", limit or "8 bit",
            N_("The photo has %(bits)s bits a channel, which many programs show wrongly. Export it with 8."),
            bits=str(info.bits),
        )  # fmt: skip
    suffix = PurePath(name.replace("\\", "/")).suffix.lower()
    if suffix in _KNOWN_SUFFIXES and suffix not in _SUFFIXES.get(info.kind, {suffix}):
        return _finding(
            "photo_kind", "warn", f"{info.kind} ({suffix})", limit,
            N_("The file ends in %(suffix)s but holds %(kind)s. Give it the right ending."),
            suffix=suffix, kind=info.kind,
        )  # fmt: skip
    return Finding("photo_kind", "pass", info.kind, limit)


def _size(info: PhotoInfo, spec: PhotoSpec) -> Finding | None:
    if not spec.min_size_bytes:
        return None
    # Rounded down, so that no photo seems to have what it is refused for.
    measured = f"{info.size_bytes // 10_000 / 100:g} MB"
    return _finding(
        "photo_size", "pass" if info.size_bytes >= spec.min_size_bytes else "fail",
        measured, f"≥ {spec.min_size_bytes / 1e6:g} MB",
        N_(
                "The photo has %(measured)s; at least %(limit)s are asked. "
                "Send the original, not a copy from a chat."
            ),
    )  # fmt: skip


def _resolution(info: PhotoInfo, spec: PhotoSpec) -> Finding:
    longer, measured = max(info.width, info.height), f"{info.width} × {info.height} px"
    if longer < spec.min_long_side:
        return _finding(
            "photo_resolution", "fail", measured, f"≥ {spec.min_long_side} px",
            N_("The photo is %(measured)s; the longer side has to have %(limit)s. Send the original."),
        )  # fmt: skip
    return _finding(
        "photo_resolution", "pass" if longer >= spec.print_long_side else "warn", measured,
        f"≥ {max(spec.min_long_side, spec.print_long_side)} px",
        N_(
                "The photo is %(measured)s, too small for the width of a printed page "
                "(%(limit)s). Send the original."
            ),
    )  # fmt: skip


def _color(info: PhotoInfo, spec: PhotoSpec) -> Finding | None:
    if info.mode == "CMYK":
        return _finding(
            "photo_color", "fail" if spec.color else "warn", "CMYK", "RGB",
            N_("The photo is in the colours of a printing press (CMYK). Send the camera's own photo (RGB)."),
        )  # fmt: skip
    if not spec.color:
        return None
    grey = not info.in_colour or (info.chroma is not None and info.chroma < spec.grey_below)
    return _finding(
        "photo_color", "fail" if grey else "pass", "grey" if grey else "RGB", "RGB",
        N_("The photo is grey; colour is asked. Send it as it was taken."),
    )  # fmt: skip


def _orientation(info: PhotoInfo, wanted: str) -> Finding | None:
    if not wanted:
        return None
    shape = "landscape" if info.landscape else "portrait" if info.height > info.width else "square"
    advice = (
        N_("The photo stands upright. Take it in landscape; a crop of it loses too much.")
        if wanted == "landscape"
        else N_("The photo lies in landscape. Take it upright.")
    )
    if shape == "square":
        advice = N_("The photo is square. Crop it, or take it again.")
    return _finding("photo_orientation", "pass" if shape == wanted else "fail", shape, wanted, advice)


def _ratio(info: PhotoInfo, wanted: Fraction | None, tolerance: Fraction) -> Finding | None:
    if not wanted:
        return None
    # An upright 2:3 is the same sheet turned; which way it lies is another rule's.
    ratio = max(info.ratio, 1 / info.ratio)
    fits = abs(ratio / max(wanted, 1 / wanted) - 1) <= tolerance
    return _finding(
        "photo_ratio", "pass" if fits else "fail", f"{info.width} × {info.height}",
        f"{wanted.numerator}:{wanted.denominator}",
        N_("The photo is %(measured)s; the ratio %(limit)s is asked. Crop it."),
    )  # fmt: skip


def _focus(info: PhotoInfo, spec: PhotoSpec) -> Finding:
    limit = f"≤ {spec.focus_warn_px:g} px"
    if info.blur is None:
        why = (
            _UNSEEN
            if info.fingerprint is None
            else N_("The photo is too small, or too plain, to tell whether it is in focus.")
        )
        return Finding("photo_focus", "undecidable", "–", limit, (), why)
    verdict: Verdict = (
        "pass" if info.blur <= spec.focus_warn_px else "warn" if info.blur <= spec.focus_fail_px else "fail"
    )
    return _finding(
        "photo_focus", verdict, f"{info.blur:.1f} px", limit,
        N_("The photo is soft: edges are %(measured)s wide. Look whether what matters is in focus."),
    )  # fmt: skip


def _duplicate(photo: Photo, beside: Sequence[Photo], elsewhere: Sequence[Photo], spec: PhotoSpec) -> Finding:
    if photo.info.fingerprint is None:
        return Finding("photo_duplicate", "undecidable", "–", "", (), _UNSEEN)
    here = [beside[at].name for at in alike(photo.info, [other.info for other in beside], spec.alike_bits)]
    if here:
        return _finding(
            "photo_duplicate", "fail", "、".join(here), "",
            N_("It shows the same as %(others)s. Keep one of them and send another view."),
            others="、".join(here),
        )  # fmt: skip
    found = [elsewhere[at] for at in alike(photo.info, [other.info for other in elsewhere], spec.alike_bits)]
    if found:
        others = "、".join(f"{other.case}: {other.name}" if other.case else other.name for other in found[:3])
        return _finding(
            "photo_duplicate", "warn", others, "",
            N_("Another case has the same photo (%(others)s). Find out to which of them it belongs."),
            others=others,
        )  # fmt: skip
    return Finding("photo_duplicate", "pass", "")


def _named(photo: Photo, spec: PhotoSpec, case_title: str) -> tuple[Finding, ...]:
    asked = spec.group(photo.group)
    if asked is None or not asked.file_name or not photo.name:
        return ()
    stem = PurePath(photo.name.replace("\\", "/")).stem
    wanted = asked.file_name.replace("{case}", case_title) if case_title else asked.file_name
    if not case_title:
        why = N_("The case is not known, so the name cannot be compared.")
        return (Finding("photo_name", "undecidable", stem, wanted, (), why),)
    fits = _plain(stem) in {_plain(name) for name in _alternatives(asked.file_name, case_title)}
    return (
        _finding(
            "photo_name", "pass" if fits else "warn", stem, wanted,
            N_(
                "The file is named “%(measured)s”; the rule asks “%(limit)s”. "
                "It is renamed when it is handed on."
            ),
        ),
    )  # fmt: skip


def _alternatives(pattern: str, case_title: str) -> set[str]:
    """Give the names a pattern allows: `{case}实物/场景图` means 实物图, 场景图, or both."""
    before, _, words = pattern.rpartition("}")
    head = (before + "}" if before else "").replace("{case}", case_title)
    parts = words.split("/")
    if len(parts) == 1:
        return {head + words}
    # What stands behind the last alternative belongs to each of them: 图.
    tail = parts[-1][-1:]
    return {
        head + words,
        head + words.replace("/", ""),
        head + parts[-1],
        *(head + part + tail for part in parts),
    }


def _plain(name: str) -> str:
    """Compare names as people see them: width, case, blanks, joining marks and a number at the end."""
    joined = re.sub(r"[\s+_\-—·/\\、]+", "", unicodedata.normalize("NFKC", name)).casefold()
    return re.sub(r"\(?[0-9]{1,2}\)?$", "", joined)


def _counted(photos: Sequence[Photo], spec: PhotoSpec) -> tuple[Finding, ...]:
    """Compare how many photos there are, of each group and of all (P9)."""
    if not spec.count_min and spec.count_max is None and not spec.groups:
        return ()
    counts = {group.key: sum(photo.group == group.key for photo in photos) for group in spec.groups}
    short = [group for group in spec.groups if counts[group.key] < group.count_min]
    over = [g for g in spec.groups if g.count_max is not None and counts[g.key] > g.count_max]
    measured, limit = str(len(photos)), _span(spec.count_min, spec.count_max)
    if short or len(photos) < spec.count_min:
        return (
            _finding(
                "photo_count", "fail", measured, limit,
                N_(
                "The case has %(measured)s photos; %(limit)s are asked, also of each kind. "
                "Add what is missing."
            ),
            ),
        )  # fmt: skip
    if over or (spec.count_max is not None and len(photos) > spec.count_max):
        return (
            _finding(
                "photo_count", "warn", measured, limit,
                N_(
                "The case has %(measured)s photos; %(limit)s are asked, also of each kind. "
                "Choose the best."
            ),
            ),
        )  # fmt: skip
    return (Finding("photo_count", "pass", measured, limit),)


def _span(low: int, high: int | None) -> str:
    if high is None:
        return f"≥ {low}"
    return str(low) if low == high else f"{low}–{high}"


def group_of(name: str) -> str:
    """Guess the group from the name its owner gave a photo (P10): the outside of the firm, or the result."""
    return "exterior" if "外景" in name else "result"


def photo_name(
    pattern: str, *, case: str = "", enterprise: str = "", number: int = 0, suffix: str = ".jpg"
) -> str:
    """Build a file name by the programme's rule that every system takes (P10).

    A number above 0 is put at the end, for several photos under one pattern. A name that would be too long
    for a disk is cut, but never in its ending or number.
    """
    filled = pattern.replace("{case}", case).replace("{enterprise}", enterprise)
    tail = (str(number) if number else "") + suffix
    stem = safe_name(filled)
    while len((stem + tail).encode()) > _MOST_NAME_BYTES:
        stem = stem[:-1]
    return stem.rstrip(" .") + tail


def safe_name(name: str) -> str:
    """Give a name without what Windows refuses: forbidden and unseen signs, edges, names of devices."""
    flat = "".join(sign for sign in name.translate(_FORBIDDEN) if sign.isprintable()).strip().rstrip(" .")
    return f"_{flat}" if _RESERVED.fullmatch(flat) or not flat else flat
