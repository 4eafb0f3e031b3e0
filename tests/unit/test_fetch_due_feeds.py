"""Which feeds are due, and in which shard they are polled."""

from __future__ import annotations

from datetime import timedelta

from functions.fetch.due_feeds import CatalogueFeeds, KnownFeed, due_feeds
from functions.fetch.feed_state import NEVER
from functions.fetch.sharding import (
    MESSAGE_SIZE,
    SHARD_SIZE,
    into_shards,
    one_messages_worth,
    shard_count,
    shard_of,
)
from newswire.clock import instant
from newswire.domains import registrable_domain
from newswire.feed_keys import feed_key, parent_tag
from newswire.urls import host_of
from tests.support.catalogues import catalogue, source
from tests.support.fetch_feeds import NOW

FEEDS = tuple(f"https://kabar.example/{name}" for name in ("satu", "dua", "tiga"))
INDEX = "https://kabar.example/sitemap-index.xml"
CHILD = "https://kabar.example/sitemap-1.xml"


def feeds(*urls: str, enabled: bool = True) -> CatalogueFeeds:
    return CatalogueFeeds.of(catalogue(source(feeds=urls or FEEDS, enabled=enabled)))


def due(listing: dict[str, int], known: CatalogueFeeds | None = None) -> list[str]:
    """Return the paths that are due; ``listing`` has seconds from now by URL."""
    stamps = {feed_key("kabar", url): instant(NOW + timedelta(seconds=s)) for url, s in listing.items()}
    return [feed.url.rpartition("/")[2] for feed in due_feeds(known or feeds(), stamps, NOW)]


def test_a_feed_that_was_never_asked_is_due_first_then_the_longest_due() -> None:
    assert due({FEEDS[0]: -60, FEEDS[1]: -7200}) == ["tiga", "dua", "satu"]


def test_what_is_due_later_or_never_is_left_alone() -> None:
    assert due({FEEDS[0]: 31, FEEDS[1]: 30, FEEDS[2]: int((NEVER - NOW).total_seconds())}) == ["dua"]


def test_feeds_of_disabled_sources_and_feeds_taken_out_of_the_catalogue_are_not_asked() -> None:
    assert due({}, feeds(enabled=False)) == []
    assert due({FEEDS[2]: -60}, feeds(FEEDS[0])) == ["satu"]


def test_a_listed_document_is_due_as_long_as_the_catalogue_has_what_lists_it() -> None:
    key = feed_key("kabar", CHILD, parent_tag(INDEX))
    listing = {key: instant(NOW), feed_key("kabar", INDEX): instant(NOW + timedelta(hours=1))}
    (found,) = due_feeds(feeds(INDEX), listing, NOW)
    assert (found.url, found.parent, found.key) == (CHILD, parent_tag(INDEX), key)
    assert due_feeds(feeds(FEEDS[0]), {key: instant(NOW)}, NOW) == [
        KnownFeed(source(feeds=FEEDS[:1]), FEEDS[0])
    ]


def test_all_feeds_of_a_registrable_domain_are_in_one_shard() -> None:
    urls = [
        f"https://{host}.kabar{n}.example/{i}" for n in range(40) for host in ("www", "id") for i in (1, 2)
    ]
    shards = into_shards(feeds(*urls).configured.values(), 7)
    assert sum(map(len, shards.values())) == len(urls)
    domains = [{registrable_domain(host_of(feed.url)) for feed in shard} for shard in shards.values()]
    assert sum(map(len, domains)) == len(set.union(*domains)) == 40


def test_the_number_of_shards_follows_from_the_catalogue_alone() -> None:
    assert [shard_count(n) for n in (0, 1, SHARD_SIZE, SHARD_SIZE + 1, 5000)] == [1, 1, 1, 2, 25]
    assert {shard_of("kabar.example", 1)} == {0}
    assert shard_of("kabar.example", 25) == shard_of("kabar.example", 25) < 25


def test_shards_are_about_even() -> None:
    sizes = [0] * 25
    for number in range(5000):
        sizes[shard_of(f"kabar{number}.example", 25)] += 1
    assert min(sizes) > 140
    assert max(sizes) < 260


def test_a_domain_with_more_feeds_than_a_message_holds_keeps_no_other_out_of_it() -> None:
    """While it asks to be left alone, its feeds stay the longest due."""
    many = [f"https://video.example/{number}" for number in range(600)]
    known = list(feeds(*many, *FEEDS).configured.values())
    chosen = one_messages_worth(known)
    assert len(chosen) == MESSAGE_SIZE
    assert {feed.url for feed in known if feed.url in FEEDS} <= {feed.url for feed in chosen}
    assert [feed for feed in known if feed in chosen] == chosen
    assert one_messages_worth(known[:MESSAGE_SIZE]) == known[:MESSAGE_SIZE]
