"""Every known script injection, in every field of an article, through to every output."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import html5lib
import pytest
from lxml import etree, html

from tests.support.hostile_site import PAYLOADS, hostile_site

ACTIVE_TAGS = {"base", "button", "embed", "form", "iframe", "input", "math", "object", "style", "svg"}
LINKS = {"action", "cite", "formaction", "href", "ping", "poster", "src", "srcset"}
ACTIVE_SCHEMES = ("javascript:", "data:", "vbscript:")
VALIDATED = 25  # one page in so many goes through the slow strict parser, too

pytestmark = pytest.mark.skipif(
    not PAYLOADS.is_file(), reason=f"the collection of payloads is not at {PAYLOADS}"
)


@pytest.fixture(scope="module")
def outputs() -> dict[str, bytes]:
    return hostile_site()


def _active(tree: Any) -> Iterator[str]:
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        ours = str(element.get("src", "")).startswith("/static/") and not element.text
        if element.tag == "script" and element.get("type") != "application/ld+json" and not ours:
            yield "script"
        if element.tag in ACTIVE_TAGS:
            yield element.tag
        for name, value in element.attrib.items():
            if name.startswith("on") or name in ("style", "srcdoc"):
                yield name
            if name in LINKS and "".join(value.split()).lower().startswith(ACTIVE_SCHEMES):
                yield f"{name}={value[:40]}"


def test_no_page_holds_anything_active(outputs: dict[str, bytes]) -> None:
    pages = {key: body for key, body in outputs.items() if key.endswith(".html")}

    assert len(pages) > 2000
    assert {
        key: found for key, body in pages.items() if (found := list(_active(html.document_fromstring(body))))
    } == {}


def test_every_page_stays_valid(outputs: dict[str, bytes]) -> None:
    for key in [key for key in outputs if key.endswith(".html")][::VALIDATED]:
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(outputs[key].decode())
        assert parser.errors == [], key


def test_no_feed_holds_anything_active_and_every_item_is_there(outputs: dict[str, bytes]) -> None:
    items = 0
    for key in [key for key in outputs if key.endswith("feed.xml")]:
        for item in etree.fromstring(outputs[key]).iter("item"):
            items += 1
            bodies = [
                item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded"),
                item.findtext("description"),
            ]
            assert [
                found for body in bodies for found in _active(html.fromstring(f"<div>{body}</div>"))
            ] == []
        document = json.loads(outputs[key.replace("feed.xml", "feed.json")])
        for item in document["items"]:
            assert list(_active(html.fromstring(f"<div>{item['content_html']}</div>"))) == []
    assert items > 1000
