"""Any text in any field of an article comes out of every output as that text, and as nothing that acts."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from functools import cache
from html import escape

import html5lib
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree, html

from functions.publish import opml
from functions.publish.look import Look
from functions.publish.static_files import static_files
from newswire.article import Image
from newswire.article_item import Via
from newswire.article_text import text_of
from newswire.sanitise import clean_html
from newswire.sources import Catalogue
from newswire.text import contained, is_visible, shorten, xml_text
from tests.support.active_content import html_faults
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
MEDIA = "{http://search.yahoo.com/mrss/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
PICTURE = "https://www.harian.example/a.jpg"
NASTY = (
    *(
        "]]>",
        "<![CDATA[",
        "</script>",
        "<script>alert(1)</script>",
        "<!--",
        "-->",
        "&amp;",
        "&lt;",
        "&#x41;",
        "&",
    ),
    *(
        "'",
        '"',
        "<",
        ">",
        "\\",
        "\\u003c",
        "{{ 7*7 }}",
        "{% x %}",
        "${x}",
        "\u2028",
        "\u2029",
        "\u202e",
        "\u2067",
    ),
    *(
        "\x00",
        "\x0b",
        "\x1b[2J",
        "\x7f",
        "\x85",
        "\ufeff",
        "\ufffe",
        "\ufdd0",
        "\ud800",
        "\udfff",
        "\U0001f35a",
    ),
    *(
        "<img src=x onerror=alert(1)>",
        "javascript:alert(1)",
        "</title>",
        "\u0301",
        "=1+1",
        "\u00a0",
        "e\u0301",
    ),
)
RAW = st.lists(st.one_of(st.sampled_from(NASTY), st.text(st.characters(), max_size=6)), max_size=6).map(
    "".join
)


def ingested(raw: str) -> str:
    """Return what is left of a line of text when it is stored: characters that XML has, on one line."""
    return xml_text(raw).translate({9: " ", 10: " ", 13: " "}).strip()


LINES = RAW.map(ingested)
SEEN = LINES.filter(lambda text: is_visible(contained(text)))


@cache
def _look() -> Look:
    return Look.of(_sources(), static_files())


@cache
def _sources() -> Catalogue:
    return catalogue(source("harian"))


@settings(max_examples=25)
@given(SEEN, SEEN, SEEN, SEEN, LINES, LINES, LINES)
def test_every_field_is_read_back_from_every_output(
    title: str, author: str, tag: str, excerpt: str, alt: str, caption: str, words: str
) -> None:
    world = World(_sources(), look=_look())
    markup = clean_html(f"<p>a {escape(words)}</p><p>b</p>")
    image = Image(PICTURE, alt or None, caption or None, 800, 600)
    item = world.add(
        1,
        title=title,
        authors=(author,),
        tags=(tag,),
        excerpt=excerpt,
        images=(image,),
        html=markup,
        slug="judul",
    )
    assert world.publish(item) == set(), world.log.lines
    said = _Said(
        contained(title), contained(author), contained(tag), contained(shorten(excerpt, 300)), markup
    )
    said.check_rss(world.site.text("feed.xml"))
    said.check_atom(world.site.text("atom.xml"))
    said.check_json_feed(world.site.text("feed.json"))
    said.check_page(world.page(item))
    said.check_data(world.site.text(f"json/{item.id}.json"))
    news = etree.fromstring(world.site.objects["news.xml"].body)
    assert _same(news.findtext(f".//{NEWS}title"), said.title)
    (row,) = json.loads(world.site.text("search/2026-01-02.json"))["articles"]
    assert (row["title"], row.get("excerpt", "")) == (said.title, said.excerpt)
    listed = _parsed(world.site.text("index.html"))
    assert said.title in ["".join(heading.itertext()) for heading in listed.iter("h2", "h3")]


class _Said:
    """What an article says, to be found in every form in which it is told."""

    def __init__(self, title: str, author: str, tag: str, excerpt: str, markup: str) -> None:
        self.title, self.author, self.tag, self.excerpt, self.markup = title, author, tag, excerpt, markup

    def check_rss(self, body: str) -> None:
        (item,) = etree.fromstring(body.encode()).iter("item")
        assert _same(item.findtext("title"), self.title)
        assert _same(item.findtext(f"{DC}creator"), self.author)
        assert [one.text for one in item.iter("category")] == ["Nasional", self.tag]
        described = html5lib.parseFragment(item.findtext("description") or "", namespaceHTMLElements=False)
        assert "".join(described.itertext()).split() == self.excerpt.split()
        self.check_body(item.findtext(CONTENT))

    def check_atom(self, body: str) -> None:
        (entry,) = etree.fromstring(body.encode()).iter(f"{ATOM}entry")
        assert _same(entry.findtext(f"{ATOM}title"), self.title)
        assert _same(entry.findtext(f"{ATOM}author/{ATOM}name"), self.author)
        assert _same(entry.findtext(f"{ATOM}summary"), self.excerpt)
        assert entry.findall(f"{ATOM}category")[1].get("term") == self.tag
        self.check_body(entry.findtext(f"{ATOM}content"))

    def check_json_feed(self, body: str) -> None:
        (item,) = json.loads(body)["items"]
        assert (item["title"], item["authors"][0]["name"]) == (self.title, self.author)
        assert item["tags"] == ["Nasional", self.tag]
        assert item.get("summary", "") == self.excerpt
        self.check_body(item["content_html"])

    def check_body(self, markup: str | None) -> None:
        assert self.markup in (markup or "")
        assert html_faults(markup or "") == []

    def check_page(self, page: str) -> None:
        tree = _parsed(page)
        assert "".join(tree.find(".//h1").itertext()) == self.title
        assert "".join(tree.find("head/title").itertext()) == f"{self.title} – Kabar Nusantara"
        article = tree.find(".//article")
        assert "".join(article.itertext()) == "".join(html.fromstring(f"<div>{self.markup}</div>").itertext())
        assert tree.find(".//ul[@data-title]").get("data-title") == self.title
        stated = {one.get("property"): one.get("content") for one in tree.iter("meta")}
        assert (stated["og:title"], stated.get("og:description", "")) == (self.title, self.excerpt)
        (statement,) = [one.text for one in tree.iter("script") if one.get("type") == "application/ld+json"]
        data = json.loads(statement)
        assert (data["headline"], data["author"][0]["name"], data["keywords"]) == (
            self.title,
            self.author,
            [self.tag],
        )
        assert all(one.get("src", "").startswith("/static/") for one in tree.iter("script") if not one.text)
        assert len(list(tree.iter("script"))) == 3
        assert [name for one in tree.iter() for name in one.attrib if name.startswith("on")] == []

    def check_data(self, body: str) -> None:
        data = json.loads(body)
        assert (data["title"], data["authors"], data["tags"]) == (self.title, [self.author], [self.tag])
        assert (data["excerpt"] or "", data["html"]) == (self.excerpt, self.markup)
        assert data["text"] == text_of(self.markup)


def _parsed(page: str) -> etree._Element:
    """Return a page as the HTML standard reads it; it must have nothing that needs repair."""
    parser = html5lib.HTMLParser(html5lib.getTreeBuilder("lxml"), namespaceHTMLElements=False)
    tree = parser.parse(page).getroot()
    assert parser.errors == []
    return tree


def _same(found: str | None, said: str) -> bool:
    return (found or "") == said


@settings(max_examples=25)
@given(SEEN)
def test_a_site_that_is_no_source_may_have_any_name(name: str) -> None:
    sources = catalogue(source("harian", others="excerpt"))
    world = World(sources)
    via = {"feed": Via("harian", "https://www.harian.example/rss.xml", "2026-01-02T11:00:00Z")}
    item = world.add(1, "@lain.example", via=via)
    item = replace(item, owner=replace(item.owner, name=name))
    world.articles.save(item)
    assert world.publish(item) == set(), world.log.lines
    (told,) = json.loads(world.site.text("feed.json"))["items"]
    shown = told["_newswire"]["owner"]["name"]
    page = _parsed(world.page(item))
    assert shown in "".join(page.find(".//p[@class='notice']").itertext())
    (feed_item,) = etree.fromstring(world.site.objects["feed.xml"].body).iter("item")
    assert shown in "".join(html.fromstring(f"<div>{feed_item.findtext(CONTENT)}</div>").itertext())
    assert len(list(page.iter("script"))) == 3


@given(SEEN, SEEN)
def test_the_list_of_sources_reads_back(name: str, section: str) -> None:
    sources = catalogue(source("harian", name=name))
    sources = replace(sources, categories={**sources.categories, "nasional": section})
    body = etree.fromstring(opml.document(sources, NOW - timedelta(days=1))).find("body")
    assert body[0].get("text") == section
    assert body[0][0].get("text") == body[0][0].get("title") == name
