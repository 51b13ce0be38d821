"""A real server in its own process: `python -m … PORT`, settings from the environment."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import requests

from campaign.server import environment_of


class Server:
    """Gunicorn on a free port; `kill` is a power cut, `start` brings it back at the same address."""

    def __init__(self, settings, limit_s=30):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = environment_of(settings)
        self.limit_s = limit_s
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.campaign.films.serving", str(self.port)],
            env=self.environment,
            cwd=Path(__file__).parents[3],
            start_new_session=True,
        )
        deadline = time.monotonic() + self.limit_s
        while True:
            try:
                return requests.get(f"{self.address}/login", timeout=5).raise_for_status()
            except requests.ConnectionError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise

    def kill(self):
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


def log_in(server, username):
    """Headers with which a program acts as this user: cookie, and token against forged requests."""
    from tests.factories import PASSWORD

    with requests.Session() as browser:
        page = browser.get(f"{server.address}/login", timeout=10).text
        answer = browser.post(
            f"{server.address}/login",
            data={"username": username, "password": PASSWORD, "csrf_token": token(page)},
            headers={"Referer": f"{server.address}/login"},
            allow_redirects=False,
            timeout=10,
        )
        assert answer.status_code == 302, answer.text
        page = browser.get(f"{server.address}/me", timeout=10).text
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies)
    return {"Cookie": cookies, "X-CSRFToken": token(page)}


def token(page):
    return re.search(r'name="csrf-token" content="([^"]+)"', page).group(1)


if __name__ == "__main__":
    from campaign.app import create_app
    from campaign.config import Settings
    from campaign.server import _gunicorn

    _gunicorn(create_app(Settings.from_environment()), "127.0.0.1", int(sys.argv[1]), 4)
