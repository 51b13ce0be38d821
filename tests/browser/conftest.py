"""A real Chromium and a real server for the tests of pages.

`live_server` serves the app from a thread on a free port with a data folder of its own. Without Chromium
the tests are skipped with a line that says how to get it; in CI its absence is a failure.

Playwright keeps an event loop in the thread of the test, where Flask-SQLAlchemy-Lite cannot close its
sessions. So whatever needs an app context goes through `live_server.run`, and the browser lives no longer
than its module, so that tests of other rooms find no loop.
"""

from __future__ import annotations

import gc
import os
import shutil
import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import expect, sync_playwright
from werkzeug.serving import make_server

from campaign import jobs, schema
from campaign.app import create_app
from campaign.config import Settings
from campaign.db import db

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker("browser")
            # A player that breaks off a range leaves the development server with an open file.
            item.add_marker(pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"))


@dataclass(frozen=True)
class LiveServer:
    """Where the app is served, and the app itself for making data."""

    url: str
    app: Flask
    settings: Settings

    def run(self, work):
        """Call `work()` inside an app context in a thread of its own; give its result or raise its error."""

        def inside():
            with self.app.app_context():
                return work()

        return elsewhere(inside)


def elsewhere(work):
    """Call `work()` in a thread of its own, where no event loop of the browser runs."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


@contextmanager
def serving(settings: Settings) -> Iterator[LiveServer]:
    """Serve the app for these settings from a thread on a free port; its database must be ready."""
    app = create_app(settings)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    live = LiveServer(f"http://127.0.0.1:{server.server_port}", app, settings)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield live
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        live.run(lambda: db.engine.dispose())  # noqa: PLW0108 - the engine exists only inside the context
        let_go()


def let_go():
    """Collect what players broke off, here and not in the middle of some later test."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture(scope="session")
def live_server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("live")
    settings = Settings(
        data_dir=folder / "data",
        database_url=f"sqlite:///{folder / 'live.sqlite'}",
        mode="testing",
        log_json=False,
    )
    with serving(settings) as live:
        live.run(lambda: (schema.upgrade(db.engine), jobs.migrate(settings)))
        yield live


@pytest.fixture(scope="module")
def chromium():
    path = next((found for found in map(shutil.which, NAMES) if found), None)
    if path is None:
        said = "No Chromium on this machine; get one with `apt-get install chromium`."
        if os.environ.get("CI") == "true":
            pytest.fail(said)
        pytest.skip(said)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()
    let_go()


# A page waits for a busy machine, too; nothing here measures speed.
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)


class Visits:
    """Pages of given sizes and schemes on one site; remembers script errors and broken rules of the CSP."""

    def __init__(self, chromium, url: str) -> None:
        self.chromium = chromium
        self.url = url
        self.contexts = []
        self.faults = []

    def open(self, width, height, scheme="light", **options):
        context = self.chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            base_url=self.url,
            locale="zh-CN",
            **options,
        )
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("console", lambda said: self._hear(page, said))
        return page

    def _hear(self, page, said) -> None:
        if "Content Security" in said.text:
            self.faults.append(f"{page.url}: {said.text}")

    def take_faults(self) -> list[str]:
        """What went wrong since the last look."""
        found, self.faults = self.faults, []
        return found

    def close(self) -> None:
        for context in self.contexts:
            context.close()


@pytest.fixture
def open_page(chromium, live_server):
    """A page of a given size and colour scheme; a script error or a broken rule of the CSP fails the test."""
    visits = Visits(chromium, live_server.url)
    yield visits.open
    visits.close()
    assert visits.take_faults() == []


@pytest.fixture
def page_1280(open_page):
    return open_page(1280, 800)


@pytest.fixture
def page_390(open_page):
    return open_page(390, 844)
