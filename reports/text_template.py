"""The words a report begins with: a Word file with fields that officers edit, read in a sandbox.

A template has one heading per part of the report and paragraphs under it. Fields stand in double braces,
repetition and conditions in `{% for … %}` and `{% if … %}`. The file comes from outside: it is rendered in
Jinja's SandboxedEnvironment, and beyond that only fields, loops over the given lists, conditions, comparisons
and a few filters are let in, so that no template can call anything or fill the memory.
"""

from __future__ import annotations

import io
import re
import traceback
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, Undefined, UndefinedError, nodes
from jinja2.sandbox import SandboxedEnvironment, SecurityError

from reports.errors import N_, ReportError
from reports.word_package import saved
from reports.word_template import BODY_STYLE, NOTE_STYLE, add_missing_styles, set_page

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph as WordParagraph

Values = Mapping[str, Any]

# A line that begins with this is a heading; private use characters never stand in a text.
HEADING_MARK = "\ue002"
MAX_FILE_BYTES = 2_000_000
MAX_UNPACKED_BYTES = 30_000_000
MAX_CHARACTERS = 60_000
MAX_LOOP_DEPTH = 2
ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr, nodes.If,
    nodes.For, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
    nodes.CondExpr,
)  # fmt: skip
FILTERS = ("length", "join", "default", "first", "last")
TESTS = ("defined", "undefined", "none")
FORBIDDEN = N_("Paragraph %(number)s asks for what a template may not do: “%(text)s”.")
NUMBERED = re.compile(r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.．、])\s*")
# Word turns straight quotation marks into these; inside a field they are meant straight.
QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
BRACES = (("{{", "}}"), ("{%", "%}"), ("{#", "#}"))
FIELD = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")


@dataclass(frozen=True)
class Part:
    """One part of a report that a person writes: its key and its heading in the template and the document."""

    key: str
    title: str


@dataclass(frozen=True)
class _Line:
    """A paragraph of the template: `number` counts those with text from 1, as a reader would."""

    number: int
    text: str
    heading: bool


def written_parts(template: bytes, parts: Sequence[Part], values: Values) -> dict[str, tuple[str, ...]]:
    """Fill a template in and return the paragraphs of each part by its key.

    Raises ReportError naming paragraph and field for what is wrong in the template; then nothing is returned
    and nothing has been changed anywhere.
    """
    lines = _lines(template)
    rendered = _rendered(lines, values)
    known = {part.title: part.key for part in parts}
    found: dict[str, list[str]] = {part.key: [] for part in parts}
    current: str | None = None
    for text in rendered.split("\n"):
        if text.startswith(HEADING_MARK):
            current = known[text.removeprefix(HEADING_MARK)]
        elif text.strip() and current is not None:
            found[current].append(text.strip())
    return {key: tuple(texts) for key, texts in found.items()}


def check_template(template: bytes, parts: Sequence[Part], values: Values) -> None:
    """Refuse a template that cannot be filled in, or whose headings are not those of `parts`."""
    titles = [part.title for part in parts]
    current = ""
    for line in _lines(template):
        if line.heading and line.text not in titles:
            raise ReportError(
                N_("Paragraph %(number)s: this report has no part “%(title)s”. Its parts are: %(parts)s."),
                number=str(line.number),
                title=line.text,
                parts="、".join(titles),
            )
        current = line.text if line.heading else current
        if not current and not line.text.startswith("{#"):
            raise ReportError(
                N_("Paragraph %(number)s stands before the first heading: “%(text)s”."),
                number=str(line.number),
                text=_short(line.text),
            )
    written_parts(template, parts, values)


def template_docx(parts: Sequence[Part], texts: Mapping[str, Sequence[str]], notes: Sequence[str]) -> bytes:
    """Return a template as docx: notes as comments, then a heading per part with its paragraphs."""
    document: Any = Document()
    set_page(document)
    add_missing_styles(document)
    for note in notes:
        document.add_paragraph("{# " + note + " #}", style=NOTE_STYLE)
    for part in parts:
        document.add_heading(part.title, level=1)
        for text in texts.get(part.key, ()):
            document.add_paragraph(text, style=BODY_STYLE)
    return saved(document)


def _lines(template: bytes) -> list[_Line]:
    found: list[_Line] = []
    for paragraph in _paragraphs(template):
        text = _text(paragraph)
        if not text:
            continue
        heading = _is_heading(paragraph)
        found.append(_Line(len(found) + 1, NUMBERED.sub("", text) if heading else text, heading))
    if not any(line.heading for line in found):
        raise ReportError(
            N_("The template has no heading. Give each part its heading in the style “Heading 1” (标题 1).")
        )
    return found


