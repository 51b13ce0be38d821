"""Speeches and slides as their makers send them: Word, PowerPoint and PDF, known by their content (P21)."""

from __future__ import annotations

import html
import re
import zipfile
from pathlib import Path
from typing import BinaryIO, cast

from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from campaign.errors import Refused
from campaign.evidence import PDF, clean_name
from campaign.messages import N_
from campaign.storage import Asset, Storage, TooLarge, asset_for

MB = 1024 * 1024
LIMIT_MB = 200
# A speech of 2,000 characters has some 100 kB of markup; what is far larger is not read for its text.
MOST_TEXT_BYTES = 20 * MB
OFFICE = "application/vnd.openxmlformats-officedocument."
WORD, POWERPOINT = f"{OFFICE}wordprocessingml.document", f"{OFFICE}presentationml.presentation"
PARTS = {WORD: "word/document.xml", POWERPOINT: "ppt/presentation.xml"}
SPEECHES = {WORD: "docx", PDF: "pdf"}
SLIDES = {POWERPOINT: "pptx", PDF: "pdf"}
_PARAGRAPH = re.compile(r"<w:p[ >].*?</w:p>", re.DOTALL)
_TEXT = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>|(<w:br[ /])|(<w:tab/)")


def keep(session: Session, storage: Storage, upload: FileStorage, kinds: dict[str, str]) -> tuple[Asset, str]:
    """Store a file that is one of these kinds by its content; another one is refused by name."""
    name = clean_name(upload.filename or "")
    try:
        stored = storage.put_stream(cast("BinaryIO", upload.stream), limit_bytes=LIMIT_MB * MB)
    except TooLarge as fault:
        raise Refused(
            N_("%(file)s is larger than %(limit)s MB; send a smaller export of it."),
            file=name,
            limit=LIMIT_MB,
        ) from fault
    kind = kind_of(storage.path(stored.sha256))
    if kind not in kinds:
        raise Refused(
            N_("%(file)s is not a file of the kind %(kinds)s. Save it as one of these and choose it again."),
            file=name,
            kinds="、".join(kinds.values()),
        )
    return asset_for(session, stored, kind), name


def kind_of(path: Path) -> str:
    """The media type by what the file holds; "" for anything else, and for files with macros."""
    with path.open("rb") as source:
        head = source.read(1024)
    if b"%PDF-" in head:
        return PDF
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError):
        return ""
    if any(name.endswith("vbaProject.bin") for name in names):
        return ""
    return next((kind for kind, part in PARTS.items() if part in names), "")


def text_of_word(path: Path) -> str:
    """The words of a Word file, a paragraph a line; "" when there is nothing that can be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            part = archive.getinfo(PARTS[WORD])
            if part.file_size > MOST_TEXT_BYTES:
                return ""
            markup = archive.read(part).decode("utf-8", "replace")
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError, RuntimeError):
        return ""
    lines = []
    for paragraph in _PARAGRAPH.findall(markup):
        said = "".join(
            html.unescape(text) if text else ("\n" if line else "\t" if tab else "")
            for text, line, tab in _TEXT.findall(paragraph)
        )
        lines.append(said.strip())
    return "\n".join(lines).strip()
