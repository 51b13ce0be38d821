"""What stands behind a row of an annex, and how files and folders of the package are called (A16, A17).

The names of files are Chinese by nature: they are read by the centre.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from campaign.messages import N_, Message

INDEX_DOCX, INDEX_HTML = "00-目录.docx", "00-目录.html"
REPORTS_FOLDER = "01-报告"
FIRST_ANNEX = 2
ROWS_NAME = "清单.xlsx"
CHECKSUMS_NAME = "视频校验清单.xlsx"
CATALOGUE_NAME = "展品图册.pdf"
LEDGER_NAME = "经费支出专账.xlsx"
ATTENDANCE_NAME = "参加人员.xlsx"
COVERAGE_NOTE = "报道说明.txt"
LEDGER_DUTY = "own_ledger"
FILMS = frozenset({"video/mp4"})

DELETED = N_("the row was deleted after the report was frozen")
LOST = N_("the file %(file)s is not in storage any more")
NO_STORY = N_("no story is written")
NO_PHOTO = N_("no photo")
NO_PREVIEW = N_("the story cannot be written: the copy of photo %(file)s is not in storage any more")
NO_FILM = N_("no finished film")
NO_EVIDENCE = N_("no file of evidence")
NO_PLAN = N_("no approved plan")
NO_PICTURE = N_("no picture")
NOT_WRITTEN = N_("the report has no files")
NEWER_FILM = N_("the film was made anew after the report; this is the one the report counted")
FILMS_LEFT_OUT = N_("films are left out of this package; their check sums are in the list")

# Which columns of an annex say what a row is; the others but check sums stand below, in small print.
TITLE_COLUMNS = {"expenses": (1, 3), "placements": (0, 1), "reports": (0, 1)}
CHECKSUM_WORDS = "校验码"


@dataclass(frozen=True)
class Held:
    """A stored file under its name, in a folder of its row or in none; `film` ones can be left out."""

    name: str
    sha256: str
    size_bytes: int
    film: bool = False
    folder: str = ""


@dataclass
class RowProof:
    """A row of an annex and what proves it now; `live` is the database row, None once it is deleted.

    `can_write` says of a case that its story can be written as Word.
    """

    row_id: str
    number: int
    cells: tuple[str, ...]
    live: object | None
    files: list[Held] = field(default_factory=list)
    lacks: list[Message] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    can_write: bool = False

    @property
    def table(self) -> str:
        """The table of the row."""
        return self.row_id.partition(":")[0]


def row_key(row_id: str) -> tuple[str, int]:
    """Take "placement:12" apart; an id that names no row gives ("", 0)."""
    table, _, number = row_id.partition(":")
    return (table, int(number)) if number.isdecimal() else ("", 0)


def title_of(key: str, cells: Sequence[str]) -> str:
    """What a row is called in the index and in its folder's name."""
    columns = TITLE_COLUMNS.get(key, (0,))
    said = [cells[column] for column in columns if column < len(cells) and cells[column]]
    if key == "reports" and len(said) > 1:
        return f"{said[0]}第{said[1]}号"
    return " ".join(said) or "（无标题）"


def details_of(key: str, titles: Sequence[str], shown: Sequence[str]) -> str:
    """The other columns of a row in words, without check sums and empty ones."""
    used = TITLE_COLUMNS.get(key, (0,))
    return "；".join(
        f"{title}：{text}"
        for number, (title, text) in enumerate(zip(titles, shown, strict=True))
        if number not in used and text not in ("", "—") and CHECKSUM_WORDS not in title
    )


def annex_folder(position: int, number: str, title: str) -> str:
    """The folder of an annex: 02-附件1 创新案例文字材料清单."""
    return f"{position + FIRST_ANNEX:02d}-{number} {title}"


def row_folder(number: int, title: str) -> str:
    """The folder of a row: 0001 标题."""
    return f"{number:04d} {title}"


def voucher_name(number: str, file_name: str) -> str:
    """A voucher under the number the accountants keep it by."""
    ending = file_name[file_name.rfind(".") :] if "." in file_name else ""
    return f"{number}{ending}" if number else file_name


def lacking(rows: Iterable[RowProof], numbers: Sequence[int] | None) -> int:
    """How many of these annex rows lack a proof; None asks for all."""
    return sum(bool(row.lacks) for row in rows if numbers is None or row.number in numbers)


def coverage_note(facts: Sequence[tuple[str, str]]) -> bytes:
    """What a published piece is, as a text file that editors on Windows open in the right characters."""
    return ("\r\n".join(f"{label}：{text or '—'}" for label, text in facts) + "\r\n").encode("utf-8-sig")


def may_delete(*, is_running: bool) -> Message | None:
    """Why a package cannot be deleted now; None if it can."""
    if is_running:
        return Message(N_("This package is still being made. Cancel its job first, then delete it."))
    return None
