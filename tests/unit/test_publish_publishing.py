"""What a publish run does to the site: only what changed, in the right order, whoever else is at it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from functions.publish.channels import Channel
from functions.publish.look import Look
from functions.publish.publishing import publish_batch
from newswire.article_item import ArticleItem
from newswire.bucket import StoredObject, WriteConflict
from newswire.clock import instant
from tests.support.publish_world import NOW, World, catalogue, source
from tests.support.stream_records import stream_record

OUR_PAGES = re.compile(r"https://kabar\.example/(a/[^<\"\\]+\.html)")


def _named(world: World) -> set[str]:
    """Return the article pages that any feed, list or sitemap names."""
    lists = [body for key, body in world.written().items() if not key.startswith("a/")]
    inside = {key for body in lists for key in re.findall(r"/(a/[^<\"\\]+\.html)", body.decode())}
    return inside | {key for body in lists for key in OUR_PAGES.findall(body.decode())}


def _missing(world: World) -> set[str]:
    def there(stored: StoredObject | None) -> bool:
        return stored is not None and "gone" not in stored.metadata

    return {key for key in _named(world) if not there(world.site.objects.get(key))}


def _mixed(world: World, count: int = 12) -> list[ArticleItem]:
    owners = ["harian", "warta", "tribune", "@lain.example"]
    return [world.add(number, owners[number % 4]) for number in range(count)]


def test_a_fresh_stack_has_a_whole_portal_before_its_first_article() -> None:
    world = World()

    world.refresh()

    outputs = world.written()
    assert {"index.html", "about.html", "404.html", "robots.txt", "feed.xml", "sitemap.xml"} <= outputs.keys()
    assert {f"c/{category}.html" for category in world.catalogue.categories} <= outputs.keys()
    assert {f"s/{one.id}.html" for one in world.catalogue.sources} <= outputs.keys()
    for key, body in outputs.items():
        for link in re.findall(rb'(?:href|src)="/([^"#]*)', body) if key.endswith(".html") else []:
            assert (link.decode() or "index.html") in outputs, f"{key} links to {link.decode()}"


def test_a_first_batch_brings_the_whole_portal_without_waiting_for_the_schedule() -> None:
    world = World()
    world.add(1)

    publish_batch(world.run(), [])

    assert {"index.html", "about.html", "c/dunia.html"} <= world.written().keys()


def test_the_same_batch_again_writes_nothing() -> None:
    world = World()
    items = _mixed(world)
    world.refresh()
    world.publish(*items)
    written = len(world.site.puts)

    assert world.publish(*items) == set()
    world.refresh()

    assert len(world.site.puts) == written


def test_a_further_feed_that_carries_the_article_changes_no_byte_and_reads_no_file() -> None:
    world = World()
    item = world.add(1)
    world.publish(item)
    written, read = len(world.site.puts), world.archive.calls["GetObject"]
    seen_again = world.revise(item, via={**item.via, "second": item.via["feed"]})

    world.publish(seen_again)

    assert len(world.site.puts) == written
    assert world.archive.calls["GetObject"] == read


def test_one_changed_article_rewrites_exactly_its_outputs() -> None:
    world = World()
    items = _mixed(world)
    world.refresh()
    world.publish(*items)
    del world.site.puts[:]
    changed = items[0]

    world.publish(world.revise(changed, title="Judul yang diperbaiki", revision=2))

    assert set(world.site.puts) == {
        *(f"a/{changed.slug}-{changed.id}.html", f"json/{changed.id}.json"),
        *("index.html", "feed.xml", "atom.xml", "feed.json"),
        *("c/nasional.html", "c/nasional/feed.xml", "c/nasional/atom.xml", "c/nasional/feed.json"),
        *("s/harian.html", "s/harian/feed.xml", "s/harian/atom.xml", "s/harian/feed.json"),
        *("l/id.html", "l/id/feed.xml", "l/id/atom.xml", "l/id/feed.json"),
        *Channel("portal", "all").archive("2026-01-02"),
        *Channel("category", "nasional").archive("2026-01-02"),
        *Channel("source", "harian").archive("2026-01-02"),
        *Channel("language", "id").archive("2026-01-02"),
        "news.xml",
        "search/2026-01-02.json",
    }


def test_unchanged_articles_are_taken_over_from_the_channels_memory() -> None:
    world = World()
    items = [world.add(number) for number in range(1, 9)]
    world.publish(*items)
    read = world.archive.calls["GetObject"]

    world.publish(world.add(0))

    assert world.archive.calls["GetObject"] == read + 1


def test_another_edition_of_the_program_makes_every_body_anew() -> None:
    world = World()
    items = [world.add(number) for number in range(8)]
    world.publish(*items)
    read = world.archive.calls["GetObject"]
    world.edition = "2"

    world.publish(items[0])

    assert world.archive.calls["GetObject"] == read + 8


def test_arrival_in_any_order_and_in_any_batches_gives_equal_bytes() -> None:
    first, second = World(), World()
    for world in (first, second):
        world.refresh()
        _mixed(world)
    items = _mixed(World())
    first.publish(*items)
    for item in reversed(items):
        second.publish(item)

    assert first.written() == second.written()


def test_a_late_arrival_finds_its_place_by_when_it_is_listed() -> None:
    world = World()
    early, late = world.add(1, title="Lebih baru"), world.add(90, title="Lebih lama")
    world.publish(early)
    world.publish(late)

    feed = world.site.text("feed.xml")
    assert feed.index("Lebih baru") < feed.index("Lebih lama")


def test_pages_come_before_the_lists_and_sitemaps_that_name_them() -> None:
    world = World()
    world.refresh()
    problems: list[tuple[str, set[str]]] = []
    world.site.after_put = lambda key: problems.append((key, _missing(world)))

    world.publish(*_mixed(world))

    assert [problem for problem in problems if problem[1]] == []


def test_a_retracted_article_leaves_every_list_and_then_its_page_becomes_a_notice() -> None:
    world = World()
    items = _mixed(world)
    world.refresh()
    world.publish(*items)
    problems: list[tuple[str, set[str]]] = []
    world.site.after_put = lambda key: problems.append((key, _missing(world)))
    gone = items[0]
    world.retract(gone)

    world.publish(gone)

    page = world.site.objects[f"a/{gone.slug}-{gone.id}.html"]
    assert page.metadata == {"version": "2", "gone": "1", "index": "dropped"}
    assert "Artikel ini tidak lagi tersedia" in page.body.decode()
    assert "Paragraf" not in page.body.decode()
    assert gone.id not in " ".join(_named(world))
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


def test_headlines_have_no_page_and_link_to_their_publisher_only() -> None:
    world = World()
    item = world.add(1, "tribune", title="Only a headline", excerpt="Secret words.")

    world.publish(item)

    outputs = world.written()
    assert not [key for key in outputs if key.startswith("a/")]
    assert not [key for key in outputs if key.startswith("sitemap-2")]
    for key in ("index.html", "c/dunia.html", "s/tribune.html", "feed.xml", "feed.json"):
        assert item.url in outputs[key].decode()
        assert item.id not in OUR_PAGES.findall(outputs[key].decode())
        assert "Secret words." not in outputs[key].decode()


def test_a_publisher_that_only_allows_headlines_from_now_on_loses_its_pages() -> None:
    world = World()
    item = world.add(1)
    world.publish(item)
    world.catalogue = catalogue(source("harian", display="link"), source("tribune", language="en"))

    world.publish(item)

    page = world.site.objects[f"a/{item.slug}-{item.id}.html"]
    assert page.metadata["gone"] == "1"
    assert item.url in page.body.decode()
    assert _named(world) == set()


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


def test_articles_of_a_paused_source_do_not_crowd_the_others_out() -> None:
    """The newest proposals of the index are all of the paused source: more are asked for."""
    world = World(catalogue(source("harian", enabled=False), source("warta")))
    carried = [world.add(number, "warta") for number in range(2000, 2060)]
    world.publish(*carried)
    for number in range(150):
        world.add(number, "harian")

    world.retract(carried[0])
    world.publish(carried[0])

    assert world.site.text("feed.xml").count("<item>") == 50


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


def test_a_page_is_never_replaced_by_an_older_version() -> None:
    world = World()
    item = world.add(1)
    newer = world.revise(item, title="Versi dua")
    world.publish(newer)
    world.articles.save(item)

    world.publish(item)

    assert "Versi dua" in world.page(newer)


def test_an_output_that_changed_meanwhile_is_read_and_decided_again() -> None:
    world = World()
    first, second = world.add(1), world.add(2)
    busy: list[str] = []

    def interfere(key: str) -> None:
        if key == "feed.json" and not busy:
            busy.append(key)
            world.beside().publish(second)

    world.site.before_put = interfere
    assert world.publish(first) == set()

    assert busy
    assert {first.title, second.title} <= set(
        re.findall(r"<title>(.*?)</title>", world.site.text("feed.xml"))
    )


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
        assert _missing(world) == set()
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


def test_what_a_list_may_not_name_yet_is_left_to_its_own_record() -> None:
    """The index knows an article whose page another run has yet to write."""
    world = World()
    mine, pending = world.add(1), world.add(2, title="Belum ada halamannya")

    world.publish(mine)
    assert "Belum ada halamannya" not in world.site.text("feed.xml")

    world.publish(pending)
    assert "Belum ada halamannya" in world.site.text("feed.xml")


def test_an_article_whose_file_is_missing_is_left_out_and_the_run_goes_on() -> None:
    world = World()
    broken, sound = world.add(1, title="Berkas hilang"), world.add(2)
    del world.archive.objects[broken.article_key]

    assert world.publish(broken, sound) == set()

    assert "Berkas hilang" not in world.site.text("feed.xml")
    assert sound.title in world.site.text("feed.xml")
    assert world.log.lines[0][0] == "article left out"


def test_an_unreadable_channel_memory_is_made_anew() -> None:
    world = World()
    items = [world.add(number) for number in range(3)]
    world.publish(*items)
    expected = world.written()
    stored = world.site.objects["feed.json"]
    world.site.objects["feed.json"] = replace(stored, body=b"{not json", etag='"other"')

    world.publish(items[0])

    assert world.written() == expected


def test_a_page_that_cannot_be_written_brings_its_record_back_and_is_named_nowhere() -> None:
    world = World()
    bad, good = world.add(1, title="Gagal ditulis"), world.add(2)

    def fail(key: str) -> None:
        if bad.id in key:
            raise ConnectionError("S3 does not answer")

    world.site.before_put = fail

    assert world.publish(bad, good) == {bad.id}
    assert "Gagal ditulis" not in world.site.text("feed.xml")
    assert good.title in world.site.text("feed.xml")


def test_a_channel_that_stays_contended_brings_its_articles_back() -> None:
    world = World()
    item = world.add(1)

    def lose(key: str) -> None:
        if key == "s/harian.html":
            raise WriteConflict(key)

    world.site.before_put = lose

    assert world.publish(item) == {item.id}


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


def test_when_time_runs_out_the_records_come_back_and_no_list_was_touched() -> None:
    world = World()
    item = world.add(1)
    world.seconds_left = 5

    assert world.publish(item) == {item.id}
    assert world.written() == {}


def test_a_silent_correction_moves_lastmod_to_when_we_saw_it() -> None:
    """The publisher changed the text and no date: crawlers still learn that there is something new."""
    world = World()
    item = world.add(1)
    world.publish(item)
    seen = instant(NOW + timedelta(hours=5))
    world.publish(world.revise(item, revised=seen))
    row = world.site.text(f"sitemap-{item.listed[:10]}.xml")
    assert f"<lastmod>{seen[:19]}Z</lastmod>" in row
    assert f"<lastmod>{seen[:19]}Z</lastmod>" in world.site.text("sitemap.xml")


def test_a_refresh_makes_good_what_a_batch_that_was_given_up_left_out() -> None:
    world = World()
    lost = world.add(1)
    world.refresh()
    assert lost.id in world.site.text("index.html")
    assert lost.title in world.page(lost)


def test_a_tightened_right_takes_the_text_off_the_page_within_one_refresh() -> None:
    world = World()
    item = world.add(1)
    world.publish(item)
    assert 'class="article-text"' in world.page(item)
    first, *others = world.catalogue.sources
    world.catalogue = replace(world.catalogue, sources=(replace(first, display="excerpt"), *others))
    world.refresh()
    assert 'class="article-text"' not in world.page(item)


def test_an_articles_tag_stays_when_the_portal_moves() -> None:
    world = World()
    item = world.add(1)
    portal = replace(world.catalogue.portal, authority="kabar.example")
    tags = set()
    for url in ("https://d111.cloudfront.net", "https://kabar.example"):
        world.catalogue = replace(world.catalogue, portal=replace(portal, url=url))
        world.publish(item)
        tags.add(re.findall(r"tag:[^<]+", world.site.text("feed.xml"))[0])
    assert tags == {f"tag:kabar.example,{item.listed[:10]}:{item.id}"}
