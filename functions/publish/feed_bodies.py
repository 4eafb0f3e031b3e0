"""The bodies of feed items: made once, then taken over from a channel's memory while nothing changes."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from functions.publish.archive import UnreadableArticle
from functions.publish.article_rendering import feed_body
from functions.publish.channel_rendering import Rendered, render_entry
from functions.publish.entries import Entry
from functions.publish.json_feed import Remembered
from functions.publish.run import Run

# A longer body would crowd all others out of a feed of 1 MiB; its item shows the excerpt.
LONGEST_BODY = 256 * 1024


class FeedBodies:
    """The entries of one run in every format, each rendered once for all channels."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._remembered: dict[tuple[str, str], str] = {}
        self._rendered: dict[tuple[str, str], Rendered | None] = {}

    def remember(self, memory: Mapping[str, Remembered]) -> None:
        """Take bodies over from the memory of a channel that this edition has written."""
        for article_id, known in memory.items():
            self._remembered[article_id, known.fingerprint] = known.content

    def load(self, entry: Entry) -> None:
        """Read the article whose text :meth:`rendered` will need."""
        key = (entry.id, entry.fingerprint)
        if entry.terms.display == "full" and key not in self._remembered and key not in self._rendered:
            with suppress(UnreadableArticle):
                self._run.archive.article(entry.item.article_key)

    def rendered(self, entry: Entry) -> Rendered | None:
        """Return the entry in every format, or ``None`` where it cannot be rendered."""
        key = (entry.id, entry.fingerprint)
        if key not in self._rendered:
            self._rendered[key] = self._render(entry)
        return self._rendered[key]

    def _render(self, entry: Entry) -> Rendered | None:
        look = self._run.look
        body = self._remembered.get((entry.id, entry.fingerprint))
        if body is None:
            body = self._body(entry)
        return None if body is None else self._run.rendered(entry, lambda: render_entry(look, entry, body))

    def _body(self, entry: Entry) -> str | None:
        run = self._run
        if entry.terms.display != "full":
            return run.rendered(entry, lambda: feed_body(run.look, entry, None))
        article = run.article(entry)
        if article is None:
            return None
        if len(article.html) > LONGEST_BODY:
            return run.rendered(entry, lambda: feed_body(run.look, entry, None))
        return run.rendered(entry, lambda: feed_body(run.look, entry, article))
