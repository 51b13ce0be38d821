"""The rooms of the house: their pages, and the kinds of background job they run."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang every room's blueprint on the app and name its jobs."""
    # Rooms import models and services; they are taken in here so that importing rules loads none of them.
    from campaign.accounts.views import blueprint as accounts  # noqa: PLC0415
    from campaign.jobs_views import blueprint as jobs  # noqa: PLC0415

    for blueprint in (accounts, jobs):
        app.register_blueprint(blueprint)
