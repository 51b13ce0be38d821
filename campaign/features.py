"""The rooms of the house: their pages, and the kinds of background job they run."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang every room's blueprint on the app and name its jobs."""
    # Rooms import models and services; they are taken in here so that importing rules loads none of them.
    from campaign.acceptance.views import blueprint as acceptance  # noqa: PLC0415
    from campaign.accounts.views import blueprint as accounts  # noqa: PLC0415
    from campaign.admin.views import blueprint as admin  # noqa: PLC0415
    from campaign.approvals import (  # noqa: PLC0415
        act_views,  # noqa: F401 - hang their routes on the same blueprint
        feed_views,  # noqa: F401 - as above
    )
    from campaign.approvals.views import blueprint as approvals  # noqa: PLC0415
    from campaign.attendance import (  # noqa: PLC0415
        after_views,  # noqa: F401 - as above
        coverage_views,  # noqa: F401 - as above
        public_views,  # noqa: F401 - as above
    )
    from campaign.attendance.views import blueprint as attendance  # noqa: PLC0415
    from campaign.budget import chart_views as budget_charts  # noqa: F401, PLC0415 - as above
    from campaign.budget.views import blueprint as budget  # noqa: PLC0415
    from campaign.casebook.views import blueprint as casebook  # noqa: PLC0415
    from campaign.cases import quota_views  # noqa: F401, PLC0415 - it adds its page to the blueprint
    from campaign.cases.views import blueprint as cases  # noqa: PLC0415
    from campaign.documents.views import blueprint as documents  # noqa: PLC0415
    from campaign.exhibits import (  # noqa: PLC0415
        document_views,  # noqa: F401 - as above
        round_views,  # noqa: F401 - takes room_views along, on one blueprint
    )
    from campaign.exhibits.open_views import blueprint as exhibits_open  # noqa: PLC0415
    from campaign.exhibits.views import blueprint as exhibits  # noqa: PLC0415
    from campaign.films import (  # noqa: PLC0415
        batch_views,  # noqa: F401 - as above
        queue_views,  # noqa: F401 - as above
        rendition_views,  # noqa: F401 - as above
    )
    from campaign.films.views import blueprint as films  # noqa: PLC0415
    from campaign.jobs_views import blueprint as jobs  # noqa: PLC0415
    from campaign.lectures import (  # noqa: PLC0415
        lineup_views,  # noqa: F401 - as above
        paper_views,  # noqa: F401 - as above
        plan_views,  # noqa: F401 - as above
        seat_views,  # noqa: F401 - as above
        speaker_views,  # noqa: F401 - as above
    )
    from campaign.lectures.views import blueprint as lectures  # noqa: PLC0415
    from campaign.outlets import merge_views, views  # noqa: F401, PLC0415 - hang their routes on coverage
    from campaign.overview.views import blueprint as overview  # noqa: PLC0415
    from campaign.placements import (  # noqa: PLC0415
        analysis_views,  # noqa: F401 - hang their routes on the same blueprint
        book_views,  # noqa: F401 - as above
        copy_views,  # noqa: F401 - as above
        import_views,  # noqa: F401 - as above
        paste_views,  # noqa: F401 - as above
        phase_views,  # noqa: F401 - as above
        planning_views,  # noqa: F401 - as above
        proof_views,  # noqa: F401 - as above
        seen_views,  # noqa: F401 - as above
    )
    from campaign.placements.views import blueprint as placements  # noqa: PLC0415
    from campaign.targets import chart_views  # noqa: F401, PLC0415 - hangs its routes on the same blueprint
    from campaign.targets.views import blueprint as targets  # noqa: PLC0415

    rooms = (
        acceptance,
        accounts,
        admin,
        approvals,
        attendance,
        budget,
        casebook,
        cases,
        documents,
        exhibits,
        exhibits_open,
        films,
        jobs,
        lectures,
        overview,
        placements,
        targets,
    )
    for blueprint in rooms:
        app.register_blueprint(blueprint)
    if app.config["SETTINGS"].mode in ("development", "testing", "demo"):
        from campaign.patterns.views import blueprint as patterns  # noqa: PLC0415 - a page for developers

        app.register_blueprint(patterns)
