"""What a run tells its operator: one log line per event that matters, and counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Protocol

# The metrics of every run, zero included, so that an alarm can tell "none" from "no run".
COUNTED = ("OutputsWritten", "OutputsFailed", "EntriesDropped", "RecordsSkipped", "OwnFilesSkipped")

# Only of runs that had something to tell: addresses of which a hub or search engine was not told.
PINGS_FAILED = "PingsFailed"


class Log(Protocol):
    """A structured logger, such as Powertools' own."""

    def debug(self, msg: object, **kwargs: Any) -> None:
        """Tell what a developer may want to follow."""

    def warning(self, msg: object, **kwargs: Any) -> None:
        """Tell what was left out, and why."""

    def error(self, msg: object, **kwargs: Any) -> None:
        """Tell what failed and will be tried again."""


@dataclass(slots=True)
class Report:
    """Counts by metric name; safe to use from several threads."""

    log: Log
    counts: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def totals(self) -> dict[str, Any]:
        """Return the counts by metric, those of every run first."""
        return {name: self.counts[name] for name in (*COUNTED, *self.counts)}

    @property
    def failures(self) -> int:
        """Return how many outputs could not be written."""
        return self.counts["OutputsFailed"]

    def wrote(self, key: str) -> None:
        """Record that an output was written."""
        self._count("OutputsWritten")
        self.log.debug("output written", key=key)

    def dropped(self, article_id: str, reason: Exception) -> None:
        """Record that an article could not be rendered and so was left out."""
        self._count("EntriesDropped")
        self.log.warning("article left out", article_id=article_id, reason=_said(reason))

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

    def failed(self, output: str, reason: Exception) -> None:
        """Record that an output could not be written and that its articles come back."""
        self._count("OutputsFailed")
        self.log.error("output failed, will be tried again", output=output, reason=_said(reason))

    def told(self, endpoint: str, addresses: int) -> None:
        """Record that a hub or search engine was told of changed addresses."""
        self._count(PINGS_FAILED, 0)
        self.log.debug("pinged", endpoint=endpoint, addresses=addresses)

    def ping_failed(self, endpoint: str, addresses: int, reason: Exception) -> None:
        """Record that a hub or search engine was not told; a later run tries again."""
        self._count(PINGS_FAILED, addresses)
        self.log.error("ping failed", endpoint=endpoint, addresses=addresses, reason=_said(reason))

    def _count(self, name: str, number: int = 1) -> None:
        with self._lock:
            self.counts[name] += number


def _said(reason: Exception) -> str:
    return f"{type(reason).__name__}: {reason}"
