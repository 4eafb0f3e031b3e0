"""Taking down an article by its address, or all that is stored of who said stop. All may be repeated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from functions.extract.archive import Archive
from functions.extract.retractions import Retractions
from functions.extract.takedowns import Order, is_done
from local.takedown.subject import Address, NotAllowed
from newswire.article_item import ArticleItem, Tombstone
from newswire.article_table import UNREADABLE, ArticleTable, Record
from newswire.bucket import Bucket
from newswire.sources import Catalogue
from newswire.stops import Stop, Stops
from newswire.tables import ConditionFailed

ATTEMPTS = 20


class Overtaken(Exception):
    """Somebody else wrote the same item again and again; the same command does the rest."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken down: the tombstones of an article, or of its address, and of its copies.

    ``was_known``: there was an article, or its tombstone; ``is_repeated``: it had been taken down before.
    ``hints`` are the hashes of what its feeds said of it last.
    """

    stones: tuple[Tombstone, ...]
    was_known: bool
    is_repeated: bool = False
    hints: tuple[str, ...] = ()


def take_down(
    articles: ArticleTable,
    archive: Bucket,
    catalogue: Catalogue,
    address: Address,
    order: Order,
    now: datetime,
) -> Taken:
    """Take down the article that an address stands for, and its copies with it; else block the address.

    ``archive`` is ArticleBucket, in which nothing is written. Raise :class:`Overtaken`, and
    :class:`~local.takedown.subject.NotAllowed` for an id alone of which nothing is known.
    """
    retractions = Retractions(Archive(archive, articles, lambda: now), catalogue, lambda: now)
    for _ in range(ATTEMPTS):
        known = known_as(articles, address)
        if known is None and address.url is None:
            raise NotAllowed(f"URL: no article has the id {address.id}; name it by its publisher's link")
        copies = [] if known is None else copies_of(articles, known)
        hints = tuple(one for record in (known, *copies) for one in hints_of(record))
        ids = [one.id for one in copies if isinstance(one, Tombstone)]
        try:
            # Before what they are copies of, which knows them while it is not purged.
            for one in copies:
                if isinstance(one, Tombstone) and not is_done(one, order):
                    retractions.take_down(one, one.url, order)
            if known is not None and is_done(known, order):
                stones = _stones(articles, [known.id, *ids])
                return Taken(stones, was_known=True, is_repeated=True, hints=hints)
            outcome = retractions.take_down(known, address.url or "", order)
        except ConditionFailed:
            continue  # extract wrote it meanwhile
        stones = _stones(articles, [outcome.article_id, *outcome.copies, *ids])
        return Taken(stones, was_known=known is not None, hints=hints)
    raise Overtaken(f"{address.id} was written {ATTEMPTS} times meanwhile; run the same command again")


def copies_of(articles: ArticleTable, known: Record) -> list[Record]:
    """Return the copies of an article, and of those, that are live or went by the same order as it."""
    order = known.order if isinstance(known, Tombstone) else None
    found: dict[str, Record] = {known.id: known}
    pending = [known]
    for one in pending:
        item = one.former if isinstance(one, Tombstone) else one
        aliases = item.aliases if isinstance(item, ArticleItem) else ()
        named = {copy for record in articles.known_copies([one.id, *aliases]) for copy in record.articles}
        further = articles.get_many(sorted(named - found.keys())).values()
        pending += [
            copy
            for copy in further
            if (copy.copy is not None if isinstance(copy, ArticleItem) else order and copy.order == order)
        ]
        found |= {copy.id: copy for copy in pending}
    return pending[1:]


def hints_of(record: Record | None) -> tuple[str, ...]:
    """Return the hashes of what its feeds last said of an article, as far as it is known."""
    item = record.former if isinstance(record, Tombstone) else record
    return (
        tuple(one for via in item.via.values() for one in via.hints) if isinstance(item, ArticleItem) else ()
    )


def note_stop(articles: ArticleTable, name: str, stop: Stop) -> Stop:
    """Note that somebody said stop, before anything of theirs is taken down; return what is noted.

    What was noted before stays, but for one that is to purge now. Raise :class:`Overtaken`.
    """
    for _ in range(ATTEMPTS):
        stops = articles.stops()
        known = stops.noted.get(name)
        if known is not None and (known.purge or not stop.purge):
            return known
        try:
            articles.put_stops(stops.with_stop(name, stop))
        except ConditionFailed:
            continue
        return stop
    raise Overtaken(f"the stops were written {ATTEMPTS} times meanwhile; run the same command again")


def covered(records: Iterable[Record], name: str, stop: Stop, catalogue: Catalogue) -> Iterator[Record]:
    """Yield what of all that is stored an order is still to take down.

    Where it purges, that is also what is gone already, by this order or any other, or by its publisher's own
    word, and was not purged then: its files may be there.
    """
    alone = Stops(1, {name: stop})
    for one in records:
        item = one.former if isinstance(one, Tombstone) else one
        if isinstance(one, Tombstone) and (one.purged_until is not None or not stop.purge):
            continue
        by = alone.of_item(item, catalogue) if isinstance(item, ArticleItem) else None
        if by or (isinstance(one, Tombstone) and (one.order == name or alone.of_url(one.url, catalogue))):
            yield one


def known_as(articles: ArticleTable, address: Address) -> Record | None:
    """Return what is known of an article; raise NotAllowed where its item cannot be read."""
    try:
        return articles.resolve([address.id]).get(address.id)
    except UNREADABLE as error:
        raise NotAllowed(
            f"URL: the item of article {address.id} cannot be read ({type(error).__name__}: {error}). If a "
            "later release has written it, use that one; else delete the item, and run the same command again"
        ) from None


def _stones(articles: ArticleTable, ids: Iterable[str]) -> tuple[Tombstone, ...]:
    return tuple(one for one in articles.get_many(ids).values() if isinstance(one, Tombstone))
