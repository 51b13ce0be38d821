"""Provinces, cities and counties, found by the names people write: 广州, 恩施州, 广东省广州市天河区.

The divisions come from the public data set modood/Administrative-divisions-of-China (WTFPL), in `data/`.
Counties that a province governs directly (天门, 神农架林区) and the districts of the four municipalities
stand at the level of cities, as the quota tables treat them (P2).
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"

# Names in cities.csv that are no city but stand for "governed directly"; their counties move up a level.
DIRECT = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
PEOPLES = (
    "土家族|苗族|侗族|布依族|藏族|羌族|彝族|哈尼族|壮族|傣族|景颇族|白族|傈僳族|回族|蒙古族|蒙古|朝鲜族|"
    "哈萨克族|哈萨克|柯尔克孜|满族|瑶族|畲族|黎族|仡佬族|水族|佤族|拉祜族|纳西族|普米族|独龙族|怒族|布朗族|"
    "各族|毛南族|仫佬族|锡伯|塔吉克|裕固族|土族|撒拉族|保安族|东乡族|达斡尔族|鄂温克族|鄂伦春"
)
AUTONOMOUS = re.compile(rf"(?:{PEOPLES})*自治[州县旗区]$|(?:{PEOPLES})+区$")
PROVINCE_END = re.compile(r"(?:省|市|维吾尔自治区|壮族自治区|回族自治区|自治区)$")
PLAIN_END = re.compile(r"(?:林区|矿区|地区|市|县|区|盟|旗|州)$")
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Region:
    """One administrative division; `code` is the official number: 2 digits a province, 4 or 6 below."""

    code: str
    name: str
    short: str
    level: str
    province_code: str
    parent_code: str | None = None


def fold(text: str) -> str:
    """Bring a name to one width and take the blanks and dots out of it."""
    return re.sub(r"[\s·•・.]+", "", unicodedata.normalize("NFKC", text))


def short_name(name: str, level: str) -> str:
    """Give the name as people say it: 恩施土家族苗族自治州 → 恩施, 广东省 → 广东.

    A name of which only one character would be left (县 names such as 沙县) stays whole.
    """
    ending = PROVINCE_END if level == "province" else PLAIN_END
    short = (
        AUTONOMOUS.sub("", name) if AUTONOMOUS.search(name) and level != "province" else ending.sub("", name)
    )
    return short if len(short) >= SHORTEST else name


class Gazetteer:
    """All regions, with look-up by whole name (`match`) and by a name inside a longer text (`find`)."""

    def __init__(self, regions: Iterable[Region]) -> None:
        self._by_code = {region.code: region for region in regions}
        self._by_name: dict[str, list[Region]] = {}
        for region in self._by_code.values():
            for name in _names(region):
                self._by_name.setdefault(name, []).append(region)
        self._longest = max(map(len, self._by_name))

    @property
    def provinces(self) -> tuple[Region, ...]:
        """All provinces, in the order of their codes."""
        return tuple(region for region in self._by_code.values() if region.level == "province")

    def cities(self, province_code: str) -> tuple[Region, ...]:
        """All regions of a province at the level of cities."""
        return tuple(
            region
            for region in self._by_code.values()
            if region.level == "city" and region.province_code == province_code
        )

    def get(self, code: str) -> Region | None:
        """Give the region with this code."""
        return self._by_code.get(code)

    def city_of(self, region: Region) -> Region | None:
        """Give the city a county belongs to, a city itself, None for a province."""
        if region.level == "county" and region.parent_code:
            return self._by_code[region.parent_code]
        return region if region.level == "city" else None

    def match(self, text: str, province_code: str | None = None) -> Region | None:
        """Read a whole cell as a region; cities go before counties, and what two regions share is None.

        A leading province or city (广东省广州市天河区) narrows the search and is then left out.
        """
        name = fold(text)
        found = self._pick(name, province_code)
        if found is not None or not name:
            return found
        for cut in range(len(name) - 1, SHORTEST - 1, -1):
            head = self._pick(name[:cut], province_code)
            if head is None or head.level == "county":
                continue
            below = [region for region in self._by_name.get(name[cut:], ()) if self._inside(region, head)]
            if below:
                return _single(below)
            if head.level == "province" and (deeper := self.match(name[cut:], head.code)) is not None:
                return deeper
        return None

    def find(self, text: str, province_code: str | None = None) -> Region | None:
        """Find a city, or else a county, named inside a longer text such as 广州市科学技术协会.

        The longest name at the first place wins; a province's own name is passed over.
        """
        counties: list[Region] = []
        for name in self._names_in(fold(text)):
            region = self._pick(name, province_code)
            if region is not None and region.level == "city":
                return region
            if region is not None and region.level == "county":
                counties.append(region)
        return counties[0] if counties else None

    def find_province(self, text: str) -> Region | None:
        """Find the province named in a text such as 2024年湖北企业典型创新案例推荐汇总表."""
        for name in self._names_in(fold(text)):
            province = next((r for r in self._by_name[name] if r.level == "province"), None)
            if province is not None:
                return province
        return None

    def _names_in(self, text: str) -> Iterator[str]:
        for start in range(len(text)):
            for length in range(min(self._longest, len(text) - start), SHORTEST - 1, -1):
                if text[start : start + length] in self._by_name:
                    yield text[start : start + length]

    def _pick(self, name: str, province_code: str | None) -> Region | None:
        known = [r for r in self._by_name.get(name, ()) if province_code in (None, r.province_code)]
        for level in ("province", "city", "county"):
            here = [region for region in known if region.level == level]
            if here:
                return _single(here)
        return None

    @staticmethod
    def _inside(region: Region, head: Region) -> bool:
        return head.code in (region.parent_code, region.province_code) and region.code != head.code


def _single(regions: list[Region]) -> Region | None:
    return regions[0] if len(regions) == 1 else None


def _names(region: Region) -> set[str]:
    names = {region.name, region.short}
    if region.name.endswith("自治州"):
        names.add(f"{region.short}州")
    return names


@cache
def gazetteer() -> Gazetteer:
    """Give all regions, read once."""
    return Gazetteer(_read())


def _read() -> Iterator[Region]:
    for row in _rows("provinces.csv"):
        yield Region(row["code"], row["name"], short_name(row["name"], "province"), "province", row["code"])
    direct = set()
    for row in _rows("cities.csv"):
        if row["name"] in DIRECT:
            direct.add(row["code"])
            continue
        province = row["provinceCode"]
        yield Region(row["code"], row["name"], short_name(row["name"], "city"), "city", province, province)
    for row in _rows("counties.csv"):
        province = row["provinceCode"]
        level, parent = ("city", province) if row["cityCode"] in direct else ("county", row["cityCode"])
        yield Region(row["code"], row["name"], short_name(row["name"], level), level, province, parent)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)
