"""RSS 2.0 and JSON Feed 1.1 by the letter: rules from the specifications and from design section 6."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from lxml import etree

from functions.publish.channel_rendering import render_entry
from functions.publish.json_feed import feed_item, remembered
from newswire.article import Image
from newswire.clock import instant
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
SELF = "{http://www.w3.org/2005/Atom}link"
MEDIA = "{http://search.yahoo.com/mrss/}content"


@pytest.fixture(scope="module")
def world() -> World:
    made = World()
    items = [
        made.add(0, title="Tom & Jerry <b>", authors=("A", "B"), tags=("t & g",), excerpt="1 < 2 & 3"),
        made.add(
            1, html="<p>akhir ]]> CDATA &amp; tanda</p>", images=(Image("https://x.example/a.jpg", "Alt"),)
        ),
        made.add(2, "warta", published="2026-01-02T18:00:00+07:00", authors=()),
        made.add(3, "tribune", title="A headline"),
        made.add(4, "@lain.example", title="Tak bertuan \x0b\ud800".encode("utf-8", "ignore").decode()),
        made.add(5, published=instant(NOW + timedelta(days=2)), title="Dari masa depan"),
        made.add(6, published=None, language=None, title="Tanpa tanggal"),
    ]
    made.refresh()
    assert made.publish(*items) == set()
    return made


def _feeds(world: World) -> dict[str, Any]:
    return {key: etree.fromstring(body) for key, body in world.written().items() if key.endswith("feed.xml")}


def _item_texts(world: World) -> list[str]:
    feed = world.site.text("feed.xml")
    return feed[feed.index("<item>") :].split("</item>\n")[:-1]


def _items(world: World) -> list[Any]:
    return list(_feeds(world)["feed.xml"].iter("item"))


def test_the_portal_every_category_source_and_language_has_a_feed(world: World) -> None:
    assert sorted(_feeds(world)) == [
        *("c/dunia/feed.xml", "c/ekonomi/feed.xml", "c/nasional/feed.xml", "feed.xml"),
        *("l/en/feed.xml", "l/id/feed.xml"),
        *("s/harian/feed.xml", "s/tribune/feed.xml", "s/warta/feed.xml"),
    ]


def test_each_feed_names_itself_by_its_own_address_once(world: World) -> None:
    for key, feed in _feeds(world).items():
        (link,) = [link for link in feed.iter(SELF) if link.get("rel") == "self"]
        assert link.get("href") == f"https://kabar.example/{key}"
        assert feed.findtext("channel/link").startswith("https://kabar.example/")
        assert feed.findtext("channel/description")


def test_description_comes_before_the_content_and_is_escaped_html(world: World) -> None:
    for item in _items(world):
        tags = [child.tag for child in item]
        assert tags.index("description") < tags.index(CONTENT)
    assert _items(world)[0].findtext("description") == "1 &lt; 2 &amp; 3"


def test_every_item_has_a_stable_tag_uri_that_is_no_link(world: World) -> None:
    guids = [item.find("guid") for item in _items(world)]

    assert {guid.get("isPermaLink") for guid in guids} == {"false"}
    assert len({guid.text for guid in guids}) == len(guids)
    for guid in guids:
        assert re.fullmatch(r"tag:kabar\.example,\d{4}-\d{2}-\d{2}:[a-z2-7]{16}", guid.text)


def test_dates_are_rfc_822_with_four_digit_years_and_never_in_the_future(world: World) -> None:
    for feed in _feeds(world).values():
        for written in [date.text for date in feed.iter("pubDate", "lastBuildDate")]:
            assert re.fullmatch(
                r"[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} [+-]\d{4}", written
            )
            assert parsedate_to_datetime(written) <= NOW
    assert _items(world)[2].findtext("pubDate") == "Fri, 02 Jan 2026 18:00:00 +0700"


def test_the_source_is_the_owner_never_the_feed_that_brought_it(world: World) -> None:
    sources = [(item.find("source").text, item.find("source").get("url")) for item in _items(world)]

    assert sources[2] == ("Warta", "https://www.warta.example/rss.xml")
    assert sources[4] == ("lain.example", "https://lain.example/")


def test_the_byline_is_the_publishers_or_absent(world: World) -> None:
    creators = [item.findtext(CREATOR) for item in _items(world)]

    assert creators[0] == "A, B"
    assert creators[2] is None


def test_images_are_media_content(world: World) -> None:
    (media,) = [found for item in _items(world) for found in item.iter(MEDIA)]

    assert (media.get("url"), media.get("medium")) == ("https://x.example/a.jpg", "image")


def test_a_headline_links_to_its_publisher_and_every_body_ends_with_the_credit(world: World) -> None:
    links = [item.findtext("link") for item in _items(world)]

    assert links[3].startswith("https://www.tribune.example/")
    for item in _items(world):
        assert "berasal dari dan merupakan milik" in item.findtext(CONTENT)


def test_no_category_is_named_twice() -> None:
    """A tag may be the section's name, or another tag in other letters; Atom names a section by its id."""
    world = World(catalogue(source("harian")))
    tags = ("nasional", "Pemilu", "Jakarta", "PEMILU", "Pemilu", "jakarta")
    assert world.publish(world.add(1, tags=tags)) == set()
    named = ["Nasional", "Pemilu", "Jakarta"]
    assert etree.fromstring(world.site.objects["feed.xml"].body).xpath("//item/category/text()") == named
    atom = etree.fromstring(world.site.objects["atom.xml"].body)
    assert atom.xpath("//*[local-name()='entry']/*[local-name()='category']/@term") == [
        "nasional",
        *named[1:],
    ]
    assert json.loads(world.site.text("feed.json"))["items"][0]["tags"] == named
    (remembers,) = remembered(
        world.site.objects["feed.json"].body, world.catalogue, world.run().look.words
    ).values()
    assert remembers.entry.tags == ("Pemilu", "Jakarta")


