"""QR codes of addresses, made here: no picture of an address leaves the house."""

from __future__ import annotations

import io

import segno
from markupsafe import Markup


def qr_svg(text: str) -> Markup:
    """A code as inline SVG that grows with its box; black on white also in the dark."""
    out = io.BytesIO()
    # Error correction M survives a smear or a reflection on a projected picture.
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=4, xmldecl=False, svgns=False, nl=False, omitsize=True, light="#fff"
    )
    return Markup(out.getvalue().decode())  # noqa: S704 - drawn by segno from modules, holds no text


def qr_png(text: str, *, scale: int = 10) -> bytes:
    """A code as PNG, `scale` pixels a module."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", border=4, scale=scale)
    return out.getvalue()
