"""Grades of real pages against their labels, where they lie beside the project."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.newsweb import grader
from functions.extract.extracted_page import ExtractedPage
from functions.extract.extraction import extract_page
from functions.extract.quality import grade
from newswire.messages import Hint
from newswire.urls import host_of

WEB = Path(__file__).resolve().parents[3] / "shared" / "newsweb"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not WEB.is_dir(), reason="REAL INPUT NOT TESTED: no ../shared/newsweb here"),
]
NOT_SEEN = 6  # bad results that are taken for good ones; it only ever falls
FALSELY_POOR = 0.005  # of the pages whose text agrees with the label; it only ever falls
WALLS = {  # of all pages; each was looked at: two errors, a bot check, a page that a browser has to build
    "details.com",
    "feeds.bizjournals.com",
    "fool.com",
    "www.pixable.com",
}

Pages = list[tuple[str, float | None, ExtractedPage, str | None]]  # URL, mark, fields, language


def mark(text: str, gold: dict[str, Any]) -> float | None:
    """Return how well a text agrees with its label, None for a label that says nothing of the text."""
    marks = grader(WEB)({"text": text}, gold)
    return marks.get("text", marks.get("with"))


@pytest.fixture(scope="module")
def pages() -> Pages:
    """Return URL, mark, fields and language of every page of a publisher's that has a text."""
    entries = json.loads((WEB / "manifest.json").read_text(encoding="utf-8"))["entries"]
    found = []
    for entry in entries:
        gold = entry.get("gold") or {}
        if entry["kind"] != "page" or gold.get("level") == "snapshot":
            continue
        language = "id" if entry["set"] == "indonesian" else None
        params = {"url": entry["url"], "content_type": entry["content_type"], "language": language}
        answer = extract_page(gzip.decompress((WEB / entry["file"]).read_bytes()), params)
        fields = ExtractedPage.from_answer(answer)
        if fields.text:
            value = mark(fields.text, gold) if gold.keys() & {"text", "with"} else None
            found.append((entry["url"], value, fields, language))
    return found


@pytest.mark.parametrize("announced", [True, False], ids=["title and summary", "bare link"])
def test_good_pages_are_hardly_ever_graded_poor_and_bad_ones_hardly_ever_good(
    pages: Pages, announced: bool
) -> None:
    good: list[bool] = []
    bad: list[bool] = []
    for _, value, fields, language in pages:
        if value is None:
            continue
        hint = Hint(title=fields.title, summary=fields.excerpt) if announced else Hint()
        is_poor = grade(fields, hint, language).verdict == "poor"
        if value > 0.9:
            good.append(is_poor)
        elif value < 0.5:
            bad.append(is_poor)
    assert len(good) > 500
    assert sum(good) / len(good) <= FALSELY_POOR
    # What is left are labels of another part of the page than the article that is there.
    assert len(bad) - sum(bad) <= NOT_SEEN


@pytest.mark.parametrize("announced", [True, False], ids=["title and summary", "bare link"])
def test_nothing_but_walls_is_taken_for_one(pages: Pages, announced: bool) -> None:
    found = set()
    for url, _, fields, language in pages:
        hint = Hint(title=fields.title, summary=fields.excerpt) if announced else Hint()
        if not grade(fields, hint, language).is_article:
            found.add(host_of(url))
    assert found == WALLS
