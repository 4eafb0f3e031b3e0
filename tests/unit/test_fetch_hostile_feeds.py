"""Feeds made to stop a parser: each kind ends well within the worker's time, and none asks anybody."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from functions.fetch.feed_documents import parse, run
from functions.fetch.feed_entry import FeedDocument, NotAFeed, plain_form

BASE = "https://kabar.example/rss/feed.xml"
SECONDS = 4  # of CPU; the worker's limit is 5
LINK = "<link>https://kabar.example/1</link>"
ITUNES = "xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'"
XSI = "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'"


def read(body: str) -> FeedDocument:
    return parse(body.encode(), None, BASE, "Asia/Jakarta")


def rss(item: str, head: str = "", attributes: str = "") -> str:
    channel = f"<channel><title>K</title>{head}<item><title>T</title>{item}</item></channel>"
    return f"<rss version='2.0' {attributes}>{channel}</rss>"


def numbered(form: str, count: int) -> str:
    return "".join(form.replace("#", str(number)) for number in range(count))


ATTACKS: dict[str, Callable[[], str]] = {
    "attributes": lambda: rss(LINK + "<x " + numbered("a#='1' ", 50_000) + "/>"),
    "depth": lambda: rss(LINK + "<x>" * 100_000),
    "depth that is closed": lambda: rss(LINK + "<x>" * 50_000 + "</x>" * 50_000),
    "depth without a link": lambda: rss("<x>" * 100_000),
    "categories": lambda: rss(numbered("<category>#</category>", 30_000)),
    "categories of the feed": lambda: rss("", numbered("<category>#</category>", 30_000)),
    "keywords": lambda: rss(f"<itunes:keywords>{numbered('#,', 30_000)}</itunes:keywords>", "", ITUNES),
    "author": lambda: rss(f"<author>{'a.' * 40_000}</author>"),
    "authors": lambda: rss(f"<author>{'a-' * 2000}</author>" * 500),
    "author in a name": lambda: rss(f"<author><name>{'a.' * 40_000}</name></author>"),
    "white space first": lambda: "\n" * 200_000 + rss(""),
    "styles": lambda: rss(f"<description>&lt;p style='{'a' * 50_000} b' &gt;</description>"),
    "items": lambda: rss(f"{LINK}</item><item>" * 50_000),
    "title": lambda: rss(f"{LINK}<title>{'x' * 5_000_000}</title>"),
    "references": lambda: rss(f"{LINK}<title>{'&#x41;' * 500_000}</title>"),
    "broken references": lambda: rss(f"{LINK}<title>{'&x' * 500_000}</title>"),
    "angle brackets": lambda: rss(f"{LINK}<title>{'<' * 300_000}</title>"),
    "comments": lambda: "<!---->" * 300_000 + rss(""),
    "enclosures": lambda: rss(LINK + "<enclosure url='/a'/>" * 50_000),
    "namespaces": lambda: rss(LINK + numbered("<n#:x xmlns:n#='u#'/>", 20_000)),
    "links of a page": lambda: "<html>" + "<link rel=alternate type=application/rss+xml href=/a>" * 20_000,
    "json": lambda: '{"items": [' + ",".join(['{"url": "/1"}'] * 50_000) + "]}",
    "json depth": lambda: '{"items": ' + "[" * 500_000,
}
REFUSED: dict[str, str] = {
    "attributes": "more than 256 attributes on one element",
    "json depth": "looks like JSON but is not",
}


@pytest.mark.parametrize("name", ATTACKS)
def test_each_kind_of_attack_ends_well_within_the_workers_time(name: str) -> None:
    body = ATTACKS[name]()
    started = time.process_time()
    try:
        read(body)
        reason = None
    except NotAFeed as refusal:
        reason = str(refusal)
    assert reason == REFUSED.get(name)
    assert time.process_time() - started < SECONDS


# --- Nothing is fetched ---


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []

    class Recorder(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_no_document_makes_a_parser_ask_anybody(listener: tuple[str, list[str]]) -> None:
    url, asked = listener
    item = f"<link>{url}/berita</link>"
    include = f"<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='{url}/include'/>"
    documents = [
        f"<!DOCTYPE rss SYSTEM '{url}/dtd'>{rss(item)}",
        f"<!DOCTYPE rss PUBLIC '-//x//y' '{url}/dtd'>{rss(f'{item}<description>a &amp b &x;</description>')}",
        f"<!DOCTYPE rss [<!ENTITY x SYSTEM '{url}/entity'>]>{rss('<title>&x;</title>')}",
        f"<!DOCTYPE rss [<!ENTITY % x SYSTEM '{url}/parameter'> %x;]>{rss(item)}",
        f"<?xml-stylesheet type='text/xsl' href='{url}/style'?>{rss(item)}",
        rss(f"{item}<description>{include}</description>"),
        rss(item, attributes=f"{XSI} xsi:schemaLocation='{url} {url}/xsd'"),
        rss(f"{item}<description>&lt;img src='{url}/picture'&gt;</description><enclosure url='{url}/file'/>"),
        f"<html><meta http-equiv='refresh' content='0;url={url}/x'><link rel='feed' href='{url}/feed'>",
        f"{url}/only-a-link",
        f'{{"items": [{{"url": "{url}/json"}}], "next_url": "{url}/next"}}',
    ]
    read_ones = 0
    for document in documents:
        try:
            found = read(document)
        except NotAFeed:
            continue
        read_ones += 1
        run(b"", {"task": "sanitise", "entries": [plain_form(entry) for entry in found.entries]})
    assert read_ones == len(documents) - 2
    assert asked == []
