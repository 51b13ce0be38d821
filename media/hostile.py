"""What a file may be before ffmpeg touches it.

The first bytes decide which demuxer may open a file, and that demuxer is then forced: left to itself ffmpeg
opened local files through a DASH manifest that was named .mp4. Protocols are a whitelist, pictures have a
largest size (16,000 x 16,000 pixels took 1.3 GB of memory), and the file name decides nothing.
"""

from dataclasses import dataclass
from pathlib import Path

from media.errors import N_, Damaged, NotAFilm

PROTOCOLS = "file,pipe"
# Larger than any camera an office meets (8K is 33 million), small enough to bound the memory of a decode.
MAX_PIXELS = 8192 * 4608

_HEAD_BYTES = 4096
_EBML = b"\x1a\x45\xdf\xa3"
_MOV_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"styp"})
_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_OTHER_KINDS = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG": "PNG",
    b"GIF8": "GIF",
    b"%PDF": "PDF",
    b"PK\x03\x04": "ZIP",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7-Zip",
    b"MZ": "EXE",
    b"ID3": "MP3",
    b"\xd0\xcf\x11\xe0": "Office",
}


@dataclass(frozen=True)
class Admission:
    """Which demuxer may open a file, and the family of containers it belongs to."""

    demuxer: str
    container: str

    @property
    def input_options(self) -> dict[str, str]:
        """Give the options that every opening of the file has to carry."""
        return {"protocol_whitelist": PROTOCOLS}

    @property
    def arguments(self) -> list[str]:
        """Give the same as ffmpeg arguments, to stand before -i."""
        return ["-protocol_whitelist", PROTOCOLS, "-max_pixels", str(MAX_PIXELS), "-f", self.demuxer]

    @property
    def seeks_exactly(self) -> bool:
        """Say whether seeking lands on a key frame before the asked time.

        Transport and program streams have no index, so a seek lands anywhere: they are read from the start.
        """
        return self.demuxer in {"mov", "matroska", "avi"}


def address(path: Path) -> str:
    """Write a path as ffmpeg takes it for nothing else.

    A relative name such as "concat:a.mp4" or "pipe:0.mp4" would be read as a protocol.
    """
    return str(path.absolute())


def admit(path: Path, *, name: str = "") -> Admission:
    """Look at the first bytes of a file and name the one demuxer that may open it.

    Raises NotAFilm for an empty file, text, a playlist or a manifest, or any other kind of file; the name
    and its ending are not looked at.
    """
    shown = name or path.name
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise Damaged(
            N_("%(name)s cannot be read (%(reason)s). Upload it again."),
            name=shown,
            reason=error.strerror or type(error).__name__,
        ) from error
    if not head:
        raise NotAFilm(N_("%(name)s is empty. Upload the film again."), name=shown)
    admission = _recognise(head)
    if admission is None:
        raise _refusal(head, shown)
    return admission


def _recognise(head: bytes) -> Admission | None:
    if head[4:8] in _MOV_BOXES:
        brand = head[8:12] if head[4:8] == b"ftyp" else b"qt  "
        return Admission("mov", "mov" if brand == b"qt  " else "mp4")
    if head.startswith(_EBML):
        return Admission("matroska", "webm" if b"webm" in head[:64] else "mkv")
    for offset, stride in ((0, 188), (4, 192), (0, 204)):
        sync = head[offset::stride]
        if len(sync) >= 4 and set(sync[: len(head) // stride]) == {0x47}:
            return Admission("mpegts", "ts")
    simple = (
        (head[:4] == b"RIFF" and head[8:12] == b"AVI ", Admission("avi", "avi")),
        (head[:4] == b"\x00\x00\x01\xba", Admission("mpeg", "mpg")),
        (head[:16] == _ASF, Admission("asf", "wmv")),
        (head[:3] == b"FLV", Admission("flv", "flv")),
        (head[:4] == b"\x06\x0e\x2b\x34", Admission("mxf", "mxf")),
    )
    return next((admission for fits, admission in simple if fits), None)


def _refusal(head: bytes, name: str) -> NotAFilm:
    lowered = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if lowered.startswith((b"#extm3u", b"ffconcat")) or b"<mpd" in lowered[:1024]:
        return NotAFilm(
            N_("%(name)s is a playlist that points to other files, not a film. Upload the film itself."),
            name=name,
        )
    for magic, kind in _OTHER_KINDS.items():
        if head.startswith(magic):
            return NotAFilm(
                N_("%(name)s is a %(kind)s file, not a film. Upload an MP4 file (H.264 picture, AAC sound)."),
                name=name,
                kind=kind,
            )
    if _is_text(head):
        return NotAFilm(
            N_(
                "%(name)s is a text, not a film, whatever its name says. "
                "Upload an MP4 file (H.264 picture, AAC sound)."
            ),
            name=name,
        )
    return NotAFilm(
        N_("%(name)s is not a film that is known here. Upload an MP4 file (H.264 picture, AAC sound)."),
        name=name,
    )


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            # The last bytes may be half a character, because only the head was read.
            head[: len(head) - 4 if len(head) == _HEAD_BYTES else None].decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
