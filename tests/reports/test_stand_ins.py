"""Pictures of the casebook are put into the PDF as they are, in place of their stand-ins (A13)."""

import io
import json
import re
from itertools import pairwise

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from reports import casebook, typesetting
from reports.casebook import BookPart, BookPicture, casebook_pdf
from reports.stand_ins import stand_in, with_pictures
from tests.reports.test_casebook import MOMENT, book, told

SHAPES = {
    "wide.jpg": (1800, 1201),
    "tall.jpg": (1199, 1600),
    "strip.jpg": (1600, 211),
    "grey.jpg": (900, 600),
}


@pytest.fixture
def photographs(tmp_path):
    """JPEG files with something in every corner, one of them grey."""
    made = {}
    for number, (name, size) in enumerate(SHAPES.items()):
        squares = np.random.default_rng(number).integers(0, 255, (7, 9, 3), np.uint8)
        picture = Image.fromarray(squares).resize(size, Image.Resampling.NEAREST)
        made[name] = tmp_path / name
        (picture.convert("L") if name == "grey.jpg" else picture).save(made[name], quality=90)
    return made


def drawn(pdf):
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.render(scale=1.5).to_numpy().copy() for page in document]
    finally:
        document.close()


def illustrated(**changes):
    pictures = [BookPicture(name, f"图题{name}", *size) for name, size in SHAPES.items()]
    return book(
        BookPart("一", (told("甲", "乙公司", *pictures), told("丙", "乙公司", pictures[0]))), **changes
    )


def test_a_book_looks_as_if_the_typesetter_had_set_the_pictures_itself(fonts, photographs, tmp_path):
    ours = casebook_pdf(illustrated(), photographs, fonts)
    main = tmp_path / "main.typ"
    main.write_bytes(typesetting.template_bytes(casebook.TEMPLATE))
    data = {**casebook.plain(illustrated()), "fonts": typesetting.families(fonts)}
    bare = typesetting.compiled(main, {"data": json.dumps(data)}, fonts, MOMENT, root=tmp_path)
    pages, same = drawn(ours), drawn(bare)
    assert len(pages) == len(same)
    # A stand-in's shape differs by less than one part in ten thousand: an edge may fall on another point.
    apart = [
        float(np.abs(one.astype(int) - two.astype(int)).mean()) for one, two in zip(pages, same, strict=True)
    ]
    assert max(apart) < 0.2
    assert ours.count(b"/Alt") == bare.count(b"/Alt") > 0


@pytest.mark.parametrize("for_print", [False, True])
def test_every_picture_is_in_the_book_once_byte_for_byte(fonts, photographs, for_print):
    pdf = casebook_pdf(illustrated(for_print=for_print), photographs, fonts)
    assert [pdf.count(path.read_bytes()) for path in photographs.values()] == [1, 1, 1, 1]
    document = pypdfium2.PdfDocument(pdf)
    sizes = {
        thing.get_px_size()
        for page in document
        for thing in page.get_objects()
        if isinstance(thing, pypdfium2.PdfImage)
    }
    document.close()
    assert sizes == set(SHAPES.values())


@pytest.mark.parametrize("for_print", [False, True])
def test_every_object_is_where_the_table_says(fonts, photographs, for_print):
    pdf = casebook_pdf(illustrated(for_print=for_print), photographs, fonts)
    table = int(re.search(rb"startxref\s+(\d+)\s+%%EOF\s*\Z", pdf)[1])
    entries = re.findall(rb"(\d{10}) \d{5} n", pdf[table:])
    assert len(entries) > 20
    for number, entry in enumerate(entries, start=1):
        assert pdf[int(entry) :].startswith(b"%d 0 obj" % number)
    starts = sorted(map(int, entries))
    assert all(pdf[one:two].rstrip().endswith(b"endobj") for one, two in pairwise([*starts, table]))


def test_what_a_pdf_cannot_hold_as_it_is_stays_with_the_typesetter(tmp_path):
    turned = Image.Exif()
    turned[0x0112] = 6
    files = {
        "plain.png": {}, "turned.jpg": {"exif": turned}, "profile.jpg": {"icc_profile": b"a profile"},
    }  # fmt: skip
    for name, saved in files.items():
        Image.new("RGB", (30, 20)).save(tmp_path / name, **saved)
    Image.new("CMYK", (30, 20)).save(tmp_path / "press.jpg")
    Image.new("RGB", (1, 3000)).save(tmp_path / "line.jpg")
    names = [*files, "press.jpg", "line.jpg"]
    assert [stand_in(tmp_path / name) for name in names] == [None] * 5


def test_a_stand_in_is_small_and_of_the_same_shape(photographs):
    for name, (width, height) in SHAPES.items():
        small = stand_in(photographs[name])
        with Image.open(io.BytesIO(small.content)) as image:
            assert image.width / image.height == pytest.approx(width / height, rel=2e-3)
            assert image.mode == ("L" if name == "grey.jpg" else "RGB")
        assert len(small.content) < 20_000


def test_a_picture_without_a_place_is_never_lost_in_silence(fonts, photographs):
    pdf = casebook_pdf(book(BookPart("一", (told("甲", "乙公司"),))), {}, fonts)
    with pytest.raises(ValueError, match=r"no place in the PDF for wide\.jpg"):
        with_pictures(pdf, [stand_in(photographs["wide.jpg"])])
