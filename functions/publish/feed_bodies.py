"""The bodies of feed items: made once, then taken over from a channel's memory while nothing changes."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from threading import RLock

from functions.publish.archive import UnreadableArticle
from functions.publish.article_rendering import feed_body
from functions.publish.carried import Carried
from functions.publish.channel_rendering import Rendered, render_entry
from functions.publish.entries import Entry
from functions.publish.json_feed import Remembered, remembered
from functions.publish.run import Run
from functions.publish.shown_images import shown_copies
from functions.publish.snapshot import Snapshot

# A longer body would crowd all others out of a feed of 1 MiB; its item shows the excerpt.
LONGEST_BODY = 256 * 1024


class FeedBodies:
    """The entries of one run in every format, each rendered once for all channels."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._remembered: dict[tuple[str, str], str] = {}
        self._memories: dict[tuple[str, str | None], dict[str, Remembered]] = {}
        self._rendered: dict[tuple[str, str], Rendered | None] = {}
        self._lock = RLock()

    def memory(self, snapshot: Snapshot) -> dict[str, Remembered]:
        """Return what a memory remembers, by article id; {} where it is none."""
        key = snapshot.key, snapshot.etag
        if key not in self._memories:
            look = self._run.look
            self._memories[key] = remembered(snapshot.body, look.catalogue, look.words)
        return self._memories[key]

    def remember(self, memory: Iterable[Remembered]) -> None:
        """Take bodies over from the memory of a channel that this edition has written."""
        for known in memory:
            self._remembered[_key(known.entry)] = known.body

    def load(self, carried: Carried) -> None:
        """Read the article whose text :meth:`rendered` will need."""
        if carried.terms.display == "full" and _key(carried.entry) not in self._remembered:
            with suppress(UnreadableArticle):
                self._run.archive.article(carried.item.article_key)

    def rendered(self, entry: Entry, carried: Carried | None) -> Rendered | None:
        """Return an entry in every format, or ``None``, recorded, where it cannot be rendered.

        ``carried`` is needed where its body is not remembered.
        """
        key = _key(entry)
        with self._lock:
            if key not in self._rendered:
                self._rendered[key] = self._made(entry, carried)
            return self._rendered[key]

    def _made(self, entry: Entry, carried: Carried | None) -> Rendered | None:
        body = self._remembered.get(_key(entry))
        if body is None and carried is not None:
            body = self._body(carried)
        if body is None:
            return None
        return self._run.rendered(entry.id, lambda: render_entry(self._run.look, entry, body))

    def _body(self, carried: Carried) -> str | None:
        run, entry, terms = self._run, carried.entry, carried.terms
        article = run.article(carried.item) if terms.display == "full" else None
        if terms.display == "full" and article is None:
            return None
        shown = article if article and len(article.html) <= LONGEST_BODY else None
        copies = shown_copies(carried.item, terms)
        return run.rendered(entry.id, lambda: feed_body(run.look, entry, terms, shown, copies))


def _key(entry: Entry) -> tuple[str, str]:
    return entry.id, entry.fingerprint
