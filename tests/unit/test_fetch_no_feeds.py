"""What is no feed is refused with what it looks like, and what is one in spite of something is read."""

from __future__ import annotations

import re

import pytest

from functions.fetch import prolog
from functions.fetch.feed_documents import parse
from functions.fetch.feed_entry import NotAFeed
from tests.support.read_feeds import ITEM, document

XHTML = (
    b"<?xml version='1.0'?><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' 'x'>"
    b"<html xmlns='http://www.w3.org/1999/xhtml'><body/></html>"
)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "empty document"),
        (b" \n\t ", "empty document"),
        (b"<!doctype html><html><body>404</body></html>", "looks like an HTML page"),
        (b"\xef\xbb\xbf\n<!-- c --><!-- d --><HTML><body/></HTML>", "looks like an HTML page"),
        (XHTML, "looks like an HTML page"),
        (b"<p>Not found</p>", "no feed format; the root element is 'p'"),
        (b"<opml version='2.0'><body/></opml>", "no feed format; the root element is 'opml'"),
        (b"Not found", "no feed format; there is no root element"),
        (bytes(range(256)), "no feed format; there is no root element"),
        (b'{"error": "not found"}', "JSON without a list of items"),
        (b"[1, 2]", "JSON without a list of items"),
        (b"{oops", "looks like JSON but is not"),
        (b'{"items":' + b"[" * 100_000, "looks like JSON but is not"),
        (b"<!DOCTYPE rss [<!ENTITY a 'b'>]><rss/>", "declares its own entities (DTD internal subset)"),
        (
            '<?xml version="1.0" encoding="UTF-16"?><!doctype rss [<!ENTITY a "b">]><rss/>'.encode("utf-16"),
            "declares its own entities (DTD internal subset)",
        ),
    ],
)
def test_what_is_no_feed_is_refused_with_what_it_looks_like(body: bytes, message: str) -> None:
    with pytest.raises(NotAFeed) as raised:
        document(body)
    assert str(raised.value) == message


def test_a_public_dtd_is_neither_an_error_nor_fetched() -> None:
    doctype = '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://127.0.0.1:9/rss-0.91.dtd">'
    body = f"{doctype}<rss version='0.91'><channel><title>K</title><item>{ITEM}</item></channel></rss>"
    assert document(body).entries[0].title == "Café “x”"


def test_comments_before_the_root_are_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[int] = []

    class Watched:
        def search(self, text: bytes, position: int) -> re.Match[bytes] | None:
            begun.append(position)
            return markup.search(text, position)

    markup = prolog._MARKUP
    monkeypatch.setattr(prolog, "_MARKUP", Watched())
    body = "<!---->" * 2000 + f"<rss version='2.0'><channel><item>{ITEM}</item></channel></rss>"
    assert document(body).entries[0].url == "https://kabar.example/1"
    assert begun == [number * len("<!---->") for number in range(2001)]


def test_json_of_the_wrong_types_costs_no_other_entry() -> None:
    body = (
        '{"authors": "x", "items": [1, null, {"id": [], "url": 7},'
        '{"id": 1.5, "url": "javascript:x", "title": {}},'
        '{"url": "https://kabar.example/1", "title": "a\\ud800b", "authors": "x", "tags": [1, "t"],'
        '"date_published": 5}]}'
    )
    entries = document(body).entries
    assert [one.url for one in entries] == [None, None, "https://kabar.example/1"]
    assert (entries[2].title, entries[2].categories, entries[2].published) == ("ab", ("t",), None)


def test_a_feed_wrapped_in_a_page_is_read_and_a_publication_is_no_update() -> None:
    wrapped = (
        b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body>'
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><title>Berita</title><id>tag:x,1</id>'
        b'<link href="https://kabar.example/1"/><published>2025-06-02T08:00:00Z</published></entry></feed></body></html>'
    )
    (entry,) = parse(wrapped, "application/atom+xml", "https://kabar.example/atom", "Asia/Jakarta").entries
    assert (entry.url, entry.title) == ("https://kabar.example/1", "Berita")
    assert (entry.published, entry.updated) == ("2025-06-02T08:00:00Z", None)
