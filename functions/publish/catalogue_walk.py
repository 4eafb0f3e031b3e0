"""Bringing stored articles up to a changed catalogue: as far as time allows, and on from there next time.

The batches of the stream and the look at the newest articles follow a changed catalogue at once; this is for
all others that it touches. What has been reached is remembered in the site, beside what was reached before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from functions.publish import rendered_catalogue
from functions.publish.changes import Change, change_of
from functions.publish.due_articles import is_due, live_articles, settle_change
from functions.publish.rendered_catalogue import Listing, RenderedCatalogue, Walk
from functions.publish.run import Run
from functions.publish.settling import ATTEMPTS
from newswire.article_item import ArticleItem
from newswire.bucket import WriteConflict
from newswire.due_changes import is_past_retention, next_change

CHUNK = 200
RESERVE = 60.0  # seconds: more than a chunk takes

Publish = Callable[[Run, Mapping[str, Change]], set[str]]


def follow_once_more(run: Run) -> None:
    """Note that outputs may be by this run's catalogue, which is no more: a walk follows what differs."""
    for _ in range(ATTEMPTS):
        snapshot = run.site.read(rendered_catalogue.KEY)
        known = RenderedCatalogue.from_json(snapshot.body)
        with suppress(WriteConflict):
            run.site.write(snapshot, known.doubted(RenderedCatalogue.of(run.look)).to_json())
            return


class CatalogueWalk:
    """Publishes the articles that a changed catalogue touches, newest first; ``reached`` counts them."""

    def __init__(self, run: Run, publish: Publish) -> None:
        self._run = run
        self._publish = publish
        self._present = RenderedCatalogue.of(run.look)
        self._snapshot = run.site.read(rendered_catalogue.KEY)
        self._known = RenderedCatalogue.from_json(self._snapshot.body)
        self._walk = self._known.walk_towards(self._present)
        self.reached = 0

    @property
    def is_done(self) -> bool:
        """Whether all articles are up to the catalogue."""
        return not self._known.listings(self._present)

    def skip(self) -> None:
        """Note that all articles are up to the catalogue; where another run is at it, that goes on."""
        with suppress(WriteConflict):
            self._settled()

    def go_on(self) -> None:
        """Publish until all is done, time runs out, something fails, or another run is at it."""
        try:
            for listing in self._known.listings(self._present):
                if listing not in self._walk.done and not self._pass(listing):
                    return
                self._walk = Walk(self._walk.towards, (*self._walk.done, listing))
            self._settled()
        except WriteConflict:
            return

    def _pass(self, listing: Listing) -> bool:
        """Return whether a listing was passed to its end."""
        index, key = listing
        while chunk := self._run.articles.listed_before(index, key, self._walk.position, CHUNK):
            if self._run.time_left() < RESERVE or not self._run.is_current():
                return False
            if not self._render([one.id for one in chunk]):
                return False
            self._walk = replace(self._walk, position=chunk[-1].position)
            self._remember(replace(self._known, walk=self._walk))
        return True

    def _render(self, ids: list[str]) -> bool:
        """Return whether all outputs of those articles that the change touches could be written."""
        catalogue = self._run.look.catalogue
        known, present, now = self._known, self._present, self._run.now
        live = [one for one in live_articles(self._run, ids) if one.retired is None]
        rescheduled = [one for one in live if known.kept_otherwise(one, present)]
        due = {one.id for one in rescheduled if known.may_have_left(one, present, now)}
        items = [one for one in live if one.id in due or known.touched(one, present, catalogue)]
        if items and self._publish(self._run, {one.id: change_of(one) for one in items}):
            return False
        # What is due and was not published here stays due: a refresh that ran out of time left it.
        rescheduled = [one for one in rescheduled if not is_due(one, self._run)]
        for item in {one.id: one for one in (*items, *rescheduled)}.values():
            self._settle(item)
        self.reached += len(items)
        return True

    def _settle(self, item: ArticleItem) -> None:
        """Have the article come up again when, by the rights of now, time alone changes it."""
        catalogue, now = self._run.look.catalogue, self._run.now
        if is_past_retention(item, catalogue, now) or item.next_change != next_change(item, catalogue, now):
            settle_change(self._run, item)

    def _settled(self) -> None:
        """Note that all articles are up to the catalogue; whoever writes channels tells which there are."""
        self._remember(replace(self._present, channels=self._known.channels))

    def _remember(self, rendered: RenderedCatalogue) -> None:
        told = replace(rendered, written=self._known.written).told_by(self._run.edition)
        self._snapshot = self._run.site.replaced(self._snapshot, told.to_json())
