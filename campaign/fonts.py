"""Chinese fonts for reports, charts and title cards, made once into the data folder.

The fonts come from the justmytype-intl-cjk wheel (Noto Sans SC, SIL Open Font Licence 1.1; the licence is
copied beside the fonts). The wheel holds variable fonts, which matplotlib draws hairline thin, so the two
weights the product uses are made static with fontTools. A system Noto CJK is deliberately not used: it is a
collection whose first face is Japanese (matplotlib and Pillow take that one), and documents would differ
from machine to machine.

Noto Sans SC lacks some 2,000 characters that names of people and places use (𠮷 among them); those which its
Japanese and Traditional Chinese sisters have are cut out of them into small fallback fonts.
"""

from __future__ import annotations

import importlib.metadata
import importlib.resources
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fontTools import subset
from fontTools.ttLib import TTFont, TTLibError
from fontTools.varLib import instancer

from campaign.errors import CampaignError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FAMILY = "Noto Sans SC"
WHEEL = "justmytype-intl-cjk"
# Raised when the making changes, so that fonts made by an older release are made anew.
RECIPE = 1
WEIGHTS: Mapping[str, int] = {"Regular": 400, "Bold": 700}
SISTERS = ("jp", "tc")


def N_(msgid: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark `msgid` for the catalogue and return it unchanged."""
    return msgid


class FontsUnavailableError(CampaignError):
    """The Chinese fonts can be neither found nor made; says why in `msgid` and `params`."""


@dataclass(frozen=True)
class Fonts:
    """Static font files, one face each.

    `fallbacks` hold rare characters that `regular` and `bold` lack, in both weights.
    `licence` is the text of the SIL Open Font Licence that covers all of them.
    """

    regular: Path
    bold: Path
    family: str
    fallbacks: tuple[Path, ...]
    licence: Path


def find_fonts(data_dir: Path) -> Fonts | None:
    """Return the fonts made earlier, or None; makes nothing.

    Raises FontsUnavailableError when the wheel itself is missing.
    """
    folder = _folder(data_dir)
    fonts = _fonts_in(folder)
    # The folder appears by one rename, so it is complete or absent; a file deleted by hand is seen here.
    complete = all(path.is_file() for path in (fonts.regular, fonts.bold, fonts.licence, *fonts.fallbacks))
    return fonts if complete else None


def ensure_fonts(data_dir: Path) -> Fonts:
    """Return the fonts, making them first when they are not there yet (about 15 s on 2 cores, once).

    Safe to call from several processes: one makes, the others wait. Raises FontsUnavailableError.
    """
    fonts = find_fonts(data_dir)
    if fonts is not None:
        return fonts
    home = data_dir / "fonts"
    try:
        home.mkdir(parents=True, exist_ok=True)
        with _one_at_a_time(home):
            fonts = find_fonts(data_dir)
            if fonts is None:
                _make_all(home, _folder(data_dir))
    except OSError as error:
        raise FontsUnavailableError(
            N_("The fonts cannot be stored in %(folder)s: %(reason)s"),
            folder=str(home),
            reason=error.strerror or str(error),
        ) from error
    return _fonts_in(_folder(data_dir))


def _folder(data_dir: Path) -> Path:
    try:
        version = importlib.metadata.version(WHEEL)
    except importlib.metadata.PackageNotFoundError as error:
        raise FontsUnavailableError(
            N_("The package %(package)s with the Chinese fonts is not installed; run make setup."),
            package=WHEEL,
        ) from error
    return data_dir / "fonts" / f"noto-sans-sc-{version}-{RECIPE}"


def _fonts_in(folder: Path) -> Fonts:
    return Fonts(
        regular=folder / "NotoSansSC-Regular.ttf",
        bold=folder / "NotoSansSC-Bold.ttf",
        family=FAMILY,
        fallbacks=tuple(
            folder / f"NotoSans{sister.upper()}-Rare-{style}.ttf" for sister in SISTERS for style in WEIGHTS
        ),
        licence=folder / "OFL.txt",
    )


def _source(script: str) -> Path:
    """Return the variable font of `script` ("sc", "jp", "tc") inside the wheel."""
    root = importlib.resources.files("justmytype_intl_cjk")
    return Path(str(root)) / "fonts" / "ofl" / f"notosans{script}" / f"NotoSans{script.upper()}[wght].ttf"


@contextmanager
def _one_at_a_time(home: Path) -> Iterator[None]:
    """Hold a lock on `home` where the system has one; without it two makers only waste time."""
    try:
        import fcntl  # noqa: PLC0415 - absent on Windows
    except ImportError:
        yield
        return
    with (home / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_all(home: Path, folder: Path) -> None:
    """Make every file in a hidden folder and give it its name in one rename."""
    with tempfile.TemporaryDirectory(dir=home, prefix=".making-") as temporary:
        making = Path(temporary) / folder.name
        making.mkdir()
        shutil.copyfile(_source("sc").with_name("OFL.txt"), making / "OFL.txt")
        # One process per weight: fontTools is pure Python and both take the same time.
        makers = [
            subprocess.Popen(  # noqa: S603 - our own interpreter and module, no outside text
                [sys.executable, "-m", "campaign.fonts", style, str(making)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            for style in WEIGHTS
        ]
        complaints = [maker.communicate()[1] for maker in makers]
        for maker, complaint in zip(makers, complaints, strict=True):
            if maker.returncode != 0:
                lines = complaint.strip().splitlines()
                raise FontsUnavailableError(
                    N_("The fonts could not be made: %(reason)s"),
                    reason=lines[-1] if lines else f"exit status {maker.returncode}",
                )
        if folder.exists():
            # Incomplete remains (a file deleted by hand) would make the rename fail.
            shutil.rmtree(folder)
        making.rename(folder)


def make_weight(style: str, folder: Path) -> None:
    """Make the static fonts of one weight ("Regular" or "Bold") into `folder`.

    Raises OSError and fontTools' TTLibError when a source is missing or damaged.
    """
    simplified = TTFont(_source("sc"), recalcTimestamp=False)
    known = set(simplified.getBestCmap())
    _save_static(simplified, style, folder / f"NotoSansSC-{style}.ttf")
    for sister in SISTERS:
        font = TTFont(_source(sister), recalcTimestamp=False)
        missing = set(font.getBestCmap()) - known
        known |= missing
        options = subset.Options()
        options.layout_features = []
        options.name_IDs = ["*"]
        options.notdef_outline = True
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=missing)
        subsetter.subset(font)
        _save_static(font, style, folder / f"NotoSans{sister.upper()}-Rare-{style}.ttf")


def _save_static(font: TTFont, style: str, target: Path) -> None:
    instancer.instantiateVariableFont(font, {"wght": WEIGHTS[style]}, inplace=True, updateFontNames=True)
    font.save(target)


def main() -> int:
    """Make one weight: `python -m campaign.fonts STYLE FOLDER`, started by `ensure_fonts`."""
    style, folder = sys.argv[1:]
    try:
        make_weight(style, Path(folder))
    except (OSError, TTLibError) as error:
        sys.stderr.write(f"{error}{os.linesep}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
