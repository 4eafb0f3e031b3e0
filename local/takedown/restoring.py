"""Undoing a takedown: what stood there before comes back, or else its next entry begins anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from local.takedown.taking import ATTEMPTS, Overtaken
from newswire.article_item import ArticleItem, Tombstone
from newswire.article_table import ArticleTable, Record
from newswire.clock import instant
from newswire.tables import ConditionFailed


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of taken-down articles, by id.

    ``back`` are here again as they were; ``awaited`` come with their next entry; ``withdrawn`` are gone by
    their publisher's own word, as before.
    """

    back: tuple[str, ...] = ()
    awaited: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()

    def __add__(self, other: Restored) -> Restored:
        """Return both together."""
        return Restored(
            self.back + other.back, self.awaited + other.awaited, self.withdrawn + other.withdrawn
        )


def restore(articles: ArticleTable, article_id: str, now: datetime) -> Restored:
    """Put back what an article was before it was taken down; nothing where it is not taken down.

    Its page is looked at again at once: who knows what it says by now. Raise
    :class:`~local.takedown.taking.Overtaken`.
    """
    for _ in range(ATTEMPTS):
        stone = articles.get_many([article_id]).get(article_id)
        if not isinstance(stone, Tombstone) or not stone.is_taken_down:
            return Restored()
        try:
            articles.restore(stone, _former(stone, now))
        except ConditionFailed:
            continue
        return _told(stone)
    raise Overtaken(f"article {article_id} was written {ATTEMPTS} times meanwhile; run the command again")


def restore_with_copies(articles: ArticleTable, stone: Tombstone, now: datetime) -> Restored:
    """Put back an article, and the copies of it, and of those, that went by the same order."""
    found, pending = Restored(), [stone]
    seen = {stone.id}
    for one in pending:
        found += restore(articles, one.id, now)
        aliases = one.former.aliases if isinstance(one.former, ArticleItem) else ()
        named = {copy for known in articles.known_copies([one.id, *aliases]) for copy in known.articles}
        further = articles.get_many(sorted(named - seen)).values()
        pending += [copy for copy in further if isinstance(copy, Tombstone) and copy.order == stone.order]
        seen |= named
    return found


def restore_order(articles: ArticleTable, records: Iterable[Record], order: str, now: datetime) -> Restored:
    """Put back all that an order took."""
    found = Restored()
    for one in records:
        if isinstance(one, Tombstone) and one.is_taken_down and one.order == order:
            found += restore(articles, one.id, now)
    return found


def lift_stop(articles: ArticleTable, order: str) -> bool:
    """Forget a stop, before anything is put back; return whether there was one."""
    for _ in range(ATTEMPTS):
        stops = articles.stops()
        if order not in stops.noted:
            return False
        try:
            articles.put_stops(stops.without_stop(order))
        except ConditionFailed:
            continue
        return True
    raise Overtaken(f"the stops were written {ATTEMPTS} times meanwhile; run the same command again")


def _former(stone: Tombstone, now: datetime) -> Record | None:
    former = stone.former
    if isinstance(former, ArticleItem) and former.retired is None:
        return replace(former, recheck_at=instant(now))
    return former


def _told(stone: Tombstone) -> Restored:
    if stone.former is None:
        return Restored(awaited=(stone.id,))
    if isinstance(stone.former, Tombstone):
        return Restored(withdrawn=(stone.id,))
    return Restored(back=(stone.id,))
