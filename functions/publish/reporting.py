"""What a run tells its operator: one log line per event that matters, and counts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Container
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Literal, Protocol

Count = Literal[
    "OutputsWritten",
    "OutputsFailed",
    "EntriesDropped",
    "RecordsSkipped",
    "RecordsOfLaterRelease",
    "OwnFilesSkipped",
    "ImagesMissing",
    "FeedHealthUnread",
    "PingsFailed",  # addresses of which a hub or search engine was not told
]
# Of the scheduled refresh alone
Gauge = Literal["RunsSucceeded", "FeedsConfigured", "FeedsUnavailable"]

# The counts of every run, zero included
COUNTED: tuple[Count, ...] = (
    "OutputsWritten",
    "OutputsFailed",
    "EntriesDropped",
    "RecordsSkipped",
    "OwnFilesSkipped",
)
# The metrics that are sent even if they are zero: one of every run, and what a share is reckoned from
ALWAYS = ("OutputsWritten", "FeedsConfigured", "FeedsUnavailable")

# Keys of outputs that are one article's, whose id they have
_OWN_OUTPUT = re.compile(r"(?:a/[^/]*-|json/|images/)([a-z2-7]{16})(?:\.html|\.json|/.*)")


class Log(Protocol):
    """A structured logger, such as Powertools' own."""

    def debug(self, msg: object, **kwargs: Any) -> None:
        """Tell what a developer may want to follow."""

    def info(self, msg: object, **kwargs: Any) -> None:
        """Tell what was done."""

    def warning(self, msg: object, **kwargs: Any) -> None:
        """Tell what was left out, and why."""

    def error(self, msg: object, **kwargs: Any) -> None:
        """Tell what failed and will be tried again."""


@dataclass(slots=True)
class Report:
    """Counts and gauges by metric name; safe to use from several threads."""

    log: Log
    counts: Counter[str] = field(default_factory=Counter)
    gauges: dict[str, int] = field(default_factory=dict)
    unreadable_articles: set[str] = field(default_factory=set)
    _moves: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def totals(self) -> dict[str, Any]:
        """Return the counts by metric, those of every run first, and the gauges."""
        return {**{name: self.counts[name] for name in (*COUNTED, *self.counts)}, **self.gauges}

    @property
    def failures(self) -> int:
        """Return how many outputs could not be written."""
        return self.counts["OutputsFailed"]

    def wrote(self, key: str) -> None:
        """Record that an output was written."""
        self._count("OutputsWritten")
        self.log.debug("output written", key=key)
        if own := _OWN_OUTPUT.fullmatch(key):
            self._moved(own[1], "wrote", key)

    def listed(
        self, key: str, articles: Collection[str], before: Container[str], after: Container[str]
    ) -> None:
        """Record which of these articles an output, just written, lists and did not, or the contrary."""
        for one in articles:
            if (one in before) != (one in after):
                self._moved(one, "entered" if one in after else "left", key)

    def tell_articles(self) -> None:
        """Tell of each article in one line what became of it; nothing of those of which nothing did."""
        for article_id, moves in sorted(self._moves.items()):
            self.log.info("published", article_id=article_id, **moves)
        self._moves.clear()

    def dropped(self, article_id: str, reason: Exception) -> None:
        """Record that an article could not be rendered and so was left out."""
        self._count("EntriesDropped")
        self.log.warning("article left out", article_id=article_id, reason=_said(reason))

    def unreadable(self, article_id: str, reason: Exception) -> None:
        """Record, once a run, that an article's item cannot be read: lists lack it, its page stays."""
        if article_id not in self.unreadable_articles:
            self.unreadable_articles.add(article_id)
            self.dropped(article_id, reason)

    def skipped_record(self, sequence: str) -> None:
        """Record a stream record that is not an article's."""
        self._count("RecordsSkipped")
        self.log.warning("stream record is not an article's", sequence_number=sequence)

    def left_record(self, sequence: str) -> None:
        """Record that an article was written by a later release, and that its outputs stay as they are."""
        self._count("RecordsOfLaterRelease")
        self.log.warning("article is of a later release", sequence_number=sequence)

    def skipped_file(self, key: str, reason: Exception) -> None:
        """Record that a file of the operator's is missing or cannot be used, and so was left out."""
        self._count("OwnFilesSkipped")
        self.log.warning("own file left out", key=key, reason=str(reason))

    def skipped_image(self, article_id: str, key: str) -> None:
        """Record that our copy of an article's picture is not in the archive, and so not shown."""
        self._count("ImagesMissing")
        self.log.warning("image is missing", article_id=article_id, key=key)

    def health_unread(self, reason: Exception) -> None:
        """Record that FeedTable could not be read; the about page says what it said before."""
        self._count("FeedHealthUnread")
        self.log.error("states of feeds could not be read", reason=_said(reason))

    def looked_at_feeds(self, configured: int, unavailable: int) -> None:
        """Record how many feeds there are, and of how many nothing comes."""
        self._set("FeedsConfigured", configured)
        self._set("FeedsUnavailable", unavailable)

    def succeeded(self) -> None:
        """Record that a scheduled run has done all that it was for."""
        self._set("RunsSucceeded", 1)

    def failed(self, output: str, reason: Exception) -> None:
        """Record that an output could not be written and that its articles come back."""
        self._count("OutputsFailed")
        self.log.error("output failed, will be tried again", output=output, reason=_said(reason))

    def told(self, endpoint: str, addresses: int) -> None:
        """Record that a hub or search engine was told of changed addresses."""
        self._count("PingsFailed", 0)
        self.log.debug("pinged", endpoint=endpoint, addresses=addresses)

    def ping_failed(self, endpoint: str, addresses: int, reason: Exception) -> None:
        """Record that a hub or search engine was not told; a later run tries again."""
        self._count("PingsFailed", addresses)
        self.log.error("ping failed", endpoint=endpoint, addresses=addresses, reason=_said(reason))

    def _moved(self, article_id: str, how: str, key: str) -> None:
        with self._lock:
            keys = self._moves.setdefault(article_id, {}).setdefault(how, [])
            if key not in keys:
                keys.append(key)

    def _count(self, name: Count, number: int = 1) -> None:
        with self._lock:
            self.counts[name] += number

    def _set(self, name: Gauge, value: int) -> None:
        with self._lock:
            self.gauges[name] = value


def _said(reason: Exception) -> str:
    return f"{type(reason).__name__}: {reason}"
