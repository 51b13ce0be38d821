"""axe-core over a page: every rule of WCAG 2.2 level A and AA."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]


def violations(page: Page) -> list[str]:
    """One line per fault: the rule, what it says, and the first places; empty if there is none."""
    # A link that lies half under the sticky bar of a scrolled page would be taken for a target too small.
    page.evaluate("scrollTo(0, 0)")
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response["violations"]
    return [
        f"{rule['id']}: {rule['help']}: " + " | ".join(node["html"][:160] for node in rule["nodes"][:4])
        for rule in found
    ]
