"""Of a changed document only the items whose bytes are new are read, and what comes of it is the same."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from functions.fetch import item_bytes, item_memory, xml_feeds
from functions.fetch.feed_documents import parse, read
from functions.fetch.feed_entry import FeedDocument
from functions.fetch.feed_memory import room_for_items
from functions.fetch.feed_state import FeedState
from functions.fetch.item_bytes import ReadItems
from functions.fetch.item_memory import ItemMemory, ItemRecord, Unread
from functions.fetch.polling import Plan, compare
from functions.fetch.rhythm import rhythm_of
from functions.fetch.seen_entries import Fingerprint, SeenEntries
from functions.fetch.xml_feeds import Where
from tests.support.catalogues import source
from tests.support.fetch_feeds import NOW, Item, rss

DATA = Path(__file__).parents[1] / "data" / "feeds"
URL = "https://kabar.example/rss"
HERE = Where(URL, "Asia/Jakarta")
ITEMS = [Item(number, guid=f"g{number}", age=number + 1.0) for number in range(6)]
SPLIT_LINK = "<link>https://kabar.example/a<!-- --></link>"


def whole(body: bytes) -> FeedDocument:
    return parse(body, None, URL, "Asia/Jakarta")


def known_of(document: FeedDocument) -> ReadItems:
    return ReadItems(document.context, frozenset(document.hashes))


def again(before: bytes, now: bytes, where: Where = HERE) -> FeedDocument:
    return read(now, None, where, known_of(whole(before)))


def titles(document: FeedDocument) -> list[str | None]:
    return [entry.title for entry in document.entries]


def test_items_that_were_read_before_are_left_out() -> None:
    document = again(rss(ITEMS[1:]), rss(ITEMS))
    assert titles(document) == ["Berita 0"]
    assert document.unread == whole(rss(ITEMS)).hashes[1:]


def test_an_item_that_was_changed_is_read_again() -> None:
    changed = [replace(ITEMS[0], title="Ralat"), *ITEMS[1:]]
    assert titles(again(rss(ITEMS), rss(changed))) == ["Ralat"]


def test_a_document_whose_head_alone_was_changed_has_nothing_to_read() -> None:
    document = again(
        rss(ITEMS), rss(ITEMS, head="<lastBuildDate>Mon, 02 Jun 2025 08:00:00 GMT</lastBuildDate>")
    )
    assert (document.entries, len(document.unread)) == ((), 6)


def test_the_pause_that_a_document_asks_for_is_that_of_its_head_now() -> None:
    assert again(rss(ITEMS), rss(ITEMS, head="<ttl>90</ttl>")).pause.total_seconds() == 90 * 60


@pytest.mark.parametrize("name", ["atom-1.0.xml", "rss-1.0.xml", "rss-2.0.xml"])
def test_what_is_read_of_a_part_is_what_is_read_of_all(name: str) -> None:
    body = (DATA / name).read_bytes()
    document = whole(body)
    for left_out in range(len(document.hashes)):
        others = frozenset(document.hashes) - {document.hashes[left_out]}
        part = read(body, None, HERE, ReadItems(document.context, others))
        assert part.entries in ((document.entries[left_out],), document.entries)


@pytest.mark.parametrize(
    "head",
    [
        "<language>en</language>",
        '<x:y xmlns:x="urn:x"/>',
    ],
)
def test_what_holds_for_all_items_has_all_of_them_read_when_it_changes(head: str) -> None:
    assert len(again(rss(ITEMS), rss(ITEMS, head=head)).entries) == 6


def test_a_declaration_behind_a_pointed_bracket_in_an_attribute_counts_too() -> None:
    items = [replace(one, more="<n:encoded>Isi</n:encoded>") for one in ITEMS]

    def with_prefix(namespace: str) -> bytes:
        root = f'<rss version="2.0" title="a > b" xmlns:n="{namespace}">'
        return rss(items).replace(b'<rss version="2.0">', root.encode())

    before, now = with_prefix("http://purl.org/rss/1.0/modules/content/"), with_prefix("urn:x")
    assert len(again(before, now).entries) == 6


def test_relative_links_are_read_again_when_the_site_that_they_belong_to_has_moved() -> None:
    items = [ITEMS[0], replace(ITEMS[1], link="/berita/1"), *ITEMS[2:]]
    before = rss(items)
    now = rss(items[:2]).replace(
        b"<link>https://kabar.example/</link>", b"<link>https://warta.example/</link>"
    )
    assert again(before, now).entries == whole(now).entries


@pytest.mark.parametrize(
    "where",
    [
        replace(HERE, url="https://kabar.example/feed"),
        replace(HERE, timezone="Asia/Makassar"),
        replace(HERE, rules="another"),
    ],
)
def test_what_items_are_read_by_has_all_of_them_read_when_it_changes(where: Where) -> None:
    assert len(again(rss(ITEMS), rss(ITEMS), where).entries) == 6


def test_a_release_reads_all_that_another_has_read(monkeypatch: pytest.MonkeyPatch) -> None:
    known = known_of(whole(rss(ITEMS)))
    monkeypatch.setattr(xml_feeds, "__version__", "9.9.9")
    assert len(read(rss(ITEMS), None, HERE, known).entries) == 6


def test_a_document_that_is_no_longer_well_formed_is_read_whole() -> None:
    broken = rss([replace(ITEMS[0], more="<b>Beras & jagung</b>"), *ITEMS[1:]])
    assert len(again(rss(ITEMS), broken).entries) == 6


def test_elements_within_a_new_text_have_all_read_by_the_parser_that_keeps_them() -> None:
    inner = rss([replace(ITEMS[0], more="<description>a<br/>b</description>"), *ITEMS[1:]])
    assert len(again(rss(ITEMS), inner).entries) == 6


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("an end tag within CDATA", b"<rss><item><a><![CDATA[</item>]]></a></item></rss>"),
        ("an end tag within a comment", b"<rss><item><!-- </item> --></item></rss>"),
        ("a comment from item to item", b"<rss><item> --> <!-- </item> <item> --> <!-- --></item></rss>"),
        ("an item within a comment", b"<rss><!-- <item></item> --><item>a</item></rss>"),
        ("text between items", b"<rss><item>a</item> text <item>b</item></rss>"),
        ("an item within an item", b"<rss><item><item>a</item></item></rss>"),
        ("an item of another namespace", b'<rss><item xmlns="urn:x">a</item></rss>'),
        ("an empty item", b"<rss><item/><item>a</item></rss>"),
        ("an item without an end", b"<rss><item>a</rss>"),
        ("an instruction", b"<rss><?a <item>?><item>a</item></rss>"),
        ("an item twice", b"<rss><item>a</item><item>a</item></rss>"),
        ("a declaration", b"<rss><!ENTITY a 'b'><item>a</item></rss>"),
        ("no item", b"<rss></rss>"),
        ("too many items", b"<rss>%b</rss>" % b"".join(b"<item>%d</item>" % n for n in range(2001))),
    ],
)
def test_a_document_is_cut_only_where_nothing_can_be_mistaken(what: str, text: bytes) -> None:
    assert item_bytes.cut(text) is None, what


def test_comments_and_sections_hide_nothing_that_is_not_in_them() -> None:
    item = b"<item><!-- <b> --><![CDATA[ <!-- ]]> --> <![CDATA[ <![CDATA[ ]]></item>"
    pieces = item_bytes.cut(b"<rss><!-- a --><item>a</item>" + item + b"<!-- b --></rss>")
    assert pieces is not None
    assert pieces.items == (b"<item>a</item>", item)


def test_an_item_that_another_release_has_cut_is_looked_at_again() -> None:
    odd = rss([replace(ITEMS[0], more="<!-- </item> -->"), *ITEMS[1:]])
    piece = odd[odd.index(b"<item>") : odd.index(b"</item>") + len(b"</item>")]
    key = hashlib.blake2b(piece, digest_size=item_bytes.HASH_SIZE).digest()
    document = read(odd, None, HERE, ReadItems(bytes(8), frozenset({key})))
    assert (document.entries, document.hashes) == (whole(odd).entries, ())


def test_a_cut_document_is_its_head_its_items_and_its_tail() -> None:
    pieces = item_bytes.cut(b'<rss xmlns:a="urn:a"><c>\n<item>a</item>\n <item b="c">d</item>\n</c></rss>')
    assert pieces is not None
    assert pieces.items == (b"<item>a</item>", b'<item b="c">d</item>')
    assert pieces.only([1]) == b'<rss xmlns:a="urn:a"><c>\n<item b="c">d</item>\n</c></rss>'
    assert pieces.declarations() == b'<rss xmlns:a="urn:a">'


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
