"""`qichuang demo`: from an empty folder to a served province with real clips and reports.

A second run finds everything in its place and only serves. The site is served while the last clips are still
being cut; the reports are written when the last one is done.
"""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import urlopen

import click
from flask import Flask
from sqlalchemy import select

from campaign import commands, footage, jobs
from campaign.app import create_app
from campaign.cli import prepare
from campaign.config import Settings
from campaign.db import db, utc_now
from campaign.demo import invented
from campaign.demo.profile import KEY, write_profile
from campaign.demo.reviews import Submissions
from campaign.demo.rows import Rows
from campaign.documents.services import Order, write_files
from campaign.documents.words import Stated, Words
from campaign.films import renditions
from campaign.films.clips import RENDER, RENDITION, order_render
from campaign.films.models import Clip, ClipRange, SourceVideo
from campaign.films.services import INGEST, assign, receive
from campaign.fonts import ensure_fonts
from campaign.formatting import local
from campaign.jobs import Job
from campaign.messages import N_
from campaign.programmes.models import Programme
from campaign.programmes.profiles import load
from campaign.programmes.services import open_programme
from campaign.server import environment_of
from campaign.storage import Storage

if TYPE_CHECKING:
    from campaign.cli import Context

DATA = Path("demo-data")
OUT = Path("out")
FILM_ENDINGS = {".mp4", ".mov", ".mkv", ".mts", ".ts", ".m4v"}
CLIP_S = Fraction(120)
COVER_AT = Fraction(40)
LOOK_EVERY_S = 1.0
SERVE_WITHIN_S = 60


class Steps:
    """Says on the terminal what is being done and how long it took."""

    def __init__(self, context: Context) -> None:
        self.say = context.translate
        self.began = time.monotonic()

    def __call__(self, msgid: str, **params: Any) -> None:  # noqa: ANN401 - whatever the text names
        """Say one step; `msgid` is translated."""
        seconds = time.monotonic() - self.began
        click.echo(f"[{seconds:5.1f} s] {self.say(msgid, **params)}")


def demo_settings(settings: Settings) -> Settings:
    """The settings of a demonstration: its own folder, never a real installation's."""
    data = DATA.resolve()
    return replace(
        settings,
        data_dir=data,
        database_url=f"sqlite:///{data / 'qichuang.sqlite'}",
        mode="demo",
        extra_profiles=data / "profiles",
        log_json=False,
    )


def run_demo(context: Context, sources: Path | None, host: str, port: int, *, serve: bool) -> int:
    """Make what is missing of the demonstration, serve it, write the reports; gives the exit status."""
    steps = Steps(context)
    settings = demo_settings(context.settings)
    today = local(utc_now()).date()
    write_profile(settings.data_dir / "profiles", today)
    steps(N_("Preparing database and fonts"))
    settings = prepare(settings)
    app = create_app(settings)
    with app.app_context(), app.test_request_context():
        programme = db.session.scalars(select(Programme).where(Programme.key == KEY)).unique().one_or_none()
        if programme is None:
            programme = open_programme(db.session, load(KEY, settings.extra_profiles), lead_id=None)
            _rows(app, settings, programme, steps)
        films = _films(settings, sources, steps)
        _take_in(app, programme, films, steps)
    server = _start_server(settings, host, port)
    try:
        address = f"http://{host}:{port}/"
        _await_server(server, address)
        _greet(steps, address)
        _finish(app, settings, steps, server)
        if not serve:
            return 0
        steps(N_("Everything is there. Stop the site with Ctrl-C."))
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        server.terminate()
        server.wait()


def _rows(app: Flask, settings: Settings, programme: Programme, steps: Steps) -> None:
    profile = load(KEY, settings.extra_profiles)
    storage: Storage = app.extensions["storage"]
    fonts = ensure_fonts(settings.data_dir)
    rows = Rows(db.session, storage, programme, profile, fonts.regular, local(utc_now()).date())
    rows.users()
    steps(N_("Imported %(count)s cases from a summary table"), count=rows.cases(rows.summary_table()))
    steps(N_("Logged %(count)s published pieces"), count=rows.coverage())
    steps(N_("Planned %(count)s lecture events"), count=rows.lectures())
    steps(
        N_("Nominated %(count)s exhibits, booked %(expenses)s expenses"),
        count=rows.exhibits(),
        expenses=rows.money(),
    )
    submissions = Submissions(db.session, programme)
    steps(N_("Sent %(count)s stories for review"), count=submissions.stories())
    plans = submissions.held_plan() + submissions.plans()
    steps(N_("Sent %(count)s lecture plans for review"), count=plans)


