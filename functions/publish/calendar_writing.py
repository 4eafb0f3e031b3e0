"""The calendar of the portal's archive: a page for each month that has days, and the list of the months."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress

from functions.publish.archive_index import Listing, months_of
from functions.publish.archive_pages import MONTHS_PAGE, month_key, month_page, months_page
from functions.publish.look import Look
from functions.publish.run import Run
from functions.publish.snapshot import Snapshot
from newswire.article_table import Record
from newswire.bucket import WriteConflict


class BegunMonths:
    """The step that begins the pages of months, without days, before any day leads to them."""

    def __init__(self, run: Run, months: Collection[str]) -> None:
        self._run = run
        self._months = sorted(months)
        self._found: Sequence[Snapshot] = ()

    def read(self) -> set[str]:
        """Read the pages; ask for no article."""
        self._found = self._run.concurrently(self._run.site.read, map(month_key, self._months))
        return set()

    def write(self, truth: Mapping[str, Record]) -> set[str]:  # noqa: ARG002 - a step's signature
        """Begin what is not there; whoever was faster has done the same."""
        for month, snapshot in zip(self._months, self._found, strict=True):
            if snapshot.stored is None:
                with suppress(WriteConflict):
                    self._run.site.write(snapshot, month_page(self._run.look, month, ()))
        return set()


def calendar_pages(look: Look, listing: Listing, *, every: bool) -> dict[str, bytes]:
    """Return the pages of the months around those that changed, or of ``every`` one, then their list."""
    leaves = listing.partitions
    months = months_of({*leaves, *listing.unlinked})
    changed = {name[:7] for name in listing.unlinked}
    near = [
        month
        for place, month in enumerate(months)
        if every or changed & set(months[max(place - 1, 0) : place + 2])
    ]
    pages = {month_key(month): month_page(look, month, leaves) for month in near}
    return pages | {MONTHS_PAGE: months_page(look, leaves)}
