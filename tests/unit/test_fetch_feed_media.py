"""Pictures, files and sources that an entry names."""

from __future__ import annotations

import hashlib
import json

import pytest

from functions.fetch.feed_documents import parse
from functions.fetch.feed_entry import ENCLOSURE_LIMIT, FeedDocument, FeedEntry
from newswire.messages import Enclosure

BASE = "https://kabar.example/rss"
SITE = "https://kabar.example"
NAMES = (
    "xmlns:m='http://search.yahoo.com/mrss/' xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' "
    "xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:atom='http://www.w3.org/2005/Atom'"
)


def entry(item: str) -> FeedEntry:
    channel = f"<channel><title>K</title><item><title>T</title><link>/1</link>{item}</item></channel>"
    return parse(f"<rss version='2.0' {NAMES}>{channel}</rss>".encode(), None, BASE, "Asia/Jakarta").entries[
        0
    ]


def atom(more: str) -> FeedEntry:
    body = f"<entry><title>T</title><id>tag:x,1</id><link href='/1'/>{more}</entry>"
    text = f"<feed xmlns='http://www.w3.org/2005/Atom'>{body}</feed>"
    return parse(text.encode(), None, BASE, "Asia/Jakarta").entries[0]


@pytest.mark.parametrize(
    ("written", "image"),
    [
        (
            (
                "<m:content url='/k.jpg' medium='image' width='9'/>"
                "<m:content url='/b.jpg' type='image/x' width='99'/>"
            ),
            "/b.jpg",
        ),
        (
            (
                "<m:group><m:content url='/v.mp4' type='video/mp4'/>"
                "<m:content url='/a.jpg' medium='image'/></m:group>"
            ),
            "/a.jpg",
        ),
        ("<m:content url='/v.mp4' type='video/mp4'><m:thumbnail url='/t.jpg'/></m:content>", "/t.jpg"),
        ("<m:thumbnail url='/s.jpg' width='70'/><m:thumbnail url='/t.jpg' width='300'/>", "/t.jpg"),
        ("<m:thumbnail url='/t.jpg' width='3000'/><enclosure url='/a.png' type='image/png'/>", "/a.png"),
        ("<m:content url='/a.jpeg?w=1'/>", "/a.jpeg?w=1"),
        ("<m:content url='/a.mp3'/>", None),
        ("<itunes:image href='/a.jpg'/>", "/a.jpg"),
        ("<image><url>/a.jpg</url></image>", "/a.jpg"),
        ("<m:thumbnail>/t.jpg</m:thumbnail>", "/t.jpg"),
        ("<m:content url='/a.jpg' medium='image' width='wide'/>", "/a.jpg"),
    ],
)
def test_the_best_picture_of_an_item(written: str, image: str | None) -> None:
    assert entry(written).image == (image and SITE + image)


def test_enclosures_travel_with_type_and_length_once_each() -> None:
    found = entry(
        "<enclosure url='/a.mp3' type='audio/mpeg' length='12345'/>"
        "<enclosure url='https://kabar.example/a.mp3'/>"
        "<m:group><m:content url='/v.mp4' type='video/mp4' fileSize='99'/></m:group>"
        "<atom:link rel='enclosure' href='/d.pdf' type='Application/PDF' length='many'/>"
        "<m:thumbnail url='/t.jpg'/>"
        "<enclosure url='javascript:x'/><enclosure/>"
    )
    assert found.enclosures == (
        Enclosure(f"{SITE}/a.mp3", "audio/mpeg", 12345),
        Enclosure(f"{SITE}/v.mp4", "video/mp4", 99),
        Enclosure(f"{SITE}/d.pdf", "application/pdf"),
    )


def test_no_entry_carries_more_than_ten_enclosures() -> None:
    many = "".join(f"<enclosure url='/{number}.mp3'/>" for number in range(50))
    assert len(entry(many).enclosures) == ENCLOSURE_LIMIT == 10


@pytest.mark.parametrize(
    ("written", "title", "url"),
    [
        (
            "<source url='https://lain.example/rss'>Kabar Lain</source>",
            "Kabar Lain",
            "https://lain.example/rss",
        ),
        ("<source url='/rss2'>Sendiri</source>", "Sendiri", f"{SITE}/rss2"),
        ("<source>Kabar Lain</source>", "Kabar Lain", None),
        ("<source url='javascript:x'>Kabar Lain</source>", "Kabar Lain", None),
        ("<dc:source>https://lain.example/1</dc:source>", None, "https://lain.example/1"),
    ],
)
def test_the_source_of_an_item(written: str, title: str | None, url: str | None) -> None:
    found = entry(written)
    assert (found.via_title, found.via_url) == (title, url)


def test_the_source_of_an_atom_entry() -> None:
    links = "<link rel='self' href='https://lain.example/atom'/><link href='https://lain.example/'/>"
    found = atom(f"<source><title>Kabar Lain</title>{links}</source>")
    assert (found.via_title, found.via_url) == ("Kabar Lain", "https://lain.example/")


def test_attachments_of_a_json_feed() -> None:
    text = """{"items": [{"url": "/1", "_source": {"title": "Lain", "url": "https://lain.example/"},
      "attachments": [{"url": "/a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 7}, {"url": 7}, 1,
                      {"url": "b.mp3", "size_in_bytes": true}]}]}"""
    (found,) = parse(text.encode(), None, BASE, "Asia/Jakarta").entries
    assert found.enclosures == (Enclosure(f"{SITE}/a.mp3", "audio/mpeg", 7), Enclosure(f"{SITE}/b.mp3"))
    assert (found.via_title, found.via_url) == ("Lain", "https://lain.example/")


def test_a_broken_feed_names_its_files_too() -> None:
    found = entry(
        "<description>a & b</description><source url='https://lain.example/rss'>Kabar Lain</source>"
        "<enclosure url='/a.mp3' type='audio/mpeg' length='5'/><m:content url='/a.jpg' medium='image'/>"
    )
    assert found.summary == "a & b"
    assert found.enclosures == (Enclosure(f"{SITE}/a.mp3", "audio/mpeg", 5), Enclosure(f"{SITE}/a.jpg"))
    assert (found.image, found.via_url) == (f"{SITE}/a.jpg", "https://lain.example/rss")


def test_an_entry_crosses_the_pipe_with_everything_it_has() -> None:
    found = entry("<enclosure url='/a.mp3' type='audio/mpeg' length='5'/><source url='/x'>S</source>")
    document = FeedDocument("feed", (found,), entries_dropped=3)
    assert FeedDocument.from_document(json.loads(json.dumps(document.to_document()))) == document


def test_a_later_field_counts_in_an_entrys_hash_only_where_it_says_something() -> None:
    plain = FeedEntry("1", f"{SITE}/1", "T")
    before = dict.fromkeys(list(FeedEntry.__dataclass_fields__)[:13])
    before |= {"url": f"{SITE}/1", "title": "T", "authors": [], "categories": []}
    digest = hashlib.sha256(json.dumps(before, sort_keys=True).encode()).digest()
    assert plain.content_hash() == digest[:8]
    assert plain.content_hash() != FeedEntry("1", f"{SITE}/1", "T", via_url=f"{SITE}/x").content_hash()
