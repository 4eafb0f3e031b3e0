"""The copies of an article that its owner withdrew go with it, whichever was here first."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from functions.extract import retractions
from newswire.article_item import ArticleItem, Tombstone
from newswire.clock import instant
from newswire.known_copies import COPIES_LIMIT, KnownCopies
from newswire.tables import Table
from newswire.urls import article_id
from tests.support.aws_stack import ARTICLE_TABLE
from tests.support.extract_world import WARTA, World, entry, no_interference, recheck

ORIGINAL = "/berita/harga-beras-turun-lima-persen"
COPY = "/salinan/12345"
HEADLINE = "Kata Warta: harga beras di pasar turun"


def store_original(world: World) -> str:
    url = world.serve(ORIGINAL)
    assert world.handle(entry(url)).what == "stored"
    return article_id(url)


def credit(url: str) -> dict[str, Any]:
    """Return the sign of a page that says where its text appeared first."""
    return {"kind": "statement", "url": url, "name": None, "evidence": "tayang di", "beside": []}


def serve_copy(world: World, path: str = COPY) -> str:
    """Let Warta serve a copy with a headline of its own and return its link."""
    signs = [credit(world.url(ORIGINAL))]
    return world.serve(path, "Naskah dengan iklan.", WARTA, title=HEADLINE, attributions=signs)


def store_copy(world: World, path: str = COPY) -> str:
    url = serve_copy(world, path)
    assert world.handle(entry(url, source="warta", title=HEADLINE)).what == "stored"
    return article_id(url)


def item_of(world: World, identity: str) -> ArticleItem:
    item = world.articles()[identity]
    assert isinstance(item, ArticleItem)
    return item


def look_at(world: World, identity: str) -> str:
    """Handle the next look that is due for an article."""
    item = item_of(world, identity)
    assert item.recheck_at is not None
    world.now = max(world.now, datetime.fromisoformat(item.recheck_at))
    return world.handle(recheck(item, world.now)).what


def withdraw_original(world: World, original: str) -> None:
    world.fail(ORIGINAL, 410)
    assert [look_at(world, original), look_at(world, original)] == ["page missing", "retracted"]


def states(world: World) -> dict[str, str]:
    return {one: "gone" if isinstance(it, Tombstone) else "live" for one, it in world.articles().items()}


@pytest.mark.parametrize("first", ["copy", "original"])
def test_a_copy_goes_with_its_original_whichever_was_stored_first(world: World, first: str) -> None:
    steps = {"copy": store_copy, "original": store_original}
    ids = {name: steps[name](world) for name in sorted(steps, reverse=first == "original")}
    assert next(iter(ids)) == first
    withdraw_original(world, ids["original"])
    stones = world.articles()
    assert states(world) == {ids["original"]: "gone", ids["copy"]: "gone"}
    assert {stone.reason for stone in stones.values()} == {"HTTP 410", "original withdrawn"}
    assert world.table.due_rechecks("9999", 10) == []


def test_the_outcome_names_the_copies(world: World) -> None:
    copy, original = store_copy(world), store_original(world)
    world.fail(ORIGINAL, 410)
    look_at(world, original)
    item = item_of(world, original)
    assert item.recheck_at is not None
    world.now = datetime.fromisoformat(item.recheck_at)
    outcome = world.handle(recheck(item, world.now))
    assert (outcome.what, outcome.article_id, outcome.copies) == ("retracted", original, (copy,))


def test_a_copy_that_comes_after_the_tombstone_is_not_stored_under_any_headline(world: World) -> None:
    withdraw_original(world, store_original(world))
    before = world.everything()[0]
    url = serve_copy(world)
    for message in (
        entry(url, source="warta", title=HEADLINE),
        entry(url, source="warta", title=HEADLINE),
        entry(url, source="warta", poll=9, title="Judul lain lagi", updated="2026-02-01T00:00:00Z"),
    ):
        assert world.handle(message).what == "tombstoned"
    assert world.everything()[0] == before


@pytest.mark.parametrize("first", ["copy", "original"])
def test_nothing_that_is_delivered_again_brings_either_back(world: World, first: str) -> None:
    steps = {"copy": store_copy, "original": store_original}
    ids = {name: steps[name](world) for name in sorted(steps, reverse=first == "original")}
    looks = [recheck(item_of(world, one), world.now) for one in ids.values()]
    withdraw_original(world, ids["original"])
    world.serve(ORIGINAL)
    original, copy = world.url(ORIGINAL), serve_copy(world)
    before = world.everything()
    for message in (
        entry(original),
        entry(original, poll=9, title="Muncul lagi"),
        entry(copy, source="warta", title=HEADLINE),
        entry(copy, source="warta", poll=9, title="Muncul lagi"),
        entry(copy, poll=9, title="Lewat umpan lain"),
        *looks,
    ):
        assert world.handle(message).what == "tombstoned"
    assert world.everything() == before


def test_a_copy_that_names_another_address_of_the_original_goes_as_well(world: World) -> None:
    copy = store_copy(world)
    link = world.serve("/cetak/1", canonical_url=world.url(ORIGINAL))
    world.handle(entry(link))
    original = article_id(link)
    assert item_of(world, original).aliases == (article_id(world.url(ORIGINAL)),)
    world.handle(entry(link, poll=1, title="Ralat"))
    world.fail("/cetak/1", 410)
    assert [look_at(world, original), look_at(world, original)] == ["page missing", "retracted"]
    assert states(world) == {original: "gone", copy: "gone"}


def test_a_copy_of_a_copy_goes_as_well(world: World) -> None:
    copy, original = store_copy(world), store_original(world)
    signs = [credit(world.url(COPY, WARTA))]
    second = article_id(world.serve("/lagi/1", "Salinan dari salinan.", attributions=signs))
    world.handle(entry(world.url("/lagi/1"), title="Menurut Warta"))
    assert item_of(world, second).owner.id == "warta"
    withdraw_original(world, original)
    assert states(world) == {original: "gone", copy: "gone", second: "gone"}


def test_a_copy_that_its_own_site_withdraws_leaves_the_original_alone(world: World) -> None:
    copy, original = store_copy(world), store_original(world)
    world.fail(COPY, 410, WARTA)
    assert [look_at(world, copy), look_at(world, copy)] == ["page missing", "retracted"]
    assert states(world) == {original: "live", copy: "gone"}


def test_other_articles_of_the_copys_site_stay(world: World) -> None:
    store_copy(world)
    other = world.serve("/berita/lain", "Naskah lain.", WARTA)
    world.handle(entry(other, source="warta", title="Berita lain"))
    withdraw_original(world, store_original(world))
    assert states(world)[article_id(other)] == "live"


def test_an_original_that_was_taken_down_by_hand_takes_its_copy_at_the_copys_next_look(world: World) -> None:
    copy, original = store_copy(world), store_original(world)
    world.bury(world.url(ORIGINAL))
    asked = len(world.pages_asked())
    assert look_at(world, copy) == "retracted"
    assert len(world.pages_asked()) == asked
    stone = world.articles()[copy]
    assert isinstance(stone, Tombstone)
    assert stone.reason == "original withdrawn"
    assert states(world) == {original: "gone", copy: "gone"}


def test_a_copy_that_is_stored_while_its_original_is_retracted_is_not_left_behind(world: World) -> None:
    original = store_original(world)
    url = serve_copy(world)
    world.fail(ORIGINAL, 410)
    look_at(world, original)

    def retract() -> None:
        assert look_at(world, original) == "retracted"

    world.table.before_commit = [retract]
    assert world.handle(entry(url, source="warta", title=HEADLINE)).what == "tombstoned"
    assert states(world) == {original: "gone"}


def test_a_retraction_during_which_a_copy_is_stored_takes_that_with_it(world: World) -> None:
    original = store_original(world)
    world.fail(ORIGINAL, 410)
    look_at(world, original)

    def store() -> None:
        store_copy(world)

    world.table.before_commit = [store]
    assert look_at(world, original) == "retracted"
    assert set(states(world).values()) == {"gone"}
    assert len(states(world)) == 2


def test_a_retraction_that_meets_a_revision_of_a_copy_takes_it_all_the_same(world: World) -> None:
    copy, original = store_copy(world), store_original(world)
    world.fail(ORIGINAL, 410)
    look_at(world, original)
    url = serve_copy(world)

    def revise() -> None:
        assert world.handle(entry(url, source="warta", poll=1, title="Ralat Warta")).what == "revised"

    world.table.before_commit = [revise]
    assert look_at(world, original) == "retracted"
    assert states(world) == {original: "gone", copy: "gone"}


def test_a_crash_before_the_commit_leaves_both_and_the_next_delivery_takes_both(world: World) -> None:
    copy, original = store_copy(world), store_original(world)
    world.fail(ORIGINAL, 410)
    look_at(world, original)

    def crash() -> None:
        raise KeyboardInterrupt

    world.table.before_commit = [crash]
    with pytest.raises(KeyboardInterrupt):
        look_at(world, original)
    assert states(world) == {original: "live", copy: "live"}
    assert look_at(world, original) == "retracted"
    assert states(world) == {original: "gone", copy: "gone"}


def test_a_copy_beyond_those_that_a_record_takes_is_stored_and_goes_at_its_own_look(world: World) -> None:
    address = article_id(world.url(ORIGINAL))
    full = KnownCopies(address, 7, tuple(f"copy{number:012}" for number in range(COPIES_LIMIT)))
    Table(world.stack.dynamodb, ARTICLE_TABLE).put_unconditionally(full.to_item())
    copy, original = store_copy(world), store_original(world)
    withdraw_original(world, original)
    assert states(world) == {original: "gone", copy: "live"}
    assert look_at(world, copy) == "retracted"


def test_the_record_of_copies_is_written_with_the_copy_and_read_back(world: World) -> None:
    copy = store_copy(world)
    second = store_copy(world, "/salinan/2")
    address = article_id(world.url(ORIGINAL))
    assert world.table.known_copies([address, "unknown"]) == [
        KnownCopies(address, 2, (copy, second)),
        KnownCopies("unknown"),
    ]
    assert item_of(world, copy).first_seen == instant(world.now)


@pytest.mark.parametrize("status", [404, 301])
def test_a_copy_stays_where_its_original_is_only_missing(world: World, status: int) -> None:
    """A server in trouble says 404 of everything: that is no reason to bury other publishers' articles."""
    copy, original = store_copy(world), store_original(world)
    world.fail(ORIGINAL, status, Location=world.serve("/", "Beranda."))
    assert [look_at(world, original), look_at(world, original)] == ["page missing", "retracted"]
    assert look_at(world, copy) == "unchanged"
    later = store_copy(world, "/salinan/2")
    assert states(world) == {original: "gone", copy: "live", later: "live"}


