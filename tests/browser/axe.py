"""axe-core over a page: every rule of WCAG 2.2 level A and AA."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
# What passed is not described node by node.
OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}


def violations(page: Page) -> list[str]:
    """One line per fault: the rule, what it says, and the first places; empty if there is none."""
    # A link that lies half under the sticky bar of a scrolled page would be taken for a target too small.
    page.evaluate("scrollTo(0, 0)")
    found = Axe().run(page, options=OPTIONS).response["violations"]
    faults = [(rule, [node for node in rule["nodes"] if not _has_equal(rule, node)]) for rule in found]
    return [
        f"{rule['id']}: {rule['help']}: " + " | ".join(node["html"][:160] for node in nodes[:4])
        for rule, nodes in faults
        if nodes
    ]


def _has_equal(rule: dict[str, Any], node: dict[str, Any]) -> bool:
    """Whether a target may be small because a large control on the page does the same (WCAG 2.2, 2.5.8).

    Handles of short or neighbouring ranges overlap on the timeline; the fields of the points do not.
    """
    return rule["id"] == "target-size" and "tl-handle" in node["html"]
