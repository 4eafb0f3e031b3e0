"""``make check-site``: publish the demo, or take a run's folder, and validate every page, feed and sitemap.

What cannot be checked because a program is not installed is skipped, aloud.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.site import axe_checker, nu_checker, xml_checker
from tests.support.browser import BrowsedPortal, launched
from tests.support.demo_site import publish_demo
from tests.support.saved_site import NoSavedRun, SavedSite

_SHOWN = 50  # faults of one check


@dataclass(frozen=True, slots=True)
class Check:
    """One validator: what it is for, what of it is not installed, and what it finds."""

    name: str
    missing: Callable[[], str | None]
    faults: Callable[[Path], Iterable[str]]


def main(arguments: list[str]) -> int:
    """Check the folder that is named, else the demo; return the exit status: 1 where anything is at fault."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(arguments[0]) if arguments else Path(folder) / "demo"
        if not arguments:
            print("Publishing the demo", flush=True)
            publish_demo(out)
        try:
            SavedSite(out)
        except NoSavedRun as problem:
            print(problem, file=sys.stderr)
            return 2
        return int(sum(not _passes(check, out) for check in CHECKS) > 0)


def _passes(check: Check, out: Path) -> bool:
    if lacking := check.missing():
        print(f"{check.name}: SKIPPED for want of {lacking}", flush=True)
        return True
    began = time.monotonic()
    faults = list(check.faults(out))
    print(f"{check.name}: {len(faults)} errors ({time.monotonic() - began:.0f} s)", flush=True)
    for fault in faults[:_SHOWN]:
        print(f"  {fault}")
    return not faults


def _html(out: Path) -> Iterator[str]:
    return nu_checker.html_faults(sorted((out / "site").rglob("*.html")))


def _xml(out: Path) -> list[Path]:
    return [file for kind in ("xml", "opml") for file in sorted((out / "site").rglob(f"*.{kind}"))]


def _accessibility(out: Path) -> Iterator[str]:
    site = SavedSite(out)
    with launched() as browser:
        portal = BrowsedPortal(browser, site, site.portal())
        for dark in (False, True):
            yield from axe_checker.accessibility_faults(portal, dark=dark)


CHECKS = (
    Check("HTML by the Nu HTML checker", nu_checker.missing, _html),
    Check("XML that is well-formed", lambda: None, lambda out: xml_checker.syntax_faults(_xml(out))),
    Check(
        "Sitemaps by their schemas", xml_checker.missing, lambda out: xml_checker.sitemap_faults(_xml(out))
    ),
    Check("WCAG 2.2 AA by axe in Chromium", axe_checker.missing, _accessibility),
)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