def test_the_end_of_cdata_inside_a_text_survives(world: World) -> None:
    assert "<p>akhir ]]&gt; CDATA &amp; tanda</p>" in _items(world)[1].findtext(CONTENT)


def test_json_feeds_tell_the_same_articles_with_their_originals(world: World) -> None:
    for key, feed in _feeds(world).items():
        document = json.loads(world.site.text(key.replace("feed.xml", "feed.json")))
        assert document["version"] == "https://jsonfeed.org/version/1.1"
        assert document["feed_url"] == f"https://kabar.example/{key.replace('feed.xml', 'feed.json')}"
        assert [item["id"] for item in document["items"]] == [
            item.findtext("guid") for item in feed.iter("item")
        ]
        for item in document["items"]:
            assert item["external_url"].startswith("https://")
            assert item["content_html"]
            assert item["authors"]
            assert None not in item.values()


def test_a_channel_reads_its_own_memory_back(world: World) -> None:
    look, stored = world.run().look, world.site.objects["feed.json"].body
    memory = remembered(stored, look.catalogue, look.words)

    assert [feed_item(one.entry, one.body) for one in memory.values()] == [
        line.removesuffix(",") for line in stored.decode().split("\n")[1:-2]
    ]
    assert [render_entry(look, one.entry, one.body).rss for one in memory.values()] == [
        f"{item}</item>\n" for item in _item_texts(world)
    ]


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"items": [{"id": 1}]}', b"\xff"])
def test_what_is_no_memory_is_not_remembered(body: bytes) -> None:
    look = World().run().look

    assert remembered(body, look.catalogue, look.words) == {}


def test_feeds_do_not_depend_on_the_time_of_the_run() -> None:
    early, late = World(), World()
    for world in (early, late):
        world.refresh()
        world.publish(*[world.add(number) for number in range(3)])
    late.now += timedelta(hours=1)
    late.refresh()

    assert early.written() == late.written()


def test_items_without_anything_known_are_still_valid() -> None:
    world = World(catalogue(source("harian", display="excerpt")))
    item = world.add(1, excerpt="", authors=(), published=None, language=None, html="")

    assert world.publish(item) == set()

    (entry,) = etree.fromstring(world.site.objects["feed.xml"].body).iter("item")
    assert entry.findtext("description")
    assert "article-excerpt" not in world.page(item)


def _atom(world: World) -> Any:
    return etree.fromstring(world.site.objects["atom.xml"].body)


