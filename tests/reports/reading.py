"""Read the three forms of a report back, each with a library that did not write it where there is one."""

import io
import re

import docx
import pypdfium2
from docx.oxml.ns import qn
from python_calamine import CalamineWorkbook


def docx_tables(content):
    """Return each table as rows of cell texts; a merged cell is listed once, where it begins."""
    tables = []
    for table in docx.Document(io.BytesIO(content)).tables:
        rows = []
        for row in table._tbl.tr_lst:
            cells = []
            for cell in row.tc_lst:
                merge = cell.tcPr.find(qn("w:vMerge"))
                if merge is None or merge.get(qn("w:val")) == "restart":
                    cells.append("".join(_cell_text(cell)))
            rows.append(cells)
        tables.append(rows)
    return tables


def _cell_text(cell):
    for node in cell.iter(qn("w:t"), qn("w:br")):
        yield "\n" if node.tag == qn("w:br") else node.text or ""


def docx_paragraphs(content):
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs]


def xlsx_sheets(content):
    """Return each sheet as rows of values; empty cells (also those inside a merged one) are left out."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {
        name: [[value for value in row if value != ""] for row in book.get_sheet_by_name(name).to_python()]
        for name in book.sheet_names
    }


def pdf_pages(content):
    pdf = pypdfium2.PdfDocument(content)
    try:
        return [page.get_textpage().get_text_range() for page in pdf]
    finally:
        pdf.close()


def squeezed(text):
    """Return text without white space and line breaks, which layout puts in.

    PDFium reads a hyphen at the end of a line as U+FFFE; reports are never hyphenated, so it was in the text.
    """
    return re.sub(r"\s+", "", re.sub("[\ufffe\u0002]", "-", text))
