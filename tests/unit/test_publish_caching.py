"""How long outputs may be kept, and what is stored compressed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from functions.publish.caching import cache_control, is_stored_with_gzip
from functions.publish.publishing import publish_batch
from tests.support.publish_catalogues import catalogue
from tests.support.publish_world import World

ARCHITECTURE = (Path(__file__).parents[2] / "docs" / "architecture.md").read_text(encoding="utf-8")
FOR_EVER = "public, max-age=31536000, immutable"
LIST = "public, max-age=60, stale-while-revalidate=60"
PAGE = "public, max-age=60"
PUSHED = "public, max-age=60, s-maxage=0"


@pytest.mark.parametrize(
    ("key", "header"),
    [
        ("static/newswire.0123456789ab.css", FOR_EVER),
        ("index.html", LIST),
        ("c/nasional.html", LIST),
        ("s/antara.html", LIST),
        ("d/2026-01-02.html", LIST),
        ("about.html", LIST),
        ("404.html", LIST),
        ("a/judul-abcdefghijklmnop.html", PAGE),
        ("feed.xml", PAGE),
        ("c/nasional/atom.xml", PAGE),
        ("s/antara/feed.json", PAGE),
        ("sitemap.xml", PAGE),
        ("robots.txt", PAGE),
    ],
)
def test_each_kind_of_output_may_be_kept_as_long_as_it_stays_true(key: str, header: str) -> None:
    assert cache_control(key, has_hub=False) == header
    assert f"`{header}`" in ARCHITECTURE


@pytest.mark.parametrize("key", ["feed.xml", "c/dunia/atom.xml", "l/id/feed.json"])
def test_a_hub_that_asks_at_once_is_not_given_the_feed_of_a_minute_ago(key: str) -> None:
    assert cache_control(key, has_hub=True) == PUSHED
    assert f"`{PUSHED}`" in ARCHITECTURE


@pytest.mark.parametrize("key", ["index.html", "a/x-abcdefghijklmnop.html", "sitemap.xml", "static/a.1.css"])
def test_a_hub_changes_nothing_for_outputs_that_are_no_feeds(key: str) -> None:
    assert cache_control(key, has_hub=True) == cache_control(key, has_hub=False)


@pytest.mark.parametrize(
    "media_type", ["application/feed+json", "application/atom+xml", "text/x-opml; charset=utf-8"]
)
def test_what_the_cdn_does_not_compress_is_stored_compressed_where_that_gains(media_type: str) -> None:
    assert is_stored_with_gzip(media_type, 1000)
    assert not is_stored_with_gzip(media_type, 999)


@pytest.mark.parametrize(
    "media_type",
    [
        "text/html; charset=utf-8",
        "text/css; charset=utf-8",
        "text/javascript",
        "text/plain; charset=utf-8",
        "application/rss+xml",
        "application/xml",
        "application/json",
        "image/svg+xml",
    ],
)
def test_what_the_cdn_compresses_is_stored_as_it_is_for_who_accepts_no_compression(media_type: str) -> None:
    assert not is_stored_with_gzip(media_type, 1_000_000)


@pytest.mark.parametrize("media_type", ["image/png", "image/webp", "image/jpeg", "font/woff2"])
def test_what_is_compressed_already_is_not_compressed_again(media_type: str) -> None:
    assert not is_stored_with_gzip(media_type, 1_000_000)


def test_every_output_of_a_run_is_kept_and_stored_as_its_key_and_type_say() -> None:
    world = World(catalogue(websub="https://hub.example/"))
    world.add(1)
    world.refresh()
    publish_batch(world.run(), [])
    for key, (header, gzipped) in world.site.headers.items():
        assert header == cache_control(key, has_hub=True), key
        stored = world.site.objects[key]
        assert gzipped == is_stored_with_gzip(stored.content_type, len(stored.body)), key
    assert world.site.headers["feed.json"] == (PUSHED, True)
    assert json.loads(world.site.objects["feed.json"].body)["items"]