def test_an_atom_entry_names_its_owner_original_and_rights(world: World) -> None:
    entry = _atom(world).findall(f"{ATOM}entry")[2]
    links = {link.get("rel"): link.get("href") for link in entry.findall(f"{ATOM}link")}
    source_of = entry.find(f"{ATOM}source")

    assert links["alternate"].startswith("https://kabar.example/a/")
    assert links["via"].startswith("https://www.warta.example/")
    assert [name.text for name in entry.findall(f"{ATOM}author/{ATOM}name")] == ["Warta"]
    assert entry.findtext(f"{ATOM}rights") == "Milik Warta."
    assert [source_of.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated")] == [
        "https://www.warta.example/rss.xml",
        "Warta",
        "2026-01-02T18:00:00+07:00",
    ]
    assert {link.get("rel"): link.get("href") for link in source_of.findall(f"{ATOM}link")} == {
        "alternate": "https://www.warta.example/",
        "self": "https://www.warta.example/rss.xml",
    }
    assert "berasal dari dan merupakan milik <a href=" in entry.findtext(f"{ATOM}content")


def test_atom_is_updated_when_the_content_last_changed() -> None:
    world = World()
    item = world.add(5)
    world.publish(item, world.add(9))
    assert _atom(world).findtext(f"{ATOM}updated") == "2026-01-02T11:55:00Z"
    world.publish(world.revise(item, revised="2026-01-02T11:58:00.000Z"))
    assert _atom(world).findtext(f"{ATOM}updated") == "2026-01-02T11:58:00Z"
    assert _atom(world).findtext(f"{ATOM}entry/{ATOM}updated") == "2026-01-02T11:58:00Z"


def test_the_identity_of_a_feed_survives_another_address_of_the_portal() -> None:
    own, other = World(), World()
    other.catalogue = catalogue(url="https://d111.cloudfront.example", authority="kabar.example")
    for world in (own, other):
        world.publish(world.add(1))
    ids = [_atom(world).findtext(f"{ATOM}id") for world in (own, other)]
    assert ids[0] == ids[1]
    assert own.site.text("l/id/atom.xml").count(ids[0]) == 0


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://x.example/a.jpg", "image/jpeg"),
        ("https://x.example/b/A.WebP", "image/webp"),
        ("https://x.example/a.jpg?w=300", None),
        ("https://x.example/a.php", None),
        ("https://x.example.png/", None),
        ("https://x.example/png", None),
    ],
)
def test_an_images_type_is_said_only_where_its_address_tells_it(address: str, kind: str | None) -> None:
    world = World()
    world.publish(world.add(1, images=(Image(address, None, None, 640, 360),)))
    (item,) = json.loads(world.site.text("feed.json"))["items"]
    for key in ("feed.xml", "atom.xml"):
        (media,) = etree.fromstring(world.site.objects[key].body).iter(MEDIA)
        assert (media.get("type"), media.get("width"), media.get("height")) == (kind, "640", "360")
    assert [one["mime_type"] for one in item.get("attachments", [])] == ([kind] if kind else [])
    assert item["image"] == address


@pytest.mark.parametrize("key", ["feed.xml", "atom.xml"])
def test_a_browser_is_told_of_a_stylesheet_that_is_there_and_says_nothing_of_bodies(key: str) -> None:
    world = World()
    world.refresh()
    (sheet,) = re.findall(
        r'^<\?xml-stylesheet type="text/css" href="/([^"]+)"\?>$', world.site.text(key), re.MULTILINE
    )
    style = world.site.text(sheet)
    assert style.index("* { display: none;") < style.index("display: block; }")
    assert "encoded" not in style
    assert "prefers-color-scheme: dark" in style


def test_the_feed_of_an_owner_is_never_a_sitemap() -> None:
    feeds = ("https://www.harian.example/sitemap_news.xml", "https://www.harian.example/rss.xml")
    for known, named in ((feeds, feeds[1]), (feeds[:1], "https://www.harian.example/")):
        world = World(catalogue(source("harian", feeds=known)))
        world.publish(world.add(1))
        assert f'<source url="{named}">' in world.site.text("feed.xml")
        assert f"<id>{named}</id>" in world.site.text("atom.xml")
