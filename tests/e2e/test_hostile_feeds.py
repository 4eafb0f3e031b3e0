"""Feeds that crash, hang or blow up parsers, where they lie beside the project: each through the worker."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from functions.fetch.feed_entry import FeedDocument, FeedEntry, plain_form
from functions.fetch.polling import compare
from newswire.worker import Worker, WorkerFailed, WorkerLimits
from tests.support.catalogues import source
from tests.support.fetch_feeds import NOW, Item, rss
from tests.support.process_costs import cpu_seconds, peak_bytes

ATTACK = Path(__file__).resolve().parents[3] / "shared" / "attack"
pytestmark = pytest.mark.skipif(
    not ATTACK.is_dir(), reason="HOSTILE FEEDS NOT TESTED: no ../shared/attack here"
)
FEEDS = sorted(
    path
    for pattern in (
        "xml-feeds/*.xml",
        "xml-feeds/*.gz",
        "xml-feeds/*.html",
        "xml-feeds/*.json",
        "hostile/fp-*.xml",
    )
    for path in ATTACK.glob(pattern)
    if path.name != "index.json"
)
MARKUP = sorted((ATTACK / "hostile").glob("*.html"))
BASE = "https://kabar.example/rss"
LIMITS = WorkerLimits()
REFUSED = {
    "billion-laughs.xml",
    "empty.xml",
    "gzip-bomb.xml.gz",
    "many-attrs.xml",
    "quadratic-blowup.xml",
    "xxe-file.xml",
    "xxe-http.xml",
    "xxe-param-dtd.xml",
    "fp-attlist-defaults.xml",
    "fp-segv-entity-chain.xml",
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What a document came to: its entries or a reason, and what it cost the worker."""

    document: FeedDocument | None
    reason: str
    cpu_seconds: float
    peak_bytes: int


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker("functions.fetch.feed_documents:run", LIMITS) as one:
        one.start()
        yield one


def survived(worker: Worker, body: bytes, content_type: str = "application/xml") -> Cost:
    """Parse in the worker; then the same worker, or its successor, must serve the next document."""
    pid = worker._running().process.pid
    before = cpu_seconds(pid)
    document, reason = None, ""
    try:
        document = FeedDocument.from_document(worker.call(body, params(content_type)))
    except WorkerFailed as failure:
        reason = str(failure)
    alive = worker._child is not None and worker._child.process.pid == pid
    cost = Cost(
        document,
        reason,
        cpu_seconds(pid) - before if alive else LIMITS.cpu_seconds,
        peak_bytes(pid) if alive else LIMITS.memory_bytes,
    )
    assert len(worker.call(rss([Item(1)]), params("application/rss+xml"))["entries"]) == 1
    return cost


def params(content_type: str) -> dict[str, Any]:
    return {"task": "parse", "url": BASE, "content_type": content_type, "timezone": "Asia/Jakarta"}


def read(worker: Worker, name: str) -> FeedDocument:
    document = survived(worker, (ATTACK / "xml-feeds" / name).read_bytes()).document
    assert document is not None
    return document


@pytest.mark.parametrize("path", FEEDS, ids=lambda path: path.name)
def test_a_hostile_feed_ends_within_its_limits_with_entries_or_a_reason(path: Path, worker: Worker) -> None:
    # One of them only harms with a header that names a codec of Python's that no text is in.
    content_type = "text/xml; charset=undefined" if "charset-undefined" in path.name else "application/xml"
    cost = survived(worker, path.read_bytes(), content_type)
    assert cost.cpu_seconds < LIMITS.cpu_seconds
    assert cost.peak_bytes < LIMITS.memory_bytes
    assert (cost.document is None) == cost.reason.startswith("parser failed: NotAFeed: ")
    assert cost.document is None or path.name not in REFUSED


def test_the_index_of_the_attacks_lists_no_file_that_is_not_tried() -> None:
    listed = {one["file"] for one in json.loads((ATTACK / "xml-feeds" / "index.json").read_bytes())}
    assert listed - {path.name for path in FEEDS} == {"redirect-targets.txt"}


@pytest.mark.parametrize("path", MARKUP, ids=lambda path: path.name)
@pytest.mark.parametrize("field", ["content", "summary"])
def test_hostile_markup_in_an_entry_is_sanitised_within_the_limits(
    path: Path, field: str, worker: Worker
) -> None:
    entry = FeedEntry("1", "https://kabar.example/1", **{field: path.read_text("utf-8", "replace")})  # type: ignore[arg-type]  # one of two texts
    pid = worker._running().process.pid
    before = cpu_seconds(pid)
    (clean,) = worker.call(b"", {"task": "sanitise", "entries": [plain_form(entry)]})["entries"]
    assert cpu_seconds(pid) - before < LIMITS.cpu_seconds
    assert peak_bytes(pid) < LIMITS.memory_bytes
    assert "<script" not in (clean[field] or "")


def test_no_entity_and_no_include_brings_anything_in(worker: Worker) -> None:
    for name in ("external-dtd.xml", "xinclude.xml", "xslt-pi.xml"):
        document = read(worker, name)
        assert len(document.entries) == 1
        assert "root:" not in str(document)


def test_of_two_hundred_items_with_one_link_and_guid_one_is_sent(worker: Worker) -> None:
    document = read(worker, "dup-guids.xml")
    plan = compare(document.entries, None, source(backfill=None), NOW)
    assert (len(document.entries), len(plan.sends)) == (200, 1)


def test_only_http_links_are_kept(worker: Worker) -> None:
    links = [entry.url for entry in read(worker, "js-links.xml").entries]
    assert any(links)
    assert all(link is None or link.startswith(("http://", "https://")) for link in links)


@pytest.mark.parametrize("name", ["utf16-says-utf8.xml", "utf16le-nobom.xml", "win1252-says-utf8.xml"])
def test_wrong_encodings_are_read_as_what_they_are(name: str, worker: Worker) -> None:
    (entry,) = read(worker, name).entries
    assert entry.title is not None
    assert entry.url is not None
    assert "\ufffd" not in entry.title


def test_utf_7_is_not_decoded(worker: Worker) -> None:
    (entry,) = read(worker, "utf7.xml").entries
    assert "+ADw-" in str(entry)


def test_text_that_was_encoded_twice_is_kept_as_it_came(worker: Worker) -> None:
    (entry,) = read(worker, "double-encoded.xml").entries
    assert "Ã" in (entry.title or "")


@pytest.mark.parametrize("name", ["null-bytes.xml", "ctrl-chars.xml", "lone-surrogate.json"])
def test_forbidden_characters_are_removed(name: str, worker: Worker) -> None:
    (entry,) = read(worker, name).entries
    (clean,) = worker.call(b"", {"task": "sanitise", "entries": [plain_form(entry)]})["entries"]
    text = json.dumps(clean, ensure_ascii=False)
    assert text.encode().decode().isprintable()
    assert "\\u00" not in text


def test_a_page_in_place_of_a_feed_leads_to_its_feeds(worker: Worker) -> None:
    document = read(worker, "not-xml.html")
    assert (document.format, len(document.children)) == ("page", 1)
