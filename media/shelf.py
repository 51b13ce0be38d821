"""Names of files: finding the film that a list names however it is written, and naming results safely."""

import itertools
import os
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath

from media.errors import N_, BadList

FILMS = frozenset({
    ".mp4", ".mov", ".m4v", ".mts", ".m2ts", ".ts", ".mkv", ".avi", ".wmv", ".asf", ".flv", ".mpg", ".mpeg",
    ".vob", ".mxf", ".webm", ".3gp",
})  # fmt: skip
SUBTITLES = frozenset({".srt", ".vtt", ".ass", ".ssa"})
MUSIC = frozenset({".mp3", ".wav", ".m4a", ".aac", ".flac", ".ogg", ".opus", ".wma"})
_MOST_FILES = 20_000
_FORBIDDEN = frozenset('<>:"/\\|?*')
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³")}
)
# Linux takes 255 bytes, Chinese has three to the letter, and temporary names need room beside it.
_MOST_NAME_BYTES = 150


def folded(text: str) -> str:
    """Bring a name to one form: full-width as plain, composed, small, single blanks, "/" between folders."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("\\", "/")
    # Folding may take a letter apart again (İ), so that it is composed once more.
    return unicodedata.normalize("NFC", " ".join(plain.split()))


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


class Shelf:
    """Files by name. A name from a list is only ever compared with these, so it can lead nowhere else."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = dict(sorted(files.items()))
        ways: tuple[Callable[[str], str], ...] = (
            _composed,
            lambda name: _composed(PurePosixPath(name).name),
            folded,
            lambda name: folded(PurePosixPath(name).name),
            lambda name: _composed(PurePosixPath(name).stem),
            lambda name: folded(PurePosixPath(name).stem),
            lambda name: folded(str(PurePosixPath(name).with_suffix(""))),
        )
        self._indices: list[dict[str, list[str]]] = []
        for way in ways:
            index: dict[str, list[str]] = defaultdict(list)
            for name in self._files:
                index[way(name)].append(name)
            self._indices.append(dict(index))

    @classmethod
    def of_folder(cls, folder: Path, endings: frozenset[str], *, without: Iterable[Path] = ()) -> "Shelf":
        """Take every file with one of the endings, in sub-folders too; links are not followed.

        without names folders that are left out (such as the one for the results). BadList for more files
        than anybody has films.
        """
        left_out = {path.resolve() for path in without} - {folder.resolve()}
        found: dict[str, Path] = {}
        for place, folders, names in os.walk(folder):
            here = Path(place)
            folders[:] = sorted(
                name
                for name in folders
                if not name.startswith(".") and (here / name).resolve() not in left_out
            )
            for name in names:
                path = here / name
                if path.suffix.lower() in endings and not path.is_symlink() and path.is_file():
                    found[path.relative_to(folder).as_posix()] = path
            if len(found) > _MOST_FILES:
                raise BadList(
                    N_("%(name)s holds more than %(most)s films. Choose the folder of this list's films."),
                    name=folder.name,
                    most=_MOST_FILES,
                )
        return cls(found)

    def find(self, asked: str) -> tuple[str, ...]:
        """Give the names that fit best: one if it is clear, several if it is not, none if there is none.

        As it stands comes before folded, the whole path before the file's name, that before the name without
        its ending.
        """
        exact, wanted = unicodedata.normalize("NFC", asked.strip()), folded(asked)
        for index, key in zip(
            self._indices, (exact, exact, wanted, wanted, exact, wanted, wanted), strict=True
        ):
            if found := index.get(key):
                return tuple(found)
        return ()

    def near(self, asked: str) -> str:
        """Give the name that is most like one that was not found; "" if none is like it."""
        import difflib  # noqa: PLC0415 - only where something is wrong

        names = {folded(Path(name).stem): name for name in self._files}
        like = difflib.get_close_matches(folded(Path(asked).stem), names, n=1, cutoff=0.6)
        return Path(names[like[0]]).name if like else ""

    def path(self, name: str) -> Path:
        """Give the file of a name that find gave."""
        return self._files[name]

    @property
    def files(self) -> dict[str, Path]:
        """All of them, by name."""
        return dict(self._files)


def safe_name(text: str) -> str:
    """Make a file name without ending that Windows, macOS and Linux take; letters of any language stay."""
    plain = "".join(
        "_" if sign in _FORBIDDEN else sign
        for sign in _composed(text)
        if sign.isprintable() or sign.isspace()
    )
    plain = " ".join(plain.split())
    while len(plain.encode(errors="replace")) > _MOST_NAME_BYTES:
        plain = plain[:-1]
    plain = plain.strip(" .")
    if plain.partition(".")[0].strip().casefold() in _RESERVED:
        plain = f"_{plain}"
    return plain or "_"


def safe_names(texts: Iterable[str], ends: Iterable[str] | None = None) -> list[str]:
    """Make safe names that differ even where small and capital letters do not; the second gets " (2)".

    ends are put behind each name, such as the delivery's.
    """
    taken: set[str] = set()
    names: list[str] = []
    for text, end in zip(texts, ends or itertools.repeat(""), strict=False):
        name, number = f"{safe_name(text)}{end}", 1
        while folded(name) in taken:
            number += 1
            name = f"{safe_name(text)} ({number}){end}"
        taken.add(folded(name))
        names.append(name)
    return names
