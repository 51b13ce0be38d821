"""The house style of a programme: what its profile says of cards, names and covers (A12, P15, P17)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import current_app

from campaign import web
from campaign.programmes.models import Programme
from campaign.programmes.profiles import SHIPPED
from campaign.programmes.shapes import HouseStyle


def of(programme: Programme) -> HouseStyle:
    """The style that a programme's profile gives, or the plain one of the product."""
    return web.profile_of(programme).style or HouseStyle()


def logo_of(style: HouseStyle) -> Path | None:
    """The file of the logo beside the profiles; None where there is none, or it is missing."""
    if not style.logo:
        return None
    for folder in (current_app.config["SETTINGS"].extra_profiles, SHIPPED):
        if folder is not None and (folder / style.logo).is_file():
            found: Path = folder / style.logo
            return found
    return None


def look_of(programme: Programme) -> dict[str, Any]:
    """What the engine is told of the style, without its fonts."""
    style = of(programme)
    told: dict[str, Any] = {
        key: tuple(bytes.fromhex(getattr(style, key)[1:]))
        for key in ("background", "ink", "accent", "plate", "plate_ink")
    }
    told |= {"align": style.align, "name_side": style.name_side, "logo": logo_of(style)}
    return told | {"light_titles": style.title_weight == "regular"}
