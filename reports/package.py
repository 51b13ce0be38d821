"""The acceptance archive: numbered folders, checksums, and the same bytes for the same content (A16, A17).

A ZIP that is streamed to disk member by member. What is finished is noted beside it, so that a job which was
killed goes on behind the last whole member. Names survive Windows; `sha256sum -c SHA256SUMS.txt` passes in
the unpacked folder.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports.errors import N_, ReportError
from reports.wording import SHANGHAI

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

SUMS = "SHA256SUMS.txt"
# Windows opens paths of up to 259 characters; the folder it is unpacked into wants some of them.
MOST_PATH, MOST_NAME = 180, 70
# What is kept of the end of a long name: numbers stand there.
_TAIL = 6
_FORBIDDEN = dict(zip(map(ord, '<>:"/\\|?*'), "＜＞：＂／＼｜？＊", strict=True))
_RESERVED = re.compile(r"^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)", re.IGNORECASE)
# What is packed already only costs time to pack again.
_PLAIN = frozenset({".html", ".txt", ".csv", ".json", ".srt", ".edl", ".fcpxml"})
_BLOCK = 1 << 20
_KEPT = ("header_offset", "CRC", "compress_size", "file_size", "flag_bits")


class PackageStopped(Exception):  # noqa: N818 - named as what happened
    """The making was asked to stop; what is finished stays and is gone on with."""


@dataclass(frozen=True)
class Member:
    """A file of the archive: its path with slashes, and its bytes or the file that holds them.

    `sha256` is what its content must be, where that is known; packing refuses anything else by name.
    """

    path: str
    content: bytes | Path
    sha256: str = ""

    @property
    def size_bytes(self) -> int:
        """Its size."""
        return len(self.content) if isinstance(self.content, bytes) else self.content.stat().st_size


@dataclass(frozen=True)
class Packed:
    """A member as it stands in the archive."""

    path: str
    size_bytes: int
    sha256: str


def safe_name(name: str, most: int = MOST_NAME) -> str:
    """A name for a file or folder that Windows, macOS and Linux keep as it is; never empty.

    Signs that Windows forbids become their full-width sisters. What is too long loses its middle, not its
    ending.
    """
    plain = unicodedata.normalize("NFC", name).translate(_FORBIDDEN)
    plain = "".join(sign for sign in plain if unicodedata.category(sign)[0] != "C")
    plain = " ".join(plain.split()).strip(". ") or "_"
    if _RESERVED.match(plain):
        plain = f"_{plain}"
    if len(plain) > most:
        stem, dot, ending = plain.rpartition(".")
        ending = dot + ending if stem and len(ending) <= 8 else ""
        stem = plain.removesuffix(ending)
        tail = stem[-_TAIL:] + ending
        plain = f"{stem[: most - 1 - len(tail)].rstrip('. ')}…{tail}"
    return plain


def safe_paths(paths: Iterable[Sequence[str]]) -> list[str]:
    """Join parts to paths that are safe, no longer than MOST_PATH, and different also where case is not."""
    taken: set[str] = set()
    made = []
    for parts in paths:
        *folders, name = (safe_name(part) for part in parts)
        room = max(20, MOST_PATH - sum(len(folder) + 1 for folder in folders))
        most = min(MOST_NAME, room)
        path, number = "/".join((*folders, safe_name(name, most))), 1
        while path.casefold() in taken:
            number += 1
            mark = f" ({number})"
            stem, dot, ending = safe_name(name, most - len(mark)).rpartition(".")
            path = "/".join((*folders, f"{stem or ending}{mark}{dot}{ending if stem else ''}"))
        taken.add(path.casefold())
        made.append(path)
    return made


def write_package(
    members: Sequence[Member],
    out: Path,
    made_at: datetime,
    *,
    on_progress: Callable[[float], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[Packed, ...]:
    """Write the archive and give what is in it; SHA256SUMS.txt comes last and is not in its own list.

    `made_at`, an aware time, is the date of every member. What an earlier call with the same members left at
    `out` is gone on with. Raises PackageStopped when asked to stop, and ReportError where a file has changed
    while it was packed or is not what it must be.
    """
    _refuse_doubles(members)
    journal = _Journal(out, members, made_at)
    total = sum(member.size_bytes for member in members) or 1
    done = sum(packed.size_bytes for packed in journal.packed)
    with out.open("r+b" if out.exists() else "w+b") as stream:
        stream.seek(journal.end)
        stream.truncate()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
            journal.restore(archive)
            for member in members[len(journal.packed) :]:
                if should_stop and should_stop():
                    # A central directory in the midst would be cut off again; none is written.
                    archive.filelist.clear()
                    raise PackageStopped
                digest = _add(archive, member, made_at)
                journal.note(archive.infolist()[-1], digest, stream.tell())
                done += member.size_bytes
                if on_progress:
                    on_progress(min(1.0, done / total))
            packed = tuple(journal.packed)
            sums = "".join(f"{one.sha256}  {one.path}\n" for one in packed)
            _add(archive, Member(SUMS, sums.encode()), made_at)
    journal.close()
    return packed


def _refuse_doubles(members: Sequence[Member]) -> None:
    seen: set[str] = {SUMS.casefold()}
    for member in members:
        key = member.path.casefold()
        if key in seen:
            raise ReportError(N_("The package would hold %(path)s twice."), path=member.path)
        seen.add(key)


def _add(archive: zipfile.ZipFile, member: Member, made_at: datetime) -> str:
    info = zipfile.ZipInfo(member.path, made_at.astimezone(SHANGHAI).timetuple()[:6])
    info.create_system = 3
    info.external_attr = 0o644 << 16
    plain = Path(member.path).suffix.lower() in _PLAIN
    info.compress_type = zipfile.ZIP_DEFLATED if plain else zipfile.ZIP_STORED
    digest = hashlib.sha256()
    size = member.size_bytes
    # Whether the long form is needed is told before the first byte, so that it is the same on every run.
    with archive.open(info, "w", force_zip64=size >= 1 << 31) as target:
        written = 0
        if isinstance(member.content, bytes):
            digest.update(member.content)
            written = target.write(member.content)
        else:
            with member.content.open("rb") as source:
                while block := source.read(_BLOCK):
                    digest.update(block)
                    written += target.write(block)
    if written != size:
        raise ReportError(
            N_("%(path)s changed while it was packed. Make the package anew."), path=member.path
        )
    if member.sha256 and digest.hexdigest() != member.sha256:
        raise ReportError(
            N_(
                "The stored file of %(path)s is damaged: its check sum is not what it was. Put the file "
                "back from the backup, then try again."
            ),
            path=member.path,
        )
    return digest.hexdigest()


class _Journal:
    """What is finished, a line a member, beside the archive; other members or another date begin anew."""

    def __init__(self, out: Path, members: Sequence[Member], made_at: datetime) -> None:
        self._path = out.with_name(f"{out.name}.journal")
        told = [(member.path, member.size_bytes, member.sha256) for member in members]
        self._key = hashlib.sha256(
            json.dumps([made_at.isoformat(), told], ensure_ascii=False).encode()
        ).hexdigest()
        self._made_at = made_at
        self._lines = self._read() if out.exists() else []
        if not self._lines:
            self._path.write_text(json.dumps({"key": self._key}) + "\n", encoding="utf-8")
        size = out.stat().st_size if out.exists() else 0
        # The disk may hold less of the archive than the journal says.
        self._lines = [line for line in self._lines if line["end"] <= size]
        self.packed = [Packed(line["path"], line["file_size"], line["sha256"]) for line in self._lines]

    @property
    def end(self) -> int:
        """Where in the archive the next member begins."""
        return int(self._lines[-1]["end"]) if self._lines else 0

    def _read(self) -> list[dict[str, Any]]:
        try:
            head, *lines = self._path.read_text(encoding="utf-8").splitlines()
            if json.loads(head) != {"key": self._key}:
                return []
        except (OSError, ValueError):
            return []
        found = []
        for line in lines:
            try:
                found.append(json.loads(line))
            except ValueError:
                # The last line may be half of one.
                break
        return found

    def restore(self, archive: zipfile.ZipFile) -> None:
        """Tell an archive what stands in its file already."""
        for line in self._lines:
            info = zipfile.ZipInfo(line["path"], self._made_at.astimezone(SHANGHAI).timetuple()[:6])
            info.create_system, info.external_attr = 3, 0o644 << 16
            info.compress_type = line["compress_type"]
            for name in _KEPT:
                setattr(info, name, line[name])
            archive.filelist.append(info)
            archive.NameToInfo[info.filename] = info

    def note(self, info: zipfile.ZipInfo, sha256: str, end: int) -> None:
        """Write down a finished member."""
        line = {name: getattr(info, name) for name in (*_KEPT, "compress_type")}
        line |= {"path": info.filename, "sha256": sha256, "end": end}
        with self._path.open("a", encoding="utf-8") as journal:
            journal.write(json.dumps(line, ensure_ascii=False) + "\n")
        self.packed.append(Packed(info.filename, info.file_size, sha256))

    def close(self) -> None:
        """Forget the notes: the archive is whole."""
        self._path.unlink()
