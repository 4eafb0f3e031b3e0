"""Every known script injection, in every field of an article and of the portal, through to every output."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import html5lib
import pytest
from lxml import etree, html

from functions.publish.about_page import ABOUT_PAGE, AboutFacts, about_page
from functions.publish.article_rendering import missing_page
from functions.publish.look import Look
from functions.publish.own_files import OwnFiles, OwnPage
from functions.publish.portal_rendering import portal_outputs
from functions.publish.static_files import static_files
from newswire.head_html import HeadHtmlError, elements
from newswire.text import xml_text
from tests.support.hostile_site import PAYLOADS, hostile_catalogue, hostile_site, payloads

ACTIVE_TAGS = {"base", "button", "embed", "form", "iframe", "input", "math", "object", "style", "svg"}
LINKS = {"action", "cite", "formaction", "href", "ping", "poster", "src", "srcset", "background", "data"}
ACTIVE_SCHEMES = ("javascript:", "data:", "vbscript:")
VALIDATED = 25  # one page in so many goes through the slow strict parser, too
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
ATOM = "{http://www.w3.org/2005/Atom}"
XML_NAMES = (
    "atom:link author category channel content content:encoded copyright dc:creator dc:language",
    "dc:rights description entry feed fh:archive guid id image:image image:loc item language",
    "lastBuildDate lastmod link loc media:content media:description name news:language news:name",
    "news:news news:publication news:publication_date news:title opml head body outline ownerName",
    "pubDate published rights rss sitemap sitemapindex source subtitle summary title updated uri url",
    "urlset",
)
XML_ELEMENTS = frozenset(" ".join(XML_NAMES).split())

pytestmark = pytest.mark.skipif(
    not PAYLOADS.is_file(), reason=f"the collection of payloads is not at {PAYLOADS}"
)


@pytest.fixture(scope="module")
def outputs() -> dict[str, bytes]:
    return hostile_site()


def _active(tree: Any, allowed: frozenset[str] = frozenset()) -> Iterator[str]:
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        ours = str(element.get("src", "")).startswith("/static/") and not element.text
        if element.tag == "script" and element.get("type") != "application/ld+json" and not ours:
            yield "script"
        if element.tag in ACTIVE_TAGS - allowed:
            yield element.tag
        if element.tag == "meta" and element.get("http-equiv") not in {None, "Content-Security-Policy"}:
            yield f"meta {element.get('http-equiv')}"
        for name, value in element.attrib.items():
            if name.startswith("on") or name in ("style", "srcdoc"):
                yield name
            if name in LINKS and "".join(value.split()).lower().startswith(ACTIVE_SCHEMES):
                yield f"{name}={value[:40]}"


def _our_icons(page: Any) -> list[Any]:
    """Take our own drawing out of the head of a page, where nothing of anybody else stands; return it."""
    icons: list[Any] = page.xpath("body/header//p[@class='to-search']/a/svg")
    for icon in icons:
        icon.drop_tree()
    return icons


def _clobbering(page: Any) -> Iterator[str]:
    """Yield names that an article's own HTML gives: document.name and window.name would mean its elements."""
    for text in page.find_class("article-text"):
        for element in text.iterdescendants():
            yield from (
                f"{name}={element.get(name)}" for name in ("id", "name", "class") if name in element.attrib
            )


