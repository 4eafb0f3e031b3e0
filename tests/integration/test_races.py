"""Invocations of extract at once, in many orders of their reads and writes: nothing lost, nothing twice."""

from __future__ import annotations

from itertools import pairwise

import pytest

from newswire.article_item import ArticleItem, Tombstone
from newswire.clock import instant
from newswire.urls import article_id
from tests.support.extract_world import FEEDS, KABAR, World, entry, recheck
from tests.support.shared_extract import handle_at_once

# Each seed is another order of the storage calls.
SEEDS = range(6)


def feeds(item: ArticleItem) -> set[str]:
    return {feed.split(" ")[0] for feed in item.via}


@pytest.mark.parametrize("seed", SEEDS)
def test_first_sights_of_one_article_by_five_urls_at_once_are_one_article_with_five_feeds(
    world: World, seed: int
) -> None:
    canonical = world.serve("/berita/beras")
    prints = [world.serve(f"/cetak/{one}", canonical_url=canonical) for one in range(2)]
    mobile = canonical.replace(KABAR, f"m.{KABAR}")
    world.web.replies[f"m.{KABAR}/berita/beras"] = world.web.replies[f"{KABAR}/berita/beras"]
    led = world.redirect("/r/1", canonical, FEEDS)
    world.change_source("kabar", others="full")
    urls = [canonical, *prints, mobile, led]
    messages = [entry(url, feed=f"rss-{number}") for number, url in enumerate(urls)]
    outcomes = handle_at_once(world, seed, *messages)
    assert outcomes.count("stored") == 1
    assert set(outcomes) <= {"stored", "joined", "known hint"}
    item = world.only()
    assert item.via.keys() == {message.feed for message in messages}
    assert (item.version, item.revision) == (5, 1)
    known = {article_id(url) for url in urls} - {item.id}
    assert world.aliases() == dict.fromkeys(known, item.id)


@pytest.mark.parametrize("seed", SEEDS)
def test_revisions_by_three_feeds_at_once_number_themselves_without_a_gap(world: World, seed: int) -> None:
    url = world.serve("/berita/1")
    for source in ("kabar", "warta", "lentera"):
        world.handle(entry(url, source=source))
    edits = [entry(url, source=one, poll=1, title=f"Kata {one}") for one in ("kabar", "warta", "lentera")]
    assert handle_at_once(world, seed, *edits) == ["revised"] * 3
    item = world.only()
    assert (item.revision, item.version) == (4, 6)
    titles = [edit.title_after for edit in item.history]
    assert len(titles) == 3
    assert titles[-1] == item.title
    assert sorted(filter(None, titles)) == ["Kata kabar", "Kata lentera", "Kata warta"]
    assert all(edit.title_before == before.title_after for before, edit in pairwise(item.history))
    revisions = [key for key in world.stack.objects() if key.startswith(f"articles/{item.id}/")]
    assert len(revisions) >= 4, "each that was committed is there; one that lost its race is only a file"


@pytest.mark.parametrize("seed", SEEDS)
def test_two_edits_of_one_feed_at_once_end_as_the_later_says(world: World, seed: int) -> None:
    url = world.serve("/berita/1")
    world.handle(entry(url))
    earlier, later = entry(url, poll=1, title="Ralat pertama"), entry(url, poll=2, title="Ralat kedua")
    outcomes = handle_at_once(world, seed, earlier, later)
    assert outcomes[1] == "revised"
    assert outcomes[0] in ("revised", "already handled")
    item = world.only()
    assert (item.title, item.revision) == ("Ralat kedua", 1 + outcomes.count("revised"))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_retraction_a_revision_and_a_further_feed_at_once_end_as_a_tombstone(
    world: World, seed: int
) -> None:
    """At once, or where the revision came first and put off the look, at the next look."""
    url = world.serve("/berita/1")
    world.handle(entry(url))
    world.fail("/berita/1", 410)
    assert world.revisit().what == "page missing"
    (item,) = world.articles().values()
    assert isinstance(item, ArticleItem)
    assert item.recheck_at is not None
    world.now = max(world.now, type(world.now).fromisoformat(item.recheck_at))
    second_look = recheck(item, world.now)
    edit, further = entry(url, poll=1, title="Ralat"), entry(url, source="warta", poll=1)
    outcomes = handle_at_once(world, seed, edit, second_look, further)
    if "retracted" not in outcomes:
        assert outcomes == ["revised", "already handled", "known hint"]
        assert feeds(world.only()) == {"kabar", "warta"}
        assert world.revisit().what == "retracted"
    (stone,) = world.articles().values()
    assert isinstance(stone, Tombstone)
    assert stone.gone_at == instant(world.now)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_url_that_becomes_an_alias_and_an_article_at_once_is_one_of_both(world: World, seed: int) -> None:
    first, second = (
        world.serve(f"/berita/{one}", f"Laporan nomor {one}.", title=f"Nomor {one}") for one in (1, 2)
    )
    world.handle(entry(first, title="Nomor 1"))
    moved = entry(second, poll=1, article=article_id(first), title="Nomor 1")
    own = entry(second, source="warta", title="Nomor 2")
    handle_at_once(world, seed, moved, own)
    articles = {one: item for one, item in world.articles().items() if isinstance(item, ArticleItem)}
    is_alias = world.aliases() == {article_id(second): article_id(first)}
    assert articles.keys() == ({article_id(first)} if is_alias else {article_id(first), article_id(second)})
    assert set().union(*map(feeds, articles.values())) == {"kabar", "warta"}
    assert not is_alias or feeds(articles[article_id(first)]) == {"kabar", "warta"}
