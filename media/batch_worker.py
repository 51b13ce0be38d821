"""The processes of a batch: each makes one clip after the other and ends with the run that started it."""

import contextlib
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal

from media import errors
from media.cut import cut
from media.deliveries import Delivery
from media.dress import Dress
from media.errors import N_, MediaError, Unsupported
from media.info import MediaInfo
from media.plan import EditList

LaneChoice = Literal["auto", "encode"]

_GRACE_S = 10.0


def as_refusal(error: Exception, name: str) -> MediaError:
    """Give any failure of reading and writing as a refusal that names the clip or film."""
    if isinstance(error, MediaError):
        return error
    reason = getattr(error, "strerror", None) or type(error).__name__
    return Unsupported(N_("%(name)s cannot be read or written (%(reason)s)."), name=name, reason=reason)


@dataclass(frozen=True)
class Order:
    """One clip to make at a temporary place."""

    edit_list: EditList
    part: Path
    delivery: Delivery
    dress: Dress
    infos: Mapping[Path, MediaInfo]


class Worker:
    """A process that makes one clip after the other, started once and started anew if it dies."""

    def __init__(self, lane: LaneChoice, preset: str | None, threads: int) -> None:
        self._settings = (lane, preset, threads)
        self.done = 0.0
        self.began = 0.0
        self._start()

    def _start(self) -> None:
        # Spawned, not forked: a copy of a server with its threads and connections would be a risk.
        context = multiprocessing.get_context("spawn")
        self.line, other = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(other, os.getpid(), *self._settings), daemon=True, name="clip"
        )
        self._process.start()
        other.close()

    def take(self, order: Order) -> None:
        """Hand over a clip to make."""
        if not self._process.is_alive():
            self.kill()
            self._start()
        self.done, self.began = 0.0, time.monotonic()
        # If it died this very moment, hear() finds the line closed.
        with contextlib.suppress(BrokenPipeError):
            self.line.send(order)

    def hear(self) -> tuple[str, Any] | None:
        """Give a result, a refusal or the end of the process; None for mere progress."""
        try:
            kind, told = self.line.recv()
        except (EOFError, ConnectionError):
            self._process.join(_GRACE_S)
            self._process.kill()
            self._process.join()
            return "gone", self._process.exitcode or 0
        if kind == "progress":
            self.done = told
            return None
        if kind == "failed":
            code, msgid, params = told
            return "failed", _REFUSALS.get(code, MediaError)(msgid, **params)
        return kind, told

    def stop(self) -> None:
        """Ask for the end of the current clip."""
        with contextlib.suppress(OSError):
            self.line.send(None)

    def end(self) -> None:
        """Let the process go home."""
        self.stop()
        self._process.join(_GRACE_S)
        self.kill()

    def kill(self) -> None:
        """End the process; its ffmpeg dies with it."""
        self._process.kill()
        self._process.join()
        self.line.close()


_REFUSALS: dict[str, type[MediaError]] = {
    kind.code: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, MediaError)
}


class _Listener:
    """The worker's end of the line."""

    def __init__(self, line: "Connection[Any, Any]") -> None:
        self._line = line
        self._stopped = False

    def should_stop(self) -> bool:
        """Say whether the run asked for the end, or is gone."""
        if not self._stopped:
            with contextlib.suppress(OSError):
                self._stopped = self._line.poll()
        return self._stopped

    def tell(self, done: float) -> None:
        """Tell how far the clip is."""
        with contextlib.suppress(OSError):
            self._line.send(("progress", done))


def _serve(
    line: "Connection[Any, Any]", parent: int, lane: LaneChoice, preset: str | None, threads: int
) -> None:
    """Make clips until the line says stop or closes."""
    # The terminal's Ctrl-C reaches every process; only the run answers it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with(parent)
    listener = _Listener(line)
    while True:
        try:
            order = line.recv()
            if order is None:
                return
            line.send(_made(order, listener, lane, preset, threads))
        except (EOFError, OSError):
            return


def _made(
    order: Order, listener: _Listener, lane: LaneChoice, preset: str | None, threads: int
) -> tuple[str, Any]:
    """Make one clip; give its result or the refusal, in a form that travels."""
    try:
        made = cut(
            order.edit_list, order.part, order.delivery, dress=order.dress, infos=order.infos,
            lane=lane, preset=preset, threads=threads,
            on_progress=listener.tell, should_stop=listener.should_stop,
        )  # fmt: skip
    except (MediaError, OSError) as error:
        refusal = as_refusal(error, order.edit_list.entries[0].source.shown)
        return "failed", (refusal.code, refusal.msgid, refusal.params)
    return "made", made.to_json()


def _die_with(parent: int) -> None:
    """End with the run that started this process, even if that is killed."""
    if sys.platform != "linux":
        return
    import ctypes  # noqa: PLC0415 - Linux only

    ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:
        os._exit(1)
