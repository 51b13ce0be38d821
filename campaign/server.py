"""Serving: gunicorn (waitress on Windows), and the job worker, a child that is started again when it dies."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping

from flask import Flask

from campaign.app import create_app
from campaign.config import Settings

RESTART_AFTER_S = 1.0
# How far the worker and its ffmpeg step back behind the site: pages are waited for by people, films by none.
WORKER_NICENESS = 15
# New objects, young and middle-aged collections after which the collector looks up. Middle-aged garbage goes
# in portions of 5 to 15 ms; left for twenty young collections, it cost one page in forty 80 to 125 ms.
GARBAGE_THRESHOLDS = (10_000, 2, 100)


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment in which another process finds the same installation."""
    extra = {"QICHUANG_PROFILES": str(settings.extra_profiles)} if settings.extra_profiles else {}
    return {
        **os.environ,
        **extra,
        "QICHUANG_DATA": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "QICHUANG_SECRET_KEY": settings.secret_key,
        "QICHUANG_MODE": settings.mode,
        "QICHUANG_HTTPS": "1" if settings.https_only else "",
        "QICHUANG_JOB_SLOTS": str(settings.job_slots),
        "QICHUANG_MAX_UPLOAD_BYTES": str(settings.max_upload_bytes),
        "QICHUANG_LOG": "json" if settings.log_json else "text",
        "QICHUANG_PROXIES": str(settings.proxies),
    }


class WorkerKeeper:
    """Keeps one worker process alive; a killed one is followed by another, which takes its jobs up again."""

    def __init__(self, settings: Settings) -> None:
        self._environment: Mapping[str, str] = environment_of(settings)
        self._ended = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, daemon=True)

    @property
    def pid(self) -> int | None:
        """The present worker's process id."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the worker and watch over it."""
        self._thread.start()

    def stop(self) -> None:
        """End the worker and do not start another."""
        self._ended.set()
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
        self._thread.join()

    def _keep(self) -> None:
        while not self._ended.is_set():
            began = time.monotonic()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "campaign", "worker"],
                env=dict(self._environment),
            )
            self._process.wait()
            # A worker that cannot start at all is tried again, but not in a tight loop.
            if time.monotonic() - began < RESTART_AFTER_S:
                self._ended.wait(RESTART_AFTER_S)


def serve_site(settings: Settings, host: str, port: int, *, worker: bool, threads: int = 8) -> int:
    """Serve until stopped; gives the exit status."""
    keeper = WorkerKeeper(settings) if worker else None
    if keeper:
        keeper.start()
    try:
        app = create_app(settings)
        settle()
        if sys.platform == "win32":
            from waitress import serve  # noqa: PLC0415 - only there on Windows

            serve(app, host=host, port=port, threads=threads)
        else:
            _gunicorn(app, host, port, threads)
    finally:
        if keeper:
            keeper.stop()
    return 0


def settle() -> None:
    """Let the collector of garbage leave pages alone; for the process that serves, once it stands.

    What is there before the first request lives as long as the process. Left to the collector, it would be
    looked through again and again in the middle of somebody's page: 260 ms each time. A page makes tens of
    thousands of objects that need no collector; at Python's own thresholds it would look up 8 times a page.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)


def step_back() -> None:
    """Let the site go first on this machine; for the worker's process, whose children inherit it."""
    if hasattr(os, "nice"):
        os.nice(max(0, WORKER_NICENESS - os.nice(0)))


def _gunicorn(app: Flask, host: str, port: int, threads: int) -> None:
    from gunicorn.app.base import BaseApplication  # noqa: PLC0415 - not there on Windows

    class Site(BaseApplication):
        def load_config(self) -> None:
            options = {
                "bind": f"{host}:{port}",
                "worker_class": "gthread",
                "workers": 1,
                "threads": threads,
                "timeout": 120,
                "graceful_timeout": 5,
                "loglevel": "warning",
                "control_socket_disable": True,
            }
            for key, value in options.items():
                if key in self.cfg.settings:
                    self.cfg.set(key, value)

        def load(self) -> Flask:
            return app

    try:
        Site().run()
    except SystemExit as leaving:
        if leaving.code not in (0, None):
            raise
