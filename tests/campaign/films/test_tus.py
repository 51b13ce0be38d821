"""The protocol by itself: headers and bytes."""

from __future__ import annotations

import base64
import errno
import hashlib
import io

import pytest

from campaign.errors import StorageFull
from campaign.films import tus
from campaign.films.tus import Parts, ProtocolError


def b64(data):
    return base64.b64encode(data).decode()


def test_metadata_is_read_as_utf8_and_a_key_may_stand_alone():
    header = f"filename {b64('高效换热器.mp4'.encode())}, filetype {b64(b'video/mp4')},is_confidential"
    assert tus.parse_metadata(header) == {
        "filename": "高效换热器.mp4",
        "filetype": "video/mp4",
        "is_confidential": "",
    }


@pytest.mark.parametrize("header", ["filename ###", f"filename {b64(bytes([255, 254]))}", "a YQ==,a YQ=="])
def test_metadata_that_cannot_be_read_is_refused(header):
    with pytest.raises(ProtocolError) as refused:
        tus.parse_metadata(header)
    assert refused.value.status == 400


@pytest.mark.parametrize("header", [None, "", "-1", "1.5", "ten", "9" * 16])
def test_a_length_that_is_no_whole_number_is_refused(header):
    with pytest.raises(ProtocolError) as refused:
        tus.parse_number(header, "Upload-Length")
    assert refused.value.status == 400


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_piece_that_fits_its_checksum_passes(algorithm):
    tus.check_sum(f"{algorithm} {b64(hashlib.new(algorithm, b'abc').digest())}", b"abc")


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (f"sha256 {b64(hashlib.sha256(b'other').digest())}", 460),
        (f"md5 {b64(hashlib.md5(b'abc').digest())}", 400),  # noqa: S324 - shows that it is not taken
        ("sha256 ***", 400),
        ("", 400),
    ],
)
def test_a_damaged_piece_is_told_from_a_checksum_nobody_understands(header, status):
    with pytest.raises(ProtocolError) as refused:
        tus.check_sum(header, b"abc")
    assert refused.value.status == status


class Broken(io.RawIOBase):
    """A line that dies after some bytes."""

    def __init__(self, data):
        self.data = data

    def read(self, _size=-1):
        if self.data:
            data, self.data = self.data, b""
            return data
        raise ConnectionResetError


def test_what_came_before_the_line_broke_is_given_and_the_break_is_told():
    assert tus.read_chunk(Broken(b"half"), 100, ConnectionResetError) == (b"half", True)
    assert tus.read_chunk(io.BytesIO(b"whole"), 100, ConnectionResetError) == (b"whole", False)


def test_a_piece_over_the_limit_is_refused():
    with pytest.raises(ProtocolError) as refused:
        tus.read_chunk(io.BytesIO(b"x" * 101), 100, ConnectionResetError)
    assert refused.value.status == 413


def test_bytes_behind_the_offset_are_cut_off_before_the_next_piece(tmp_path):
    """A crash between writing and committing leaves more bytes than the database knows of."""
    parts = Parts(tmp_path)
    parts.append("one", 0, b"0123456789")
    parts.append("one", 4, b"abc")
    assert parts.path("one").read_bytes() == b"0123abc"


def test_a_file_shorter_than_the_offset_is_gone(tmp_path):
    parts = Parts(tmp_path)
    parts.append("one", 0, b"0123")
    with pytest.raises(ProtocolError) as refused:
        parts.append("one", 10, b"abc")
    assert refused.value.status == 410


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    parts = Parts(tmp_path)
    parts.append("one", 0, b"0123")

    def fill_up(out, data):
        out.write(data[:2])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(tus, "_write_all", fill_up)
        with pytest.raises(StorageFull):
            parts.append("one", 4, b"abcdef")
    assert parts.path("one").read_bytes() == b"0123"
    parts.append("one", 4, b"abcdef")
    assert parts.path("one").read_bytes() == b"0123abcdef"
