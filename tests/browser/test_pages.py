"""Every page of every room in a real browser, at a desk's and a phone's width (issue 2, point 8; ux.md).

Each is opened once per width and must answer 200, run without script error and within the CSP, not scroll
sideways, give axe nothing to say (WCAG 2.2 A and AA) and show no English word in the Chinese interface.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from campaign.db import db
from campaign.demo.invented import PASSWORD
from campaign.films.models import SourceVideo
from tests.browser.axe import violations
from tests.browser.places import furnished
from tests.media.test_suggest import film_of, measured

SIZES = {1280: (1280, 800), 390: (390, 844)}
PAGES = {
    "acceptance.index": "lead",
    "acceptance.show": "lead",
    "accounts.profile": "lead",
    "admin.audit": "admin",
    "admin.edit_user": "admin",
    "admin.health": "admin",
    "admin.index": "admin",
    "admin.new_user": "admin",
    "admin.programmes": "admin",
    "approvals.feeds": "lead",
    "approvals.index": "reviewer",
    "approvals.send": "lead",
    "approvals.show": "reviewer",
    "attendance.audience": "lead",
    "attendance.cities": "lead",
    "attendance.coverage": "lead",
    "attendance.day": "lead",
    "attendance.new_city": "lead",
    "attendance.photos": "lead",
    "attendance.questions": "lead",
    "attendance.record": "lead",
    "attendance.results": "lead",
    "attendance.signed": "lead",
    "attendance.window": "lead",
    "budget.index": "lead",
    "budget.new": "lead",
    "budget.plan": "lead",
    "budget.show": "lead",
    "casebook.import_story": "lead",
    "casebook.index": "lead",
    "cases.edit": "lead",
    "cases.import_table": "lead",
    "cases.index": "lead",
    "cases.new": "lead",
    "cases.show": "lead",
    "cases.show_seats": "lead",
    "exhibits.custody": "lead",
    "exhibits.edit": "lead",
    "exhibits.files": "lead",
    "exhibits.index": "lead",
    "exhibits.links": "lead",
    "exhibits.new": "lead",
    "exhibits.new_round": "lead",
    "exhibits.nominated": "lead",
    "exhibits.nomination": "lead",
    "exhibits.round_": "lead",
    "exhibits.rounds": "lead",
    "exhibits.show": "lead",
    "films.batch_page": "lead",
    "films.clips": "lead",
    "films.dress_clip": "lead",
    "films.edit_clip": "lead",
    "films.index": "lead",
    "films.letter": "lead",
    "films.new_clip": "lead",
    "films.show": "lead",
    "films.show_clip": "lead",
    "films.upload": "lead",
    "films.versions": "lead",
    "jobs.index": "lead",
    "lectures.agenda": "lead",
    "lectures.edit": "lead",
    "lectures.guests": "lead",
    "lectures.line_up": "lead",
    "lectures.materials": "lead",
    "lectures.preparation": "lead",
    "lectures.speakers": "lead",
    "lectures.held": "lead",
    "lectures.index": "lead",
    "lectures.new": "lead",
    "lectures.papers": "planner",
    "lectures.seats": "planner",
    "lectures.show": "lead",
    "overview.index": "lead",
    "overview.search": "lead",
    "placements.books": "lead",
    "placements.copies": "lead",
    "placements.edit": "lead",
    "placements.edit_plan": "lead",
    "placements.from_page": "lead",
    "placements.import_table": "lead",
    "placements.index": "lead",
    "placements.new": "lead",
    "placements.new_plan": "lead",
    "placements.outlet": "lead",
    "placements.outlet_duplicates": "lead",
    "placements.outlet_edit": "reviewer",
    "placements.outlet_merge": "reviewer",
    "placements.outlet_new": "lead",
    "placements.outlet_part": "lead",
    "placements.outlets": "lead",
    "placements.paste": "lead",
    "placements.plan": "lead",
    "placements.set_phases": "lead",
    "placements.show": "lead",
    "placements.show_analysis": "lead",
    "reports.changes": "lead",
    "reports.index": "lead",
    "reports.new": "lead",
    "reports.show": "lead",
    "reports.template": "lead",
    "targets.index": "lead",
}
# The short suite opens one page of each shape on a phone, and at a desk those that are opened most; the whole
# suite opens all of them at both widths.
MOST_OPENED = (".index", ".show", ".day", ".plan", ".clips")
PHONE = {
    "approvals.show",
    "cases.show",
    "attendance.day",
    "films.edit_clip",
    "lectures.agenda",
    "overview.index",
    "placements.index",
    "reports.show",
    "targets.index",
}
# Answered to GET, but files, data or redirects; and pages seen elsewhere (log in and set up in
# test_main_path.py, the pattern page in test_patterns.py).
NO_PAGES = {
    "targets.chart",
    "acceptance.download",
    "accounts.home",
    "accounts.login",
    "accounts.setup",
    "approvals.atom",
    "approvals.download",
    "approvals.enclosure",
    "approvals.piece",
    "approvals.rss",
    "attendance.code_file",
    "attendance.count",
    "attendance.count_proof",
    "attendance.fresh_pass",
    "attendance.photo",
    "attendance.screen",
    "attendance.sign_in",
    "attendance.summary_file",
    "attendance.survey",
    "attendance.thanks",
    "attendance.worker",
    "bootstrap.static",
    "budget.chart",
    "budget.ledger",
    "budget.voucher_file",
    "cases.blank_table",
    "cases.original_photo",
    "cases.photo",
    "cases.photo_archive",
    "cases.photo_thumbnail",
    "exhibits.catalogue",
    "exhibits.custody_sheet",
    "exhibits.file",
    "exhibits.labels",
    "exhibits.loan",
    "exhibits.nomination_file",
    "exhibits.original_file",
    "exhibits.original_nomination_file",
    "exhibits.original_photo",
    "exhibits.photo_file",
    "exhibits.signature",
    "exhibits_open.nominate",
    "exhibits_open.photo",
    "exhibits_open.sent",
    "exhibits_open.sheet",
    "casebook.download",
    "casebook.story",
    "films.card_preview",
    "films.blank_list",
    "films.clip_film",
    "films.clip_list",
    "films.clip_poster",
    "films.clip_subtitles",
    "films.download_clip",
    "films.draft",
    "films.fault_picture",
    "films.fault_thumbnail",
    "films.filmstrip",
    "films.letter_docx",
    "films.name_preview",
    "films.original",
    "films.poster",
    "films.proxy",
    "films.queue",
    "films.suggestions",
    "films.timeline",
    "films.version_file",
    "films.version_look",
    "films.tray",
    "films.unchecked_film",
    "films.waveform",
    "jobs.running",
    "jobs.show",
    "lectures.all_papers",
    "lectures.evidence_file",
    "lectures.material_file",
    "lectures.paper",
    "patterns.index",
    "patterns.job",
    "patterns.picture",
    "patterns.running",
    "placements.blank_table",
    "placements.chart",
    "placements.download_book",
    "placements.evidence_file",
    "placements.proof_file",
    "placements.proof_small",
    "reports.download",
    "reports.template_file",
    "static",
}
# Names of things that have no Chinese name, the language switch, and the invented data's own words.
LATIN = {
    "English", "Excel", "Word", "JPEG", "WebP", "LUFS", "dBTP", "CCTV", "CGTN", "Noto", "Sans", "ffmpeg",
    "imageio", "sqlite", "docx", "xlsx", "admin", "lead", "observer", "planner", "publicity", "reviewer",
    "testing", "qichuang", "init", "serve", "worker", "Atom", "Shift", "Ctrl", "FLAC", "WebVTT",
    # What an officer types into a Word template.
    "else", "endfor", "endif", "last", "loop", "FCPXML", "PowerPoint",
    # Media on the official list of news sources that have no Chinese name, and a domain as an example.
    "SHINE", "iChongqing", "people",
}  # fmt: skip
DATA = re.compile(
    r"https?://\S+|\S+\.(?:mp4|png|jpg|xlsx|docx|html|pdf|txt|zip)\b|(?<![A-Za-z0-9])[0-9a-f]{8,}(?![A-Za-z0-9])"
)
WORDS = re.compile(r"[A-Za-z]{4,}")
# Everything a person reads or hears: the text, and the names that are told only to screen readers. The audit
# trail's changes are left out: their values are shown as they are stored.
READ = """() => {
  const page = document.body.cloneNode(true);
  const unread = "script, noscript, style, template, td[data-label='变化内容']";
  page.querySelectorAll(unread).forEach(one => one.remove());
  const told = [...page.querySelectorAll("[aria-label], [placeholder], [title], [alt]")]
    .flatMap(one => ["aria-label", "placeholder", "title", "alt"].map(name => one.getAttribute(name) ?? ""));
  const texts = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) told.push(texts.currentNode.data);
  return [document.title, ...told].join("\\n");
}"""


@pytest.fixture(scope="module")
def site(chromium, tmp_path_factory):
    """A furnished site, and one page per width and user that stays logged in."""
    with furnished(tmp_path_factory, chromium, "pages") as (live, visits, values):
        yield Site(live, visits, values)


class Site:
    """Opens pages by their endpoint as a user of the demonstration."""

    def __init__(self, live, visits, values) -> None:
        self.live = live
        self.visits = visits
        self.values = values
        self.pages = {}

    def address(self, endpoint: str) -> str:
        rules = next(iter(self.live.app.url_map.iter_rules(endpoint)))
        values = {name: self.values[name] for name in rules.arguments}
        if endpoint == "overview.search":
            values["q"] = "创新"
        if endpoint == "placements.outlet_part":
            values["outlet_id"] = self.values["merged_outlet_id"]
        if endpoint == "placements.from_page":
            values |= {"address": "https://news.example/a/1.html", "title": "一块换热器的十年攻关_示例网"}
        # Not url_for, whose request context cannot be closed in the browser's thread.
        return self.live.app.url_map.bind("").build(endpoint, values)

    def page(self, user: str, width: int, scheme: str = "light"):
        """A page on which this user is logged in."""
        key = (user, width, scheme)
        if key not in self.pages:
            page = self.pages[key] = self.visits.open(*SIZES[width], scheme)
            page.goto("/login")
            page.get_by_label("用户名").fill(user)
            page.get_by_label("密码").fill(PASSWORD)
            page.get_by_role("button", name="登录").click()
            expect(page.locator(".me")).to_be_visible()
        return self.pages[key]

    def open(self, endpoint: str, width: int, scheme: str = "light"):
        page = self.page(PAGES[endpoint], width, scheme)
        answer = page.goto(self.address(endpoint))
        assert answer.status == 200
        page.wait_for_selector("html[data-ready]")
        return page


def test_every_page_of_the_site_is_in_the_table_above(site):
    answered = {rule.endpoint for rule in site.live.app.url_map.iter_rules() if "GET" in rule.methods}
    assert answered == PAGES.keys() | NO_PAGES


def is_quick(endpoint, width):
    return endpoint in PHONE or (width > 390 and endpoint.endswith(MOST_OPENED))


@pytest.mark.parametrize(
    ("endpoint", "width"),
    [
        pytest.param(endpoint, width, marks=[] if is_quick(endpoint, width) else pytest.mark.slow)
        for endpoint in PAGES
        for width in SIZES
    ],
)
def test_a_page_is_whole_accessible_and_chinese(site, endpoint, width):
    page = site.open(endpoint, width)
    sideways = page.evaluate("document.documentElement.scrollWidth")
    words = set(WORDS.findall(DATA.sub(" ", page.evaluate(READ))))
    assert {
        "scripts": site.visits.take_faults(),
        "width": sideways,
        "axe": violations(page),
        "english": sorted(words - LATIN),
    } == {"scripts": [], "width": width, "axe": [], "english": []}


@pytest.mark.parametrize("endpoint", ["overview.index", "cases.index", "films.edit_clip", "lectures.edit"])
def test_axe_finds_nothing_in_the_dark(site, endpoint):
    assert violations(site.open(endpoint, 1280, "dark")) == []


def test_an_exhibit_is_nominated_by_keyboard_alone(site):
    """From the list through a refused form to the saved exhibit, without a mouse."""
    page = site.open("exhibits.index", 1280)
    tab_to(page, "推荐展品")
    page.keyboard.press("Enter")
    page.wait_for_url("**/exhibits/new")
    page.wait_for_selector("html[data-ready]")
    tab_to(page, "企业")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = page.evaluate("document.activeElement.selectedOptions[0].text")
    tab_to(page, "“小巨人”认定年份")
    page.keyboard.type("2022")
    page.keyboard.press("Enter")
    # Refused: the title is missing. The summary has the focus, its link leads to the field.
    page.wait_for_selector("html[data-ready] .error-summary")
    expect(page.locator(".error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("展品", exact=True)).to_be_focused()
    page.keyboard.type("可以亲手拉坯的转台")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("可以亲手拉坯的转台")
    expect(page.locator(".subtitle").first).to_have_text(chosen)


def test_a_suggested_version_fills_the_ranges_and_undo_brings_the_old_ones_back(site):
    """Asked for and taken by keyboard; the reasons can be read, and axe finds nothing in them."""

    def measure():
        film = db.session.get(SourceVideo, site.values["source_id"])
        film.info, film.measures = film_of(185).to_json(), measured(185).to_json()
        db.session.commit()

    site.live.run(measure)
    page = site.open("films.edit_clip", 390)
    before = page.locator("[name=range_in]").evaluate_all("all => all.map(one => one.value)")
    page.get_by_role("button", name="给出剪辑方案").focus()
    page.keyboard.press("Enter")
    versions = page.locator(".suggestion")
    expect(versions).to_have_count(3)
    expect(versions.nth(0).get_by_role("heading")).to_contain_text("1. 兼顾全片")
    versions.nth(0).get_by_text("各段及理由").click()
    expect(versions.nth(0).locator("[data-pieces] li").first).to_contain_text("企业场景")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    pieces = versions.nth(0).locator("[data-pieces] li").count()
    versions.nth(0).get_by_role("button", name="采用这个方案").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[name=range_in]")).to_have_count(pieces)
    expect(page.locator("[data-verdict]")).to_have_text("符合")
    page.get_by_role("button", name="撤销", exact=True).click()
    expect(page.locator("[name=range_in]")).to_have_count(len(before))
    assert page.locator("[name=range_in]").evaluate_all("all => all.map(one => one.value)") == before


def tab_to(page, name: str) -> None:
    """Press Tab until what has this name or label is focused; fails after 60 presses."""
    seen = []
    for _press in range(60):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                """() => {
                  const here = document.activeElement;
                  return (here.labels?.[0] ?? here).innerText?.trim().split("\\n")[0] ?? "";
                }"""
            )
        )
        if seen[-1] == name:
            return
    pytest.fail(f"{name} is not reached by Tab; passed: {seen}")
