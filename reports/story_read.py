"""Reading a story that was written in Word: its words and its pictures, and nothing else of the file."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn

from reports.errors import N_, ReportError

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph

# A Word file of 20 photographs has some 100 MB unpacked; one that unpacks to more is no story.
MOST_UNPACKED, MOST_PARTS, MOST_PICTURES = 300_000_000, 2000, 30
_PICTURE_TYPES = {"image/jpeg": ".jpg", "image/png": ".png"}
_TITLE_STYLES = re.compile(r"^(?:title|标题$|heading 1$|标题 1$)", re.IGNORECASE)
_HEADING_STYLES = re.compile(r"^(?:heading [2-6]|标题 [2-6])$", re.IGNORECASE)


@dataclass(frozen=True)
class ReadPicture:
    """A picture of the document: its bytes as they are in the file, a name for them."""

    name: str
    content: bytes


@dataclass(frozen=True)
class ReadStory:
    """Title ("" if none was marked), paragraphs of which headings are known by style, and pictures."""

    title: str
    paragraphs: tuple[tuple[str, bool], ...]
    pictures: tuple[ReadPicture, ...]

    @property
    def text(self) -> str:
        """The story as plain text, one paragraph a line."""
        return "\n".join(text for text, _ in self.paragraphs)


def read_story(content: bytes, name: str) -> ReadStory:
    """Read a docx; ReportError, naming the file, where it is none, is locked or unpacks to too much."""
    word = _opened(content, name)
    title = ""
    paragraphs: list[tuple[str, bool]] = []
    for paragraph in word.paragraphs:
        text = " ".join(paragraph.text.split())
        style = str(paragraph.style.name) if paragraph.style else ""
        if not text:
            continue
        if not title and not paragraphs and _TITLE_STYLES.match(style):
            title = text
        else:
            paragraphs.append((text, bool(_HEADING_STYLES.match(style))))
    pictures = [picture for paragraph in word.paragraphs for picture in _pictures(word, paragraph)]
    if len(pictures) > MOST_PICTURES:
        raise ReportError(
            N_("%(name)s holds %(count)s pictures; at most %(most)s are taken. Leave the others out."),
            name=name, count=str(len(pictures)), most=str(MOST_PICTURES),
        )  # fmt: skip
    if not paragraphs:
        raise ReportError(N_("%(name)s holds no words. Is it the right file?"), name=name)
    return ReadStory(
        title,
        tuple(paragraphs),
        tuple(
            ReadPicture(f"{number}{suffix}", blob) for number, (suffix, blob) in enumerate(pictures, start=1)
        ),
    )


def _opened(content: bytes, name: str) -> WordDocument:
    refused = ReportError(
        N_("%(name)s cannot be read as a Word file. Save it in Word or WPS as .docx, without a password."),
        name=name,
    )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            told = parts.infolist()
            if len(told) > MOST_PARTS or sum(part.file_size for part in told) > MOST_UNPACKED:
                raise ReportError(
                    N_("%(name)s is too large when unpacked. Make its pictures smaller and save it again."),
                    name=name,
                )
        return Document(io.BytesIO(content))
    # lxml's complaint about a part that is no XML is a SyntaxError.
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError, SyntaxError) as error:
        raise refused from error


def _pictures(word: WordDocument, paragraph: Paragraph) -> list[tuple[str, bytes]]:
    found = []
    for blip in paragraph._p.iter(qn("a:blip")):  # noqa: SLF001 - python-docx lists inline pictures only
        key = blip.get(qn("r:embed"))
        part = word.part.related_parts.get(key) if key else None
        suffix = _PICTURE_TYPES.get(part.content_type) if part is not None else None
        if part is not None and suffix:
            found.append((suffix, part.blob))
    return found
