"""Reading programme profiles: TOML in, frozen values out, every fault named by file and key.

A profile may say `extends = "national-2024"`: tables are then laid over the tables of that profile, key by
key, while lists replace lists. A list of things with keys (targets, tiers, choices …) is therefore written
as tables, `[targets.clips]`, so that one figure of one thing can be laid over. A list `remove` in a table
names inherited keys to take out again. A new province is a new file in the extra folder, no code.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from campaign.messages import N_, Message
from campaign.programmes.shapes import (
    Choice,
    Column,
    HouseStyle,
    Indicator,
    Organisations,
    Profile,
    Quota,
    Seat,
    Selection,
    SummaryLayout,
    Target,
)

__all__ = [
    "Choice",
    "Column",
    "Indicator",
    "Organisations",
    "Profile",
    "ProfileError",
    "Quota",
    "Seat",
    "Selection",
    "SummaryLayout",
    "Target",
    "available",
    "load",
]

SHIPPED = Path(__file__).parent
KINDS = ("province", "national", "brand")
POINTS = 100
POINTS_BY_LEVEL = {"output": 50, "benefit": 30, "satisfaction": 10}

LONGEST_CARD_S = 30
# How many profiles may stand on one another before it is surely a circle.
DEEPEST_EXTENDS = 5

Table = dict[str, typing.Any]


class ProfileError(Exception):
    """A profile cannot be used; the message names the file and, inside it, the key."""

    def __init__(self, file: str, key: str, reason: Message) -> None:
        self.file = file
        self.key = key
        self.reason = reason
        self.message = Message(
            N_("Profile %(file)s, key %(key)s: %(reason)s"), {"file": file, "key": key, "reason": str(reason)}
        )
        super().__init__(str(self.message))


def available(folder: Path | None = None) -> tuple[str, ...]:
    """Give the keys of all profiles, the shipped ones first, then those of the extra folder."""
    return tuple(_files(folder))


def load(key: str, folder: Path | None = None) -> Profile:
    """Read a profile by its key; ProfileError says which file and key is wrong.

    Files are read again when they have changed, so that an administrator's correction holds at once.
    """
    files = _files(folder)
    stamps = tuple((path, path.stat().st_mtime_ns) for path in files.values())
    return _load(key, stamps)


@lru_cache(maxsize=64)
def _load(key: str, stamps: tuple[tuple[Path, int], ...]) -> Profile:
    files = {path.stem: path for path, _ in stamps}
    table = _merged(key, files, "")
    name = files[key].name
    profile = typing.cast("Profile", _build(Profile, table, name, ""))
    _prove(profile, name)
    return profile


def _files(folder: Path | None) -> dict[str, Path]:
    """Name every profile's file; a file in the extra folder may not hide a shipped profile."""
    found = {path.stem: path for path in sorted(SHIPPED.glob("*.toml"))}
    for path in sorted(folder.glob("*.toml")) if folder and folder.is_dir() else ():
        if path.stem in found:
            raise ProfileError(
                path.name, "key", Message(N_("this profile comes with the product; choose another name"))
            )
        found[path.stem] = path
    return found


def _merged(key: str, files: Mapping[str, Path], asked_by: str, depth: int = 0) -> Table:
    if key not in files:
        raise ProfileError(
            asked_by or f"{key}.toml",
            "extends" if asked_by else "key",
            Message(N_("there is no such profile")),
        )
    path = files[key]
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(
            path.name, "-", Message(N_("not readable as TOML: %(why)s"), {"why": str(error)})
        ) from error
    table.setdefault("key", key)
    if table["key"] != key:
        raise ProfileError(path.name, "key", Message(N_("must be the file's name, %(name)s"), {"name": key}))
    base = table.get("extends")
    if base is None:
        return table
    if depth >= DEEPEST_EXTENDS:
        raise ProfileError(path.name, "extends", Message(N_("profiles extend one another in a circle")))
    return _overlay(_merged(str(base), files, path.name, depth + 1), table)


def _overlay(base: Table, top: Table) -> Table:
    merged = dict(base)
    for key, value in top.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = _overlay(merged[key], value)
        else:
            merged[key] = value
    for key in merged.pop("remove", ()) if isinstance(merged.get("remove"), list) else ():
        merged.pop(key, None)
    return merged


def _build(shape: type, table: object, file: str, where: str) -> object:
    """Make a dataclass from a table; unknown and missing keys and wrong types are refused by name."""
    if not isinstance(table, dict):
        raise ProfileError(file, where, Message(N_("must be a table")))
    hints = typing.get_type_hints(shape)
    fields = {field.name: field for field in dataclasses.fields(shape)}
    for key in table:
        if key not in fields:
            raise ProfileError(file, _dotted(where, key), Message(N_("no profile has this key")))
    values: dict[str, object] = {}
    for name, field in fields.items():
        if name in table:
            values[name] = _value(hints[name], table[name], file, _dotted(where, name))
        elif field.default is dataclasses.MISSING:
            raise ProfileError(file, _dotted(where, name), Message(N_("is missing")))
    return shape(**values)


def _value(hint: typing.Any, value: object, file: str, where: str) -> object:  # noqa: ANN401 - any type hint
    if isinstance(hint, types.UnionType):
        hint = next(option for option in typing.get_args(hint) if option is not type(None))
    if typing.get_origin(hint) is tuple:
        return _many(typing.get_args(hint)[0], value, file, where)
    if dataclasses.is_dataclass(hint):
        return _build(typing.cast("type", hint), value, file, where)
    # A truth value is an int to Python and a time of day a date; neither is meant here.
    fits = (
        isinstance(value, hint)
        and not (hint is int and isinstance(value, bool))
        and not isinstance(value, datetime)
    )
    if not fits:
        wanted = {str: "text", int: "a whole number", bool: "true or false", date: "a date"}[hint]
        raise ProfileError(file, where, Message(N_("must be %(wanted)s"), {"wanted": wanted}))
    return value


