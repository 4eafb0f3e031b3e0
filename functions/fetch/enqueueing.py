"""Entries into messages, and messages into the queue: every refusal is answered or remembered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from functions.fetch.feed_entry import FeedEntry
from functions.fetch.polling import Send
from newswire.bucket import Bucket
from newswire.clock import instant
from newswire.domains import registrable_domain
from newswire.messages import HINT_LIMIT, Hint, Message
from newswire.queue import Outgoing, Queue, group_id
from newswire.urls import host_of


@dataclass(frozen=True, slots=True)
class Carrier:
    """The feed and the poll that messages speak of."""

    source: str
    feed: str
    polled: datetime


class Enqueuer:
    """Sends entries to ArticleQueue; hints that do not fit a message go to the bucket first."""

    def __init__(self, queue: Queue, bucket: Bucket) -> None:
        self._queue = queue
        self._bucket = bucket

    def send(
        self, sends: Sequence[Send], entries: Sequence[FeedEntry], carrier: Carrier
    ) -> list[tuple[str, str]]:
        """Enqueue all; return article id and reason of what SQS refuses even as a bare URL.

        ``entries`` are the sanitised forms of ``sends``, in the same order.
        """
        pairs = zip(sends, entries, strict=True)
        written = [self._fitting(_message(send, entry, carrier)) for send, entry in pairs]
        by_body = dict(written)
        refused = self._queue.send([_outgoing(*one) for one in written])
        bare = [
            replace(
                by_body[refusal.message.body],
                hint=None,
                hint_key=None,
                reason=f"hint rejected by the queue: {refusal.reason}",
            )
            for refusal in refused
        ]
        again = [(message.to_json(), message) for message in bare]
        by_body = dict(again)
        refused = self._queue.send([_outgoing(*one) for one in again])
        return [(by_body[refusal.message.body].article_id, refusal.reason) for refusal in refused]

    def recheck(self, articles: Sequence[tuple[str, str]], now: datetime) -> list[str]:
        """Enqueue a look at each article's page (id, URL); return the ids of those that were accepted."""
        blank = Hint().hash()
        messages = [Message("recheck", "", "", instant(now), one, url, blank) for one, url in articles]
        written = [(message.to_json(), message) for message in messages]
        refused = {one.message.body for one in self._queue.send([_outgoing(*one) for one in written])}
        return [message.article_id for body, message in written if body not in refused]

    def waiting(self) -> int:
        """Return about how many messages nobody has begun with."""
        return self._queue.waiting()

    def _fitting(self, message: Message) -> tuple[str, Message]:
        """Return the message's body, and the message as the body has it."""
        body = message.to_json()
        if message.hint is None or len(body) <= HINT_LIMIT:
            return body, message
        key = f"hints/{message.hint_hash}.json"
        # Written again even if it is there: its lifetime has to begin with this message's.
        self._bucket.put(key, message.hint.to_json(), content_type="application/json")
        referring = replace(message, hint=None, hint_key=key)
        return referring.to_json(), referring


def _message(send: Send, entry: FeedEntry, carrier: Carrier) -> Message:
    hint = Hint(
        title=entry.title,
        published=entry.published,
        updated=entry.updated,
        authors=entry.authors,
        categories=entry.categories,
        summary=entry.summary,
        content=entry.content,
        image=entry.image,
        language=entry.language,
        rights=entry.rights,
        via_title=entry.via_title,
        via_url=entry.via_url,
        enclosures=entry.enclosures,
    )
    return Message(
        "entry",
        carrier.source,
        carrier.feed,
        instant(carrier.polled),
        send.article_id,
        send.url,
        hint.hash(),
        hint,
    )


def _outgoing(body: str, message: Message) -> Outgoing:
    group = group_id(registrable_domain(host_of(message.url)))
    return Outgoing(body, group, message.deduplication_id())
