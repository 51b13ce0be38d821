"""An approved version as one archive for the platforms, written while it is sent (A9, A10, B8)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from campaign.formatting import datetime_zh, local

BLOCK_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Member:
    """One file of an archive: its name there, and a stored file or the content itself."""

    name: str
    content: Path | bytes


class _Pipe(io.RawIOBase):
    """Collects what zipfile writes until it is handed on; cannot go back, so zipfile writes descriptors."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def write(self, data: object) -> int:
        content = bytes(data)  # type: ignore[call-overload]
        self.parts.append(content)
        return len(content)

    def take(self) -> bytes:
        content, self.parts = b"".join(self.parts), []
        return content


def stream_zip(members: Sequence[Member], at: datetime) -> Iterator[bytes]:
    """Give an archive piece by piece, holding one block of a film in memory; the files are not compressed.

    Films do not get smaller, and names are UTF-8. Every member carries the time `at`, so that one version
    always gives the same bytes.
    """
    pipe = _Pipe()
    moment = local(at).timetuple()[:6]
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for member in members:
            info = zipfile.ZipInfo(member.name, date_time=moment)
            info.external_attr = 0o644 << 16
            if isinstance(member.content, bytes):
                archive.writestr(info, member.content)
            else:
                with member.content.open("rb") as source, archive.open(info, "w", force_zip64=True) as target:
                    while block := source.read(BLOCK_BYTES):
                        target.write(block)
                        yield pipe.take()
            yield pipe.take()
    yield pipe.take()


def manuscript(title: str, text: str) -> bytes:
    """Title and words as a text file that every editor on Windows opens in the right characters."""
    return f"{title}\r\n\r\n{text.replace(chr(10), chr(13) + chr(10))}\r\n".encode("utf-8-sig")


def slip(title: str, version: int, approved_by: str, approved_at: datetime, files: Sequence[str]) -> bytes:
    """The sheet that says by whose consent these files may be used (A16); Chinese, as all documents are."""
    lines = [
        f"《{title}》发布包",
        f"版本：第{version}版",
        f"审定：{approved_by}，{datetime_zh(approved_at)}",
        "未经中国科协企业创新服务中心同意，不得改动后发布。",
        "",
        *files,
    ]
    return ("\r\n".join(lines) + "\r\n").encode("utf-8-sig")
