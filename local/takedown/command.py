"""What ``make takedown`` and ``make restore`` do with a portal's stores, told line by line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from functions.extract.takedowns import Order
from local.progress import plural
from local.takedown import subject, taking
from local.takedown.restoring import Restored, lift_stop, restore_order, restore_with_copies
from local.takedown.site_files import purge
from local.takedown.stores import Stores
from local.takedown.subject import Address, NotAllowed
from newswire.article_item import ArticleItem, Tombstone
from newswire.clock import instant
from newswire.stops import HOST_PREFIX, SOURCE_PREFIX, Stop, host_order, source_order

TOLD_EVERY = 100  # articles


class Declined(Exception):
    """The operator did not want it after all; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the operator wants: of an article by ``url``, or of a ``source`` or ``host``."""

    url: str | None
    source: str | None
    host: str | None
    note: str = ""
    purge: bool = False


@dataclass(slots=True)
class Talk:
    """How the operator is told, and asked."""

    say: Callable[[str], None]
    agrees: Callable[[str], bool]
    purged: int = field(default=0, init=False)


def take_down(stores: Stores, wanted: Wanted, talk: Talk) -> list[Tombstone]:
    """Do it; return the tombstones of all that the order took, now or before."""
    if wanted.url is not None:
        address = subject.address_of(wanted.url, stores.catalogue, stores.portal_url)
        return _take_one(stores, address, Order(address.order, wanted.note, wanted.purge), talk)
    name = order_named(wanted)
    stop = _stop(stores, wanted, name)
    return _take_all(stores, name, stop, talk)


def restore(stores: Stores, wanted: Wanted, talk: Talk) -> Restored:
    """Undo it; return what became of all that the order took."""
    if wanted.url is not None:
        return _restore_one(stores, subject.address_of(wanted.url, stores.catalogue, stores.portal_url))
    name = order_named(wanted)
    # First: whatever comes back under a stop is taken down again.
    was_stopped = lift_stop(stores.articles, name)
    found = restore_order(stores.articles, stores.records(), name, stores.catalogue, stores.now())
    if not was_stopped and found == Restored():
        raise NotAllowed(f"{_told(name)} is not stopped, and nothing is taken down by that")
    talk.say(f"{_told(name)} is stopped no more; its feeds are asked again when they are due")
    return found


def order_named(wanted: Wanted) -> str:
    """Return the name of the order of a source or a host; raise NotAllowed where that is none."""
    if wanted.source is not None:
        return source_order(wanted.source)
    return host_order(subject.host_named(wanted.host or ""))


def _stop(stores: Stores, wanted: Wanted, name: str) -> Stop:
    at = instant(stores.now())
    if wanted.source is None:
        return Stop(at, wanted.note, purge=wanted.purge)
    known = stores.articles.stops().noted.get(name)
    if known is not None and stores.catalogue.source(wanted.source) is None:
        return Stop(known.at, known.note, purge=wanted.purge or known.purge, hosts=known.hosts)
    return subject.stop_of_source(wanted.source, stores.catalogue, wanted.note, at, purge=wanted.purge)


def _take_one(stores: Stores, address: Address, order: Order, talk: Talk) -> list[Tombstone]:
    taken = taking.take_down(stores.articles, stores.archive, stores.catalogue, address, order, stores.now())
    talk.say(_said(taken))
    if order.purge:
        _purge(stores, taken, talk)
    return list(taken.stones)


def _take_all(stores: Stores, name: str, stop: Stop, talk: Talk) -> list[Tombstone]:
    found = list(taking.covered(stores.records(), name, stop, stores.catalogue))
    talk.say(f"{_told(name)}: takes down {plural(len(found), 'article')}, and asks its feeds no more")
    if not talk.agrees("Go on? [y/N] "):
        raise Declined("nothing was changed")
    stop = taking.note_stop(stores.articles, name, stop)
    order = Order(name, stop.note, stop.purge)
    # Looked for anew: what was committed before the stop was noted is found now, and nothing comes after.
    others: dict[str, Tombstone] = {}  # that went by another order, and were purged by this one
    for number, one in enumerate(taking.covered(stores.records(), name, stop, stores.catalogue), start=1):
        taken = taking.take_down(
            stores.articles, stores.archive, stores.catalogue, Address(one.id, one.url), order, stores.now()
        )
        others |= {stone.id: stone for stone in taken.stones if stone.order != name}
        if order.purge:
            _purge(stores, taken, talk)
        if number % TOLD_EVERY == 0:
            talk.say(f"  {number} of {len(found)}")
    stones = [one for one in stores.records() if isinstance(one, Tombstone) and one.order == name]
    talk.say(f"{_told(name)}: {plural(len(stones), 'article')} taken down, now or before, copies included")
    return [*stones, *others.values()]


def _purge(stores: Stores, taken: taking.Taken, talk: Talk) -> None:
    for index, stone in enumerate(taken.stones):
        talk.purged += purge(stores.archive, stone, () if index else taken.hints)


def _restore_one(stores: Stores, address: Address) -> Restored:
    stone = taking.known_as(stores.articles, address)
    if not isinstance(stone, Tombstone) or not stone.is_taken_down:
        state = "not known" if stone is None else "here" if isinstance(stone, ArticleItem) else stone.reason
        raise NotAllowed(f"URL: {address.url or address.id} was not taken down; the article is {state!r}")
    stops = stores.articles.stops()
    former = stone.former
    by = stops.of_item(former, stores.catalogue) if isinstance(former, ArticleItem) else None
    by = by or stops.of_url(stone.url, stores.catalogue)
    if by is not None:
        raise NotAllowed(f"URL: {stone.url} is of {_told(by)}, which said stop: restore that first")
    return restore_with_copies(stores.articles, stone, stores.now())


def _said(taken: taking.Taken) -> str:
    first, *copies = taken.stones
    if taken.is_repeated:
        return f"{first.id} was taken down before, at {first.gone_at}"
    if not taken.was_known:
        return f"{first.url} is not known yet; it is blocked as {first.id}, and never carried"
    also = f" and {plural(len(copies), 'copy', 'copies')} of it" if copies else ""
    return f"{first.id} is taken down{also}: {first.url}"


def _told(name: str) -> str:
    if name.startswith(SOURCE_PREFIX):
        return f"source {name.removeprefix(SOURCE_PREFIX)}"
    return f"host {name.removeprefix(HOST_PREFIX)}"
