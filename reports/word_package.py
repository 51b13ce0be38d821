"""A Word document as bytes, the same for the same document; pictures lie in it as they are.

python-docx stamps its parts with the time of day and squeezes photographs that are squeezed already. Here
every part has one fixed time, and pictures are stored: a story with three is written in a third of the time.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from docx.opc.pkgwriter import PackageWriter

if TYPE_CHECKING:
    from docx.document import Document
    from docx.opc.packuri import PackURI

# The earliest time an entry can have.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
SQUEEZED = frozenset({"jpg", "jpeg", "png", "gif"})


class _SteadyWriter:
    """Takes the parts of a document as python-docx hands them to its own writer."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def write(self, pack_uri: PackURI, blob: bytes) -> None:
        """Add a part."""
        entry = zipfile.ZipInfo(pack_uri.membername, ZIP_EPOCH)
        squeezed = pack_uri.ext.lower() in SQUEEZED
        entry.compress_type = zipfile.ZIP_STORED if squeezed else zipfile.ZIP_DEFLATED
        self._archive.writestr(entry, blob)


def saved(word: Document) -> bytes:
    """Return a document as docx."""
    package = word.part.package
    for part in package.parts:
        part.before_marshal()
    # python-docx can be given another place to write to, but not another writer; these are its own steps.
    steps: Any = PackageWriter
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        writer = _SteadyWriter(archive)
        steps._write_content_types_stream(writer, package.parts)  # noqa: SLF001 - as said above
        steps._write_pkg_rels(writer, package.rels)  # noqa: SLF001 - as said above
        steps._write_parts(writer, package.parts)  # noqa: SLF001 - as said above
    return stream.getvalue()
