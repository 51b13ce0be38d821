"""The casebook of 100 stories with 300 pictures, beside typst's own time to set it (A13).

The house's figure holds everything: order, index, glyph check, setting, boxes for the printer, pictures in
their places. typst's is the bare call with the same template and data and the pictures themselves.
"""

import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from PIL import Image

from bench.common import Side, alternate, arguments, figure, peak_mib, row, whole
from campaign.fonts import Fonts, ensure_fonts
from reports import casebook, typesetting
from reports.casebook import BookPart, BookPicture, BookStory, Casebook, Passage, casebook_pdf

LIMIT_S, LIMIT_MIB = 15.0, 1024
STORIES, PICTURES, SIZE = 100, 3, (1600, 1067)
SENTENCE = "项目团队在三年时间里先后完成二十七轮试验，把传统工艺的单位能耗降低了百分之十八。"


def main() -> int:
    """Set the book, each time in a process of its own, because typst keeps what it has read; 1 if over."""
    parser = arguments(__doc__, runs=2)
    parser.add_argument("--side", choices=["ours", "typst"])
    parser.add_argument("--folder", type=Path, help="with the pictures, for one side")
    asked = parser.parse_args()
    if asked.side:
        return one(asked.side, asked.folder)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        invented_pictures(folder)
        ours, theirs = (
            Side("casebook", whole(lambda: started("ours", folder))),
            Side("typst alone", whole(lambda: started("typst", folder))),
        )
        print(
            f"\n{STORIES} stories, {STORIES * PICTURES} pictures; best of {asked.runs}; CPU seconds",
            flush=True,
        )
        alternate([ours, theirs], asked.runs)
        row(ours, theirs, None)
        return started("ours", folder)


def started(side: str, folder: Path) -> int:
    """Run one side in a process of its own."""
    command = [sys.executable, "-m", "bench.bench_casebook", "--side", side, "--folder", str(folder)]
    return subprocess.run(command, check=False).returncode


def one(side: str, folder: Path) -> int:
    """Set the book once and print what it took; typst alone gets the same data and pictures."""
    fonts = ensure_fonts(Path(tempfile.gettempdir()) / "qichuang-bench")
    pictures = {f"{number}.jpg": folder / f"{number}.jpg" for number in range(STORIES * PICTURES)}
    book = invented_book(list(pictures))
    began = time.monotonic()
    if side == "typst":
        bare(folder, book, fonts)
        figure("typst alone: memory", peak_mib(), "MiB", None)
        return 0
    pdf = casebook_pdf(book, pictures, fonts)
    taken = time.monotonic() - began
    met = [
        figure("casebook by the clock", taken, "s", LIMIT_S),
        figure("memory", peak_mib(), "MiB", LIMIT_MIB),
    ]
    figure("pages", casebook.page_count(pdf), "", None)
    return 0 if all(met) else 1


def bare(folder: Path, book: Casebook, fonts: Fonts) -> bytes:
    """Set the book with typst and nothing else: the pictures lie beside the template as they are."""
    main = folder / "main.typ"
    main.write_bytes(typesetting.template_bytes(casebook.TEMPLATE))
    data = {**casebook.plain(book), "fonts": typesetting.families(fonts)}
    told = {"data": json.dumps(data, ensure_ascii=False)}
    return typesetting.compiled(main, told, fonts, book.made_at, root=folder)


def invented_pictures(folder: Path) -> None:
    """Photographs of nothing, each of its own, as large as the small copies of the house are."""
    for number in range(STORIES * PICTURES):
        squares = np.random.default_rng(number).integers(0, 255, (24, 36, 3), np.uint8)
        picture = Image.fromarray(squares, "RGB").resize(SIZE, Image.Resampling.BICUBIC)
        picture.save(folder / f"{number}.jpg", quality=85)


def invented_book(names: list[str]) -> Casebook:
    """Stories of about 2,000 characters with three pictures each."""
    stories = tuple(
        BookStory(
            f"示例案例之{number}",
            f"虚构企业{number}有限公司",
            "示例市",
            "张示例、李虚构",
            "",
            tuple(
                Passage(text, is_heading=heading)
                for part in ("一、创新背景", "二、攻坚历程", "三、创新感悟")
                for text, heading in ((part, True), (SENTENCE * 8, False), (SENTENCE * 8, False))
            ),
            tuple(
                BookPicture(name, "示例图片", *SIZE)
                for name in names[number * PICTURES : (number + 1) * PICTURES]
            ),
        )
        for number in range(STORIES)
    )
    made_at = datetime(2024, 11, 30, tzinfo=UTC)
    parts = (BookPart("技术创新篇", stories[:60]), BookPart("工艺创新篇", stories[60:]))
    return Casebook("示例案例集", "", "示例省科协", (), parts, made_at, for_print=True)


if __name__ == "__main__":
    sys.exit(main())
