"""Setting a page of our own with typst: fixed template, words as data, photographs as files beside it."""

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

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from reports.charts import FontFiles


def typeset(
    template: str,
    data: Mapping[str, Any],
    pictures: Mapping[str, bytes | Path],
    fonts: FontFiles,
    made_at: datetime,
) -> bytes:
    """Return a PDF of a template in `assets`; `pictures` are JPEG or PNG by the names the data calls them.

    They are bytes or files. Raises ReportError when typst refuses it. System fonts are ignored.
    """
    loaded = _loaded(tuple(sorted({path.parent for path in (fonts.regular, fonts.bold, *fonts.fallbacks)})))
    families = [fonts.family, *sorted(set(loaded.families()) - {fonts.family})]
    source = files("reports").joinpath("assets", template).read_bytes()
    with tempfile.TemporaryDirectory(prefix="qichuang-typst-") as folder:
        for name, content in pictures.items():
            if isinstance(content, Path):
                shutil.copyfile(content, Path(folder) / name)
            else:
                (Path(folder) / name).write_bytes(content)
        main = Path(folder) / "main.typ"
        main.write_bytes(source)
        try:
            pdf: bytes = typst.compile(
                str(main),
                root=folder,
                font_paths=loaded,
                ignore_system_fonts=True,
                sys_inputs={"data": json.dumps({**data, "fonts": families}, ensure_ascii=False)},
                timestamp=int(made_at.timestamp()),
            )
        except typst.TypstError as error:
            raise ReportError(N_("The PDF could not be set: %(reason)s"), reason=error.message) from error
    return pdf


@lru_cache(maxsize=4)
def _loaded(folders: tuple[Path, ...]) -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in folders],
    )
