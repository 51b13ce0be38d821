import io
import struct

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage

from campaign import evidence
from campaign.errors import Refused
from campaign.evidence import DOCUMENTS, EVERYTHING, PICTURES
from campaign.storage import Storage


def picture(kind="PNG", size=(40, 30)) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 40).convert("RGB").save(out, kind)
    return out.getvalue()


def box(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


MP4 = box(b"ftyp", b"isom\0\0\2\0isom") + box(b"moov", b"\0" * 16) + box(b"mdat", b"x" * 64)
PDF = b"%PDF-1.7\nbody\n%%EOF\n"


@pytest.fixture
def storage(tmp_path):
    return Storage(tmp_path / "assets")


def upload(data: bytes, name: str) -> FileStorage:
    return FileStorage(io.BytesIO(data), filename=name)


@pytest.mark.parametrize(
    ("data", "name", "media_type"),
    [
        (picture("PNG"), "截图.png", "image/png"),
        (picture("JPEG"), "照片.JPG", "image/jpeg"),
        (picture("WEBP"), "网页.webp", "image/webp"),
        (PDF, "页面.pdf", "application/pdf"),
        (MP4, "录像.mp4", "video/mp4"),
        (picture("PNG"), "名字不对.pdf", "image/png"),
    ],
)
def test_a_file_is_what_its_bytes_say_and_is_stored_unchanged(storage, data, name, media_type):
    """A11: evidence is kept as it came in."""
    found = evidence.accept(storage, upload(data, name))
    assert (found.media_type, found.name) == (media_type, name)
    assert storage.path(found.stored.sha256).read_bytes() == data


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"just text", "说明.pdf", "说明.pdf is not a file of the kind PNG、JPEG、WebP、PDF、MP4"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "图.svg", "is not a file of the kind"),
        (b"GIF89a" + b"\0" * 20, "动图.gif", "is not a file of the kind"),
        (b"", "空.png", "空.png is empty"),
        (picture("PNG")[:-200], "半张.png", "半张.png is damaged"),
        (picture("JPEG")[: len(picture("JPEG")) // 2], "半张.jpg", "is damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"junk" * 9, "坏图.png", "is damaged"),
        (PDF[:-7], "半份.pdf", "半份.pdf is damaged"),
        (MP4[:-10], "半段.mp4", "半段.mp4 is damaged"),
        (box(b"ftyp", b"isom\0\0\2\0") + box(b"mdat", b"x"), "无索引.mp4", "is damaged"),
    ],
)
def test_a_wrong_or_broken_file_is_refused_by_name_with_the_rule(storage, data, name, words):
    with pytest.raises(Refused) as refusal:
        evidence.accept(storage, upload(data, name))
    assert words in str(refusal.value)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(storage):
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    with pytest.raises(Refused, match="more than 100 million pixels"):
        evidence.accept(storage, upload(bomb.getvalue(), "炸弹.png"))


def test_a_picture_over_the_limit_is_refused_and_nothing_stays_behind(storage, monkeypatch):
    monkeypatch.setattr(evidence, "MAX_PICTURE_BYTES", 100)
    with pytest.raises(Refused, match="larger than"):
        evidence.accept(storage, upload(picture(), "大图.png"))
    assert [p for p in storage.root.rglob("*") if p.is_file()] == []


def test_a_room_may_take_fewer_kinds(storage):
    with pytest.raises(Refused, match="of the kind PNG、JPEG、WebP"):
        evidence.accept(storage, upload(PDF, "页面.pdf"), frozenset(PICTURES))
    with pytest.raises(Refused, match="is not a file of the kind"):
        evidence.accept(storage, upload(MP4, "录像.mp4"), DOCUMENTS)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\用户\\截图.png", "截图.png"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nb.png", "ab.png"),
        ("", "file"),
    ],
)
def test_a_file_name_loses_folders_and_control_characters(given, kept):
    assert evidence.clean_name(given) == kept


def test_a_long_file_name_keeps_its_ending():
    name = evidence.clean_name("长" * 300 + ".png")
    assert (len(name), name[-4:]) == (200, ".png")


@pytest.mark.parametrize(
    ("data", "name", "disposition"),
    [(picture(), "图.png", "inline"), (PDF, "页.pdf", "inline"), (MP4, "片.mp4", "attachment")],
)
def test_only_pictures_and_pdf_are_shown_in_place_and_always_sandboxed(app, session, data, name, disposition):
    found = evidence.accept(app.extensions["storage"], upload(data, name), EVERYTHING)
    with app.test_request_context(), evidence.send(evidence.attach(session, found), name) as answer:
        assert answer.headers["Content-Disposition"].split(";")[0] == disposition
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == evidence.INLINE_POLICY
        answer.direct_passthrough = False
        assert answer.get_data() == data
