"""What leaves the site with an article, a right or a source, whoever else is at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from functions.publish.look import Look
from functions.publish.publishing import publish_batch
from newswire.bucket import StoredObject
from newswire.clock import instant
from tests.support.named_pages import missing_pages, mixed_articles, named_pages
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World
from tests.support.stream_records import stream_record


def test_a_retracted_article_leaves_every_list_and_then_its_page_becomes_a_notice() -> None:
    world = World()
    items = mixed_articles(world)
    world.refresh()
    world.publish(*items)
    problems: list[tuple[str, set[str]]] = []
    world.site.after_put = lambda key: problems.append((key, missing_pages(world)))
    gone = items[0]
    world.retract(gone)

    world.publish(gone)

    page = world.site.objects[f"a/{gone.slug}-{gone.id}.html"]
    assert page.metadata == {"version": "2", "gone": "1", "index": "dropped"}
    assert "Artikel ini tidak lagi tersedia" in page.body.decode()
    assert "Paragraf" not in page.body.decode()
    assert gone.id not in " ".join(named_pages(world))
    assert [problem for problem in problems if problem[1]] == []
    assert world.written() == world.rebuilt().written()


def test_a_replay_does_not_bring_a_retracted_article_back() -> None:
    world = World()
    item = world.add(1)
    world.publish(item)
    world.retract(item)
    world.publish(item)
    written = len(world.site.puts)

    world.publish(item)

    assert len(world.site.puts) == written


def test_a_retraction_that_overtakes_the_first_publication_still_leaves_a_notice() -> None:
    """Else a slower run, which saw no page, could still write one."""
    world = World()
    item = world.add(1)
    world.retract(item)

    world.publish(item)

    assert world.site.objects[f"a/{item.slug}-{item.id}.html"].metadata["gone"] == "1"


@pytest.mark.parametrize("told", [True, False], ids=["told of the removal", "told of both at once"])
def test_an_article_whose_tombstone_an_operator_took_away_is_carried_again(told: bool) -> None:
    world = World()
    item = world.add(1)
    newest = world.revise(world.revise(item))
    world.publish(newest)
    world.retract(newest)
    world.publish(newest)
    del world.articles.records[item.id]
    if told:
        world.publish(item)

    world.articles.save(item)
    world.publish(item)

    assert item.title in world.page(item)
    assert item.title in world.site.text("feed.xml")


def test_a_publisher_that_only_allows_headlines_from_now_on_loses_its_pages() -> None:
    world = World()
    item = world.add(1)
    world.publish(item)
    world.catalogue = catalogue(source("harian", display="link"), source("tribune", language="en"))

    world.publish(item)

    page = world.site.objects[f"a/{item.slug}-{item.id}.html"]
    assert page.metadata["gone"] == "1"
    assert item.url in page.body.decode()
    assert named_pages(world) == set()


def test_a_paused_sources_articles_leave_within_one_scheduled_run() -> None:
    world = World()
    kept, leaving = world.add(1, "warta"), world.add(2, "harian")
    world.publish(kept, leaving)
    paused = [replace(one, enabled=one.id != "harian") for one in world.catalogue.sources]
    world.catalogue = replace(world.catalogue, sources=tuple(paused))

    world.refresh()

    assert leaving.title not in "".join(
        body.decode() for key, body in world.written().items() if "feed" in key
    )
    assert kept.title in world.site.text("feed.xml")


def test_what_full_text_for_ends_becomes_an_excerpt_when_it_is_due() -> None:
    world = World(catalogue(source("harian", full_text_for=timedelta(hours=2))))
    due = instant(NOW + timedelta(minutes=119))
    item = world.add(1, html="<p>Awal.</p><p>Akhir yang hilang.</p>", excerpt="Awal.")
    world.articles.save(replace(item, next_change=due))
    world.publish(item)
    assert "Akhir yang hilang." in world.page(item)
    world.now += timedelta(hours=2)

    answer = world.refresh()

    assert answer["articlesDue"] == 1
    assert not [key for key, body in world.written().items() if b"Akhir yang hilang." in body]
    assert world.refresh()["articlesDue"] == 0


@pytest.mark.parametrize("lagging", [False, True], ids=["fresh index", "lagging index"])
@pytest.mark.parametrize("alone", [False, True], ids=["with other changes", "retraction alone"])
def test_whenever_a_retraction_overtakes_a_run_nothing_is_lost_and_nothing_comes_back(
    lagging: bool, alone: bool
) -> None:
    """The other run happens inside this one, after each of its storage calls in turn.

    A retraction alone may find nothing to write, and so leave nothing that would stop the slower run.
    """
    moment, calls, look = 0, 0, World().run().look
    while moment <= calls:
        moment += 1
        calls = _overtaken_run(moment, look, lagging=lagging, alone=alone)
    assert moment > 30


def _overtaken_run(moment: int, look: Look, *, lagging: bool, alone: bool) -> int:
    """Return how many calls the run made; fewer than ``moment``: it was not overtaken any more."""
    world = World(look.catalogue, look=look)
    world.refresh()
    known = [world.add(number) for number in (5, 6)]
    world.publish(*known)
    world.articles.index_lags = lagging
    gone, kept = world.add(1, title="Ditarik"), world.add(2, title="Tetap")
    later = kept if alone else world.add(3, title="Susul")
    calls = 0

    def other_run() -> None:
        nonlocal calls
        calls += 1
        if calls == moment:
            world.retract(gone)
            others = [] if alone else [later, world.revise(known[0], title="Dikoreksi", revision=2)]
            assert world.beside().publish(gone, *others) == set()

    _after_every_call(world, other_run)
    assert world.publish(gone, kept) == set()
    world.articles.catch_up()
    if calls >= moment:
        assert missing_pages(world) == set()
        assert world.written() == world.rebuilt().written()
    return calls


def _after_every_call(world: World, hook: Callable[[], None]) -> None:
    """Call the hook after every read and write of this run, but not of the runs inside the hook."""
    inside = False

    def once(*_: object) -> None:
        nonlocal inside
        if not inside:
            inside = True
            hook()
            inside = False

    get = world.site.get

    def hooked_get(key: str) -> StoredObject | None:
        found = get(key)
        once()
        return found

    world.site.get = hooked_get  # type: ignore[method-assign]  # the test's own store
    world.site.after_put = once
    world.articles.after_get = once


def test_an_article_that_is_seen_to_be_withdrawn_too_late_brings_the_batch_back_where_that_fails() -> None:
    """A run may list an article that none of its records is about, and that is withdrawn meanwhile."""
    world = World()
    listed, mine = world.add(2), world.add(1)
    world.publish(listed)
    del world.site.objects["feed.json"]  # so that the run lists what the index proposes

    def fail(key: str) -> None:
        if key == "feed.json":
            raise ConnectionError("S3 does not answer")

    def withdraw(key: str) -> None:
        if key == "feed.json" and listed.id in world.articles.indexed:
            world.retract(listed)
            world.site.before_put = fail

    world.site.after_put = withdraw

    answer = publish_batch(world.run(), [stream_record("7", mine)])

    assert answer == {"batchItemFailures": [{"itemIdentifier": "7"}]}


def test_a_tightened_right_takes_the_text_off_the_page_within_one_refresh() -> None:
    world = World()
    item = world.add(1)
    world.publish(item)
    assert 'class="article-text"' in world.page(item)
    first, *others = world.catalogue.sources
    world.catalogue = replace(world.catalogue, sources=(replace(first, display="excerpt"), *others))
    world.refresh()
    assert 'class="article-text"' not in world.page(item)
