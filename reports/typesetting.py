"""The one place where typst is called: fixed templates, words as data, our own fonts and no others.

The same data give the same bytes on every machine; no title can become markup.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst

from reports.errors import N_, ReportError
from reports.stand_ins import stand_in, with_pictures

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from reports.charts import FontFiles

# How many settings typst's memory outlasts, and how large a document is worth the time to clear it.
REMEMBERED = 10
FORGET_FROM_BYTES = 400_000


def template_bytes(name: str) -> bytes:
    """One of the templates in `assets`."""
    return files("reports").joinpath("assets", name).read_bytes()


def families(fonts: FontFiles) -> list[str]:
    """The families that a template may set its words in, the main one first."""
    return [fonts.family, *sorted(set(_loaded(_folders(fonts)).families()) - {fonts.family})]


def compiled(
    source: bytes | Path,
    inputs: Mapping[str, str],
    fonts: FontFiles,
    made_at: datetime,
    *,
    root: Path | None = None,
) -> bytes:
    """Set a template; `root` is all of the disk that it may read, nothing without it.

    `made_at` is an aware UTC time and becomes the creation date. Raises ReportError when typst refuses.
    """
    # The library's types want one kind of input; a path is told by its type, so words stay words.
    wanted: Any = source
    loaded = _loaded(_folders(fonts))
    try:
        pdf: bytes = typst.compile(
            wanted,
            root=root,
            font_paths=loaded,
            ignore_system_fonts=True,
            sys_inputs=dict(inputs),
            timestamp=int(made_at.timestamp()),
        )
    except typst.TypstError as error:
        raise ReportError(N_("The PDF could not be set: %(reason)s"), reason=error.message) from error
    if len(pdf) >= FORGET_FROM_BYTES:
        _forget(loaded)
    return pdf


def _forget(loaded: typst.Fonts) -> None:
    """Make typst drop what it remembers of the last document.

    It keeps the layout of everything for the ten settings that follow, some 100 MB for a report of a hundred
    pages, so that a worker that writes nine of them would hold a gigabyte. Settings of nothing are counted
    as well, and take a hundredth of a second each.
    """
    for _setting in range(REMEMBERED + 1):
        typst.compile(b"", font_paths=loaded, ignore_system_fonts=True)


def typeset(
    template: str,
    data: Mapping[str, Any],
    pictures: Mapping[str, bytes | Path],
    fonts: FontFiles,
    made_at: datetime,
    finish: Callable[[bytes], bytes] = bytes,
) -> bytes:
    """Return a PDF of a template that reads the JSON of its input `data`, in which `fonts` are the families.

    `pictures` are JPEG or PNG, bytes or files, by the names the data calls them; those that are files have to
    be shown by the template. `finish` gets the PDF while stand-ins keep the files' places.
    """
    told = {"data": json.dumps({**data, "fonts": families(fonts)}, ensure_ascii=False)}
    with tempfile.TemporaryDirectory(prefix="qichuang-typst-") as name:
        folder = Path(name)
        stand_ins = []
        for called, content in pictures.items():
            small = stand_in(content) if isinstance(content, Path) else None
            if small is not None:
                stand_ins.append(small)
                (folder / called).write_bytes(small.content)
            elif isinstance(content, Path):
                shutil.copyfile(content, folder / called)
            else:
                (folder / called).write_bytes(content)
        main = folder / "main.typ"
        main.write_bytes(template_bytes(template))
        return with_pictures(finish(compiled(main, told, fonts, made_at, root=folder)), stand_ins)


def _folders(fonts: FontFiles) -> tuple[Path, ...]:
    return tuple(sorted({path.parent for path in (fonts.regular, fonts.bold, *fonts.fallbacks)}))


@lru_cache(maxsize=4)
def _loaded(folders: tuple[Path, ...]) -> typst.Fonts:
    """Return the fonts of these folders, read once per process: reading 20 MB takes longer than setting."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in folders],
    )
