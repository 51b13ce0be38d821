"""What a batch writes down beside its results: what was made from what, and what is known of the sources."""

import contextlib
import functools
import hashlib
import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import media.info
import media.probe
from media.files import arriving, sha256_of
from media.info import MediaInfo
from media.probe import probe

FOLDER = ".qichuang-batch"
_RECORD, _SOURCES = "results.json", "sources.json"
_VERSION = 1


class SourceBook:
    """What is known of the sources: facts and sha-256, found once per file as long as size and time stay.

    Safe to ask from several threads. Nothing is written before save().
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FOLDER / _SOURCES
        self._known: dict[str, dict[str, Any]] = _read_json(self._path)
        self._infos: dict[str, MediaInfo] = {}
        self._lock = threading.Lock()

    def info(self, path: Path, name: str) -> MediaInfo:
        """Give a film's facts; raises what probe raises."""
        entry = self._entry(path)
        key = str(path.resolve())
        if key not in self._infos and entry.get("found_by") == _finder():
            with contextlib.suppress(KeyError, TypeError, ValueError):
                self._infos[key] = MediaInfo.from_json(entry["info"])
        if key not in self._infos:
            self._infos[key] = probe(path, name=name)
            entry |= {"info": self._infos[key].to_json(), "found_by": _finder()}
        return self._infos[key]

    def sha256(self, path: Path) -> str:
        """Give the content of a file as one number."""
        entry = self._entry(path)
        if "sha256" not in entry:
            entry["sha256"] = sha256_of(path)
        return str(entry["sha256"])

    def is_unchanged(self, path: Path) -> bool:
        """Say whether a file still is what was read."""
        known = self._known.get(str(path.resolve()), {})
        try:
            return {key: known.get(key) for key in ("size", "mtime_ns")} == _stamp(path)
        except OSError:
            return False

    def _entry(self, path: Path) -> dict[str, Any]:
        key, stamp = str(path.resolve()), _stamp(path)
        with self._lock:
            entry = self._known.get(key)
            if not isinstance(entry, dict) or {name: entry.get(name) for name in stamp} != stamp:
                self._known[key] = entry = dict(stamp)
                self._infos.pop(key, None)
            return entry

    def save(self) -> None:
        """Write down what was found, for the next run."""
        with self._lock:
            known = {key: dict(entry) for key, entry in self._known.items()}
        _write_json(self._path, known)


@functools.cache
def _finder() -> str:
    """Name what finds the facts, so that those which an older release found are found anew."""
    sources = b"".join(Path(module.__file__ or "").read_bytes() for module in (media.probe, media.info))
    return hashlib.sha256(sources).hexdigest()[:16]


def _stamp(path: Path) -> dict[str, int]:
    told = path.stat()
    return {"size": told.st_size, "mtime_ns": told.st_mtime_ns}


def _read_json(path: Path) -> dict[str, Any]:
    """Read a file of this house; one that is missing, broken or of another release knows nothing."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if (
        not isinstance(data, dict)
        or data.get("version") != _VERSION
        or not isinstance(data.get("known"), dict)
    ):
        return {}
    known: dict[str, Any] = data["known"]
    return known


def _write_json(path: Path, known: Mapping[str, object]) -> None:
    with arriving(path) as part:
        part.write_text(
            json.dumps({"version": _VERSION, "known": known}, ensure_ascii=False), encoding="utf-8"
        )


class Results:
    """The record of what was made, and whether it is still so."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / FOLDER / _RECORD
        self._known: dict[str, dict[str, Any]] = _read_json(self._path)
        self._whole: dict[str, bool] = {}

    def is_whole(self, file: str) -> bool:
        """Say whether a result is exactly the one that was recorded; its bytes are read."""
        if file not in self._whole:
            path, known = self._folder / file, self._known.get(file, {})
            try:
                same = path.stat().st_size == known.get("size_bytes") and not path.is_symlink()
                self._whole[file] = same and sha256_of(path) == known.get("sha256")
            except OSError:
                self._whole[file] = False
        return self._whole[file]

    def answers(self, file: str, fingerprint: str) -> bool:
        """Say whether a result stands there and is the one that is asked for."""
        return self._known.get(file, {}).get("fingerprint") == fingerprint and self.is_whole(file)

    def equal(self, fingerprint: str) -> str:
        """Name a whole result that was made from the same, whatever it is called; "" if there is none."""
        names = (name for name, known in self._known.items() if known.get("fingerprint") == fingerprint)
        return next((name for name in names if self.is_whole(name)), "")

    def result(self, file: str) -> dict[str, object]:
        """Give what the verification of a result found."""
        found: dict[str, object] = self._known[file]["result"]
        return found

    def place(self, made: Path, file: str, fingerprint: str, result: Mapping[str, object]) -> None:
        """Record a result, then rename it into place."""
        self._known[file] = {
            "fingerprint": fingerprint, "sha256": result["sha256"], "size_bytes": result["size_bytes"],
            "result": dict(result) | {"file": file},
        }  # fmt: skip
        _write_json(self._path, self._known)
        made.replace(self._folder / file)
        self._whole[file] = True