def _make_film(task: tuple[Path, str, Path, int]) -> Path:
    """One demonstration film; runs in a process of its own."""
    path, title, font, seed = task
    return footage.make_demo_film(path, title=title, scenes=invented.SCENES, font_path=font, seed=seed)


def _films(settings: Settings, sources: Path | None, steps: Steps) -> list[Path]:
    """The source films: those of a folder, or our own, made once and kept."""
    if sources is not None:
        found = sorted(p for p in sources.iterdir() if p.suffix.lower() in FILM_ENDINGS)
        steps(N_("Taking %(count)s films from %(folder)s"), count=len(found), folder=sources)
        return found
    folder = settings.data_dir / "films"
    folder.mkdir(parents=True, exist_ok=True)
    font = ensure_fonts(settings.data_dir).bold
    wanted = [
        (folder / f"{case.title}.mp4", case.title, font, seed)
        for seed, case in enumerate(invented.cases(invented.FIRST_FILMS))
    ]
    missing = [task for task in wanted if not task[0].exists()]
    if missing:
        steps(N_("Making %(count)s films of three minutes"), count=len(missing))
        with multiprocessing.get_context("spawn").Pool(len(missing)) as pool:
            pool.map(_make_film, missing)
        steps(N_("The films are ready"))
    return [task[0] for task in wanted]


def _take_in(app: Flask, programme: Programme, films: list[Path], steps: Steps) -> None:
    """Take the films in like uploads; those that are there already are recognised by content."""
    storage: Storage = app.extensions["storage"]
    lead = programme.lead_id
    taken: list[SourceVideo] = []
    for path in films:
        with path.open("rb") as stream:
            stored = storage.put_stream(stream)
        film, new = receive(
            db.session,
            stored,
            file_name=path.name,
            programme_id=programme.id,
            owner_id=programme.organisation_id,
            user_id=lead,
        )
        if new and film.case_id is None:
            _give_case(film, programme, len(taken))
        taken.append(film)
    steps(N_("%(count)s films are in the programme"), count=len(taken))


def _give_case(film: SourceVideo, programme: Programme, index: int) -> None:
    from campaign.cases.models import Case  # noqa: PLC0415 - only where a film's name matches no case

    case = (
        db.session.scalars(
            select(Case).where(Case.programme_id == programme.id, Case.number == index % 12 + 1)
        )
        .unique()
        .one()
    )
    assign(db.session, film, case)


def _start_server(settings: Settings, host: str, port: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "campaign", "serve", "--host", host, "--port", str(port)],
        env=environment_of(settings),
        stdout=subprocess.DEVNULL,
    )