def test_a_copy_goes_with_an_original_whose_notice_was_taken_down_afterwards(world: World) -> None:
    copy, original = store_copy(world), store_original(world)
    world.serve(ORIGINAL, "Artikel ini telah ditarik.", notice=True)
    assert look_at(world, original) == "withheld"
    world.fail(ORIGINAL, 404)
    assert look_at(world, original) == "retracted"
    assert states(world) == {original: "gone", copy: "gone"}
    assert {one.reason for one in world.articles().values()} == {"retraction notice", "original withdrawn"}


def test_a_copy_does_not_go_with_an_article_that_it_only_recommends(world: World) -> None:
    other = article_id(world.serve("/berita/timnas-menang-di-solo", "Naskah lain."))
    world.handle(entry(world.url("/berita/timnas-menang-di-solo"), title="Timnas menang"))
    stated = {
        **credit(world.url("/")),
        "name": "Kabar",
        "beside": [world.url("/berita/timnas-menang-di-solo")],
    }
    url = world.serve(COPY, "Naskah dengan iklan.", WARTA, title=HEADLINE, attributions=[stated])
    message = entry(url, source="warta", title=HEADLINE)
    assert world.handle(message).what == "stored"
    copy = item_of(world, article_id(url))
    assert copy.copy is not None
    assert (copy.owner.id, copy.copy.original) == ("kabar", None)
    world.fail("/berita/timnas-menang-di-solo", 410)
    assert [look_at(world, other), look_at(world, other)] == ["page missing", "retracted"]
    assert states(world) == {other: "gone", copy.id: "live"}


