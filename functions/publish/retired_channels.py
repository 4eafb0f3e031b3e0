"""Channels that the catalogue names no more: notices in place of everything that they were."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from functions.publish import archive_index, json_feed
from functions.publish.archive_index import Listing
from functions.publish.article_rendering import missing_page
from functions.publish.channel_feeds import atom_feed, feed_head, rss_feed
from functions.publish.channels import PORTAL_CHANNEL, Channel
from functions.publish.look import Look
from functions.publish.run import Run
from functions.publish.settling import ATTEMPTS, check_time
from newswire.bucket import WriteConflict


def retire(run: Run, channel: Channel) -> None:
    """Put notices in place of a channel's outputs, those first that lead to others.

    The list of its archive comes last, and only as it was read. That is the memory of what there was: where
    this is broken off, or a run of a former catalogue lists more, it begins anew.
    """
    own = (channel.page, channel.feed("xml"), channel.atom, channel.feed("json"))
    for _ in range(ATTEMPTS):
        listed = run.site.read(channel.archive_index)
        for keys in (own, _archive(channel, archive_index.read(listed.body))):
            run.concurrently(lambda key: _withdraw(run, channel, key), keys)
        with suppress(WriteConflict):
            if listed.stands:
                run.site.write(listed, _notice(run.look, channel, listed.key), {"gone": "1"})
            return
    raise WriteConflict(f"{channel.archive_index} is being written all the time")


def _archive(channel: Channel, listing: Listing) -> Iterator[str]:
    for name in sorted(listing.files):
        yield from reversed(channel.archive(name))


def _withdraw(run: Run, channel: Channel, key: str) -> None:
    for _ in range(ATTEMPTS):
        check_time(run)
        snapshot = run.site.read(key)
        if not snapshot.stands:
            return
        try:
            run.site.write(snapshot, _notice(run.look, channel, key), {"gone": "1"})
        except WriteConflict:
            continue
        return
    raise WriteConflict(f"{key} is being written all the time")


def _notice(look: Look, channel: Channel, key: str) -> bytes:
    """Return what stands in place of an output: of its own kind, and without entries."""
    if key == channel.archive_index:
        return archive_index.document(Listing())
    if key.endswith(".html"):
        return missing_page(look, key)
    url = look.portal.url
    head = feed_head(look, PORTAL_CHANNEL, key)
    head = replace(head, id=f"{url}/{key}", title=look.words.missing_title)
    if key.endswith(".json"):
        return json_feed.document(head, [])
    is_atom = key.rpartition("/")[2].startswith("atom")
    return atom_feed(look, head, [], None) if is_atom else rss_feed(look, head, [], None)
