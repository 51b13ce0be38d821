import pytest

from media.errors import Damaged, NotAFilm
from media.hostile import admit
from media.probe import probe

PLAYLIST = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n"
MANIFEST = (
    '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>/etc/passwd</BaseURL></MPD>\n'
)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        ("公司介绍，不是视频".encode(), "a text"),
        ("公司介绍，不是视频".encode("gb18030"), "a text"),
        (PLAYLIST.encode(), "playlist"),
        (MANIFEST.encode(), "playlist"),
        (b"ffconcat version 1.0\nfile '/etc/hostname'\n", "playlist"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 400, "JPEG"),
        (b"PK\x03\x04" + b"\0" * 400, "ZIP"),
        (bytes(range(256)) * 16, "not a film"),
    ],
)
def test_what_is_no_film_is_refused_whatever_its_name_says(tmp_path, content, words):
    """Bad input of issue 2; P13."""
    path = tmp_path / "film.mp4"
    path.write_bytes(content)
    with pytest.raises(NotAFilm, match=words) as refused:
        probe(path, name="宣传片.mp4")
    assert "宣传片.mp4" in str(refused.value)
    assert str(tmp_path) not in str(refused.value)


@pytest.mark.parametrize(
    ("ending", "demuxer"),
    [("mp4", "mov"), ("mov", "mov"), ("mkv", "matroska"), ("ts", "mpegts"), ("avi", "avi")],
)
def test_the_content_and_not_the_name_chooses_the_demuxer(films, tmp_path, ending, demuxer):
    source = films(ending, frames=12, sound=None, b_frames=0)
    renamed = tmp_path / "anything.bin"
    renamed.write_bytes(source.read_bytes())
    assert admit(renamed).demuxer == demuxer


def test_a_missing_file_is_named_without_its_folder(tmp_path):
    with pytest.raises(Damaged) as refused:
        admit(tmp_path / "gone.mp4")
    assert str(tmp_path) not in str(refused.value)


def test_a_head_without_a_film_behind_it_is_damaged(tmp_path):
    path = tmp_path / "film.mp4"
    path.write_bytes(b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + b"\xa5" * 5000)
    with pytest.raises(Damaged, match=r"film\.mp4"):
        probe(path)
