"""The index of the acceptance archive: every deliverable, every row, the files that prove them (A17).

Word and HTML say the same. The HTML opens without network, prints, holds no script, and everything in it is
escaped; links lead to files and folders of the archive beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from reports.blocks import Block, Cell, Document, Heading, Paragraph, Table
from reports.data import VERDICTS, Column
from reports.sheets import write_table
from reports.word import document_word
from reports.word_package import saved
from reports.wording import chinese_time, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from docx.document import Document as WordDocument

    from reports.data import Annex

# Stands before a text of the Word form that becomes a link; private use characters stand in no title.
_LINK = "\ue010"
_BLUE = "0B5394"
NOTHING = "—"
_OPEN = "打开文件夹"
NO_GAPS = "没有缺少的证明材料。"
HOW_TO_CHECK = (
    "校验方法：解压后在本文件夹内运行 sha256sum -c SHA256SUMS.txt，逐个文件核对；"
    "Windows 可用 certutil -hashfile 文件名 SHA256 核对单个文件。"
)


@dataclass(frozen=True)
class Link:
    """Words that lead to a file or folder of the archive; a folder's path ends in a slash."""

    words: str
    path: str


@dataclass(frozen=True)
class IndexRow:
    """One annex row: its running number there, its words, its proofs, what is missing or to be known.

    `folder` is "" where no file of its own stands behind it.
    """

    number: int
    title: str
    details: str
    folder: str = ""
    files: tuple[Link, ...] = ()
    lacks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class IndexAnnex:
    """One annex of the acceptance report with its folder; `files` belong to all of it."""

    key: str
    title: str
    folder: str
    files: tuple[Link, ...]
    rows: tuple[IndexRow, ...]


@dataclass(frozen=True)
class IndexLine:
    """One deliverable: what was due, what was delivered, the verdict (a key of VERDICTS), where it is proved.

    `annex_key` is that of its annex or "", `lacking` how many of its rows lack a proof.
    """

    requirement: str
    title: str
    required: str
    delivered: str
    verdict: str
    note: str = ""
    proof: str = ""
    places: tuple[Link, ...] = ()
    annex_key: str = ""
    lacking: int = 0


