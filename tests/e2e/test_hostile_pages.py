"""Pages that crash, hang or blow up extractors, where they lie beside the project."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from functions.extract.extracted_page import ExtractedPage
from functions.extract.wiring import PARSER
from newswire.worker import Worker, WorkerLimits
from tests.support.attack_payloads import LEAD, page_with
from tests.support.hostile_pages import PARAMS
from tests.support.process_costs import cpu_seconds, peak_bytes

HOSTILE = Path(__file__).resolve().parents[3] / "shared" / "attack" / "hostile"
pytestmark = pytest.mark.skipif(
    not HOSTILE.is_dir(), reason="HOSTILE PAGES NOT TESTED: no ../shared/attack/hostile here"
)
# The feeds and the archive among them are given as pages, too: servers answer with anything.
PAGES = sorted(path for path in HOSTILE.glob("*") if path.suffix in {".html", ".xml", ".gz"})
TYPES = {".html": "text/html", ".xml": "application/xml", ".gz": "text/html"}
LIMITS = WorkerLimits()


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker(PARSER, LIMITS) as one:
        one.call(b"<p>", PARAMS)
        yield one


def read(worker: Worker, body: bytes, content_type: str) -> ExtractedPage:
    return ExtractedPage.from_answer(worker.call(body, PARAMS | {"content_type": content_type}))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_hostile_page_is_read_within_its_limits_and_kills_no_reader(path: Path, worker: Worker) -> None:
    reader = worker._running().process.pid
    before = cpu_seconds(reader)
    read(worker, path.read_bytes(), TYPES[path.suffix])
    assert worker._running().process.pid == reader
    assert cpu_seconds(reader) - before < LIMITS.cpu_seconds
    assert peak_bytes(reader) < LIMITS.memory_bytes
    assert LEAD in read(worker, page_with("", "body").encode(), "text/html").text


def test_every_file_of_the_collection_is_tried() -> None:
    assert {path.name for path in HOSTILE.iterdir()} - {path.name for path in PAGES} == {
        "README",
        "measured.txt",
    }


def test_the_types_of_json_do_not_reach_the_fields(worker: Worker) -> None:
    page = read(worker, (HOSTILE / "tr-exc-title-dict.html").read_bytes(), "text/html")
    assert page.title is None or "{" not in page.title
    assert all(name.isprintable() for name in (*page.authors, *page.categories, *page.tags))


def test_an_archive_is_not_unpacked(worker: Worker) -> None:
    assert read(worker, (HOSTILE / "tr-gzip-p-bomb.gz").read_bytes(), "text/html").text == ""