def test_more_copies_than_a_transaction_takes_go_as_well_and_the_original_last(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retractions, "TRANSACTION_LIMIT", 5)  # a copy and an original take two each
    original = store_original(world)
    copies = [store_copy(world, f"/salinan/{number}") for number in range(5)]
    world.fail(ORIGINAL, 410)
    assert look_at(world, original) == "page missing"

    def crash() -> None:
        raise KeyboardInterrupt

    world.table.before_commit = [no_interference, crash]
    with pytest.raises(KeyboardInterrupt):
        look_at(world, original)
    assert states(world)[original] == "live"
    assert Counter(states(world)[one] for one in copies) == {"gone": 2, "live": 3}
    assert look_at(world, original) == "retracted"
    assert Counter(states(world).values()) == {"gone": 6}


def test_a_copy_that_comes_while_its_original_is_withheld_waits_for_what_becomes_of_that(
    world: World,
) -> None:
    original = store_original(world)
    world.serve(ORIGINAL, "Artikel ini telah ditarik.", notice=True)
    assert look_at(world, original) == "withheld"
    copy = store_copy(world)
    item = item_of(world, copy)
    assert item.withheld_since == instant(world.now)
    assert item.recheck_at == instant(world.now + timedelta(hours=1))
    world.fail(ORIGINAL, 403)
    look_at(world, original)
    assert look_at(world, copy) == "unchanged"
    assert item_of(world, copy).withheld_since == item.withheld_since
    world.serve(ORIGINAL)
    look_at(world, original)
    assert item_of(world, original).withheld_since is None
    assert look_at(world, copy) == "unchanged"
    assert item_of(world, copy).withheld_since is None


def test_a_copy_that_waits_for_its_original_goes_with_it(world: World) -> None:
    original = store_original(world)
    world.serve(ORIGINAL, "Artikel ini telah ditarik.", notice=True)
    look_at(world, original)
    copy = store_copy(world)
    assert look_at(world, original) == "retracted"
    assert states(world) == {original: "gone", copy: "gone"}


def test_a_copy_that_waits_for_its_original_is_not_gone_by_one_look_at_its_own_page(world: World) -> None:
    original = store_original(world)
    world.serve(ORIGINAL, "Artikel ini telah ditarik.", notice=True)
    look_at(world, original)
    copy = store_copy(world)
    world.fail(COPY, 404, WARTA)
    assert [look_at(world, copy), look_at(world, copy)] == ["page missing", "retracted"]
