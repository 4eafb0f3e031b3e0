"""Documents and markup through the worker: nothing that a feed says is parsed in this process."""

from __future__ import annotations

from dataclasses import replace

from functions.fetch.feed_entry import FeedDocument, FeedEntry, plain_form
from functions.fetch.item_bytes import NOTHING, ReadItems
from newswire.http_client import Answer
from newswire.observability import Logger
from newswire.worker import Worker, WorkerFailed


class DocumentReader:
    """Has documents parsed and chosen entries sanitised, one call of the worker at a time."""

    def __init__(self, worker: Worker, logger: Logger) -> None:
        self._worker = worker
        self._logger = logger

    def parse(
        self, answer: Answer, timezone: str, rules: str = "", known: ReadItems = NOTHING
    ) -> FeedDocument:
        """Return the entries of a document; raise :class:`WorkerFailed` where it has none to give.

        Items that are ``known``, and were read under the same ``rules``, may be left out.
        """
        params = {
            "task": "parse",
            "url": answer.url,
            "content_type": answer.headers.get("content-type"),
            "timezone": timezone,
            "rules": rules,
            "known": known.to_document(),
        }
        return FeedDocument.from_document(self._worker.call(answer.body, params))

    def sanitised(self, entries: list[FeedEntry]) -> list[FeedEntry]:
        """Return the entries with clean HTML and plain text, in the same order."""
        try:
            return self._cleaned(entries)
        except WorkerFailed:
            return [self._cleaned_alone(entry) for entry in entries]

    def _cleaned(self, entries: list[FeedEntry]) -> list[FeedEntry]:
        answer = self._worker.call(
            b"", {"task": "sanitise", "entries": [plain_form(entry) for entry in entries]}
        )
        return [FeedEntry.from_document(entry) for entry in answer["entries"]]

    def _cleaned_alone(self, entry: FeedEntry) -> FeedEntry:
        """Return the entry without the markup that no sanitiser survives, rather than no entry at all."""
        try:
            return self._cleaned([entry])[0]
        except WorkerFailed as failure:
            self._logger.warning("an entry's markup was dropped", url=entry.url, reason=failure.reason)
            return self._cleaned([replace(entry, summary=None, content=None)])[0]
