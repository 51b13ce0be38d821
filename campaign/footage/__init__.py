"""The door to media: the only package of the campaign that imports it.

Refusals of media come out as refusals of the campaign with the same message id, so that pages and commands
translate them alike. The engines (PyAV, numpy, Pillow) are loaded when the first film is touched: a command
line that only prints its help must not wait for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from campaign.footage.clips import (
    COVER_SIDE,
    PREVIEW_SIDE,
    cover,
    cover_picture,
    fingerprint,
    render,
    shape_preview,
)
from campaign.footage.cutlists import (
    LIST_FORMATS,
    ListedClip,
    ListedFilm,
    ListFault,
    ReadList,
    read_cut_list,
    write_cut_list,
)
from campaign.footage.dressing import (
    admit_music,
    card_preview,
    dressed,
    house_style,
    name_preview,
    read_subtitles,
    subtitle_remarks,
    subtitles_as_srt,
)
from campaign.footage.edits import (
    Cut,
    FilmFile,
)
from campaign.footage.films import (
    FILMSTRIP,
    FIRST_POSTER,
    FIRST_STRIP,
    POSTER,
    PROXY,
    WAVEFORM,
    Progress,
    ShouldStop,
    check,
    engine_report,
    first_look,
    info_from,
    ingest,
    make_demo_film,
    measures_from,
    picture_evidence,
    plays_in_browsers,
    probe,
    rule_title,
    strip_details,
    suggest,
)
from campaign.footage.photos import (
    PHOTO_SIDE,
    CasePicture,
    check_photos,
    first_page,
    look_at_photo,
    photo_group,
    photo_name,
    photo_preview,
    safe_name,
    store_bytes,
    thumbnail,
)
from campaign.footage.refusals import (
    UNREADABLE,
    FilmRefused,
    in_our_words,
)
from campaign.footage.times import (
    clock,
    on_frame,
    parse_time,
    timecode,
)

if TYPE_CHECKING:
    import click

    commands: tuple[click.Command, ...]

__all__ = [
    "COVER_SIDE",
    "FILMSTRIP",
    "FIRST_POSTER",
    "FIRST_STRIP",
    "LIST_FORMATS",
    "PHOTO_SIDE",
    "POSTER",
    "PREVIEW_SIDE",
    "PROXY",
    "UNREADABLE",
    "WAVEFORM",
    "CasePicture",
    "Cut",
    "FilmFile",
    "FilmRefused",
    "ListFault",
    "ListedClip",
    "ListedFilm",
    "Progress",
    "ReadList",
    "ShouldStop",
    "admit_music",
    "card_preview",
    "check",
    "check_photos",
    "clock",
    "commands",
    "cover",
    "cover_picture",
    "dressed",
    "engine_report",
    "fingerprint",
    "first_look",
    "first_page",
    "house_style",
    "in_our_words",
    "info_from",
    "ingest",
    "look_at_photo",
    "make_demo_film",
    "measures_from",
    "name_preview",
    "on_frame",
    "parse_time",
    "photo_group",
    "photo_name",
    "photo_preview",
    "picture_evidence",
    "plays_in_browsers",
    "probe",
    "read_cut_list",
    "read_subtitles",
    "render",
    "rule_title",
    "safe_name",
    "shape_preview",
    "store_bytes",
    "strip_details",
    "subtitle_remarks",
    "subtitles_as_srt",
    "suggest",
    "thumbnail",
    "timecode",
    "write_cut_list",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module attribute
    """Give the commands of media when the command line asks for them; servers and workers never do."""
    if name == "commands":
        from media.cli import commands  # noqa: PLC0415 - see above

        return commands
    raise AttributeError(name)
