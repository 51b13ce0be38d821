"""The acceptance archive (A16, A17): safe names, checksums, the same bytes, and going on after a stop."""

import hashlib
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime

import pytest

from reports.errors import ReportError
from reports.package import SUMS, Member, PackageStopped, Packed, safe_name, safe_paths, write_package

MOMENT = datetime(2024, 11, 30, 10, 30, tzinfo=UTC)


def members(tmp_path, count=4):
    made = [Member("目录.html", b"<p>index</p>" * 200)]
    for number in range(1, count):
        path = tmp_path / f"{number}.bin"
        path.write_bytes(bytes([number]) * 3_000_000)
        made.append(Member(f"附件1 宣传报道清单/{number:04d} 证据.jpg", path))
    return made


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ('甲/乙:"丙"?.pdf', "甲／乙：＂丙＂？.pdf"),
        ("con", "_con"),
        ("COM1.txt", "_COM1.txt"),
        ("  尾点. ", "尾点"),
        ("行\n二\u200b.docx", "行二.docx"),
        ("..", "_"),
        ("长" * 90 + ".pdf", "长" * 59 + "…" + "长" * 6 + ".pdf"),
    ],
)
def test_names_survive_windows(name, safe):
    assert safe_name(name) == safe


def test_no_two_paths_are_the_same_on_a_disk_that_knows_no_case():
    assert safe_paths([("甲", "A.pdf"), ("甲", "a.pdf"), ("甲", "A.pdf")]) == [
        "甲/A.pdf", "甲/a (2).pdf", "甲/A (3).pdf",
    ]  # fmt: skip


def test_paths_stay_short_enough_for_windows():
    paths = safe_paths([("文" * 70, "件" * 70, "名" * 70 + f"{n}.jpg") for n in range(3)])
    assert [len(path) <= 180 for path in paths] == [True] * 3


def test_the_archive_holds_every_file_and_its_checksum(tmp_path):
    packed = write_package(members(tmp_path), tmp_path / "out.zip", MOMENT)
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert archive.testzip() is None
        told = [
            Packed(one.path, one.size_bytes, hashlib.sha256(archive.read(one.path)).hexdigest())
            for one in packed
        ]
        assert archive.namelist() == [*(one.path for one in packed), SUMS]
    assert tuple(told) == packed


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="needs sha256sum, part of coreutils")
def test_sha256sum_passes_in_the_unpacked_folder(tmp_path):
    write_package(members(tmp_path), tmp_path / "out.zip", MOMENT)
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        archive.extractall(tmp_path / "unpacked")
    checked = subprocess.run(
        ["sha256sum", "--quiet", "-c", SUMS], cwd=tmp_path / "unpacked", capture_output=True, check=False
    )
    assert (checked.returncode, checked.stdout) == (0, b"")


def test_the_same_content_gives_the_same_bytes(tmp_path):
    for name in ("one.zip", "two.zip"):
        write_package(members(tmp_path), tmp_path / name, MOMENT)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_a_stopped_package_is_gone_on_with_to_the_same_bytes(tmp_path, after):
    whole, parts = tmp_path / "whole.zip", tmp_path / "parts.zip"
    write_package(members(tmp_path), whole, MOMENT)
    asked = iter([False] * after + [True])
    with pytest.raises(PackageStopped):
        write_package(members(tmp_path), parts, MOMENT, should_stop=lambda: next(asked))
    added = []
    write_package(members(tmp_path), parts, MOMENT, on_progress=added.append)
    assert len(added) == 4 - after
    assert parts.read_bytes() == whole.read_bytes()
    assert sorted(path.name for path in tmp_path.glob("*.journal")) == []


def test_a_killed_package_is_gone_on_with_behind_its_last_whole_member(tmp_path):
    whole, parts = tmp_path / "whole.zip", tmp_path / "parts.zip"
    write_package(members(tmp_path), whole, MOMENT)
    asked = iter([False, False, True])
    with pytest.raises(PackageStopped):
        write_package(members(tmp_path), parts, MOMENT, should_stop=lambda: next(asked))
    with parts.open("ab") as stream:
        stream.write(b"half of a member")
    with (tmp_path / "parts.zip.journal").open("a") as journal:
        journal.write('{"path": "half of a li')
    write_package(members(tmp_path), parts, MOMENT)
    assert parts.read_bytes() == whole.read_bytes()


def test_other_content_begins_anew(tmp_path):
    parts = tmp_path / "parts.zip"
    asked = iter([False, False, True])
    with pytest.raises(PackageStopped):
        write_package(members(tmp_path), parts, MOMENT, should_stop=lambda: next(asked))
    other = [*members(tmp_path), Member("更多.txt", b"more")]
    packed = write_package(other, parts, MOMENT)
    assert [one.path for one in packed] == [one.path for one in other]
    with zipfile.ZipFile(parts) as archive:
        assert archive.testzip() is None


def test_a_path_twice_is_refused(tmp_path):
    with pytest.raises(ReportError, match="twice"):
        write_package([Member("甲.txt", b"1"), Member("甲.TXT", b"2")], tmp_path / "out.zip", MOMENT)
