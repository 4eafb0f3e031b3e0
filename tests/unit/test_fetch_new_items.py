"""Of a changed document only the items whose bytes are new are read, and what comes of it is the same."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from functions.fetch import item_bytes, xml_feeds
from functions.fetch.feed_documents import read
from functions.fetch.item_bytes import ReadItems
from functions.fetch.xml_feeds import Where
from tests.support.fetch_feeds import rss
from tests.support.read_items import HERE, ITEMS, again, known_of, titles, whole

DATA = Path(__file__).parents[1] / "data" / "feeds"
SPLIT_LINK = "<link>https://kabar.example/a<!-- --></link>"


def test_items_that_were_read_before_are_left_out() -> None:
    document = again(rss(ITEMS[1:]), rss(ITEMS))
    assert titles(document) == ["Berita 0"]
    assert document.unread == whole(rss(ITEMS)).hashes[1:]


def test_the_only_item_that_was_read_before_is_left_out_of_a_document_that_is_new_but_for_it() -> None:
    document = again(rss(ITEMS[5:]), rss(ITEMS))
    assert titles(document) == [f"Berita {number}" for number in range(5)]
    assert len(document.unread) == 1


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