@dataclass(frozen=True)
class PackageIndex:
    """All the index says; `as_of` is the aware moment of the report, the only date in it."""

    programme: str
    issuer: str
    purchaser: str
    report: str
    report_sha256: str
    as_of: datetime
    lines: tuple[IndexLine, ...]
    files: tuple[tuple[str, tuple[Link, ...]], ...]
    annexes: tuple[IndexAnnex, ...]
    remarks: tuple[str, ...] = ()

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What stands at the head."""
        return (
            ("项目名称", self.programme),
            ("承办单位", self.issuer),
            ("验收单位", self.purchaser),
            ("所依报告", self.report),
            ("数据截至", chinese_time(self.as_of)),
            ("数据校验码", self.report_sha256),
        )

    def gaps(self) -> Iterator[tuple[IndexAnnex, IndexRow]]:
        """The rows that lack a proof."""
        return ((annex, row) for annex in self.annexes for row in annex.rows if row.lacks)


def annex_workbook(annex: Annex, as_of: datetime) -> bytes:
    """Return the rows of an annex as xlsx, as they stand in the report, with their running numbers."""
    columns = (Column("序号", "integer"), *annex.columns)
    rows = [
        [
            number,
            *(parsed(column, cell, annex.title) for column, cell in zip(annex.columns, row, strict=True)),
        ]
        for number, row in enumerate(annex.rows, start=1)
    ]
    return write_table(columns, rows, annex.title, as_of)


# --- HTML -------------------------------------------------------------------------------------------------

_STYLE = Path(__file__).parent / "assets" / "package_index.css"
# No script can run in it, whatever a title says.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def index_html(index: PackageIndex) -> bytes:
    """Return the index as one HTML file."""
    title = f"{index.programme}验收资料目录"
    parts = [
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title>\n<style>\n{_STYLE.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n<main>",
        f"<h1>{escape(title)}</h1>",
        "<dl>" + "".join(f"<dt>{escape(a)}</dt><dd>{escape(b)}</dd>" for a, b in index.facts) + "</dl>",
        *(f"<p>{escape(text)}</p>" for text in index.remarks),
        f'<p class="small">{escape(HOW_TO_CHECK)}</p>',
        _gaps_html(index),
        "<h2>一、交付成果与证明材料</h2>",
        _lines_html(index.lines),
        "<h2>二、报告与汇编</h2>",
        _files_html(index.files),
        "<h2>三、各附件逐条证明材料</h2>",
        '<ul class="skip">'
        + "".join(
            f'<li><a href="#{escape(a.key)}">{escape(a.title)}</a>（{len(a.rows)}条）</li>'
            for a in index.annexes
        )
        + "</ul>",
        *(_annex_html(annex) for annex in index.annexes),
        "</main>\n</body>\n</html>\n",
    ]
    return "\n".join(parts).encode()


def _a(link: Link) -> str:
    return f'<a href="{escape(quote(link.path))}">{escape(link.words)}</a>'


def _links(links: Sequence[Link]) -> str:
    items = "".join(f"<li>{_a(link)}</li>" for link in links)
    return f'<ul class="plain">{items}</ul>' if links else ""


def _gaps_html(index: PackageIndex) -> str:
    found = "".join(
        f'<li><a href="#{escape(annex.key)}-{row.number}">{escape(annex.title)}第{row.number}条'
        f"“{escape(row.title)}”</a>：{escape('；'.join(row.lacks))}</li>"
        for annex, row in index.gaps()
    )
    if not found:
        return f"<p>{NO_GAPS}</p>"
    return f'<section class="gaps"><h2>缺少的证明材料</h2><ul>{found}</ul></section>'


def _lines_html(lines: Sequence[IndexLine]) -> str:
    rows = []
    for line in lines:
        annex = f'<a href="#{escape(line.annex_key)}">逐条查看</a>' if line.annex_key else ""
        lack = f'<div class="lack">其中{line.lacking}条缺少证明材料</div>' if line.lacking else ""
        note = f'<div class="small">{escape(line.note)}</div>' if line.note else ""
        proof = f"<div>{escape(line.proof)}</div>" if line.proof else ""
        rows.append(
            f'<tr><td class="req">{escape(line.requirement)}</td><td>{escape(line.title)}{note}</td>'
            f'<td data-label="应交付：">{escape(line.required)}</td>'
            f'<td data-label="已交付：">{escape(line.delivered or NOTHING)}</td>'
            f'<td class="v v-{escape(line.verdict)}" data-label="结论：">'
            f"{escape(VERDICTS[line.verdict])}</td>"
            f"<td>{proof}{_links(line.places)}{annex}{lack or ''}</td></tr>"
        )
    heads = ("要求", "交付成果", "应交付", "已交付", "结论", "证明材料")
    return _table_html("交付成果", heads, rows)


def _table_html(caption: str, heads: Sequence[str], rows: Sequence[str]) -> str:
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    return (
        f'<div class="wide"><table class="rows"><caption class="small">{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>\n" + "\n".join(rows) + "\n</tbody></table></div>"
    )


def _files_html(files: Sequence[tuple[str, tuple[Link, ...]]]) -> str:
    rows = [f"<tr><td>{escape(name)}</td><td>{_links(links) or NOTHING}</td></tr>" for name, links in files]
    return _table_html("报告与汇编", ("名称", "文件"), rows)


def _annex_html(annex: IndexAnnex) -> str:
    rows = []
    for row in annex.rows:
        folder = f"<div>{_a(Link(_OPEN, row.folder))}</div>" if row.folder else ""
        details = f'<div class="small">{escape(row.details)}</div>' if row.details else ""
        notes = "".join(f'<div class="small">{escape(text)}</div>' for text in row.notes)
        lacks = "".join(f'<div class="lack">缺：{escape(text)}</div>' for text in row.lacks)
        rows.append(
            f'<tr id="{escape(annex.key)}-{row.number}"><td class="n">{row.number}</td>'
            f"<td>{escape(row.title)}{details}</td><td>{_links(row.files)}{folder}{notes}{lacks}</td></tr>"
        )
    head = f'<h3 id="{escape(annex.key)}">{escape(annex.title)}</h3>'
    head += f"<p>{' · '.join(map(_a, (*annex.files, Link(_OPEN, annex.folder))))}</p>"
    if not rows:
        return head + "<p>没有记录。</p>"
    return head + _table_html(f"共{len(rows)}条", ("序号", "内容", "证明材料"), rows)


# --- Word -------------------------------------------------------------------------------------------------


def index_docx(index: PackageIndex) -> bytes:
    """Return the index as docx, with the same links."""
    targets: list[str] = []

    def put(links: Sequence[Link]) -> list[str]:
        targets.extend(link.path for link in links)
        return [_LINK + link.words for link in links]

    blocks: list[Block] = [*(Paragraph(text) for text in index.remarks), Paragraph(HOW_TO_CHECK, note=True)]
    gaps = [
        f"{annex.title}第{row.number}条“{row.title}”：{'；'.join(row.lacks)}" for annex, row in index.gaps()
    ]
    blocks += [Heading("缺少的证明材料"), *(Paragraph(text) for text in gaps or [NO_GAPS])]
    blocks += [Heading("交付成果与证明材料"), _lines_table(index.lines, put)]
    blocks += [Heading("报告与汇编"), _files_table(index.files, put)]
    blocks.append(Heading("各附件逐条证明材料"))
    for annex in index.annexes:
        blocks += [Heading(annex.title, 2), *_annex_blocks(annex, put)]
    document = Document(
        title=f"{index.programme}\n验收资料目录",
        subtitle="",
        issuer=index.issuer,
        facts=index.facts,
        made_at=index.as_of,
        footer=f"{index.programme}验收资料目录",
        blocks=tuple(blocks),
        cover=True,
    )
    word = document_word(document)
    _link(word, targets)
    return saved(word)


def _heads(*titles: str) -> tuple[Cell, ...]:
    return tuple(Cell(title, align="center", head=True) for title in titles)


def _lines_table(lines: Sequence[IndexLine], put: Any) -> Table:  # noqa: ANN401 - the caller's collector
    rows = [_heads("要求", "交付成果", "应交付", "已交付", "结论", "证明材料")]
    for line in lines:
        lack = [f"其中{line.lacking}条缺少证明材料"] if line.lacking else []
        proof = [*([line.proof] if line.proof else []), *put(line.places), *lack]
        rows.append((
            Cell(line.requirement, align="center"),
            Cell("\n".join(filter(None, (line.title, line.note)))),
            Cell(line.required),
            Cell(line.delivered or NOTHING),
            Cell(VERDICTS[line.verdict], align="center", short=line.verdict == "short"),
            Cell("\n".join(proof) or NOTHING),
        ))  # fmt: skip
    return Table("交付成果", (1.0, 2.6, 2.2, 2.0, 1.2, 3.2), tuple(rows), small=True)


def _files_table(files: Sequence[tuple[str, tuple[Link, ...]]], put: Any) -> Table:  # noqa: ANN401 - as above
    rows = [_heads("名称", "文件")]
    rows += [(Cell(name), Cell("\n".join(put(links)) or NOTHING)) for name, links in files]
    return Table("报告与汇编", (1.6, 4), tuple(rows), small=True)


def _annex_blocks(annex: IndexAnnex, put: Any) -> Iterator[Block]:  # noqa: ANN401 - as above
    rows = [_heads("序号", "内容", "证明材料")]
    whole = put(annex.files)
    rows.append((Cell(""), Cell("整份附件"), Cell("\n".join([*whole, *put((Link(_OPEN, annex.folder),))]))))
    for row in annex.rows:
        files = [*put(row.files), *row.notes, *(f"缺：{text}" for text in row.lacks)]
        rows.append((
            Cell(str(row.number), align="center"),
            Cell("\n".join(filter(None, (row.title, row.details)))),
            Cell("\n".join(files) or NOTHING, short=bool(row.lacks)),
        ))  # fmt: skip
    yield Table(annex.title, (0.8, 5.2, 5), tuple(rows), small=True)


def _link(word: WordDocument, targets: Sequence[str]) -> None:
    """Turn every marked text into a link to the next of the targets."""
    waiting = iter(targets)
    known: dict[str, str] = {}
    for text in list(word.element.body.iter(qn("w:t"))):
        if not (text.text or "").startswith(_LINK):
            continue
        text.text = text.text.removeprefix(_LINK)
        # Word resolves a relative address from the folder of the document.
        target = quote(next(waiting))
        if target not in known:
            # Names of their own: python-docx looks for an equal relation first, in time that grows squared.
            known[target] = f"rIdLink{len(known) + 1}"
            word.part.rels.add_relationship(
                RELATIONSHIP_TYPE.HYPERLINK, target, known[target], is_external=True
            )
        _wrap(text.getparent(), known[target])


def _wrap(run: Any, relation: str) -> None:  # noqa: ANN401 - an lxml element
    parent = run.getparent()
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), relation)
    parent.replace(run, link)
    properties = run.find(qn("w:rPr"))
    for tag, value in (("w:color", _BLUE), ("w:u", "single")):
        node = OxmlElement(tag)
        node.set(qn("w:val"), value)
        size = properties.find(qn("w:sz"))
        if size is not None and tag == "w:color":
            size.addprevious(node)
        else:
            properties.append(node)
    # The break before a further line belongs before the link.
    link.append(run)
