"""The casebook of 100 stories with 300 pictures, beside typst's own time to set it (A13).

The house's figure holds everything: order, index, glyph check, pictures into the folder, setting, boxes for
the printer. typst's is the bare call with the same template, data and pictures.
"""

import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from PIL import Image

from bench.common import Side, alternate, arguments, figure, row, whole
from campaign.fonts import ensure_fonts
from reports import casebook, typesetting
from reports.casebook import BookPart, BookPicture, BookStory, Casebook, Passage, casebook_pdf

LIMIT_S, LIMIT_MIB = 15.0, 1024
STORIES, PICTURES, SIZE = 100, 3, (1600, 1067)
SENTENCE = "项目团队在三年时间里先后完成二十七轮试验，把传统工艺的单位能耗降低了百分之十八。"


def main() -> int:
    """Set the book, each time in a process of its own, because typst keeps what it has read; 1 if over."""
    parser = arguments(__doc__, runs=2)
    parser.add_argument("--side", choices=["ours", "typst"])
    asked = parser.parse_args()
    if asked.side:
        return one(asked.side)
    ours, theirs = (
        Side("casebook", whole(lambda: started("ours"))),
        Side("typst alone", whole(lambda: started("typst"))),
    )
    print(
        f"\n{STORIES} stories, {STORIES * PICTURES} pictures; best of {asked.runs}; CPU seconds", flush=True
    )
    alternate([ours, theirs], asked.runs)
    row(ours, theirs, None)
    return started("ours")


def started(side: str) -> int:
    """Run one side in a process of its own."""
    # The words of the command are fixed.
    return subprocess.run(
        [sys.executable, "-m", "bench.bench_casebook", "--side", side], check=False
    ).returncode


def one(side: str) -> int:
    """Set the book once and print what it took; typst alone gets the same data and pictures."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        fonts = ensure_fonts(Path(tempfile.gettempdir()) / "qichuang-bench")
        pictures = invented_pictures(Path(name))
        book = invented_book(list(pictures))
        began = time.monotonic()
        if side == "typst":
            typesetting.typeset(casebook.TEMPLATE, casebook.plain(book), pictures, fonts, book.made_at)
            return 0
        pdf = casebook_pdf(book, pictures, fonts)
        taken = time.monotonic() - began
    met = [
        figure("casebook by the clock", taken, "s", LIMIT_S),
        figure("memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MiB", LIMIT_MIB),
    ]
    figure("pages", casebook.page_count(pdf), "", None)
    return 0 if all(met) else 1


def invented_pictures(folder: Path) -> dict[str, Path]:
    """Photographs of nothing, each of its own, as large as the small copies of the house are."""
    made = {}
    for number in range(STORIES * PICTURES):
        squares = np.random.default_rng(number).integers(0, 255, (24, 36, 3), np.uint8)
        path = folder / f"{number}.jpg"
        Image.fromarray(squares, "RGB").resize(SIZE, Image.Resampling.BICUBIC).save(path, quality=85)
        made[path.name] = path
    return made


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
