"""The zh_CN catalogue is complete: every source string has a Chinese text with the same places in it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "campaign/translations/zh_CN/LC_MESSAGES/messages.po"
KEYWORDS = {
    "_": None,
    "N_": None,
    "_l": None,
    "gettext": None,
    "ngettext": (1, 2),
    "_n": (1, 2),
    "lazy_gettext": None,
}
PLACE = re.compile(r"%\((\w+)\)")


@cache
def source_strings():
    with (ROOT / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)
    found = set()
    for folder in ("campaign", "media", "reports", "templates"):
        prefixed = [
            (pattern.removeprefix(f"{folder}/"), method)
            for pattern, method in methods
            if pattern.startswith(folder)
        ]
        for _file, _line, message, _comments, _context in extract_from_dir(
            ROOT / folder,
            prefixed,
            {"**.html": options.get("templates/**.html", {})},
            KEYWORDS,
            # By default Babel passes over folders that begin with an underscore.
            directory_filter=lambda path: not Path(path).name.startswith("."),
        ):
            found.add(message if isinstance(message, str) else message[0])
    return found


def catalogue():
    with CATALOGUE.open("rb") as file:
        read = read_po(file, locale="zh_CN")
    return {
        (m.id if isinstance(m.id, str) else m.id[0]): (m.string if isinstance(m.string, str) else m.string[0])
        for m in read
        if m.id
    }


def test_every_source_string_has_a_chinese_text():
    texts = catalogue()
    assert sorted(s for s in source_strings() if s and not texts.get(s)) == []


def test_the_catalogue_holds_no_string_that_nobody_says():
    assert sorted(set(catalogue()) - source_strings()) == []


def test_every_chinese_text_has_the_places_of_its_source():
    with CATALOGUE.open("rb") as file:
        messages = [m for m in read_po(file, locale="zh_CN") if m.id]
    wrong = []
    for message in messages:
        # Chinese has one form; it stands for the plural, whose places the singular may lack.
        source = message.id if isinstance(message.id, str) else message.id[1]
        text = message.string if isinstance(message.string, str) else message.string[0]
        if set(PLACE.findall(source)) != set(PLACE.findall(text)):
            wrong.append(source)
    assert wrong == []
