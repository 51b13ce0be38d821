"""The story of one case as a Word document, laid out as the province's notice asks (P23)."""

from __future__ import annotations

import io
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

from reports.glyphs import without_invisible
from reports.word_package import saved
from reports.word_template import add_field, set_fonts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph

    from reports.casebook import Passage

# The sizes of Chinese offices in points.
SIZES_PT = {
    "初号": 42.0, "小初": 36.0, "一号": 26.0, "小一": 24.0, "二号": 22.0, "小二": 18.0, "三号": 16.0,
    "小三": 15.0, "四号": 14.0, "小四": 12.0, "五号": 10.5, "小五": 9.0,
}  # fmt: skip
TEXT_WIDTH_CM = 15.6
# A picture stands no wider and no higher than this, so that its caption stays on the page.
MOST_WIDE_CM, MOST_HIGH_CM = 13.0, 10.0


@dataclass(frozen=True)
class StoryType:
    """Type of a story: fonts by name, sizes and leading in points, indent in characters (P23)."""

    title_font: str = "黑体"
    title_pt: float = 16.0
    subtitle_font: str = "仿宋"
    subtitle_pt: float = 16.0
    body_font: str = "宋体"
    body_pt: float = 14.0
    indent_characters: int = 2
    leading_pt: float = 22.0


@dataclass(frozen=True)
class StoryPicture:
    """A picture as JPEG or PNG, with its size in pixels; its words stand below it."""

    content: bytes
    caption: str
    width_px: int
    height_px: int


@dataclass(frozen=True)
class Story:
    """A story to be printed; `made_at` is an aware UTC time."""

    title: str
    subtitle: str
    passages: tuple[Passage, ...]
    pictures: tuple[StoryPicture, ...]
    type: StoryType
    author: str
    made_at: datetime


def story_docx(story: Story) -> bytes:
    """Return the story as docx: A4, title as Heading 1, fixed leading, pictures 上下型环绕 (P23)."""
    word = Document()
    page = word.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.top_margin, page.bottom_margin = Cm(3), Cm(2.6)
    page.left_margin = page.right_margin = Cm((21 - TEXT_WIDTH_CM) / 2)
    _styles(word, story.type)
    title = word.add_paragraph(style=word.styles["Heading 1"])
    title.add_run(without_invisible(story.title))
    if story.subtitle:
        _subtitle(word, story)
    places = _places(story.passages, len(story.pictures))
    heading = word.styles["Heading 2"].style_id
    for number, passage in enumerate(story.passages):
        paragraph = word.add_paragraph()
        if passage.is_heading:
            # By its name python-docx looks the style up in all of them, for each paragraph anew.
            paragraph._p.style = heading  # noqa: SLF001 - as said above
        paragraph.add_run(without_invisible(passage.text))
        for picture in places.get(number, ()):
            _picture(word, story.pictures[picture], story.type, picture + 1)
    _footer(word)
    told = word.core_properties
    told.title, told.author, told.last_modified_by, told.comments = story.title, story.author, "", ""
    told.created = told.modified = story.made_at.astimezone(UTC).replace(tzinfo=None)
    return saved(word)


def _places(passages: Sequence[Passage], pictures: int) -> dict[int, list[int]]:
    """Spread the pictures over the passages behind which they stand, evenly; never behind a heading."""
    places: dict[int, list[int]] = {}
    for number in range(pictures):
        place = max(0, (number + 1) * len(passages) // (pictures + 1) - 1)
        while place + 1 < len(passages) and passages[place].is_heading:
            place += 1
        places.setdefault(place, []).append(number)
    return places


def _styles(word: WordDocument, kind: StoryType) -> None:
    body = kind.body_pt
    wanted: tuple[tuple[str, str, float, dict[str, Any]], ...] = (
        ("Normal", kind.body_font, body, {"indent": kind.indent_characters * body}),
        ("Heading 1", kind.title_font, kind.title_pt, {"align": WD_ALIGN_PARAGRAPH.CENTER, "after": 6}),
        ("Heading 2", kind.title_font, body, {"indent": kind.indent_characters * body, "keep": True}),
    )
    for name, font, size, layout in wanted:
        style: Any = word.styles[name]
        set_fonts(style.element.get_or_add_rPr(), font)
        style.font.size, style.font.bold, style.font.italic = Pt(size), False, False
        style.font.color.rgb = RGBColor(0, 0, 0)
        shape = style.paragraph_format
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(kind.leading_pt)
        shape.space_before, shape.space_after = Pt(0), Pt(layout.get("after", 0))
        shape.first_line_indent = Pt(layout.get("indent", 0))
        shape.alignment = layout.get("align", WD_ALIGN_PARAGRAPH.JUSTIFY)
        shape.keep_with_next = layout.get("keep", False)


def _subtitle(word: WordDocument, story: Story) -> None:
    paragraph = word.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    shape = paragraph.paragraph_format
    shape.first_line_indent, shape.space_after = Pt(0), Pt(story.type.leading_pt / 2)
    _run(paragraph, f"——{story.subtitle}", story.type.subtitle_font, story.type.subtitle_pt)


def _run(paragraph: Paragraph, text: str, font: str, size_pt: float) -> None:
    run = paragraph.add_run(without_invisible(text))
    run.font.size = Pt(size_pt)
    set_fonts(run._r.get_or_add_rPr(), font)  # noqa: SLF001 - python-docx has no East Asian fonts


def _picture(word: WordDocument, picture: StoryPicture, kind: StoryType, number: int) -> None:
    """Add a picture that text stands above and below of, anchored to the paragraph of its words."""
    paragraph = word.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.first_line_indent = Pt(0)
    shape = picture.height_px / picture.width_px
    width_cm = min(MOST_WIDE_CM, MOST_HIGH_CM / shape)
    inline = paragraph.add_run().add_picture(io.BytesIO(picture.content), width=Cm(width_cm))._inline  # noqa: SLF001 - no anchors
    inline.getparent().replace(inline, _anchored(inline, picture.caption, number))
    _run(paragraph, picture.caption, "楷体", kind.body_pt - 3.5)


def _anchored(inline: Any, words: str, number: int) -> Any:  # noqa: ANN401 - lxml elements
    """Make a floating drawing of an inline one: centred in the column, wrapped at top and bottom only."""
    anchor = parse_xml(
        f'<wp:anchor {nsdecls("wp", "a", "pic", "r")} distT="0" distB="60000" distL="0" distR="0" '
        f'simplePos="0" relativeHeight="{number}" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="0">'
        '<wp:simplePos x="0" y="0"/>'
        '<wp:positionH relativeFrom="column"><wp:align>center</wp:align></wp:positionH>'
        '<wp:positionV relativeFrom="paragraph"><wp:posOffset>90000</wp:posOffset></wp:positionV>'
        "</wp:anchor>"
    )
    extent = deepcopy(inline.find(qn("wp:extent")))
    anchor.append(extent)
    effect = OxmlElement("wp:effectExtent")
    for side in "ltrb":
        effect.set(side, "0")
    anchor.append(effect)
    anchor.append(OxmlElement("wp:wrapTopAndBottom"))
    properties = deepcopy(inline.find(qn("wp:docPr")))
    properties.set("id", str(number))
    properties.set("descr", words)
    anchor.append(properties)
    for name in ("wp:cNvGraphicFramePr", "a:graphic"):
        found = inline.find(qn(name))
        if found is not None:
            anchor.append(deepcopy(found))
    return anchor


def _footer(word: WordDocument) -> None:
    paragraph = word.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.first_line_indent = Pt(0)
    add_field(paragraph, "PAGE")
