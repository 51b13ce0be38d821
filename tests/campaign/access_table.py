"""Which role may use which route: the one table, written by hand so that a slip in a view is a failing test.

`OPEN` are routes that ask for no login. A role stands for a user of the programme's own province;
administrator and reviewer are of the centre.
"""

from __future__ import annotations

ALL = {"administrator", "reviewer", "lead", "publicity", "planner", "observer"}
LEAD = {"lead"}
CASES = {"administrator", "lead", "publicity"}
FILMS = {"lead", "publicity"}
COVERAGE = {"lead", "publicity"}
EVENTS = {"lead", "planner"}
MONEY = {"administrator", "lead", "reviewer"}
ADMIN = {"administrator"}
JOBS = {"administrator", "lead", "publicity", "planner"}

OPEN = {
    "accounts.home",
    "accounts.language",
    "accounts.login",
    "accounts.setup",
    # The pattern page is for developers and is not there in production; its data is made up.
    "patterns.index",
    "patterns.job",
    "patterns.picture",
    "patterns.practice.append",
    "patterns.practice.cancel",
    "patterns.practice.create",
    "patterns.practice.offset",
    "patterns.running",
    "patterns.say",
}

TABLE: dict[str, set[str]] = {
    "accounts.choose_programme": ALL,
    "accounts.logout": ALL,
    "accounts.profile": ALL,
    "admin.audit": ADMIN,
    "admin.edit_user": ADMIN,
    "admin.health": ADMIN,
    "admin.index": ADMIN,
    "admin.new_user": ADMIN,
    "admin.programmes": ADMIN,
    "budget.index": MONEY,
    "budget.new": LEAD,
    "budget.plan": LEAD,
    "budget.reverse": LEAD,
    "budget.show": MONEY,
    "budget.voucher_file": MONEY,
    "cases.add_photos": CASES,
    "cases.blank_table": ALL,
    "cases.confirm_import": CASES,
    "cases.edit": CASES,
    "cases.import_table": CASES,
    "cases.index": ALL,
    "cases.new": CASES,
    "cases.original_photo": CASES,
    "cases.photo": ALL,
    "cases.remove_photo": CASES,
    "cases.set_state": LEAD,
    "cases.show": ALL,
    "exhibits.edit": EVENTS,
    "exhibits.index": ALL,
    "exhibits.new": EVENTS,
    "exhibits.photo_file": ALL,
    "exhibits.set_state": EVENTS,
    "exhibits.show": ALL,
    "films.assign": FILMS,
    "films.check_again": FILMS,
    "films.clip_film": ALL,
    "films.clip_poster": ALL,
    "films.clips": ALL,
    "films.create_upload": FILMS,
    "films.delete": FILMS,
    "films.delete_clip": FILMS,
    "films.download_clip": ALL,
    "films.edit_clip": FILMS,
    "films.filmstrip": ALL,
    "films.forget_upload": FILMS,
    "films.index": ALL,
    "films.new_clip": FILMS,
    "films.original": FILMS,
    "films.poster": ALL,
    "films.proxy": ALL,
    "films.render_clip": FILMS,
    "films.show": ALL,
    "films.show_clip": ALL,
    "films.tray": FILMS,
    "films.upload": FILMS,
    "films.upload_piece": FILMS,
    "films.uploads_options": FILMS,
    "films.waveform": ALL,
    "jobs.cancel": JOBS,
    "jobs.index": ALL,
    "jobs.retry": JOBS,
    "jobs.running": ALL,
    "jobs.show": ALL,
    "lectures.cancel": EVENTS,
    "lectures.edit": EVENTS,
    "lectures.evidence_file": ALL,
    "lectures.held": EVENTS,
    "lectures.index": ALL,
    "lectures.live": EVENTS,
    "lectures.new": EVENTS,
    "lectures.reopen": EVENTS,
    "lectures.show": ALL,
    "overview.index": ALL,
    "overview.search": ALL,
    "placements.delete": COVERAGE,
    "placements.edit": COVERAGE,
    "placements.evidence_file": ALL,
    "placements.index": ALL,
    "placements.new": COVERAGE,
    "placements.outlets": ALL,
    "placements.show": ALL,
    "reports.download": ALL,
    "reports.index": ALL,
    "reports.new": LEAD,
    "reports.show": ALL,
    "targets.index": ALL,
}
