"""Of a changed document only the items whose bytes are new are read, and what comes of it is the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from functions.fetch import item_bytes, item_memory, xml_feeds
from functions.fetch.feed_documents import parse, read
from functions.fetch.feed_entry import FeedDocument
from functions.fetch.feed_memory import room_for_items
from functions.fetch.feed_state import FeedState
from functions.fetch.item_bytes import ReadItems
from functions.fetch.item_memory import ItemMemory, Unread
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


def test_a_cut_document_is_its_head_its_items_and_its_tail() -> None:
    pieces = item_bytes.cut(b'<rss xmlns:a="urn:a"><c>\n<item>a</item>\n <item b="c">d</item>\n</c></rss>')
    assert pieces is not None
    assert pieces.items == (b"<item>a</item>", b'<item b="c">d</item>')
    assert pieces.only([1]) == b'<rss xmlns:a="urn:a"><c>\n<item b="c">d</item>\n</c></rss>'
    assert pieces.declarations() == b'<rss xmlns:a="urn:a">'


def places(memory: ItemMemory, plan: Plan) -> dict[bytes, Fingerprint]:
    return dict(zip(memory.minutes, plan.remembered, strict=False))


def test_a_plan_made_of_new_items_is_the_plan_made_of_all() -> None:
    first, second = rss(ITEMS[1:]), rss([ITEMS[0], replace(ITEMS[1], title="Ralat"), *ITEMS[2:5]])
    before = compare(whole(first).entries, None, source(), NOW)
    seen = SeenEntries.of(before.remembered)
    memory = item_memory.memory_of(whole(first), Unread(), before)
    assert memory is not None
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
    after = item_memory.memory_of(document, unread, part)
    of_all = item_memory.memory_of(whole(second), Unread(), all_of_it)
    assert after is not None
    assert of_all is not None
    assert (after.context, dict(after.minutes)) == (of_all.context, dict(of_all.minutes))
    assert item_memory.decode(after.encode(1000)) == after
    assert places(after, part) == places(of_all, all_of_it)


@pytest.mark.parametrize(
    "new",
    [
        Item(9, guid="g3"),
        Item(9, guid="g9", link="https://kabar.example/berita/3"),
        Item(9, guid="g9", link=""),
    ],
    ids=["the guid of another", "the link of another", "no link"],
)
def test_a_new_item_that_has_to_do_with_a_known_one_has_all_of_them_read(new: Item) -> None:
    first = compare(whole(rss(ITEMS)).entries, None, source(), NOW)
    memory = item_memory.memory_of(whole(rss(ITEMS)), Unread(), first)
    document = again(rss(ITEMS), rss([new, *ITEMS]))
    assert document.unread
    assert item_memory.unread_of(document, memory, SeenEntries.of(first.remembered)) is None


@pytest.mark.parametrize("flagged", [Fingerprint.as_waiting, Fingerprint.as_vanished])
def test_an_item_whose_entry_is_not_simply_known_is_read_again(
    flagged: Callable[[Fingerprint], Fingerprint],
) -> None:
    first = compare(whole(rss(ITEMS)).entries, None, source(), NOW)
    memory = item_memory.memory_of(whole(rss(ITEMS)), Unread(), first)
    changed = [flagged(one) for one in first.remembered]
    document = again(rss(ITEMS), rss(ITEMS))
    assert item_memory.unread_of(document, memory, SeenEntries.of(changed)) is None
    assert item_memory.unread_of(document, memory, SeenEntries.of(first.remembered)) is not None
    assert item_memory.unread_of(document, memory, None) is None
    assert item_memory.unread_of(document, None, SeenEntries.of(first.remembered)) is None


@pytest.mark.parametrize(
    "items",
    [
        [*ITEMS, Item(9, guid="g3")],
        [*ITEMS, Item(9, link="https://kabar.example/berita/3", guid="g9")],
        [*ITEMS, Item(9, link="")],
        [*ITEMS, Item(9, age=24 * 365 * 60)],
    ],
    ids=["a shared guid", "a shared link", "no link", "a date before 1970"],
)
def test_items_that_mean_something_together_are_not_remembered(items: list[Item]) -> None:
    document = whole(rss(items))
    assert document.hashes
    assert item_memory.memory_of(document, Unread(), compare(document.entries, None, source(), NOW)) is None


def test_entries_that_wait_for_their_turn_are_not_remembered() -> None:
    document = whole(rss(ITEMS))
    assert (
        item_memory.memory_of(document, Unread(), compare(document.entries, None, source(), NOW, 3)) is None
    )


@pytest.mark.parametrize("packed", [None, b"", bytes(15), bytes(16 + 15), bytes(16 + 2 * 8)])
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
    first = compare(whole(rss(ITEMS)).entries, None, source(), NOW)
    memory = item_memory.memory_of(whole(rss(ITEMS)), Unread(), first)
    assert memory is not None
    assert memory.encode(16 + 7) is None
    part = item_memory.decode(memory.encode(16 + 4 * 8 + 7))
    assert part is not None
    assert list(part.minutes.items()) == list(memory.minutes.items())[:4]
    document = read(rss(ITEMS), None, HERE, part.read_items())
    unread = item_memory.unread_of(document, part, SeenEntries.of(first.remembered))
    assert unread is not None
    assert unread.fingerprints == first.remembered[:4]
    assert len(document.entries) == 2


def test_items_without_a_date_are_remembered_beside_those_with_one() -> None:
    memory = ItemMemory(bytes(8), bytes(4), {b"aaaaa": None, b"bbbbb": 29_000_000, b"ccccc": 14_000_000})
    assert item_memory.decode(memory.encode(100)) == memory
    undated = ItemMemory(bytes(8), bytes(4), {b"aaaaa": None})
    assert item_memory.decode(undated.encode(100)) == undated


def test_items_whose_guids_count_within_several_domains_are_not_remembered() -> None:
    items = [*ITEMS, Item(9, guid="g9", link="https://warta.example/berita/9")]
    document = whole(rss(items))
    assert document.hashes
    assert item_memory.memory_of(document, Unread(), compare(document.entries, None, source(), NOW)) is None
