"""``make screenshots``: the demo's portal as readers see it, by day and night, on a desk and in a hand."""

from __future__ import annotations

import sys
import tempfile
from itertools import product
from pathlib import Path

from tests.support.browser import DESKTOP, MISSING, PHONE, BrowsedPortal, chromium, launched
from tests.support.demo_site import publish_demo
from tests.support.saved_site import SavedSite

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
KINDS = ("home", "category", "article")
SCALES = {DESKTOP: 0.7, PHONE: 1}  # a page of the project shows no more
LIMIT = 200_000  # bytes: they are read on the project's page


def main(arguments: list[str]) -> int:
    """Photograph the folder that is named, else the demo; return the exit status."""
    if chromium() is None:
        print(MISSING, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder, launched() as browser:
        out = Path(arguments[0]) if arguments else Path(folder) / "demo"
        if not arguments:
            publish_demo(out)
        site = SavedSite(out)
        portal = BrowsedPortal(browser, site, site.portal())
        files = [
            _photograph(portal, kind, dark=dark, size=size)
            for kind, dark, size in product(KINDS, (False, True), (DESKTOP, PHONE))
        ]
    large = [file.name for file in files if file.stat().st_size > LIMIT]
    for name in large:
        print(f"{name} has more than {LIMIT} bytes", file=sys.stderr)
    return int(bool(large))


def _photograph(portal: BrowsedPortal, kind: str, *, dark: bool, size: tuple[int, int]) -> Path:
    file = FOLDER / f"{kind}-{'dark' if dark else 'light'}-{size[0]}.png"
    path = portal.examples()[kind]
    with portal.visit(path, dark=dark, size=size, scale=SCALES[size]) as visit:
        visit.page.wait_for_load_state("networkidle")  # pictures that are needed only now
        visit.page.screenshot(path=file, animations="disabled")
    print(file.relative_to(FOLDER.parents[1]))
    return file


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
