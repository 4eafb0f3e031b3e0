"""What the parent makes of a worker's answers on feeds, pages and pictures, and what must be true of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from functions.extract.encoded_images import ImageRefused, variants_in
from functions.extract.extracted_page import BadAnswer, ExtractedPage
from functions.fetch.enqueueing import Carrier, _message
from functions.fetch.feed_entry import FeedDocument, FeedEntry, entry_time
from functions.fetch.polling import compare
from functions.fetch.rhythm import rhythm_of
from functions.fetch.seen_entries import decode, encode
from newswire.article_text import text_of
from newswire.messages import Message
from newswire.text import xml_text
from newswire.urls import article_id, clean_link
from tests.fuzz.cases import Case
from tests.support.active_content import html_faults
from tests.support.publish_catalogues import source

NOW = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
FEED_URL = "https://kabar.example/rss/feed.xml"
PAGE_URL = "https://kabar.example/berita/1"
_SOURCE = source("kabar", homepage="https://kabar.example", backfill=None)
_SHAPES = re.compile(r"[0-9]+")


class Broken(AssertionError):
    """What must be true of every answer is not true of this one."""


def expect(*, true: object, what: str) -> None:
    """Raise `Broken`, saying what is wrong, unless it is true."""
    if not true:
        raise Broken(what)


def feed_params(case: Case) -> dict[str, Any]:
    """Return what fetch tells the worker of a document."""
    content_type = case.headers.get("content-type")
    return {"task": "parse", "url": FEED_URL, "content_type": content_type, "timezone": "Asia/Jakarta"}


def judge_feed(_: Case, answer: Mapping[str, Any]) -> str:
    """Read a document as fetch does, decide about its entries and write their messages."""
    document = FeedDocument.from_document(answer)
    for entry in document.entries:
        _judge_entry(entry)
    for child in document.children:
        expect(true=clean_link(child.url) == child.url, what=f"child {child.url!r}")
    expect(true=document.pause.total_seconds() >= 0, what=f"pause {document.pause}")
    rhythm_of(document.entries, NOW)
    plan = compare(document.entries, None, _SOURCE, NOW)
    seen = decode(encode(plan.remembered))
    expect(
        true=encode(seen.by_identity.values()) == encode(plan.remembered), what="memory does not read back"
    )
    again = compare(document.entries, seen, _SOURCE, NOW)
    expect(true=not again.sends or plan.held_back, what="an entry is announced twice")
    for send in plan.sends[:20]:
        message = _message(send, send.entry, Carrier("kabar", "kabar https://kabar.example/rss", NOW))
        expect(true=Message.from_json(message.to_json()) == message, what=f"message of {send.url!r}")
    return f"{document.format} {_bits(document.entries)} {len(document.children) > 0}"


def _judge_entry(entry: FeedEntry) -> None:
    for url in (entry.url, entry.image, entry.via_url, *(one.url for one in entry.enclosures)):
        expect(true=url is None or clean_link(url) == url, what=f"link {url!r}")
    if entry.url is not None:
        expect(true=re.fullmatch(r"[a-z2-7]{16}", article_id(entry.url)), what=f"id of {entry.url!r}")
    moment = entry_time(entry)
    expect(true=moment is None or moment.tzinfo is not None, what=f"date {moment!r}")
    for line in (entry.title, *entry.authors, *entry.categories):
        is_line = line is None or (line == " ".join(line.split()) and xml_text(line) == line)
        expect(true=is_line, what=f"line {line!r}")
    expect(true=len(entry.title or "") <= 500, what="a title of more than 500 characters")


def _bits(entries: Iterable[FeedEntry]) -> str:
    """Return which fields are filled in any entry, and the magnitude of their number."""
    listed = list(entries)
    fields = [name for name in FeedEntry.__dataclass_fields__ if any(getattr(one, name) for one in listed)]
    return f"{len(listed).bit_length()} {' '.join(fields)}"


def page_params(case: Case) -> dict[str, Any]:
    """Return what extract tells the worker of a page."""
    return {
        "task": "page",
        "url": PAGE_URL,
        "content_type": case.headers.get("content-type"),
        "timezone": None,
        "portal_timezone": "Asia/Jakarta",
        "portal_language": "id",
        "fetched": "2026-01-02T12:00:00.000Z",
        "language": "id",
        "robots_tag": case.headers.get("x-robots-tag"),
        "tdm": [None, None],
    }


def judge_page(_: Case, answer: Mapping[str, Any]) -> str:
    """Read a page as extract does: an honest worker never meets a bound, and nothing acts."""
    try:
        page = ExtractedPage.from_answer(answer)
    except BadAnswer as lie:
        value = repr(answer.get(lie.field))[:200]
        raise Broken(f"the worker's answer breaks the bound of {lie.field}: {value}") from lie
    expect(true=page.text == text_of(page.html), what="the text is not that of the HTML")
    expect(true=not (faults := html_faults(page.html)), what=f"active content: {faults[:3]}")
    for stated in (page.published, page.updated):
        is_past = stated is None or datetime.fromisoformat(stated) <= NOW.replace(day=4)
        expect(true=is_past, what=f"a date of the future: {stated}")
    fields = [name for name in ExtractedPage.__dataclass_fields__ if getattr(page, name)]
    return f"{len(page.text).bit_length()} {' '.join(fields)} {_SHAPES.sub('', page.extractor)}"


def judge_image(_: Case, answer: Mapping[str, Any]) -> str:
    """Believe an answer about a picture as extract does."""
    try:
        return f"{sorted(variants_in(answer))}"
    except ImageRefused as refused:
        return refused.reason
    except BadAnswer as lie:
        raise Broken(f"the worker's answer breaks the bound of {lie.field}") from lie
