"""Documents and markup through the worker: nothing that a feed says is parsed in this process."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from functions.fetch import item_memory
from functions.fetch.feed_entry import FeedDocument, FeedEntry, plain_form
from functions.fetch.feed_requests import Outcome
from functions.fetch.item_bytes import NOTHING, ReadItems
from functions.fetch.item_memory import ItemMemory
from functions.fetch.seen_entries import settled_hashes
from newswire.http_client import Answer
from newswire.observability import Logger
from newswire.worker import Worker, WorkerFailed

_DIGEST_SIZE = 32  # digits; the release before kept 64


@dataclass(frozen=True, slots=True)
class Read:
    """What came of a request and, where that was a new document, what it says.

    ``digest`` is the first half of the SHA-256 of a document's bytes, in hexadecimal; ``known``
    the items of the feed's last document, which may be left out of this one.
    """

    outcome: Outcome
    digest: str = ""
    document: FeedDocument | None = None
    known: ItemMemory | None = None


class DocumentReader:
    """Has documents parsed and chosen entries sanitised, one call of the worker at a time."""

    def __init__(self, worker: Worker, logger: Logger) -> None:
        self._worker = worker
        self._logger = logger

    def read(self, outcome: Outcome, timezone: str) -> Read:
        """Read what is a document, and not that of the last time; dates without a zone are in ``timezone``.

        Raise :class:`WorkerFailed` where it cannot be read.
        """
        answer, feed = outcome.result, outcome.feed
        if not isinstance(answer, Answer) or answer.status != 200:
            return Read(outcome)
        digest = hashlib.sha256(answer.body).hexdigest()[:_DIGEST_SIZE]
        if digest == (feed.state.body_hash or "")[:_DIGEST_SIZE]:
            return Read(outcome, digest)
        known = item_memory.decode(feed.state.items)
        seen = settled_hashes(feed.state.seen or b"")
        return Read(outcome, digest, self.parse(outcome, answer, timezone, known, seen), known)

    def parse(
        self,
        outcome: Outcome,
        answer: Answer,
        timezone: str,
        known: ItemMemory | None = None,
        seen: bytes | None = None,
    ) -> FeedDocument:
        """Return the entries of a document; raise :class:`WorkerFailed` where it has none to give.

        Items that are ``known``, and were read under the same rules of their source, may be left out. With
        ``seen``, content hashes, entries of these are outlines, and others may be sanitised.
        """
        source = outcome.feed.source
        items: ReadItems = known.read_items() if known else NOTHING
        params = {
            "task": "parse",
            "url": answer.url,
            "content_type": answer.headers.get("content-type"),
            "timezone": source.timezone or timezone,
            "rules": item_memory.rules_of(source),
            "known": items.to_document(),
            "seen": None if seen is None else seen.hex(),
        }
        return FeedDocument.from_document(self._worker.call(answer.body, params))

    def sanitised(self, entries: list[FeedEntry]) -> list[FeedEntry]:
        """Return the entries with clean HTML and plain text, in the same order."""
        said = [entry for entry in entries if entry.form != "clean"]
        cleaned = iter(self._cleaned_each(said) if said else ())
        return [entry if entry.form == "clean" else next(cleaned) for entry in entries]

    def _cleaned_each(self, entries: list[FeedEntry]) -> list[FeedEntry]:
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
