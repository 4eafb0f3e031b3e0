"""Publishers that say stop: none of them is asked, and nothing of theirs stored, through whatever feed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from functions.extract.archive import Archive
from functions.extract.takedowns import Order
from local.takedown.restoring import Restored, lift_stop, restore_order
from local.takedown.stores import scanned
from local.takedown.subject import Address, NotAllowed
from local.takedown.taking import covered, note_stop, take_down
from newswire.article_item import TAKEDOWN, ArticleItem, Tombstone
from newswire.clock import instant
from newswire.stops import Stop, host_order, source_order
from newswire.tables import Table
from newswire.urls import article_id
from tests.support.aws_stack import ARTICLE_TABLE
from tests.support.extract_world import FEEDS, KABAR, LENTERA, WARTA, World, entry, recheck

NOTE = "Surat direksi"
STOPS = [source_order("kabar"), host_order(KABAR)]


def stop(world: World, name: str, *, purge: bool = False) -> Stop:
    hosts = (KABAR,) if name.startswith("source#") else ()
    return note_stop(world.table, name, Stop(instant(world.now), NOTE, purge=purge, hosts=hosts))


def sweep(world: World, name: str, noted: Stop, most: int = 99) -> list[str]:
    """Take down what a stop covers, or the first of it, as a command that is ended does."""
    order = Order(name, noted.note, noted.purge)
    found = list(covered(scanned(world.stack.dynamodb, ARTICLE_TABLE, {}), name, noted, world.catalogue))[
        :most
    ]
    for one in found:
        address = Address(one.id, one.url)
        take_down(world.table, world.bucket, world.catalogue, address, order, world.now)
    return [one.id for one in found]


def restored_of(world: World, name: str) -> Restored:
    """Undo a stop that was lifted."""
    found = scanned(world.stack.dynamodb, ARTICLE_TABLE, {})
    return restore_order(world.table, found, name, world.catalogue, world.now)


def take_one(world: World, url: str, *, purge: bool = False) -> Tombstone:
    """Take one article down by its own address."""
    address = Address(article_id(url), url)
    order = Order(address.order, "Putusan pengadilan", purge)
    return take_down(world.table, world.bucket, world.catalogue, address, order, world.now).stones[0]


def discard(act: Callable[..., object], *arguments: object) -> None:
    """Do what happens meanwhile."""
    act(*arguments)


def live(world: World) -> set[str]:
    return {one for one, record in world.articles().items() if isinstance(record, ArticleItem)}


def serve_copy(world: World, original: str) -> str:
    sign: dict[str, Any] = {
        "kind": "statement",
        "url": original,
        "name": None,
        "evidence": "tayang di",
        "beside": [],
    }
    return world.serve("/salinan/1", "Naskah dengan iklan.", WARTA, title="Kata Warta", attributions=[sign])


@pytest.mark.parametrize("name", STOPS)
@pytest.mark.parametrize(
    "through", ["own feed", "aggregator", "redirect", "canonical", "copy", "variant host"]
)
def test_nothing_of_a_publisher_that_said_stop_is_stored(world: World, name: str, through: str) -> None:
    url = world.serve("/berita/1")
    messages: dict[str, Callable[[], Any]] = {
        "own feed": lambda: entry(url),
        "aggregator": lambda: entry(url, source="warta"),
        "redirect": lambda: entry(world.redirect("/r/1", url, FEEDS), source="warta"),
        "canonical": lambda: entry(serve_copy(world, url), source="warta", title="Kata Warta"),
        "copy": lambda: entry(serve_copy(world, world.url("/berita/2")), source="warta", title="Kata Warta"),
        "variant host": lambda: entry(world.serve("/berita/1", host=f"m.{KABAR}"), source="warta"),
    }
    world.change_source("warta", others="full")  # of whom links of nobody's hosts are followed
    message = messages[through]()
    stop(world, name)
    assert world.handle(message).what == "stopped"
    assert world.articles() == {}
    assert not [one for one in world.stack.objects() if one.startswith("articles/")]
    assert not [asked for asked in world.web.asked if asked.host.endswith(KABAR)]


@pytest.mark.parametrize("name", STOPS)
@pytest.mark.parametrize(
    ("file", "origin", "reason"),
    [
        ("/robots.txt", "feed", "robots.txt: its publisher said stop"),
        ("/.well-known/tdmrep.json", "page", None),
    ],
)
def test_nor_does_another_sites_file_that_redirects_there_lead_to_a_publisher_that_said_stop(
    world: World, name: str, file: str, origin: str, reason: str | None
) -> None:
    world.redirect(file, world.url(file), WARTA)
    stop(world, name)
    outcome = world.handle(entry(world.serve("/berita/1", host=WARTA), source="warta"))
    assert (outcome.what, outcome.origin, outcome.reason) == ("stored", origin, reason)
    assert [asked.host for asked in world.web.asked if asked.host != WARTA] == []


@pytest.mark.parametrize("name", STOPS)
def test_others_are_carried_as_before(world: World, name: str) -> None:
    stop(world, name)
    assert world.handle(entry(world.serve("/berita/1", host=WARTA), source="warta")).what == "stored"


def test_what_other_publishers_wrote_is_not_taken_from_a_feed_that_is_stopped(world: World) -> None:
    stop(world, source_order("kabar"))
    url = world.serve("/berita/1", host=WARTA)
    assert world.handle(entry(url, source="kabar")).what == "stopped"
    assert world.handle(entry(url, source="warta")).what == "stored"


@pytest.mark.parametrize("name", STOPS)
def test_a_stop_that_is_noted_while_an_article_is_read_comes_before_its_commit(
    world: World, name: str
) -> None:
    url = world.serve("/berita/1")
    world.table.before_commit = [partial(discard, stop, world, name)]
    assert world.handle(entry(url)).what == "stopped"
    assert world.articles() == {}


def test_of_the_looks_of_a_batch_one_in_ten_seconds_asks_who_said_stop(world: World) -> None:
    ids = [world.handle(entry(world.serve("/berita/1"))).article_id]
    seconds = 0.0
    archives = [
        Archive(world.bucket, world.table, lambda: world.now + timedelta(seconds=seconds)) for _ in range(2)
    ]
    before = [one.known_beside_stops(ids, anew=False) for one in archives]
    stop(world, STOPS[0])
    seconds = 9.9
    assert [one.known_beside_stops(ids, anew=False) for one in archives] == before
    assert archives[0].stops.noted == {}
    assert list(archives[0].known_beside_stops(ids, anew=True)[1].noted) == [STOPS[0]]
    seconds = 10.0
    assert list(archives[1].known_beside_stops(ids, anew=False)[1].noted) == [STOPS[0]]
    assert list(archives[1].stops.noted) == [STOPS[0]]


@pytest.mark.parametrize("name", STOPS)
def test_whatever_was_committed_before_the_stop_is_found_and_the_rest_by_the_same_command(
    world: World, name: str
) -> None:
    ids = [article_id(world.serve(f"/berita/{number}", f"Kata {number}.")) for number in range(3)]
    for number in range(3):
        world.handle(entry(world.url(f"/berita/{number}"), title=f"Berita {number}"))
    other = world.serve("/berita/9", "Lain.", WARTA)
    world.handle(entry(other, source="warta", title="Lain"))
    noted = stop(world, name)
    done = sweep(world, name, noted, most=1)  # and then it is ended
    assert len(done) == 1
    assert set(sweep(world, name, noted)) == set(ids) - set(done)
    assert sweep(world, name, noted) == []
    assert live(world) == {article_id(other)}
    stones = [one for one in world.articles().values() if isinstance(one, Tombstone)]
    assert {(one.reason, one.order, one.note) for one in stones} == {(TAKEDOWN, name, NOTE)}


@pytest.mark.parametrize("name", STOPS)
@pytest.mark.parametrize("kind", ["entry", "recheck"])
def test_what_a_command_left_goes_with_its_next_message_and_no_request(
    world: World, name: str, kind: str
) -> None:
    world.handle(entry(world.serve("/berita/1")))
    item, asked = world.only(), len(world.web.paths())
    world.now = world.now.replace(year=2027)
    stop(world, name)
    message = recheck(item, world.now) if kind == "recheck" else entry(item.url, poll=9, title="Ralat")
    outcome = world.handle(message)
    assert (outcome.what, outcome.reason) == ("retracted", TAKEDOWN)
    assert live(world) == set()
    assert len(world.web.paths()) == asked


def test_a_copy_elsewhere_goes_with_who_owns_it(world: World) -> None:
    url = world.url("/berita/1")
    world.handle(entry(serve_copy(world, url), source="warta", title="Kata Warta"))
    noted = stop(world, host_order(KABAR))
    assert len(sweep(world, host_order(KABAR), noted)) == 1
    assert live(world) == set()


def test_a_stop_of_a_host_covers_the_hosts_below_it_and_no_other_of_its_domain(world: World) -> None:
    noted = stop(world, host_order(f"blog.{KABAR}"))
    assert noted.note == NOTE
    assert world.handle(entry(world.serve("/berita/1"))).what == "stored"
    below = entry(world.url("/berita/2", f"a.blog.{KABAR}"), title="Lain")
    assert world.handle(below).what == "stopped"


def test_a_source_that_left_the_catalogue_stays_stopped(world: World) -> None:
    stop(world, source_order("kabar"))
    without = tuple(one for one in world.catalogue.sources if one.id != "kabar")
    world.catalogue = type(world.catalogue)(
        world.catalogue.portal, world.catalogue.categories, without, world.catalogue.own
    )
    assert world.handle(entry(world.serve("/berita/1"), source="warta")).what == "stopped"


def test_words_that_only_feeds_had_go_with_their_sources(world: World) -> None:
    world.handle(entry(world.url("/berita/1", FEEDS), source="lentera"))
    assert world.only().origin == "feed"
    name = source_order("lentera")
    noted = note_stop(world.table, name, Stop(instant(world.now), NOTE, hosts=(LENTERA,)))
    assert len(sweep(world, name, noted)) == 1


def test_a_stop_that_is_lifted_lets_all_come_back(world: World) -> None:
    name = host_order(KABAR)
    world.handle(entry(world.serve("/berita/1")))
    before = world.only()
    sweep(world, name, stop(world, name))
    assert lift_stop(world.table, name)
    assert not lift_stop(world.table, name)
    restored = restored_of(world, name)
    assert restored.back == (before.id,)
    assert world.only().first_seen == before.first_seen
    assert world.handle(entry(world.serve("/berita/2", "Lain."), title="Lain")).what == "stored"


def test_a_stop_that_purges_later_purges_what_it_took_before(world: World) -> None:
    name = host_order(KABAR)
    world.handle(entry(world.serve("/berita/1")))
    sweep(world, name, stop(world, name))
    noted = stop(world, name, purge=True)
    assert noted.purge
    assert len(sweep(world, name, noted)) == 1
    (stone,) = world.articles().values()
    assert isinstance(stone, Tombstone)
    assert (stone.former, bool(stone.purged_until)) == (None, True)


def test_of_two_stops_at_once_both_are_noted(world: World) -> None:
    ways = [lambda: stop(world, host_order(WARTA))]
    put = world.table.put_stops

    def overtaken(stops: Any) -> None:
        if ways:
            ways.pop()()
        put(stops)

    world.table.put_stops = overtaken  # type: ignore[method-assign]  # a test's
    stop(world, host_order(KABAR))
    assert set(world.table.stops().noted) == {host_order(KABAR), host_order(WARTA)}


@pytest.mark.parametrize("is_first", [True, False])
def test_an_article_that_was_taken_down_by_itself_stays_down_when_its_publishers_stop_is_lifted(
    world: World, is_first: bool
) -> None:
    name, url = source_order("kabar"), world.serve("/berita/1")
    world.handle(entry(url))
    if is_first:
        take_one(world, url)
    sweep(world, name, stop(world, name))
    if not is_first:
        assert take_one(world, url).order == f"url#{article_id(url)}"
    lift_stop(world.table, name)
    assert restored_of(world, name) == Restored()
    (stone,) = world.articles().values()
    assert isinstance(stone, Tombstone)
    assert (stone.order, stone.note) == (f"url#{article_id(url)}", "Putusan pengadilan")
    assert isinstance(stone.former, ArticleItem)


def test_a_copy_stays_down_with_its_original_when_its_own_publishers_stop_is_lifted(world: World) -> None:
    url, name = world.serve("/berita/harga-beras-turun-lima-persen"), host_order(WARTA)
    world.handle(entry(url))
    world.handle(entry(serve_copy(world, url), source="warta", title="Kata Warta"))
    copy = article_id(world.url("/salinan/1", WARTA))
    sweep(world, name, stop(world, name))
    take_one(world, url)
    lift_stop(world.table, name)
    assert restored_of(world, name).kept == (copy,)
    stone = world.articles()[copy]
    assert isinstance(stone, Tombstone)
    assert stone.order == f"url#{article_id(url)}"


def test_what_two_stops_cover_stays_down_until_both_are_lifted(world: World) -> None:
    world.handle(entry(world.serve("/berita/1")))
    for name in STOPS:
        sweep(world, name, stop(world, name))
    first, second = STOPS
    lift_stop(world.table, first)
    assert len(restored_of(world, first).kept) == 1
    assert live(world) == set()
    lift_stop(world.table, second)
    assert len(restored_of(world, second).back) == 1


@pytest.mark.parametrize("gone", ["by itself", "withdrawn"])
def test_a_stop_that_purges_purges_what_had_gone_before(world: World, gone: str) -> None:
    name, url = source_order("kabar"), world.serve("/berita/1")
    world.handle(entry(url))
    if gone == "withdrawn":
        world.bury(url)
    else:
        take_one(world, url)
    order = {"by itself": f"url#{article_id(url)}", "withdrawn": name}[gone]
    assert sweep(world, name, stop(world, name, purge=True)) == [article_id(url)]
    (stone,) = world.articles().values()
    assert isinstance(stone, Tombstone)
    assert (stone.order, bool(stone.purged_until)) == (order, True)
    assert not isinstance(stone.former, ArticleItem)
    assert sweep(world, name, stop(world, name, purge=True)) == []


@pytest.mark.parametrize("damage", [{"schema": 2}, {"title": None}])
def test_an_item_that_cannot_be_read_keeps_nothing_else_from_being_taken_down(
    world: World, damage: dict[str, Any]
) -> None:
    for number in range(3):
        world.handle(entry(world.serve(f"/berita/{number}", f"Kata {number}."), title=f"Berita {number}"))
    broken = article_id(world.url("/berita/1"))
    table = Table(world.stack.dynamodb, ARTICLE_TABLE)
    table.put_unconditionally({**world.stack.items(ARTICLE_TABLE)[f"article#{broken}"], **damage})
    unreadable: dict[str, str] = {}
    found = list(scanned(world.stack.dynamodb, ARTICLE_TABLE, unreadable))
    assert len(found) == 2
    assert list(unreadable) == [broken]
    with pytest.raises(NotAllowed, match=f"the item of article {broken} cannot be read"):
        take_one(world, world.url("/berita/1"))