def _many(item: typing.Any, value: object, file: str, where: str) -> tuple[object, ...]:  # noqa: ANN401 - any type hint
    if isinstance(value, dict) and dataclasses.is_dataclass(item):
        return tuple(
            _build(
                typing.cast("type", item),
                {"key": key, **entry} if isinstance(entry, dict) else entry,
                file,
                _dotted(where, key),
            )
            for key, entry in value.items()
        )
    if not isinstance(value, list):
        raise ProfileError(file, where, Message(N_("must be a list")))
    return tuple(_value(item, entry, file, f"{where}[{index}]") for index, entry in enumerate(value))


def _dotted(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def _prove(profile: Profile, file: str) -> None:
    """Check what types cannot: totals against their rows, periods, weights, references."""

    def need(key: str, fits: object, msgid: str, **params: object) -> None:
        if not fits:
            raise ProfileError(file, key, Message(msgid, params))

    need("kind", profile.kind in KINDS, N_("must be one of %(kinds)s"), kinds=", ".join(KINDS))
    need("ends", profile.starts <= profile.ends, N_("the programme ends before it starts"))
    need(
        "organisations.province",
        profile.kind != "province"
        or (profile.organisations.province and profile.province and profile.province_code),
        N_("a province's programme names its province and association"),
    )
    budget = profile.budget
    need(
        "budget.programme_total_fen",
        budget.total_fen * profile.projects == budget.programme_total_fen,
        N_("%(projects)s projects of %(one)s fen are not %(all)s fen"),
        projects=profile.projects,
        one=budget.total_fen,
        all=budget.programme_total_fen,
    )
    planned = sum(line.planned_fen or 0 for line in budget.lines)
    need("budget.lines", planned <= budget.total_fen, N_("the lines are planned above the total"))
    if profile.quota:
        _prove_quota(profile.quota, file)
    for target in profile.targets:
        need(
            f"targets.{target.key}.due",
            profile.starts <= target.due <= profile.ends,
            N_("lies outside the programme"),
        )
        need(f"targets.{target.key}.required", target.required > 0, N_("must be above zero"))
    _prove_assessment(profile, file)
    if profile.style is not None:
        _prove_style(profile.style, file)


def _prove_style(style: HouseStyle, file: str) -> None:
    """Check colours, positions and lengths of the house style before a film is made with them."""

    def need(key: str, fits: object, msgid: str, **params: object) -> None:
        if not fits:
            raise ProfileError(file, f"style.{key}", Message(msgid, params))

    for key in ("background", "ink", "accent", "plate", "plate_ink"):
        text = getattr(style, key)
        need(key, re.fullmatch(r"#[0-9A-Fa-f]{6}", text), N_("must be a colour such as #b3261e"))
    choices = {
        "title_weight": ("bold", "regular"),
        "align": ("left", "centre"),
        "name_side": ("left", "right"),
    }
    for key, known in choices.items():
        need(key, getattr(style, key) in known, N_("must be one of %(kinds)s"), kinds=", ".join(known))
    need("logo", not set(style.logo) & set("/\\:"), N_("must be the name of a file beside the profile"))
    for key in ("opening_s", "end_s"):
        need(key, 0 < getattr(style, key) <= LONGEST_CARD_S, N_("must be 1 to %(most)s"), most=LONGEST_CARD_S)


def _prove_quota(quota: Quota, file: str) -> None:
    stated = (
        ("cases_total", quota.cases_total, [seat.cases for seat in quota.seats]),
        ("associations_total", quota.associations_total, [seat.associations or 0 for seat in quota.seats]),
        ("lecture_total", quota.lecture_total, [seat.lecture or 0 for seat in quota.seats]),
    )
    for key, total, parts in stated:
        if total is not None and sum(parts) != total:
            raise ProfileError(
                file,
                f"quota.{key}",
                Message(
                    N_("says %(total)s, but the rows add up to %(sum)s"), {"total": total, "sum": sum(parts)}
                ),
            )
    names = [seat.region for seat in quota.seats]
    for name in names:
        if names.count(name) > 1:
            raise ProfileError(
                file, "quota.seats", Message(N_("%(region)s stands there twice"), {"region": name})
            )


def _prove_assessment(profile: Profile, file: str) -> None:
    assessment = profile.self_assessment
    known = {target.key for target in profile.targets}
    for indicator in assessment.indicators:
        if indicator.target_key is not None and indicator.target_key not in known:
            raise ProfileError(
                file,
                f"self_assessment.indicators.{indicator.key}.target_key",
                Message(N_("there is no such target")),
            )
    for level, points in POINTS_BY_LEVEL.items():
        weight = sum(i.weight for i in assessment.indicators if i.level1 == level)
        if weight != points:
            raise ProfileError(
                file,
                "self_assessment.indicators",
                Message(
                    N_("the indicators of level %(level)s carry %(sum)s points instead of %(points)s"),
                    {"level": level, "sum": weight, "points": points},
                ),
            )
    whole = assessment.funds_weight + sum(i.weight for i in assessment.indicators)
    if whole != POINTS:
        raise ProfileError(
            file,
            "self_assessment",
            Message(N_("the points add up to %(sum)s instead of 100"), {"sum": whole}),
        )
