"""A hall signs in: 300 phones in one minute, some twice, some after waiting without network; 300 are counted.

The app is served as in earnest (gunicorn, eight threads, its limits on) on an empty data folder. Every phone
opens the page, takes its token and cookie, and sends at a random moment of the minute over real HTTP, all
from one address. 60 send twice at the same moment, 40 again later with the same number, 30 sign in a second
time from another phone, and 50 have no network for a while: they open the page, and send late what was
signed before.
"""

import argparse
import http.cookiejar
import json
import os
import random
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

from campaign import jobs, schema
from campaign.app import create_app
from campaign.attendance.services import open_gate
from campaign.config import Settings
from campaign.db import db, utc_now
from campaign.lectures.models import LectureEvent
from campaign.programmes.profiles import load
from campaign.programmes.services import open_programme

PHONES, TWICE, AGAIN, SECOND, OFFLINE = 300, 60, 40, 30, 50
SLOWEST_S = 5.0


@dataclass(frozen=True)
class Sent:
    """What became of one message: the status, the state it told, and how long it took."""

    status: int
    state: str
    seconds: float


class Phone:
    """A phone with a cookie jar of its own."""

    def __init__(self, url: str, name: str, organisation: str) -> None:
        self.url, self.name, self.organisation = url, name, organisation
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)
        self.client_id = str(uuid.uuid4())
        self.csrf = ""

    def open_page(self) -> None:
        """Load the page as a browser does and keep its token."""
        with self.opener.open(self.url, timeout=60) as answer:
            found = re.search(r'name="csrf-token" content="([^"]+)"', answer.read().decode())
        if found is None:
            raise RuntimeError("the page has no token")
        self.csrf = found[1]

    def send(self, waited_s: float = 0) -> Sent:
        """Send the sign-in, and again until the server has answered; gives how it ended."""
        body = {"name": self.name, "organisation": self.organisation, "phone": ""}
        body |= {"client_id": self.client_id, "waited_s": waited_s}
        headers = {"Content-Type": "application/json", "Accept": "application/json", "X-CSRFToken": self.csrf}
        request = urllib.request.Request(self.url, json.dumps(body).encode(), headers)  # noqa: S310 - our own server
        began = time.monotonic()
        try:
            with self.opener.open(request, timeout=60) as answer:
                state = json.loads(answer.read())["state"]
                return Sent(answer.status, state, time.monotonic() - began)
        except urllib.error.HTTPError as error:
            return Sent(error.code, error.read().decode()[:200], time.monotonic() - began)


def run(url: str, minute_s: float) -> list[Sent]:
    """Let the hall sign in; every message is sent from a thread of its own at its moment."""
    chance = random.Random(7)  # noqa: S311 - the same hall every time
    phones = [Phone(url, f"观众{number:03d}", f"单位{number % 20}") for number in range(PHONES)]
    sent: list[Sent] = []
    lock = threading.Lock()
    start = time.monotonic() + 1

    def keep(one: Sent) -> None:
        with lock:
            sent.append(one)

    def at(moment: float) -> None:
        time.sleep(max(0.0, start + moment - time.monotonic()))

    def visit(number: int) -> None:
        phone, moment = phones[number], chance_of[number]
        at(moment)
        phone.open_page()
        if number < OFFLINE:
            # No network: signed at once, sent at the end of the minute.
            signed = time.monotonic()
            at(minute_s * 0.9)
            keep(phone.send(waited_s=time.monotonic() - signed))
            return
        if number < OFFLINE + TWICE:
            with ThreadPoolExecutor(2) as pair:
                for one in pair.map(lambda _n: phone.send(), range(2)):
                    keep(one)
            return
        keep(phone.send())
        if number < OFFLINE + TWICE + AGAIN:
            time.sleep(1)
            keep(phone.send())
        elif number < OFFLINE + TWICE + AGAIN + SECOND:
            # The same person in another spelling, from another phone.
            other = Phone(url, f"{phone.name[:1]} {phone.name[1:]}", phone.organisation)
            other.open_page()
            keep(other.send())

    chance_of = [chance.uniform(0, minute_s * 0.8) for _phone in phones]
    with ThreadPoolExecutor(PHONES) as hall:
        for visited in [hall.submit(visit, number) for number in range(PHONES)]:
            visited.result()
    return sent


