"""The Word template that reports are poured into, as long as an officer has not put in another one.

Built in code because no office file lives in the repository. Type as in Chinese official documents
(GB/T 9704): headings 三号黑体 and 楷体, body 三号仿宋 on fixed lines of 28 points with an indent of two
characters. An edited template keeps the fields in double braces; `{{ body }}` and `{{ annexes }}` stand alone
in their paragraphs.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph

LATIN = "Times New Roman"
FANGSONG, HEITI, KAITI, SONGTI = "仿宋", "黑体", "楷体", "宋体"
TABLE_STYLE, TABLE_HEAD_STYLE = "报告表格", "报告表头"
BODY_STYLE, NOTE_STYLE, CAPTION_STYLE, PICTURE_STYLE = "报告正文", "报告附注", "报告图题", "报告图片"
TITLE_STYLE, COVER_STYLE = "报告标题", "报告封面"
# Text width of A4 less the margins below; tables are fitted into it.
TEXT_WIDTH_CM = 17.0

CENTRED, JUSTIFIED = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY
HEADING = {"before": 12, "after": 6, "keep": True}
# Size in points, East Asian font, and the layout in points: line, indent, before, after, align, keep.
STYLES: dict[str, tuple[float, str, dict[str, Any]]] = {
    BODY_STYLE: (16, FANGSONG, {"line": 28, "indent": 32, "align": JUSTIFIED}),
    TITLE_STYLE: (22, HEITI, {"line": 36, "align": CENTRED}),
    COVER_STYLE: (14, FANGSONG, {"line": 24}),
    NOTE_STYLE: (9, FANGSONG, {"before": 4, "after": 4}),
    CAPTION_STYLE: (10.5, HEITI, {"before": 2, "after": 8, "align": CENTRED}),
    PICTURE_STYLE: (10.5, FANGSONG, {"before": 6, "align": CENTRED, "keep": True}),
    TABLE_STYLE: (9, SONGTI, {}),
    TABLE_HEAD_STYLE: (9, HEITI, {"align": CENTRED}),
    "Heading 1": (16, HEITI, HEADING),
    "Heading 2": (16, KAITI, HEADING),
}


@lru_cache(maxsize=1)
def default_template() -> bytes:
    """Return the template as docx bytes, built once in a process."""
    document = Document()
    set_page(document)
    style_all(document)
    _cover(document)
    document.add_paragraph("{{ body }}", style=BODY_STYLE)
    document.add_paragraph("{{ annexes }}", style=BODY_STYLE)
    _footer(document)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def set_fonts(properties: Any, east_asian: str) -> None:  # noqa: ANN401 - an lxml rPr element
    """Set Latin and East Asian fonts on run properties; theme fonts would override both, so they go."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name, font in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", east_asian)):
        fonts.set(qn(f"w:{name}"), font)


def set_page(document: WordDocument) -> None:
    """Set A4 with the margins of the house."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin, section.bottom_margin = Cm(2.5), Cm(2.3)
    section.footer_distance = Cm(1.2)
    # The title page shows no page number.
    section.different_first_page_header_footer = True


def style_all(document: WordDocument) -> None:
    """Name the fonts in every style of a document and add the styles of the reports."""
    for properties in document.styles.element.iter(qn("w:rPr")):
        set_fonts(properties, FANGSONG)
        language = properties.find(qn("w:lang"))
        if language is not None:
            language.set(qn("w:eastAsia"), "zh-CN")
    for style in document.styles:
        if style.type in (WD_STYLE_TYPE.PARAGRAPH, WD_STYLE_TYPE.CHARACTER):
            set_fonts(style.element.get_or_add_rPr(), FANGSONG)
    for name in STYLES:
        _style(document, name)


def add_missing_styles(document: WordDocument) -> None:
    """Give an officer's template the styles it lacks; those it has stay as the officer made them."""
    present = {style.name for style in document.styles}
    for name in STYLES:
        if name not in present:
            _style(document, name)


def _style(document: WordDocument, name: str) -> None:
    size, font, layout = STYLES[name]
    styles = document.styles
    exists = any(style.name == name for style in styles)
    style: Any = styles[name] if exists else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.quick_style = True
    style.font.size = Pt(size)
    style.font.bold = style.font.italic = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    set_fonts(style.element.get_or_add_rPr(), font)
    shape = style.paragraph_format
    shape.space_before, shape.space_after = Pt(layout.get("before", 0)), Pt(layout.get("after", 0))
    shape.first_line_indent = Pt(layout.get("indent", 0))
    shape.alignment = layout.get("align")
    shape.keep_with_next = layout.get("keep", False)
    if "line" in layout:
        shape.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        shape.line_spacing = Pt(layout["line"])
    else:
        shape.line_spacing = 1.0


def _cover(document: WordDocument) -> None:
    title = document.add_paragraph("{{ title }}", style=TITLE_STYLE)
    title.paragraph_format.space_before = Pt(110)
    subtitle = document.add_paragraph("{{ subtitle }}", style=COVER_STYLE)
    subtitle.alignment = WD_ALIGN_PARAGRAPH.CENTER
    subtitle.paragraph_format.space_after = Pt(70)
    for text in ("{%p for fact in facts %}", "{{ fact.label }}\t{{ fact.text }}", "{%p endfor %}"):
        paragraph = document.add_paragraph(text, style=COVER_STYLE)
        # A hanging indent puts the second line of a long name under the first.
        paragraph.paragraph_format.left_indent = Cm(4.6)
        paragraph.paragraph_format.first_line_indent = Cm(-3.2)
        paragraph.paragraph_format.right_indent = Cm(1)
        paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(4.6))
    issuer = document.add_paragraph("{{ issuer }}", style=COVER_STYLE)
    issuer.paragraph_format.space_before = Pt(60)
    made_on = document.add_paragraph("{{ made_on }}", style=COVER_STYLE)
    for paragraph in (issuer, made_on):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    made_on.add_run().add_break(WD_BREAK.PAGE)


def _footer(document: WordDocument) -> None:
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.style = document.styles[NOTE_STYLE]
    paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(TEXT_WIDTH_CM), WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run("{{ footer }}\t第 ")
    add_field(paragraph, "PAGE")
    paragraph.add_run(" 页　共 ")
    add_field(paragraph, "NUMPAGES")
    paragraph.add_run(" 页")


def add_field(paragraph: Paragraph, instruction: str) -> None:
    """Append a field that Word fills in itself."""
    for kind, text in (("begin", ""), ("", instruction), ("separate", ""), ("result", "1"), ("end", "")):
        run = paragraph.add_run(text if kind == "result" else "")
        if kind in ("begin", "separate", "end"):
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)  # noqa: SLF001 - python-docx has no fields
        elif not kind:
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = f" {text} "
            run._r.append(code)  # noqa: SLF001 - as above
