import errno
import io
import os

import pytest
from sqlalchemy import func, select

from campaign.errors import StorageFull
from campaign.storage import Asset, Storage, Stored, TooLarge, asset_for

HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"


@pytest.fixture
def storage(tmp_path):
    return Storage(tmp_path / "assets")


def files(storage):
    return [p for p in storage.root.rglob("*") if p.is_file()]


def test_a_file_lies_under_its_own_content(storage):
    stored = storage.put_stream(io.BytesIO(b"hello"))
    assert stored == Stored(HELLO, 5)
    assert storage.path(HELLO).read_bytes() == b"hello"


def test_an_original_cannot_be_written_again(storage):
    storage.put_stream(io.BytesIO(b"hello"))
    assert oct(storage.path(HELLO).stat().st_mode & 0o777) == "0o444"


def test_the_same_content_twice_is_one_file(storage, tmp_path):
    storage.put_stream(io.BytesIO(b"hello"))
    other = tmp_path / "copy"
    other.write_bytes(b"hello")
    assert storage.adopt(other) == Stored(HELLO, 5)
    assert (files(storage), other.exists()) == ([storage.path(HELLO)], False)


def test_what_is_over_the_limit_leaves_nothing_behind(storage):
    with pytest.raises(TooLarge) as caught:
        storage.put_stream(io.BytesIO(b"hello"), limit_bytes=4)
    assert (caught.value.limit_bytes, files(storage)) == (4, [])


def test_a_full_disk_is_said_in_plain_words_and_leaves_nothing_behind(storage, monkeypatch):
    kept = storage.put_stream(io.BytesIO(b"hello"))

    def full(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull, match="disk is full"):
        storage.put_stream(io.BytesIO(b"another"))
    assert files(storage) == [storage.path(kept.sha256)]


@pytest.mark.both_databases
def test_two_rows_never_stand_for_one_content(session):
    first = asset_for(session, Stored(HELLO, 5), "text/plain")
    second = asset_for(session, Stored(HELLO, 5), "text/plain")
    assert first.id == second.id
    assert session.scalar(select(func.count()).select_from(Asset)) == 1


def test_what_is_derived_is_made_once_and_again_when_it_is_gone(storage):
    made = []

    def make():
        made.append(1)
        return b"small"

    first = storage.derived(HELLO, "480.webp", make)
    assert (storage.derived(HELLO, "480.webp", make), first.read_bytes(), len(made)) == (first, b"small", 1)
    first.unlink()
    storage.derived(HELLO, "480.webp", make)
    assert (first.read_bytes(), len(made), files(storage)) == (b"small", 2, [first])


def test_what_cannot_be_derived_leaves_nothing_behind(storage):
    with pytest.raises(ZeroDivisionError):
        storage.derived(HELLO, "480.webp", lambda: bytes(1 // 0))
    assert files(storage) == []
