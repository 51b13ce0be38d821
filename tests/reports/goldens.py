"""Goldens of office files: their parts as normalised XML, one block a line, so that a difference can be read.

A document whose words or layout change on purpose gets a new golden with `QICHUANG_GOLDENS=write`; look at
the pages before.
"""

import io
import os
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

FOLDER = Path(__file__).parent / "goldens"
# Ids that Word counts anew, and places where a block ends.
COUNTED = re.compile(r' (?:w14:paraId|w14:textId|w:rsid\w*)="[^"]*"')
BLOCK = re.compile(r"(</(?:\w+:)?(?:p|tr|tbl|row|si|sectPr)>)")


def normalised(content, part):
    """Return one part of an office file: canonical, without counted ids, one block a line."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        canonical = ET.canonicalize(package.read(part).decode())
    return BLOCK.sub(r"\1\n", COUNTED.sub("", canonical))


def golden(name, content, *parts):
    """Return what the golden says and what the file says; with the variable set it is written first."""
    actual = "\n".join(f"== {part}\n{normalised(content, part)}" for part in parts)
    path = FOLDER / f"{name}.txt"
    if os.environ.get("QICHUANG_GOLDENS") == "write":
        FOLDER.mkdir(exist_ok=True)
        path.write_text(actual, encoding="utf-8")
    return path.read_text(encoding="utf-8").splitlines(), actual.splitlines()
