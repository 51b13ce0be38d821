"""Icons drawn inline from the sprite that Bootstrap-Flask ships.

The sprite is over a megabyte and the icon font a quarter of one; a page needs a few hundred bytes of it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import flask_bootstrap
from markupsafe import Markup, escape

SPRITE = Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5" / "icons" / "bootstrap-icons.svg"
SYMBOL = re.compile(r'<symbol\b[^>]*?\bid="([^"]+)"[^>]*>(.*?)</symbol>', re.DOTALL)


@cache
def _symbols() -> dict[str, str]:
    return dict(SYMBOL.findall(SPRITE.read_text(encoding="utf-8")))


@cache
def icon_svg(name: str, label: str = "", css: str = "") -> Markup:
    """Draw one icon as inline SVG; without a label it is decoration and hidden from screen readers.

    An unknown name raises ``KeyError``, so that a slip of the pen is seen by the first test of the page.
    """
    meaning = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    shape = Markup(_symbols()[name])  # noqa: S704 - the package's own drawing, never anybody's input
    return Markup('<svg class="icon{}" viewBox="0 0 16 16" width="16" height="16" {}>{}</svg>').format(
        Markup(" ") + escape(css) if css else "", meaning, shape
    )