def _paragraphs(template: bytes) -> list[WordParagraph]:
    if len(template) > MAX_FILE_BYTES:
        raise ReportError(N_("The template is larger than 2 MB; leave pictures out of it."))
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as package:
            if sum(entry.file_size for entry in package.infolist()) > MAX_UNPACKED_BYTES:
                raise ReportError(N_("The template is larger than 2 MB; leave pictures out of it."))
        return list(Document(io.BytesIO(template)).paragraphs)
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as error:
        raise ReportError(
            N_("The template is not a Word file (docx): %(reason)s"), reason=str(error)[:200]
        ) from error


def _text(paragraph: WordParagraph) -> str:
    """Return the paragraph on one line: a field may be spread over runs, a line break is a space."""
    found = paragraph._p.iter(qn("w:t"), qn("w:br"), qn("w:tab"))  # noqa: SLF001 - its text has breaks as line feeds
    text = (
        "".join((node.text or "") if node.tag == qn("w:t") else " " for node in found)
        .replace("\n", " ")
        .replace(HEADING_MARK, "")
        .strip()
    )
    return FIELD.sub(lambda field: field[0].translate(QUOTES), text)


def _is_heading(paragraph: WordParagraph) -> bool:
    style: Any = paragraph.style
    while style is not None:
        if style.name.casefold() in ("heading 1", "标题 1", "标题1"):
            return True
        style = style.base_style
    return False


class _Sandbox(SandboxedEnvironment):
    """A sandbox without functions: what `range` and its like could do to the memory, no officer needs."""

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, finalize=_scalar, autoescape=False)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS}
        self.tests = {name: test for name, test in self.tests.items() if name in TESTS}


def _scalar(value: object) -> object:
    if isinstance(value, Undefined):
        # Writing out what is not there raises the error that names it.
        return str(value)
    if isinstance(value, (str, int)):
        return value
    raise TemplateError("list")


def _rendered(lines: Sequence[_Line], values: Values) -> str:
    for position, line in enumerate(lines, start=1):
        if any(line.text.count(left) != line.text.count(right) for left, right in BRACES):
            raise _at(
                lines,
                position,
                N_("Paragraph %(number)s: a field is opened or closed only once: “%(text)s”."),
            )
    source = "\n".join((HEADING_MARK if line.heading else "") + line.text for line in lines)
    environment = _Sandbox()
    try:
        tree = environment.parse(source)
        _allow(tree, lines)
        pieces: list[str] = []
        size = 0
        for piece in environment.from_string(source).generate(dict(values)):
            size += len(piece)
            if size > MAX_CHARACTERS:
                raise ReportError(
                    N_("The template gives a text of more than %(limit)s characters."),
                    limit=str(MAX_CHARACTERS),
                )
            pieces.append(piece)
    except TemplateSyntaxError as error:
        raise _refusal(lines, error.lineno, error.message or "") from error
    except UndefinedError as error:
        raise _unknown_field(lines, error) from error
    except SecurityError as error:
        raise _at(lines, _line_of(error), FORBIDDEN) from error
    except TemplateError as error:
        raise _at(
            lines,
            _line_of(error),
            N_("Paragraph %(number)s: a list or group cannot stand in a text, only its fields (“%(text)s”)."),
        ) from error
    except (TypeError, ValueError, ArithmeticError, RecursionError) as error:
        raise _refusal(lines, _line_of(error), str(error)) from error
    return "".join(pieces)


def _allow(tree: nodes.Node, lines: Sequence[_Line], depth: int = 0) -> None:
    for node in tree.iter_child_nodes():
        inner = depth + isinstance(node, nodes.For)
        if not isinstance(node, ALLOWED) or inner > MAX_LOOP_DEPTH or getattr(node, "recursive", False):
            raise _at(lines, node.lineno, FORBIDDEN)
        _allow(node, lines, inner)


def _line_of(error: BaseException) -> int:
    """Return the line of the template where rendering stopped; Jinja puts it into the traceback."""
    found = 1
    for frame, line in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename == "<template>":
            found = line
    return found


def _at(lines: Sequence[_Line], line: int, msgid: str, **params: str) -> ReportError:
    place = lines[min(max(line, 1), len(lines)) - 1]
    return ReportError(msgid, number=str(place.number), text=_short(place.text), **params)


def _refusal(lines: Sequence[_Line], line: int, reason: str) -> ReportError:
    return _at(
        lines,
        line,
        N_("Paragraph %(number)s cannot be filled in: “%(text)s” (%(reason)s)"),
        reason=reason[:200],
    )


def _unknown_field(lines: Sequence[_Line], error: UndefinedError) -> ReportError:
    named = re.findall(r"'([^']+)'", str(error.message))
    field = named[-1] if named else "?"
    return _at(
        lines,
        _line_of(error),
        N_("Paragraph %(number)s: there is no field “%(field)s” (“%(text)s”). The list of fields is beside."),
        field=field,
    )


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
