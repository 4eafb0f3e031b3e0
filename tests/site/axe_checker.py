"""Accessibility by axe in Chromium, for WCAG 2.2 AA, as far as a program can tell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.support.browser import BrowsedPortal, Visit, chromium

SCRIPT = Path(__file__).with_name("node_modules") / "axe-core" / "axe.min.js"
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_COLOURS = ["color-contrast", "link-in-text-block"]  # what differs by night; the rest is the same page


def missing() -> str | None:
    """Return what is not installed, ``None`` where all is there."""
    if chromium() is None:
        return "Chromium (apt-get install chromium)"
    return None if SCRIPT.is_file() else "axe-core: npm, which installs it (apt-get install npm)"


def accessibility_faults(portal: BrowsedPortal, *, dark: bool) -> Iterator[str]:
    """Yield a line for each violation on each page; by night, colours alone are judged."""
    only = {"type": "rule", "values": _COLOURS} if dark else {"type": "tag", "values": _TAGS}
    with portal.visit("/", dark=dark) as visit:
        for path in portal.paths():
            visit.open(path)
            for line in _violations(visit, {"runOnly": only, "resultTypes": ["violations"]}):
                yield f"{path}: {line}{' by night' if dark else ''}"


def _violations(visit: Visit, options: dict[str, object]) -> Iterator[str]:
    visit.page.evaluate(SCRIPT.read_text(encoding="utf-8"))
    found = visit.page.evaluate("options => axe.run(document, options)", options)
    for violation in found["violations"]:
        for node in violation["nodes"]:
            yield f"{violation['id']}: {violation['help']}: {node['html'][:120]}"
