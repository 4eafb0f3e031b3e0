"""What is remembered of items, so that the next poll leaves them out and decides as if it had read all."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from functions.fetch import item_memory
from functions.fetch.feed_documents import read
from functions.fetch.feed_entry import FeedDocument
from functions.fetch.feed_memory import room_for_items
from functions.fetch.feed_state import FeedState
from functions.fetch.item_memory import ItemMemory, ItemRecord, Unread
from functions.fetch.polling import Plan, compare
from functions.fetch.rhythm import rhythm_of
from functions.fetch.seen_entries import Fingerprint, SeenEntries
from tests.support.catalogues import source
from tests.support.fetch_feeds import NOW, Item, rss
from tests.support.read_items import HERE, ITEMS, again, titles, whole


def remembered(
    document: FeedDocument, plan: Plan, unread: Unread | None = None
) -> tuple[ItemMemory, tuple[Fingerprint, ...]]:
    memory, fingerprints = item_memory.memory_of(document, unread or Unread(), plan)
    assert memory is not None
    assert sorted(map(repr, fingerprints)) == sorted(map(repr, plan.remembered))
    return memory, fingerprints


def first_sight(items: list[Item]) -> tuple[FeedDocument, ItemMemory, SeenEntries]:
    document = whole(rss(items))
    memory, fingerprints = remembered(document, compare(document.entries, None, source(), NOW))
    return document, memory, SeenEntries.of(fingerprints)


def titles_of_records(document: FeedDocument, memory: ItemMemory) -> list[str | None]:
    known = dict(zip(document.hashes, document.entries, strict=True))
    return [known[key].title for key in memory.records]


def test_a_plan_made_of_new_items_is_the_plan_made_of_all() -> None:
    first, second = rss(ITEMS[1:]), rss([ITEMS[0], replace(ITEMS[1], title="Ralat"), *ITEMS[2:5]])
    _, memory, seen = first_sight(ITEMS[1:])
    document = again(first, second)
    unread = item_memory.unread_of(document, item_memory.decode(memory.encode(1000)), seen)
    assert unread is not None
    part = compare(document.entries, seen, source(), NOW, unread=unread.fingerprints)
    all_of_it = compare(whole(second).entries, seen, source(), NOW)
    assert (part.sends, part.held_back, part.skipped) == (all_of_it.sends, 0, all_of_it.skipped)
    assert len(document.entries) == len(part.sends) == 2
    assert set(part.remembered) == set(all_of_it.remembered)
    rhythm = rhythm_of(document.entries, NOW, unread.dated())
    assert rhythm == rhythm_of(whole(second).entries, NOW)
    after, in_part = remembered(document, part, unread)
    of_all, in_all = remembered(whole(second), all_of_it)
    assert (after.context, dict(after.records)) == (of_all.context, dict(of_all.records))
    assert item_memory.decode(after.encode(1000)) == after
    assert dict(zip(after.records, in_part, strict=False)) == dict(zip(of_all.records, in_all, strict=False))


@pytest.mark.parametrize(
    "new",
    [
        Item(9, guid="g3"),
        Item(9, guid="g9", link="https://kabar.example/berita/3"),
    ],
    ids=["the guid of another", "the link of another"],
)
def test_a_new_item_that_has_to_do_with_a_known_one_has_all_of_them_read(new: Item) -> None:
    _, memory, seen = first_sight(ITEMS)
    document = again(rss(ITEMS), rss([new, *ITEMS]))
    assert document.unread
    assert item_memory.unread_of(document, memory, seen) is None


@pytest.mark.parametrize("flagged", [Fingerprint.as_waiting, Fingerprint.as_vanished])
def test_an_item_whose_entry_is_not_simply_known_is_read_again(
    flagged: Callable[[Fingerprint], Fingerprint],
) -> None:
    _, memory, seen = first_sight(ITEMS)
    changed = [flagged(one) for one in seen.by_identity.values()]
    document = again(rss(ITEMS), rss(ITEMS))
    assert item_memory.unread_of(document, memory, SeenEntries.of(changed)) is None
    assert item_memory.unread_of(document, memory, seen) is not None
    assert item_memory.unread_of(document, memory, None) is None
    assert item_memory.unread_of(document, None, seen) is None


@pytest.mark.parametrize(
    ("one", "shared"),
    [
        (Item(9, guid="g3"), {"Berita 3"}),
        (Item(9, link="https://kabar.example/berita/3", guid="g9"), {"Berita 3"}),
        (Item(9, link=""), set()),
        (Item(9, title="Iklan"), set()),
        (Item(9, age=24 * 365 * 60), set()),
        (Item(9, age=24 * 365 * 32), set()),
    ],
    ids=["a shared guid", "a shared link", "no link", "words", "a date before 1970", "32 years older"],
)
def test_what_is_no_entry_of_its_own_is_read_again_and_the_others_are_not(
    one: Item, shared: set[str]
) -> None:
    owner = source(exclude=("iklan",))
    document = whole(rss([one, *ITEMS]))
    plan = compare(document.entries, None, owner, NOW)
    memory, fingerprints = remembered(document, plan)
    assert set(titles_of_records(document, memory)) == {f"Berita {n}" for n in range(6)} - shared
    # Item and entry are told by their place.
    known = dict(zip(document.hashes, document.entries, strict=True))
    for key, fingerprint in zip(memory.records, fingerprints, strict=False):
        assert known[key].content_hash() == fingerprint.content
    seen = SeenEntries.of(fingerprints)
    now = rss([Item(10, guid="g10"), one, *ITEMS])
    part = read(now, None, HERE, memory.read_items())
    unread = item_memory.unread_of(part, memory, seen)
    assert unread is not None
    assert len(part.entries) == 8 - len(memory.records)
    planned = compare(part.entries, seen, owner, NOW, unread=unread.fingerprints)
    of_all = compare(whole(now).entries, seen, owner, NOW)
    assert (planned.sends, planned.skipped) == (of_all.sends, of_all.skipped)
    assert set(planned.remembered) == set(of_all.remembered)


def test_entries_that_wait_for_their_turn_are_not_remembered() -> None:
    document = whole(rss(ITEMS))
    plan = compare(document.entries, None, source(), NOW, 3)
    assert item_memory.memory_of(document, Unread(), plan) == (None, plan.remembered)


@pytest.mark.parametrize(
    "packed", [None, b"", bytes(12), bytes(13 + 15), bytes(13 + 2 * 8), bytes(8) + b"\1" + bytes(4 + 9)]
)
def test_a_damaged_memory_is_as_good_as_none(packed: bytes | None) -> None:
    assert item_memory.decode(packed) is None


def test_other_rules_of_a_source_are_other_circumstances() -> None:
    assert item_memory.rules_of(source()) == item_memory.rules_of(source())
    for change in (
        {"include": ("a",)},
        {"exclude": ("a",)},
        {"hosts": ("b.example",)},
        {"homepage": "https://c.example"},
    ):
        assert item_memory.rules_of(source(**change)) != item_memory.rules_of(source())


@pytest.mark.parametrize("entries", [10, 20, 33, 37, 45])
def test_as_many_items_are_remembered_as_no_poll_is_billed_more_for(entries: int) -> None:
    state = FeedState("kabar https://kabar.example/rss", 3, NOW, NOW, etag='"a"', seen=bytes(27 * entries))
    room = room_for_items(state)
    assert 0 <= room < 1024
    assert room_for_items(replace(state, items=bytes(room))) == room
    one_more = replace(state, reason="a" * (room + len("read") - len("reason")))
    assert room_for_items(one_more) == 0


def test_beside_seen_entries_in_an_object_no_items_are_remembered() -> None:
    assert room_for_items(FeedState("kabar https://kabar.example/rss", seen_key="feeds/a.seen")) == 0


def test_of_items_that_do_not_all_fit_the_first_are_remembered_and_the_others_read_again() -> None:
    _, memory, seen = first_sight(ITEMS)
    assert memory.encode(13 + 7) is None
    part = item_memory.decode(memory.encode(13 + 4 * 8 + 7))
    assert part is not None
    assert list(part.records.items()) == list(memory.records.items())[:4]
    document = read(rss(ITEMS), None, HERE, part.read_items())
    unread = item_memory.unread_of(document, part, seen)
    assert unread is not None
    assert unread.fingerprints == tuple(seen.by_identity.values())[:4]
    assert len(document.entries) == 2


def test_items_without_a_date_are_remembered_beside_those_with_one() -> None:
    dated = {b"bbbbb": ItemRecord(29_000_000), b"ccccc": ItemRecord(14_000_000)}
    memory = ItemMemory(bytes(8), {b"aaaaa": ItemRecord(None), **dated})
    assert item_memory.decode(memory.encode(100)) == memory
    undated = ItemMemory(bytes(8), {b"aaaaa": ItemRecord(None)})
    assert item_memory.decode(undated.encode(100)) == undated


ELSEWHERE = [
    replace(one, link=f"https://{site}.example/{one.number}")
    for one, site in zip(ITEMS, ("warta", "pos", "kabar", "koran", "kabar", "warta"), strict=True)
]


def test_items_whose_guids_count_within_several_domains_are_remembered_with_them() -> None:
    _, memory, seen = first_sight(ELSEWHERE)
    assert [bool(one.guid) for one in memory.records.values()].count(True) == 4
    packed = memory.encode(1000)
    assert packed is not None
    assert len(packed) == 13 + 6 * 10
    assert item_memory.decode(packed) == memory
    new = Item(9, guid="g9", link="https://koran.example/9")
    document = read(rss([new, *ELSEWHERE]), None, HERE, memory.read_items())
    assert titles(document) == ["Berita 9"]
    assert item_memory.unread_of(document, memory, seen) is not None


@pytest.mark.parametrize("site", ["warta", "pos", "kabar", "new"])
@pytest.mark.parametrize("number", range(6))
def test_a_guid_that_an_item_of_any_domain_has_already_has_all_of_them_read(site: str, number: int) -> None:
    _, memory, seen = first_sight(ELSEWHERE)
    new = Item(9, guid=f"g{number}", link=f"https://{site}.example/9")
    document = read(rss([new, *ELSEWHERE]), None, HERE, memory.read_items())
    assert document.unread
    assert item_memory.unread_of(document, memory, seen) is None


def test_elements_within_the_text_of_an_item_that_is_left_out_have_the_new_ones_read_by_that_parser() -> None:
    inner = [replace(ITEMS[1], more="<content>a<br/>b</content>"), *ITEMS[2:]]
    before, now = rss(inner), rss([ITEMS[0], *inner])
    document = again(before, now)
    assert (len(document.entries), len(document.unread)) == (1, 5)
    assert document.entries == whole(now).entries[:1]


def test_when_the_last_item_with_elements_within_its_text_has_left_all_are_read_anew() -> None:
    inner = [replace(ITEMS[1], more="<content>a<br/>b</content>"), *ITEMS[2:]]
    document = again(rss(inner), rss(ITEMS))
    assert document.entries == whole(rss(ITEMS)).entries


@pytest.mark.parametrize("seed", range(40))
def test_polls_that_leave_items_out_decide_as_if_all_were_read(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    owner = source(exclude=("iklan",))
    seen, packed, items = None, None, list[Item]()
    for hour in range(6):
        now = NOW + timedelta(hours=hour)
        items = [one for one in _grown(items, chance) if chance.random() < 0.93]
        everything, memory = whole(rss(items)), item_memory.decode(packed)
        document = read(rss(items), None, HERE, memory.read_items()) if memory else everything
        if (unread := item_memory.unread_of(document, memory, seen)) is None:
            document, unread = everything, Unread()
        plan = compare(document.entries, seen, owner, now, unread=unread.fingerprints)
        of_all = compare(everything.entries, seen, owner, now)
        assert set(map(repr, plan.sends)) == set(map(repr, of_all.sends))
        assert (set(plan.remembered), plan.skipped) == (set(of_all.remembered), of_all.skipped)
        assert rhythm_of(document.entries, now, unread.dated()) == rhythm_of(everything.entries, now)
        kept, fingerprints = item_memory.memory_of(document, unread, plan)
        packed = kept.encode(chance.choice([60, 1000])) if kept else None
        seen = SeenEntries.of(fingerprints)


def _grown(items: list[Item], chance: random.Random) -> list[Item]:
    for _ in range(chance.randint(0, 3)):
        number, site = len(items) + chance.randint(0, 99), chance.choice(["kabar", "kabar", "warta", "pos"])
        new = Item(
            number,
            title=chance.choice(["", "", "", "Iklan"]),
            link=chance.choice([f"https://{site}.example/{number}"] * 6 + ["https://kabar.example/a", ""]),
            guid=chance.choice([f"g{number}"] * 6 + ["g1", "warta.example g1", None]),
            age=chance.choice([1.0, 30.0, 24 * 365 * 32.0]),
            more=chance.choice([""] * 20 + ["<content>a<br/>b</content>"]),
        )
        items = [new, *items]
    return items
