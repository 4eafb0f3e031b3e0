"""Everything that is known of one feed, or of all feeds of a source."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from functions.fetch.feed_state import NEVER, FeedState
from functions.fetch.schedule import (
    FIRST_BACKOFF,
    LONGEST,
    SHARE_OF_RHYTHM,
    SHARE_OF_SILENCE,
    SHORTEST_BY_RHYTHM,
    WITHOUT_VALIDATORS,
)
from functions.fetch.seen_entries import decode
from local.trace.sites import site_facts
from local.trace.store import Facts, NotTraceable, Store
from newswire.feed_keys import PK_PREFIX, feed_key, parent_tag
from newswire.sources import Source

_ROOM = timedelta(seconds=1)


def feed_facts(store: Store, asked: str) -> Facts | None:
    """Return what is known of the feeds that a source's id or a feed's address names; ``None``: of none.

    Raise :class:`~local.trace.store.NotTraceable` where the text is neither a source nor configured.
    """
    wanted = [
        (source, url)
        for source in store.catalogue.sources
        for url in source.feeds
        if asked.strip() in (source.id, url, feed_key(source.id, url))
    ]
    if not wanted:
        known = ", ".join(source.id for source in store.catalogue.sources)
        raise NotTraceable(f"{asked!r} is no source and no feed of sources.yaml; sources: {known}")
    states = _states(store, [feed_key(source.id, url) for source, url in wanted])
    told = [_feed(store, source, url, states.get(feed_key(source.id, url))) for source, url in wanted]
    return {"feeds": told} if states else {"feeds": told, "state": "never polled"}


def _states(store: Store, keys: list[str]) -> dict[str, FeedState]:
    items = store.items("FeedTable", [PK_PREFIX + key for key in keys])
    return {pk.removeprefix(PK_PREFIX): FeedState.from_item(item) for pk, item in items.items()}


def _feed(store: Store, source: Source, url: str, state: FeedState | None) -> Facts:
    facts: Facts = {"feed": feed_key(source.id, url), "source": source.id, "enabled": source.enabled}
    if state is None:
        return facts | {"state": "never polled", "site": site_facts(store, url)}
    children = _states(store, [feed_key(source.id, one, parent_tag(url)) for one in state.children])
    return facts | {
        "health": state.health,
        "next_due": _stamp(state.next_due),
        "is due": state.next_due is not None and state.next_due <= store.now,
        "decided by": why_then(state, source),
        "polled": _stamp(state.polled),
        "last_success": _stamp(state.last_success),
        "last_new": _stamp(state.last_new),
        "newest entry": _stamp(state.newest),
        "rhythm_seconds": None if state.rhythm is None else int(state.rhythm.total_seconds()),
        "failures": state.failures,
        "reason": state.reason,
        "etag": state.etag,
        "last_modified": state.last_modified,
        "body_hash": state.body_hash,
        "moved_to": state.moved_to,
        "moving_to": state.moving_to,
        "confirmations": state.confirmations,
        "gone": _stamp(state.gone),
        "seen entries": _seen(store, state),
        "lists": [
            _child(one, children.get(feed_key(source.id, one, parent_tag(url)))) for one in state.children
        ],
        "site": site_facts(store, state.moved_to or url),
    }


def why_then(state: FeedState, source: Source) -> str:
    """Return which of the wishes that are remembered rules when a feed is asked next.

    What a server said with its last answer is not kept: where no wish explains the pause, it was that.
    """
    if state.gone is not None or state.next_due == NEVER:
        return "410: it is not asked again"
    if state.next_due is None or state.polled is None:
        return "never polled"
    pause = state.next_due - state.polled
    if state.failures:
        doubled = min(FIRST_BACKOFF * 2 ** min(state.failures - 1, 10), LONGEST)
        failures = f"back-off after {state.failures} failures"
        return _longest({"the source's interval": source.interval, failures: doubled}, pause, "Retry-After")
    rhythm = max((state.rhythm or timedelta(0)) / SHARE_OF_RHYTHM, SHORTEST_BY_RHYTHM)
    wishes = {
        "the source's interval": source.interval,
        "the document's own wish (ttl, syndication)": state.pause,
        "no validator: hourly at most": timedelta(0) if state.has_validators else WITHOUT_VALIDATORS,
        "the feed's rhythm": min(rhythm, LONGEST),
        "the feed's silence": min(_silence(state) / SHARE_OF_SILENCE, LONGEST),
    }
    return _longest(wishes, pause, "Cache-Control or Expires of the last answer")


def _longest(wishes: dict[str, timedelta], pause: timedelta, unknown: str) -> str:
    name, longest = max(wishes.items(), key=lambda one: one[1])
    # Up to a tenth is added, or taken off at a day.
    is_it = longest * 0.9 - _ROOM <= pause <= longest * 1.1 + timedelta(minutes=5)
    return f"{name}: {longest}" if is_it else f"{unknown}: {pause}"


def _silence(state: FeedState) -> timedelta:
    newest, polled = state.newest, state.polled
    return timedelta(0) if newest is None or polled is None else max(polled - newest, timedelta(0))


def _seen(store: Store, state: FeedState) -> Any:
    packed = state.seen
    if packed is None and state.seen_key is not None:
        stored = store.object("ArticleBucket", state.seen_key)
        packed = stored.body if stored else None
    if packed is None:
        return "none"
    try:
        return len(decode(bytes(packed)))
    except ValueError as error:
        return str(error)


def _child(url: str, state: FeedState | None) -> Facts:
    if state is None:
        return {"url": url, "state": "never polled"}
    return {
        "url": url,
        "next_due": _stamp(state.next_due),
        "last_success": _stamp(state.last_success),
        "failures": state.failures,
        "reason": state.reason,
    }


def _stamp(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