def prepared(folder: Path) -> tuple[dict[str, str], str, str]:
    """An installation with one event that is going on; gives its environment, its token and its database."""
    environment = {
        **os.environ,
        "QICHUANG_DATA": str(folder),
        "QICHUANG_MODE": "demo",
        "QICHUANG_SECRET_KEY": uuid.uuid4().hex,
        "QICHUANG_LOG": "text",
    }
    environment.pop("DATABASE_URL", None)
    code = (
        "from bench.bench_signin import make_event; from campaign.config import Settings; "
        "print(make_event(Settings.from_environment()))"
    )
    made = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    return environment, made.stdout.strip().splitlines()[-1], str(folder / "qichuang.sqlite")


def make_event(settings: Settings) -> str:
    """Make the tables, a programme and an event with an open code; gives the token."""
    with create_app(settings).app_context():
        schema.upgrade(db.engine)
        jobs.migrate(settings)
        programme = open_programme(db.session, load("guangdong-2024"), lead_id=None)
        now = utc_now()
        event = LectureEvent(
            programme_id=programme.id,
            owner_id=programme.organisation_id,
            title="示例宣讲活动",
            starts_at=now - timedelta(minutes=30),
            ends_at=now + timedelta(hours=2),
            venue="示例报告厅",
        )
        db.session.add(event)
        db.session.commit()
        return open_gate(db.session, event, "sign_in").token


def counted(database: str) -> tuple[int, int]:
    """How many rows stand in the sign-in sheet, and how many of them came late."""
    with sqlite3.connect(database) as connection:
        total = connection.execute("select count(*), sum(way = 'offline') from sign_in").fetchone()
    return int(total[0]), int(total[1] or 0)


def main() -> int:
    """Print the table; 1 when somebody was lost, counted twice or kept waiting."""
    parser = argparse.ArgumentParser(prog="bench_signin", description=__doc__)
    parser.add_argument("--minute", type=float, default=60, help="seconds in which all sign in")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="qichuang-signin-") as name:
        environment, token, database = prepared(Path(name))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        serve = [sys.executable, "-m", "campaign", "serve", "--without-worker", "--port", str(port)]
        server = subprocess.Popen(
            serve, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            url = f"http://127.0.0.1:{port}/q/{token}"
            _wait(url)
            began = time.monotonic()
            sent = run(url, arguments.minute)
            took = time.monotonic() - began
        finally:
            server.terminate()
            server.wait(30)
        people, late = counted(database)
    refused = [one for one in sent if one.status not in (200, 201)]
    times = sorted(one.seconds for one in sent)
    slow = times[int(len(times) * 0.95)]
    print(f"{PHONES} phones, {len(sent)} sign-ins sent in {took:.0f} s from one address")
    print(f"counted {people} (wanted {PHONES}), of them {late} sent late (wanted {OFFLINE})")
    print(f"new {sum(one.status == 201 for one in sent)}, known {sum(one.status == 200 for one in sent)}")
    print(f"refused {len(refused)} {refused[:2]}")
    print(f"answer: median {median(times):.2f} s, 95 % under {slow:.2f} s (limit {SLOWEST_S} s)")
    return int(people != PHONES or late != OFFLINE or bool(refused) or slow > SLOWEST_S)


def _wait(url: str) -> None:
    for _try in range(240):
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 - our own server
        except (OSError, urllib.error.URLError):
            time.sleep(0.5)
        else:
            return
    raise RuntimeError("the server does not answer")


if __name__ == "__main__":
    sys.exit(main())
