"""An article that the operator takes down: by any of its addresses, for good, and never back by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from functions.extract.takedowns import PURGED_FOR, Order
from functions.fetch.enqueueing import Enqueuer
from functions.fetch.rechecks import enqueue_rechecks
from local.takedown.restoring import restore_with_copies
from local.takedown.subject import NotAllowed, address_of
from local.takedown.taking import Taken, take_down
from newswire.article_item import TAKEDOWN, ArticleItem, Tombstone
from newswire.clock import instant
from newswire.messages import Message
from newswire.queue import Queue
from newswire.urls import article_id
from tests.support.extract_world import WARTA, World, entry, recheck

NOTE = "Surat redaksi"
ORIGINAL, HEADLINE = "/berita/harga-beras-turun-lima-persen", "Kata Warta: harga beras di pasar turun"


def order(world: World, named: str, *, purge: bool = False) -> Taken:
    """Take down what an operator names."""
    address = address_of(named, world.catalogue)
    return take_down(
        world.table, world.bucket, world.catalogue, address, Order(address.order, NOTE, purge), world.now
    )


def stone_of(world: World, one: str) -> Tombstone:
    found = world.articles()[one]
    assert isinstance(found, Tombstone)
    return found


def discard(act: Callable[..., object], *arguments: object) -> None:
    """Do what happens meanwhile."""
    act(*arguments)


def stored(world: World, path: str = "/berita/1", **fields: Any) -> ArticleItem:
    world.handle(entry(world.serve(path, **fields)))
    item = world.articles()[article_id(world.url(path))]
    assert isinstance(item, ArticleItem)
    return item


def test_a_tombstone_has_the_operators_words_and_what_is_to_be_restored(world: World) -> None:
    item = stored(world)
    taken = order(world, item.url)
    assert (taken.was_known, taken.is_repeated) == (True, False)
    stone = stone_of(world, item.id)
    assert (stone.reason, stone.note, stone.order) == (TAKEDOWN, NOTE, f"url#{item.id}")
    assert (stone.version, stone.slug, stone.former) == (item.version + 1, item.slug, item)
    assert stone.gone_at == instant(world.now)


@pytest.mark.parametrize("form", ["tracked", "amp", "alias", "page", "json", "id"])
def test_any_address_of_an_article_will_do(world: World, form: str) -> None:
    item = stored(world)
    printed = world.serve("/cetak/1", canonical_url=item.url)
    assert world.handle(entry(printed, source="warta")).what == "joined"
    portal = world.catalogue.portal.url
    named = {
        "tracked": f"{item.url}?utm_source=surel#komentar",
        "amp": f"{item.url}/amp",
        "alias": printed,
        "page": f"{portal}/a/{item.slug}-{item.id}.html",
        "json": f"{portal}/json/{item.id}.json",
        "id": item.id,
    }
    order(world, named[form])
    assert stone_of(world, item.id).reason == TAKEDOWN
    assert len(world.articles()) == 1


def test_an_address_that_was_never_seen_is_blocked_before_its_page_is_asked_for(world: World) -> None:
    url = world.serve("/berita/9")
    taken = order(world, f"{url}?utm_medium=rss")
    assert not taken.was_known
    assert world.handle(entry(url)).what == "tombstoned"
    assert world.web.paths() == []


def test_an_id_alone_of_which_nothing_is_known_is_refused(world: World) -> None:
    with pytest.raises(NotAllowed, match="no article has the id aaaaaaaaaaaaaaaa"):
        order(world, "aaaaaaaaaaaaaaaa")


@pytest.mark.parametrize("again", ["redelivery", "edit", "further feed", "re-check", "alias", "new link"])
def test_no_message_brings_it_back(world: World, again: str) -> None:
    item = stored(world)
    printed = world.serve("/cetak/1", canonical_url=item.url)
    world.handle(entry(printed, source="warta"))
    looking = recheck(item, world.now + timedelta(days=3))
    order(world, item.url)
    before, asked = world.everything(), list(world.web.paths())
    world.now += timedelta(days=3)
    message = {
        "redelivery": entry(item.url),
        "edit": entry(item.url, poll=4, title="Ralat: harga beras"),
        "further feed": entry(item.url, source="warta", poll=4),
        "re-check": looking,
        "alias": entry(printed, source="warta", poll=4, title="Ralat: harga beras"),
        "new link": entry(world.serve("/berita/1-baru"), poll=4, article=item.id),
    }[again]
    assert world.handle(message).what == "tombstoned"
    assert (world.everything(), list(world.web.paths())) == (before, asked)


@pytest.mark.parametrize("seen", [True, False])
@pytest.mark.parametrize("way", ["redirect", "canonical"])
def test_a_page_that_leads_to_it_is_not_stored(world: World, way: str, seen: bool) -> None:
    url = stored(world).url if seen else world.serve("/berita/1")
    order(world, url)
    further = (
        world.redirect("/r/1", url) if way == "redirect" else world.serve("/berita/lain", canonical_url=url)
    )
    assert world.handle(entry(further, poll=1)).what == "tombstoned"
    assert not [one for one in world.articles().values() if isinstance(one, ArticleItem)]


def test_a_known_article_whose_page_redirects_to_it_later_goes_as_well(world: World) -> None:
    text, title = "Kata lain. " * 40, "Harga gula naik"
    url = world.serve("/berita/1", text, title=title)
    other = stored(world, "/berita/2", text=text, title=title)
    order(world, url)
    world.redirect("/berita/2", url)
    world.now += timedelta(hours=2)
    outcome = world.handle(recheck(other, world.now))
    assert (outcome.what, outcome.reason) == ("retracted", TAKEDOWN)
    assert stone_of(world, other.id).order == f"url#{article_id(url)}"


def test_a_canonical_link_of_other_headlines_takes_nothing_else_down(world: World) -> None:
    item = stored(world)
    order(world, item.url)
    other = world.serve("/berita/2", "Kata lain. " * 40, title="Harga gula naik", canonical_url=item.url)
    assert world.handle(entry(other, title="Harga gula naik")).what == "stored"


def test_a_page_that_was_withheld_and_is_there_again_stays_down(world: World) -> None:
    item = stored(world)
    withheld = replace(item, version=item.version + 1, withheld_since=instant(world.now))
    world.table.commit(withheld, expected_version=item.version)
    order(world, item.url)
    world.now += timedelta(hours=2)
    assert world.handle(recheck(item, world.now)).what == "tombstoned"
    assert world.handle(entry(item.url, poll=9, title="Harga beras: ralat")).what == "tombstoned"


def test_a_copy_goes_with_it_and_a_later_copy_is_not_stored(world: World) -> None:
    url = world.url(ORIGINAL)
    first = copied(world, "/salinan/1")
    taken = order(world, url)
    assert [stone.id for stone in taken.stones] == [article_id(url), first]
    assert stone_of(world, first).order == f"url#{article_id(url)}"
    second = entry(serve_copy(world, "/salinan/2"), source="warta", title=HEADLINE)
    assert world.handle(second).what == "tombstoned"

    restored = restore_with_copies(world.table, stone_of(world, article_id(url)), world.now)
    assert (restored.awaited, restored.back) == ((article_id(url),), (first,))


def test_the_same_command_again_is_about_its_copies_too_and_a_purge_leaves_none(world: World) -> None:
    item = stored(world, ORIGINAL)
    copy = copied(world, "/salinan/1")
    assert len(order(world, item.url).stones) == 2
    again = order(world, item.url)
    assert (again.is_repeated, {stone.id for stone in again.stones}) == (True, {item.id, copy})
    purged = order(world, item.url, purge=True)
    assert {stone.id for stone in purged.stones} == {item.id, copy}
    assert {stone.order for stone in purged.stones} == {f"url#{item.id}"}
    assert all(stone.purged_until and stone.former is None for stone in purged.stones)
    assert len(purged.hints) == 2
    assert {stone.id for stone in order(world, item.url, purge=True).stones} == {item.id, copy}


def test_a_copy_that_is_taken_down_by_itself_stays_down_when_its_original_is_restored(world: World) -> None:
    item = stored(world, ORIGINAL)
    copy = copied(world, "/salinan/1")
    order(world, item.url)
    order(world, world.url("/salinan/1", WARTA))
    restored = restore_with_copies(world.table, stone_of(world, item.id), world.now)
    assert restored.back == (item.id,)
    assert stone_of(world, copy).order == f"url#{copy}"


def test_a_copy_that_is_stored_meanwhile_is_not_left_behind(world: World) -> None:
    url = world.url(ORIGINAL)
    world.table.before_commit = [partial(discard, copied, world, "/salinan/1")]
    taken = order(world, url)
    assert len(taken.stones) == 2
    assert not [one for one in world.articles().values() if isinstance(one, ArticleItem)]


def test_an_edit_that_is_stored_meanwhile_is_taken_down_with_the_rest(world: World) -> None:
    item = stored(world)

    def edited() -> None:
        world.serve("/berita/1", "Enam persen, bukan lima. " * 20)
        assert world.handle(entry(item.url, poll=1, title="Harga beras turun enam persen")).what == "revised"

    world.table.before_commit = [edited]
    order(world, item.url)
    stone = stone_of(world, item.id)
    assert isinstance(stone.former, ArticleItem)
    assert (stone.version, stone.former.revision) == (item.version + 2, 2)


def test_an_article_that_is_stored_meanwhile_is_taken_down(world: World) -> None:
    url = world.serve("/berita/1")
    world.table.before_commit = [partial(discard, world.handle, entry(url))]
    assert order(world, url).was_known
    assert stone_of(world, article_id(url)).version == 2


def test_an_address_that_becomes_an_alias_meanwhile_leads_to_the_article_that_goes(world: World) -> None:
    item = stored(world)
    printed = world.serve("/cetak/1", canonical_url=item.url)
    world.table.before_commit = [partial(discard, world.handle, entry(printed, source="warta"))]
    order(world, printed)
    assert stone_of(world, item.id).reason == TAKEDOWN
    assert len(world.articles()) == 1


def test_an_invocation_that_has_the_page_already_stores_nothing(world: World) -> None:
    url = world.serve("/berita/1")
    world.worker.after_page = partial(discard, order, world, url)
    assert world.handle(entry(url)).what == "tombstoned"
    assert stone_of(world, article_id(url)).version == 1


def test_taking_it_down_twice_changes_nothing(world: World) -> None:
    item = stored(world)
    order(world, item.url)
    before = world.everything()
    assert order(world, item.url).is_repeated
    assert world.everything() == before


def test_what_its_publisher_withdrew_is_taken_down_and_restored_to_that(world: World) -> None:
    item = stored(world)
    world.bury(item.url)
    order(world, item.url)
    stone = stone_of(world, item.id)
    assert stone.reason == TAKEDOWN
    restored = restore_with_copies(world.table, stone, world.now)
    assert restored.withdrawn == (item.id,)
    assert stone_of(world, item.id).reason == "retracted"


def test_a_purged_article_keeps_no_word_of_it_and_its_files_go_every_day_for_a_fortnight(
    world: World,
) -> None:
    item = stored(world)
    began = world.now
    order(world, item.url, purge=True)
    row = world.stack.items("newswire-articles")[f"article#{item.id}"]
    assert not {"former", "title", "excerpt"} & row.keys()
    enqueuer, rounds = Enqueuer(Queue(world.stack.sqs, world.stack.queue_url), world.bucket), 0
    while (due := stone_of(world, item.id).recheck_at) is not None:
        world.stack.put_object(item.article_key, b"of an invocation that was under way")
        world.now += timedelta(hours=1) if not rounds else timedelta(days=1)
        assert due == instant(world.now)
        assert enqueue_rechecks(world.table, enqueuer, world.now) == 1
        (message,) = world.stack.drain()
        assert world.handle(Message.from_json(message.raw)).what == "erased"
        assert not [key for key in world.stack.objects() if item.id in key]
        rounds += 1
    assert rounds == 15
    assert world.now > began + PURGED_FOR
    assert enqueue_rechecks(world.table, enqueuer, world.now + timedelta(days=90)) == 0


def test_a_message_whose_hint_was_purged_is_dropped_and_no_dead_letter(world: World) -> None:
    item = stored(world)
    order(world, item.url, purge=True)
    message = replace(entry(item.url, poll=3), hint=None, hint_key=f"hints/{'0' * 32}.json")
    assert world.handle(message).what == "tombstoned"


def test_a_purge_after_a_takedown_forgets_what_could_be_restored(world: World) -> None:
    item = stored(world)
    order(world, item.url)
    taken = order(world, item.url, purge=True)
    assert taken.hints
    stone = stone_of(world, item.id)
    assert (stone.former, stone.purged_until) == (None, instant(world.now + PURGED_FOR))
    restored = restore_with_copies(world.table, stone, world.now)
    assert restored.awaited == (item.id,)
    again = world.handle(entry(item.url, poll=9))
    assert (again.what, again.article_id) == ("stored", item.id)


def test_a_restored_article_is_as_it_was_and_looked_at_again_at_once(world: World) -> None:
    item = stored(world)
    order(world, item.url)
    world.now += timedelta(days=2)
    restored = restore_with_copies(world.table, stone_of(world, item.id), world.now)
    assert restored.back == (item.id,)
    again = world.only()
    assert again == replace(item, version=item.version + 2, recheck_at=instant(world.now))
    assert world.document().title == item.title
    assert world.handle(recheck(again, world.now)).what in ("unchanged", "revised")


def copied(world: World, path: str) -> str:
    """Store a copy of the original on another publisher's site, and return its id."""
    assert world.handle(entry(serve_copy(world, path), source="warta", title=HEADLINE)).what == "stored"
    return article_id(world.url(path, WARTA))


def serve_copy(world: World, path: str) -> str:
    sign: dict[str, Any] = {
        "kind": "statement",
        "url": world.url(ORIGINAL),
        "name": None,
        "evidence": "tayang di",
        "beside": [],
    }
    return world.serve(path, "Naskah dengan iklan.", WARTA, title=HEADLINE, attributions=[sign])
