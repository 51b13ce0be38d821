"""Accidents of long work in plain words: which layer failed, and what the reader can do.

A refusal brings its own words. Everything else that stops a job is told here by its kind; details, paths and
statements stay in the log, where the administrator finds them under the reference.
"""

from __future__ import annotations

import errno
from typing import Any

from sqlalchemy.exc import DBAPIError, IntegrityError

from campaign.messages import N_, Message

# The words with which pages begin to say what failed, by layer.
LAYERS: dict[str, str] = {
    "film": N_("Film"),
    "edit": N_("Edit list"),
    "engine": N_("Video engine (ffmpeg)"),
    "result": N_("Check of the result"),
    "disk": N_("Disk of the server"),
    "storage": N_("Storage of the server"),
    "memory": N_("Memory of the server"),
    "database": N_("Database"),
    "network": N_("Network"),
    "worker": N_("Server"),
    "program": N_("Program"),
}
_FULL = {errno.ENOSPC, errno.EDQUOT}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_TEXTS: dict[str, str] = {
    "disk": N_(
        "there is no room left to write. Nothing that was there is lost. Ask the administrator to free some "
        "space, then press “Try again”. (Log number %(reference)s)"
    ),
    "missing": N_(
        "a file that this work needs is not there any more. Give the administrator the log number "
        "%(reference)s; once the file is back from the backup, press “Try again”."
    ),
    "forbidden": N_(
        "the server may not read or write in its own folder. Give the administrator the log number "
        "%(reference)s; after that press “Try again”."
    ),
    "storage": N_(
        "the disk reports a fault while reading or writing. Press “Try again”; if it fails again, give the "
        "administrator the log number %(reference)s."
    ),
    "memory": N_(
        "there was not enough of it for this work. Press “Try again” when fewer jobs run; if it fails again, "
        "give the administrator the log number %(reference)s."
    ),
    "database": N_(
        "it was busy or could not be reached. Nothing is lost. Press “Try again”; if it fails again, give "
        "the administrator the log number %(reference)s."
    ),
    "network": N_(
        "the other side could not be reached or broke off. Press “Try again”; if it fails again, give the "
        "administrator the log number %(reference)s."
    ),
    "program": N_(
        "a fault in the software, not in your file and not in what you did. Press “Try again” once; if it "
        "fails again, give the administrator the log number %(reference)s."
    ),
}


def told(error: Exception, reference: str) -> dict[str, Any]:
    """Give an accident as a job keeps it: the layer, the sentence, and the number it has in the log."""
    layer, sentence = _kind_of(error)
    return {"layer": layer, "msgid": _TEXTS[sentence], "params": {"reference": reference}}


def _kind_of(error: Exception) -> tuple[str, str]:
    """The layer at fault and the sentence that says so; what is not known is the program's own."""
    if isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM:
        layer = "memory"
    elif isinstance(error, DBAPIError) and not isinstance(error, IntegrityError):
        # A broken rule of the database is a fault of the program; a lock or a lost line is not.
        layer = "database"
    elif isinstance(error, ConnectionError | TimeoutError) or type(error).__module__.startswith("requests"):
        # requests raises its own kinds, which are OSErrors and hold no errno.
        layer = "network"
    elif isinstance(error, OSError):
        layer = "disk" if error.errno in _FULL else "storage"
        if layer == "storage" and error.errno in (errno.ENOENT, *_FORBIDDEN):
            return layer, "missing" if error.errno == errno.ENOENT else "forbidden"
    else:
        layer = "program"
    return layer, layer


def sentence_of(stored: dict[str, Any]) -> tuple[Message | None, Message]:
    """Split what a job or a subject keeps into the name of the layer, where one is told, and the sentence."""
    layer = LAYERS.get(stored.get("layer", ""))
    return (Message(layer) if layer else None), Message(stored["msgid"], stored.get("params") or {})
