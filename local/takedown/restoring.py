"""Undoing a takedown: what stood there before comes back, or else its next entry begins anew."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from functions.extract.takedowns import Order, order_in, order_of
from local.takedown.taking import ATTEMPTS, Overtaken, copies_of
from newswire.article_item import ArticleItem, Tombstone
from newswire.article_table import ArticleTable, Record
from newswire.clock import instant
from newswire.sources import Catalogue
from newswire.tables import ConditionFailed
from newswire.urls import article_id


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of taken-down articles, by id.

    ``back`` are here again as they were; ``awaited`` come with their next entry; ``withdrawn`` are gone by
    their publisher's own word or past their retention, as before; ``kept`` stay down by another order.
    """

    back: tuple[str, ...] = ()
    awaited: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    def __add__(self, other: Restored) -> Restored:
        """Return both together."""
        return Restored(
            self.back + other.back,
            self.awaited + other.awaited,
            self.withdrawn + other.withdrawn,
            self.kept + other.kept,
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
    found = Restored()
    for one in (stone, *copies_of(articles, stone)):
        found += restore(articles, one.id, now)
    return found


def restore_order(
    articles: ArticleTable, records: Iterable[Record], order: str, catalogue: Catalogue, now: datetime
) -> Restored:
    """Put back all that an order took, after its stop was lifted, but for what another order covers."""
    found = Restored()
    for one in records:
        if not (isinstance(one, Tombstone) and one.is_taken_down and one.order == order):
            continue
        if (other := _other_order(articles, one, catalogue)) is None:
            found += restore(articles, one.id, now)
            continue
        with suppress(ConditionFailed):  # extract erased its files; the same command does the rest
            articles.retract([replace(one, version=one.version + 1, order=other.name, note=other.note)])
            found += Restored(kept=(one.id,))
    return found


def _other_order(articles: ArticleTable, stone: Tombstone, catalogue: Catalogue) -> Order | None:
    """Return by what an article stays down: a further stop, or the order of what it is a copy of."""
    stops, item = articles.stops(), stone.former
    name = stops.of_item(item, catalogue) if isinstance(item, ArticleItem) else None
    if name := name or stops.of_url(stone.url, catalogue):
        return order_in(stops, name)
    if not isinstance(item, ArticleItem) or item.copy is None or item.copy.original is None:
        return None
    original = articles.resolve([one := article_id(item.copy.original)]).get(one)
    is_down = isinstance(original, Tombstone) and original.is_taken_down and original.order != stone.order
    return order_of(original) if is_down and isinstance(original, Tombstone) else None


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
    if isinstance(stone.former, Tombstone) or stone.former.retired is not None:
        return Restored(withdrawn=(stone.id,))
    return Restored(back=(stone.id,))
