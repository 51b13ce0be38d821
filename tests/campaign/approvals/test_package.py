"""The archive of an approved version, written while it is sent."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

from campaign.approvals.package import BLOCK_BYTES, Member, slip, stream_zip

AT = datetime(2024, 10, 31, 16, 30, tzinfo=UTC)


def test_an_archive_is_sent_piece_by_piece_and_holds_what_was_put_in(tmp_path):
    film = tmp_path / "film"
    film.write_bytes(bytes(range(256)) * 16_384)
    members = [Member("案例+视频.mp4", film), Member("案例+文稿.txt", "文稿".encode())]
    pieces = list(stream_zip(members, AT))
    assert len(pieces) == 4 + 3
    assert max(map(len, pieces)) < BLOCK_BYTES + 4096
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert archive.testzip() is None
        assert [(i.filename, i.file_size, i.date_time) for i in archive.infolist()] == [
            ("案例+视频.mp4", 4 * BLOCK_BYTES, (2024, 11, 1, 0, 30, 0)),
            ("案例+文稿.txt", 6, (2024, 11, 1, 0, 30, 0)),
        ]
        assert archive.read("案例+视频.mp4") == film.read_bytes()


def test_the_same_version_gives_the_same_bytes(tmp_path):
    film = tmp_path / "film"
    film.write_bytes(b"film")
    once, again = (b"".join(stream_zip([Member("a.mp4", film)], AT)) for _time in range(2))
    assert once == again


def test_the_slip_says_by_whose_consent():
    said = slip("标题", 2, "示例审核员", AT, ["标题+视频.mp4"]).decode("utf-8-sig")
    assert said.split("\r\n") == [
        "《标题》发布包",
        "版本：第2版",
        "审定：示例审核员，2024年11月1日 00:30",
        "未经中国科协企业创新服务中心同意，不得改动后发布。",
        "",
        "标题+视频.mp4",
        "",
    ]
