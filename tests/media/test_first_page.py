"""A PDF of a stranger is drawn elsewhere and can do no harm here."""

import io

import pytest
from PIL import Image

from media.first_page import SIDE, first_page


def pdf(path, content=b"", box="0 0 300 400"):
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents 4 0 R>>".encode(),
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
    ]
    body = b"%PDF-1.4\n"
    places = []
    for number, one in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(body)
    body += b"xref\n0 5\n0000000000 65535 f \n" + table
    body += b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start
    path.write_bytes(body)
    return path


def test_the_first_page_becomes_a_picture(tmp_path):
    page = first_page(pdf(tmp_path / "a.pdf", b"1 0 0 rg 0 0 300 400 re f"))
    with Image.open(io.BytesIO(page)) as picture:
        assert (picture.format, picture.height) == ("JPEG", SIDE)
        red, green, blue = picture.getpixel((50, 50))
    assert (red > 240, green < 20, blue < 20) == (True, True, True)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4\n%%EOF", b"\x00" * 100])
def test_what_cannot_be_drawn_has_no_picture(tmp_path, content):
    (tmp_path / "a.pdf").write_bytes(content)
    assert first_page(tmp_path / "a.pdf") is None


def test_a_page_as_wide_as_a_street_is_drawn_small(tmp_path):
    page = first_page(pdf(tmp_path / "a.pdf", box="0 0 14400 100"))
    with Image.open(io.BytesIO(page)) as picture:
        assert max(picture.size) <= SIDE
