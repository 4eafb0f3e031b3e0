"""Pages that exaggerate, one in every way: each is read by the real worker, which lives on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from functions.extract.extracted_page import ExtractedPage
from functions.extract.wiring import PARSER
from newswire.worker import Worker
from tests.support.attack_payloads import LEAD, page_with
from tests.support.hostile_pages import HOSTILE_PAGES, LARGEST, PARAMS

# Heads so long that the article lies behind the last element that is read, and pages that have no article.
WITHOUT_ARTICLE = {
    "authors in meta",
    "dates in meta",
    "site names",
    "html and html",
    "self-closed root",
    "frames",
    "plain text",
    "opening brackets",
}


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker(PARSER) as one:
        one.call(b"<p>", PARAMS)
        yield one


@pytest.mark.parametrize("name", HOSTILE_PAGES)
def test_a_page_that_exaggerates_is_read_and_its_reader_lives_on(name: str, worker: Worker) -> None:
    reader = worker._running().process.pid
    body = HOSTILE_PAGES[name]()
    page = ExtractedPage.from_answer(worker.call(body, PARAMS))
    assert len(body) <= LARGEST
    assert (LEAD in page.text) == (name not in WITHOUT_ARTICLE)
    honest = ExtractedPage.from_answer(worker.call(page_with("", "body").encode(), PARAMS))
    assert LEAD in honest.text
    assert worker._running().process.pid == reader
