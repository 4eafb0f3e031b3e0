"""Where articles are kept: the JSON first, then the item that points to it."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from newswire.article import Article, changed
from newswire.article_item import ArticleItem, Tombstone
from newswire.article_table import ArticleTable, Record
from newswire.bucket import Bucket
from newswire.image_copies import MEDIA_TYPE, PREFIX
from newswire.known_copies import Enrolment, KnownCopies
from newswire.messages import Hint, Message, MessageError
from newswire.stops import Stops

# A look that is under way when somebody says stop may last longer than that.
STOPS_LAST = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class RevisionFile:
    """A revision's JSON and its key, which names its bytes."""

    key: str
    body: bytes


class Archive:
    """ArticleBucket and ArticleTable as one store with one commit point.

    ``stops`` is who had said stop when that was last read: whoever asks for a page goes by it.
    """

    def __init__(self, bucket: Bucket, table: ArticleTable, now: Callable[[], datetime]) -> None:
        self._bucket = bucket
        self._table = table
        self._now = now
        self.stops = Stops()
        self._stops_read: datetime | None = None
        self._asking = threading.Lock()

    def resolve(self, ids: Sequence[str]) -> dict[str, Record]:
        """Return the articles that these ids stand for; raise LaterRelease where one is of such a release."""
        return self._table.resolve(ids)

    def resolve_beside_stops(self, ids: Sequence[str]) -> tuple[dict[str, Record], Stops]:
        """Return the articles that these ids stand for, and who said stop, by one read."""
        return self._noting_stops(self._table.resolve_beside_stops, ids)

    def known_beside_stops(self, ids: Sequence[str], *, anew: bool) -> tuple[dict[str, Record], Stops]:
        """Return as :meth:`resolve_beside_stops`, of ids that most likely are articles.

        Unless ``anew``, who said stop is as it was :data:`STOPS_LAST` ago at most: one look of a batch asks,
        and those beside it wait for the answer.
        """
        with self._asking:
            if anew or self._stops_read is None or self._now() >= self._stops_read + STOPS_LAST:
                return self._noting_stops(self._table.known_beside_stops, ids)
        return self._table.known(ids), self.stops

    def _noting_stops(
        self, read: Callable[[Sequence[str]], tuple[dict[str, Record], Stops]], ids: Sequence[str]
    ) -> tuple[dict[str, Record], Stops]:
        began = self._now()
        found, self.stops = read(ids)
        self._stops_read = began
        return found, self.stops

    def read(self, item: ArticleItem) -> Article:
        """Return the stored revision that an item points to; raise LaterRelease where that has written it."""
        stored = self._bucket.get(item.article_key)
        if stored is None:
            raise LookupError(f"article {item.id}: {item.article_key} is not in the bucket")
        return Article.from_json(stored.body)

    def store(self, file: RevisionFile) -> None:
        """Write a revision's JSON, once and for ever."""
        self._bucket.put_immutable(file.key, file.body, content_type="application/json; charset=utf-8")

    def store_image(self, key: str, body: bytes) -> None:
        """Write a variant of a copied picture under its key, which names its bytes."""
        self._bucket.put_immutable(key, body, content_type=MEDIA_TYPE)

    def known_copies(self, addresses: Sequence[str]) -> list[KnownCopies]:
        """Return for the id of every address which articles are copies of what stands there."""
        return self._table.known_copies(addresses)

    def commit(
        self,
        item: ArticleItem,
        *,
        expected_version: int | None,
        aliases: Sequence[str] = (),
        enrolment: Enrolment | None = None,
        stops: Stops | None = None,
    ) -> None:
        """Write the item: from here on the revision is the article."""
        self._table.commit(
            item, expected_version=expected_version, aliases=aliases, enrolment=enrolment, stops=stops
        )

    def retract(self, stones: Sequence[Tombstone], unchanged: Sequence[KnownCopies] = ()) -> None:
        """Put tombstones in articles' places; their files stay in the archive, which nobody is shown."""
        self._table.retract(stones, unchanged)

    def delete_files(self, article_id: str) -> None:
        """Delete what is stored of an article: all revisions, and copies of pictures."""
        for folder in folders_of(article_id):
            self._bucket.delete_below(folder)

    def purge_files(self, article_id: str) -> int:
        """Delete for good every version of what is stored of an article; return how many there were."""
        return sum(self._bucket.delete_versions_below(folder) for folder in folders_of(article_id))

    def hint_of(self, message: Message) -> Message:
        """Return the message with its hint, fetched where it was too large for the queue, as XML text.

        Raise :class:`MessageError` where the hint is not there, or is not what the message says.
        """
        hint = message.hint
        if hint is None and message.hint_key is not None:
            hint = self._stored_hint(message.hint_key)
        return message if hint is None else changed(message, hint=hint.as_xml_text())

    def _stored_hint(self, key: str) -> Hint:
        stored = self._bucket.get(key)
        if stored is None:
            raise MessageError(f"the hint that the message names, {key}, is not in the bucket")
        try:
            hint = Hint.from_document(json.loads(stored.body))
        except (ValueError, RecursionError) as error:
            raise MessageError(f"the hint {key} cannot be read: {error}") from None
        if f"hints/{hint.hash()}.json" != key:
            raise MessageError(f"the hint {key} is another one: its hash is {hint.hash()}")
        return hint


def file_of(article: Article) -> RevisionFile:
    """Return a revision as it is stored."""
    body = article.to_json()
    return RevisionFile(f"articles/{article.id}/{hashlib.sha256(body).hexdigest()}.json", body)


def folders_of(article_id: str) -> tuple[str, str]:
    """Return the prefixes under which all files of an article are kept: revisions, and copied pictures."""
    return f"articles/{article_id}/", f"{PREFIX}{article_id}/"
