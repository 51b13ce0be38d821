"""Which Range of a request is answered, as RFC 9110 (section 14) wants it; pure.

Werkzeug refuses with 416 what has to be ignored: several ranges, other units, ranges that run backwards, a
suffix longer than the file, a Range with HEAD.
"""

from __future__ import annotations

import re

_ONE = re.compile(r"bytes\s*=\s*(\d*)\s*-\s*(\d*)", re.IGNORECASE)


def usable_range(method: str, header: str | None, if_range: str | None = None) -> str | None:
    """Give the Range to answer, or None where the whole file is the answer.

    Of several ranges the whole file is sent, which a server may always do. A weak validator proves nothing
    about single bytes.
    """
    if header is None or method != "GET" or (if_range or "").startswith("W/"):
        return None
    found = _ONE.fullmatch(header.strip())
    if found is None:
        return None
    first, last = found.groups()
    if first and last and int(last) < int(first):
        return None
    return f"bytes={first}-{last}" if first or last else None


def within(header: str, size_bytes: int) -> str:
    """Turn a suffix that is longer than the file into the whole of it."""
    first, _, last = header.removeprefix("bytes=").partition("-")
    return "bytes=0-" if not first and int(last) > size_bytes else header
