"""The door to media."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from campaign import footage
from campaign.errors import StorageFull
from media.errors import Damaged, DiskFull

DOOR = Path(footage.__file__).parent
CAMPAIGN = DOOR.parent


def test_what_media_refuses_comes_out_with_the_same_words():
    with pytest.raises(footage.FilmRefused) as refused, footage.in_our_words():
        raise Damaged("%(name)s is broken after %(seconds)s s.", name="案例.mp4", seconds=3)
    assert (refused.value.code, refused.value.msgid) == ("damaged", "%(name)s is broken after %(seconds)s s.")
    assert refused.value.params == {"name": "案例.mp4", "seconds": 3}
    assert refused.value.is_about_the_film
    assert not refused.value.is_cancelled


def test_a_full_disk_is_no_fault_of_the_film():
    with pytest.raises(StorageFull), footage.in_our_words():
        raise DiskFull("There is no room for %(name)s.", name="案例.mp4")


def test_a_text_named_mp4_is_refused_by_the_name_its_owner_knows(tmp_path):
    path = tmp_path / "server-side-name.mp4"
    path.write_text("not a film" * 50, "utf-8")
    with pytest.raises(footage.FilmRefused) as refused:
        footage.probe(path, "案例.mp4")
    assert refused.value.code == "not_a_film"
    assert refused.value.params["name"] == "案例.mp4"
    assert "server-side-name" not in str(refused.value)


def test_the_fingerprint_names_all_that_decides_the_picture():
    def of(*spans, delivery="master"):
        return footage.fingerprint(spans, delivery)

    one, two = ("a" * 64, Fraction(1), Fraction(2)), ("b" * 64, Fraction(1), Fraction(2))
    assert of(one, two) == of(one, two)
    others = [
        of(one),
        of(two, one),
        of(one, two, delivery="web"),
        of(one, ("b" * 64, Fraction(1), Fraction(3))),
    ]
    assert len({of(one, two), *others}) == 5


def test_no_other_module_of_the_campaign_imports_media():
    """Design: one door."""
    offenders = [
        str(path.relative_to(CAMPAIGN))
        for path in CAMPAIGN.rglob("*.py")
        if not path.is_relative_to(DOOR)
        and any(
            line.lstrip().startswith(("import media", "from media"))
            for line in path.read_text("utf-8").splitlines()
        )
    ]
    assert offenders == []


def test_asking_for_help_loads_neither_database_nor_jobs_nor_title_maker():
    code = (
        "import sys, campaign.cli; "
        "print(sorted({'sqlalchemy', 'dbos', 'moviepy', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=CAMPAIGN.parent
    )
    assert done.stdout.strip() == "[]"
