"""Records of an SQS batch: each one succeeds, comes back later, or goes to the dead letters with a reason."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from functions.extract.failures import FINAL_RECEIVE, HostBusy, TransientFailure, retry_pause
from functions.extract.image_copying import COPIED, NOT_COPIED, ImageCopying
from functions.extract.outcome import Outcome
from functions.extract.page_gate import PageGate
from functions.extract.processing import Processing
from functions.extract.queue_records import QueueRecord
from functions.extract.retractions import ORIGINAL_WITHDRAWN
from newswire.article import LaterRelease
from newswire.messages import Message, MessageError
from newswire.observability import Logger
from newswire.queue import Outgoing, Queue

UNREADABLE_GROUP = "unreadable"
# As Message.to_json writes it: in a text of a publisher the quotes would be escaped.
_ARTICLE = re.compile(r'"article_id":"([a-z2-7]{16})"')
COUNTED = (
    "ArticlesFromPage",
    "ArticlesFromFeed",
    "ArticlesRevised",
    "ArticlesRetracted",
    "ArticlesErased",
    "EntriesWithNothingToShow",
    COPIED,
    NOT_COPIED,
    "PagesGraded",
    "PagesPostponed",
    "PoorPages",
    "UnreadableMessages",
)
# As many as a batch has messages
WORKERS = 10
# The metrics of every batch, zero included
ALWAYS = ("PagesGraded",)


class Deliveries:
    """The SQS side of extract; ``counts`` has what became of the batch, under the names of ``COUNTED``.

    ``nothing_to_show`` has the entries that left no article, by reason. With one of ``workers`` the order of
    all calls is fixed.
    """

    def __init__(
        self,
        processing: Processing,
        gate: PageGate,
        images: ImageCopying,
        queue: Queue,
        dead_letters: Queue,
        logger: Logger,
        now: Callable[[], datetime],
        workers: int = WORKERS,
    ) -> None:
        self._processing = processing
        self._gate = gate
        self._images = images
        self._queue = queue
        self._dead_letters = dead_letters
        self._logger = logger
        self.counts: Counter[str] = Counter()
        self.nothing_to_show: Counter[str] = Counter()
        self._unchanged: list[str] = []
        self._now = now
        self._workers = workers
        self._lock = threading.Lock()

    def announce(self, bodies: Iterable[str]) -> None:
        """Tell which articles a batch is about before anything is done: its invocation may be killed."""
        named = [found[1] for body in bodies if (found := _ARTICLE.search(body))]
        if named:
            self._logger.info("received", article_ids=list(dict.fromkeys(named)))

    def work_off(self, records: Iterable[Mapping[str, Any]]) -> list[str]:
        """Work off every record of a batch; return the message ids of those that are to come back.

        Message groups, each of which is one publisher, are worked off side by side: waiting for one costs the
        others nothing (docs/decisions/0119). Order is not relied on (``version`` is the system's only order):
        one publisher's failure fails none of the messages behind it.
        """
        groups: dict[str, list[Mapping[str, Any]]] = {}
        for record in records:
            groups.setdefault(record["attributes"].get("MessageGroupId", ""), []).append(record)
        if self._workers == 1 or len(groups) < 2:
            failed = [self._failed_of(group) for group in groups.values()]
        else:
            with ThreadPoolExecutor(self._workers) as pool:
                failed = list(pool.map(self._failed_of, groups.values()))
        return [one for group in failed for one in group]

    def handle(self, record: QueueRecord) -> None:
        """Work off one record; raising means that it comes back."""
        try:
            message = Message.from_json(record.body)
        except MessageError as error:
            self._bury(record, str(error))
            return
        try:
            outcome = self._processing.handle(message, record.receive_count)
        except HostBusy as busy:
            if record.receive_count >= FINAL_RECEIVE and self._is_sent_anew(record, message):
                return
            self._postpone(record, message, busy.reason, busy.pause)
            raise
        except TransientFailure as failure:
            self._postpone_failed(record, message, failure)
            raise
        except MessageError as error:
            self._bury(record, str(error))
            return
        except LaterRelease as error:
            self._leave(record, message, error)
            return
        except Exception as error:
            # Nobody thought of this. It must not hold back its publisher for the visibility timeout.
            self._logger.exception("message could not be worked off", article_id=message.article_id)
            self._postpone_failed(record, message, TransientFailure(type(error).__name__))
            raise
        self._tell(message, outcome, record.receive_count)

    def _failed_of(self, records: Iterable[Mapping[str, Any]]) -> list[str]:
        return [record["messageId"] for record in records if not self._is_done(record)]

    def _is_done(self, record: Mapping[str, Any]) -> bool:
        try:
            self.handle(QueueRecord.of(record))
        except Exception:  # noqa: BLE001 - told of where it was met; whatever it is, the other messages are worked off
            return False
        return True

    def finish(self) -> None:
        """Tell what looks have found nothing; store and tell what the batch's pages were like.

        The articles are safe without it.
        """
        if self._unchanged:
            self._logger.info("unchanged", article_ids=sorted(self._unchanged), kind="recheck")
            self._unchanged.clear()
        self.counts.update(self._images.counts)
        try:
            graded, poor = self._gate.settle()
            self.counts["PagesGraded"] += graded
            self.counts["PoorPages"] += poor
        except Exception:
            self._logger.exception("what the pages were like could not be stored")

    def _leave(self, record: QueueRecord, message: Message, later: LaterRelease) -> None:
        """Keep an entry for the release that knows the article; a look stays due, and is asked for again."""
        if message.kind == "recheck":
            self._logger.warning(
                "look left to a later release", article_id=message.article_id, reason=str(later)
            )
            return
        self._bury(record, str(later))

    def _bury(self, record: QueueRecord, reason: str) -> None:
        """No retry can make it readable: it goes where the operator looks, with the reason."""
        self._logger.error("message cannot be read", message_id=record.message_id, reason=reason)
        self._count("UnreadableMessages")
        letter = Outgoing(record.body, UNREADABLE_GROUP, record.message_id, reason)
        if refused := self._dead_letters.send([letter]):
            raise MessageError(f"{reason}; the dead-letter queue refused it: {refused[0].reason}")

    def _postpone_failed(self, record: QueueRecord, message: Message, failure: TransientFailure) -> None:
        pause = retry_pause(failure, record.receive_count, self._now())
        self._postpone(record, message, failure.reason, pause)

    def _postpone(self, record: QueueRecord, message: Message, reason: str, pause: timedelta) -> None:
        seconds = int(pause.total_seconds())
        self._logger.warning(
            "page is asked again later",
            article_id=message.article_id,
            url=message.url,
            reason=reason,
            seconds=seconds,
        )
        self._count("PagesPostponed")
        self._queue.postpone(record.receipt_handle, seconds)

    def _is_sent_anew(self, record: QueueRecord, message: Message) -> bool:
        """Return whether a copy waits in the message's place, at the end of its group.

        Nobody has failed: it must not come to the dead letters by its receives, which a copy begins anew.
        """
        try:
            if not record.group or self._queue.send([Outgoing(record.body, record.group, record.message_id)]):
                return False
        except Exception:
            self._logger.exception("message could not be sent anew", article_id=message.article_id)
            return False
        self._logger.info("sent anew", article_id=message.article_id, url=message.url, reason="host busy")
        self._count("PagesPostponed")
        return True

    def _tell(self, message: Message, outcome: Outcome, receive_count: int) -> None:
        if message.kind == "recheck" and outcome.what == "unchanged" and outcome.reason is None:
            # Six times an article: a line each would be most of what the logs cost.
            with self._lock:
                self._unchanged.append(outcome.article_id)
            return
        # Under the id of the entry, too, where that turned out to be another article's: fetch knows no other.
        is_same = message.article_id == outcome.article_id
        entry: dict[str, Any] = {} if is_same else {"entry_id": message.article_id}
        self._logger.info(
            outcome.what,
            article_id=outcome.article_id,
            **entry,
            kind=message.kind,
            url=message.url,
            feed=message.feed,
            origin=outcome.origin,
            reason=outcome.reason,
            revision=outcome.revision,
            receive_count=receive_count,
        )
        for copy in outcome.copies:
            self._logger.info(
                outcome.what, article_id=copy, reason=ORIGINAL_WITHDRAWN, original=outcome.article_id
            )
        if outcome.what == "nothing to show":
            self._count("EntriesWithNothingToShow")
            with self._lock:
                self.nothing_to_show[outcome.reason or "no reason"] += 1
        if outcome.what == "retracted":
            self._count("ArticlesRetracted", 1 + len(outcome.copies))
        self._count("ArticlesErased", outcome.what == "erased")
        if outcome.what in ("stored", "revised"):
            self._count("ArticlesRevised", outcome.what == "revised")
            self._count("ArticlesFromPage" if outcome.origin == "page" else "ArticlesFromFeed")

    def _count(self, name: str, number: int = 1) -> None:
        """Add to a count: publishers are worked off side by side."""
        with self._lock:
            self.counts[name] += number