def _bodies(outputs: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield every piece of HTML that a feed or JSON file hands to another program, with its file's key."""
    for key, body in outputs.items():
        if key.endswith((".xml", ".opml")):
            for element in etree.fromstring(body).iter(CONTENT, "description", f"{ATOM}content"):
                yield key, element.text or ""
        elif key.startswith("json/"):
            yield key, json.loads(body).get("html") or ""
        elif key.endswith(".json"):
            yield from ((key, item["content_html"]) for item in json.loads(body).get("items", ()))


def test_no_page_holds_anything_active(outputs: dict[str, bytes]) -> None:
    pages = {key: html.document_fromstring(body) for key, body in outputs.items() if key.endswith(".html")}
    assert len(pages) > 2000
    assert len({etree.tostring(icon) for page in pages.values() for icon in _our_icons(page)}) == 1
    ours = frozenset({"form", "input", "button"})
    found = {
        key: list(_active(page, ours if key == "search.html" else frozenset())) for key, page in pages.items()
    }
    assert {key: active for key, active in found.items() if active} == {}
    assert {key: names for key, page in pages.items() if (names := list(_clobbering(page)))} == {}


def test_every_page_stays_valid(outputs: dict[str, bytes]) -> None:
    for key in [key for key in outputs if key.endswith(".html")][::VALIDATED]:
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(outputs[key].decode())
        assert parser.errors == [], key


def test_no_feed_and_no_json_hands_on_anything_active(outputs: dict[str, bytes]) -> None:
    bodies = 0
    for key, body in _bodies(outputs):
        bodies += 1
        assert list(_active(html.fromstring(f"<div>{body}</div>"))) == [], key
    assert bodies > 10_000


def test_no_payload_becomes_an_element_of_a_feed_or_sitemap(outputs: dict[str, bytes]) -> None:
    found: set[str] = set()
    for key, body in outputs.items():
        if key.endswith((".xml", ".opml")):
            root = etree.fromstring(body)
            tags = [one for one in root.iter() if isinstance(one.tag, str)]
            found |= {
                f"{one.prefix}:{etree.QName(one).localname}" if one.prefix else one.tag.rpartition("}")[2]
                for one in tags
            }
            assert [str(one) for one in root.iter(etree.Entity)] == []
    assert found <= XML_ELEMENTS


def test_what_machines_read_in_a_page_is_data_and_says_what_the_article_says(
    outputs: dict[str, bytes],
) -> None:
    attacks = payloads()
    read = 0
    for key in [key for key in outputs if re.match(r"a/nomor-\d+-", key)]:
        page = html.document_fromstring(outputs[key])
        if not (scripts := page.xpath("//script[@type='application/ld+json']/text()")):
            continue  # a notice
        number = int(key.split("-")[1])
        title = xml_text(f"{attacks[number][:300]} {number}")
        statement = json.loads(scripts[0])
        assert (len(scripts), statement["headline"]) == (1, title)
        (shared,) = page.xpath("//meta[@property='og:title']/@content")
        assert shared.split() == title.split()
        assert {one.partition(":")[0] for one in page.xpath("//ul[@data-url]//a/@href")} == {
            "https",
            "mailto",
        }
        read += 1
    assert read > 1500


def test_search_finds_data_only(outputs: dict[str, bytes]) -> None:
    rows = [
        row
        for key, body in outputs.items()
        if key.startswith("search/2")
        for row in json.loads(body)["articles"]
    ]
    assert len(rows) > 2500
    for row in rows:
        assert set(row) <= {
            "id",
            "title",
            "owner",
            "category",
            "listed",
            "name",
            "page",
            "link",
            "language",
            "excerpt",
        }
        assert (
            re.fullmatch(r"a/[a-z0-9-]+\.html", row["page"])
            if "page" in row
            else row["link"].startswith("https://")
        )
        assert re.fullmatch(r"[A-Za-z0-9-]+", row.get("language", "id"))


def test_nothing_that_an_operator_writes_becomes_active_either() -> None:
    """A name or a page that was copied from somewhere; ``head_html`` alone is meant to act."""
    files = static_files()
    for payload in [xml_text(one) for one in payloads()]:
        words = payload[:100].strip() or "-"
        known = hostile_catalogue(name=words, tagline=words, dateline=words)
        known = replace(
            known,
            categories=dict.fromkeys(known.categories, words),
            sources=tuple(replace(one, name=words, licence=words) for one in known.sources[:1]),
        )
        look = Look.of(known, files, OwnFiles(pages=(OwnPage("redaksi", words, payload),)))
        pages = {
            **portal_outputs(look),
            ABOUT_PAGE: about_page(look, AboutFacts()),
            "gone.html": missing_page(look),
        }
        for key in ("about.html", "p/redaksi.html", "search.html", "gone.html"):
            ours = frozenset({"form", "input", "button"}) if key == "search.html" else frozenset()
            page = html.document_fromstring(pages[key])
            _our_icons(page)
            assert list(_active(page, ours)) == [], (key, payload)
        assert etree.fromstring(pages["sources.opml"]).tag == "opml"


def test_head_html_that_is_accepted_ends_no_head() -> None:
    for payload in payloads():
        try:
            elements(payload)
        except HeadHtmlError:
            continue
        page = (
            f"<!doctype html><html><head><title>x</title>{payload}</head><body><p id=own>x</p></body></html>"
        )
        tree = html5lib.parse(page, namespaceHTMLElements=False)
        assert [one.tag for one in tree.find("body")] == ["p"], payload
