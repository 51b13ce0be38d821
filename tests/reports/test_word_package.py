"""A Word document is packed once: the same bytes, readable parts, pictures as they are."""

import io
import zipfile

import docx
from PIL import Image

from reports.word_package import ZIP_EPOCH, saved


def illustrated():
    picture = io.BytesIO()
    Image.effect_noise((300, 200), 80).convert("RGB").save(picture, "JPEG")
    word = docx.Document()
    word.add_paragraph("镕基𠮷光")
    word.add_picture(io.BytesIO(picture.getvalue()))
    return word, picture.getvalue()


def test_a_packed_document_has_every_part_that_word_itself_would_have():
    word, _ = illustrated()
    usual = io.BytesIO()
    word.save(usual)
    with zipfile.ZipFile(usual) as one, zipfile.ZipFile(io.BytesIO(saved(word))) as two:
        assert two.testzip() is None
        assert {name: two.read(name) for name in two.namelist()} == {
            name: one.read(name) for name in one.namelist()
        }


def test_the_same_document_has_the_same_bytes_and_its_pictures_lie_in_it_as_they_are():
    word, photograph = illustrated()
    content = saved(word)
    assert saved(word) == content
    assert content.count(photograph) == 1
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {ZIP_EPOCH}
        kinds = {entry.filename.rpartition(".")[2]: entry.compress_type for entry in archive.infolist()}
    assert (kinds["jpg"], kinds["xml"]) == (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    assert docx.Document(io.BytesIO(content)).paragraphs[0].text == "镕基𠮷光"