def _await_server(server: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + SERVE_WITHIN_S
    while True:
        try:
            with urlopen(f"{address}login", timeout=2):  # noqa: S310 - our own site on this machine
                return
        except (URLError, TimeoutError) as error:
            # A busy machine may accept the connection long before it answers.
            if server.poll() is not None or time.monotonic() > deadline:
                raise click.ClickException(f"The site did not start at {address}: {error}") from error
            time.sleep(0.2)


def _greet(steps: Steps, address: str) -> None:
    steps(N_("The site is at %(address)s"), address=address)
    for username, _name, role, _place in invented.LOGINS:
        click.echo(f"    {username:<10} {invented.PASSWORD}   {role}")


def _finish(app: Flask, settings: Settings, steps: Steps, server: subprocess.Popen[bytes]) -> None:
    """Order the clips as soon as their films are ready, wait for them, write the reports."""
    with app.app_context(), app.test_request_context():
        programme = commands.programme_of(KEY)
        _await_jobs(INGEST, steps, server)
        fresh = _order_clips(programme)
        steps(N_("Cutting %(count)s clips"), count=fresh) if fresh else None
        _await_jobs(RENDER, steps, server)
        _await_jobs(RENDITION, steps, server)
        sent = Submissions(db.session, programme).clips()
        steps(N_("Sent %(count)s clips for review"), count=sent) if sent else None
        _write_reports(app, settings, programme, steps)


def _await_jobs(kind: str, steps: Steps, server: subprocess.Popen[bytes]) -> None:
    """Wait until no job of a kind runs, telling each tenth of the way."""
    said: dict[str, int] = {}
    while True:
        db.session.rollback()
        running = db.session.scalars(select(Job).where(Job.kind == kind, Job.state.in_(jobs.RUNNING))).all()
        for job in running:
            tenth = int(job.progress * 10)
            if tenth > said.get(job.id, 0):
                said[job.id] = tenth
                steps(N_("%(work)s: %(share)s %%"), work=job.label, share=tenth * 10)
        if not running:
            return
        if server.poll() is not None:
            raise click.ClickException("The site ended before its jobs were done.")
        time.sleep(LOOK_EVERY_S)


def _order_clips(programme: Programme) -> int:
    """Three clips of two minutes, of one, two and three ranges; none where clips are there already."""
    if db.session.scalar(select(Clip.id).where(Clip.programme_id == programme.id).limit(1)) is not None:
        return 0
    films = (
        db.session.scalars(
            select(SourceVideo)
            .where(SourceVideo.programme_id == programme.id, SourceVideo.state == "ready")
            .order_by(SourceVideo.duration.desc(), SourceVideo.id)
        )
        .unique()
        .all()
    )
    long_enough = [film for film in films if film.duration and film.duration >= CLIP_S + 30] or list(
        films[:1]
    )
    ordered = 0
    for index in range(3 if long_enough else 0):
        film = long_enough[index % len(long_enough)]
        clip = Clip(
            programme_id=programme.id,
            owner_id=film.owner_id,
            case_id=film.case_id,
            title=f"{film.case.title if film.case else film.file_name}（两分钟版{'一二三'[index]}）",
        )
        clip.ranges = [
            ClipRange(position=i, source_id=film.id, in_point=start, out_point=end)
            for i, (start, end) in enumerate(ranges(film.duration or Fraction(0), index + 1))
        ]
        db.session.add(clip)
        db.session.flush()
        for kind in renditions.COVERS:
            # Asked for before the render, they are made by themselves after it.
            renditions.want(
                clip, kind, {"at": str(COVER_AT), "title": film.case.title[:60] if film.case else ""}
            )
        order_render(db.session, clip, user_id=programme.lead_id)
        ordered += 1
    return ordered


def ranges(duration: Fraction, count: int) -> list[tuple[Fraction, Fraction]]:
    """Split two minutes (or what there is) into ranges spread evenly over a film, from whole seconds on."""
    total = min(CLIP_S, duration * Fraction(9, 10))
    length = total / count
    gap = (duration - total) / (count + 1)
    starts = [Fraction(int(gap * (i + 1) + length * i)) for i in range(count)]
    return [(start, start + length) for start in starts]


def _write_reports(app: Flask, settings: Settings, programme: Programme, steps: Steps) -> None:
    profile = load(KEY, settings.extra_profiles)
    stated = {
        i.key: Stated(
            actual="演示数据",
            share=92,
            reason="项目仍在执行期内，后续任务按计划推进。",
            remedy="按月对照目标，优先补齐缺口。",
        )
        for i in profile.self_assessment.indicators
    }
    storage: Storage = app.extensions["storage"]
    month = local(utc_now()).date().strftime("%Y-%m")
    for order in (Order("monthly", month), Order("performance")):
        report = commands.freeze(
            programme,
            order,
            Words(stated=stated),
            storage,
            settings,
            user_id=programme.lead_id or 0,
            by="示例负责人",
        )
        db.session.commit()
        write_files(db.session, storage, report, settings)
        for path in commands.copy_files(report, programme, storage, OUT):
            steps(N_("Wrote %(file)s"), file=path)
