"""The pattern page: every building block alive, for those who build pages; never part of production."""

from __future__ import annotations

import datetime as dt
import time

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from campaign.access import public
from campaign.navigation import ROOMS
from campaign.patterns import practice, samples

blueprint = Blueprint("patterns", __name__, url_prefix="/patterns")
blueprint.register_blueprint(practice.blueprint)

JOB_SECONDS = 20
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360"><path fill="#d9d6cf" d="M0 0h640v360H0z"/>'
    '<path d="M0 250 160 150l110 80 130-120 240 150v100H0z" fill="#a9a59b"/>'
    '<path d="M0 300 220 220l180 60 240-70v150H0z" fill="#77736a"/>'
    '<circle cx="{x}" cy="86" r="34" fill="#f4f2ec"/></svg>'
)


def _render(form: samples.SampleForm, status: int = 200) -> tuple[str, int]:
    rooms = [samples.SampleRoom(room.key, room.title, room.icon, room.group) for room in ROOMS]
    job = samples.SampleJob(
        "a",
        "剪辑成片：一滴油膜里的国产高端轴承",
        "running",
        _progress(),
        "编码第 2 段，共 3 段",
        can_cancel=True,
        poll_url=url_for("patterns.job"),
    )
    page = render_template(
        "patterns/index.html",
        form=form,
        listing=samples.sample_listing(request.args),
        targets=samples.TARGETS,
        jobs=(job, *samples.JOBS),
        thread=samples.THREAD,
        sheet_columns=samples.SHEET_COLUMNS,
        sheet=samples.SHEET,
        problems=samples.PROBLEMS,
        moment=dt.datetime(2024, 10, 31, 6, 30, tzinfo=dt.UTC),
        nav_items=rooms,
        nav_current="cases",
        current_user=samples.SampleUser(),
        my_programmes=samples.PROGRAMMES,
        current_programme=samples.PROGRAMMES[0],
        running_url=url_for("patterns.running"),
        search_url=url_for("patterns.index"),
    )
    return page, status


def _progress() -> float:
    """Run a job that is never done, so that the page always shows one at work."""
    return round(time.time() % JOB_SECONDS / JOB_SECONDS * 0.9, 3)


@blueprint.route("/", methods=["GET", "POST"])
@public
def index() -> WerkzeugResponse | tuple[str, int]:
    """Show all patterns; the form is refused or thanked for like any other."""
    form = samples.SampleForm()
    if form.validate_on_submit():
        flash("已保存案例。", "success")
        return redirect(url_for("patterns.index"))
    return _render(form, 422 if form.errors else 200)


@blueprint.route("/flash/<category>", methods=["POST"])
@public
def say(category: str) -> WerkzeugResponse:
    """Show what a success or a failure looks like."""
    if category == "success":
        flash("已保存案例。", "success")
    else:
        flash("第 7 行：案例名称为空，请补填后重新导入。", "danger")
    return redirect(url_for("patterns.index"))


@blueprint.route("/jobs/running.json")
@public
def running() -> Response:
    """Give one running job to the top bar of this page."""
    job = {
        "id": "a",
        "title": "剪辑成片：一滴油膜里的国产高端轴承",
        "state": "running",
        "progress": _progress(),
    }
    return jsonify({"jobs": [job | {"message": "编码第 2 段，共 3 段", "url": "#jobs"}]})


@blueprint.route("/jobs/a.json")
@public
def job() -> Response:
    """Give how far the sample job is."""
    return jsonify(
        {
            "state": "running",
            "progress": _progress(),
            "message": "编码第 2 段，共 3 段",
            "error": "",
            "can_retry": False,
            "can_cancel": True,
        }
    )


@blueprint.route("/picture/<int:number>.svg")
@public
def picture(number: int) -> Response:
    """Draw a picture to show pictures with."""
    return Response(PICTURE.format(x=80 + number * 90), mimetype="image/svg+xml")
