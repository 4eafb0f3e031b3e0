"""Real pages, where they lie beside the project; they are publishers' and never part of it."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections import Counter
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from functions.extract import records
from functions.extract.assembly import Page, tell
from functions.extract.extraction import extract_page
from local.verify.verification import Verification
from newswire.article_item import ArticleItem
from newswire.messages import Hint
from newswire.urls import article_id, clean_link
from tests.support.publish_world import NOW, World, catalogue, source

WEB = Path(__file__).resolve().parents[3] / "shared" / "newsweb"
pytestmark = pytest.mark.skipif(not WEB.is_dir(), reason="REAL INPUT NOT TESTED: no ../shared/newsweb here")
EVERY = 20  # of the labelled pages
FLOOR = 0.93  # of the mean token F1; it only ever rises


@pytest.fixture(scope="module")
def entries() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((WEB / "manifest.json").read_text(encoding="utf-8"))["entries"]
    return found


def body(entry: dict[str, Any]) -> bytes:
    return gzip.decompress((WEB / entry["file"]).read_bytes())


def test_no_two_real_pages_have_one_identity(entries: list[dict[str, Any]]) -> None:
    pages = [clean_link(entry["url"]) or "" for entry in entries if entry["kind"] == "page"]
    assert len({article_id(page) for page in pages}) == len(pages)


def test_the_text_of_real_pages_is_found(entries: list[dict[str, Any]]) -> None:
    gold = [entry for entry in entries if entry["kind"] == "page" and (entry["gold"] or {}).get("text")]
    labelled = [entry for entry in gold if entry["gold"].get("level") != "snapshot"][::EVERY]
    marks = []
    for entry in labelled:
        params = {
            "url": entry["url"],
            "content_type": entry["content_type"],
            "timezone": None,
            "language": None,
        }
        marks.append(f1(extract_page(body(entry), params)["text"], entry["gold"]["text"]))
    assert len(marks) > 15
    assert mean(marks) >= FLOOR


@pytest.mark.slow
def test_every_real_article_is_stored_and_published_with_the_same_text(entries: list[dict[str, Any]]) -> None:
    world = World(catalogue(source("frozen", others="full")))
    items = [item for entry in entries if entry["kind"] == "page" and (item := stored(world, entry))]
    assert world.publish(*items) == set()
    verification = Verification()
    verification.run(world)
    found = {check.name: (check.checked, check.faults) for check in verification.checks}
    assert len(items) > 900
    assert found == {check.name: (len(items), []) for check in verification.checks}


def stored(world: World, entry: dict[str, Any]) -> ArticleItem | None:
    """Store a page's article as extract does; None where the page has none."""
    params = {"url": entry["url"], "content_type": entry["content_type"], "timezone": None, "language": None}
    content = body(entry)
    fields = extract_page(content, params)
    if not fields["text"]:
        return None
    page = Page(fields, NOW, 200, entry["url"], hashlib.sha256(content).hexdigest())
    story = tell(entry["url"], Hint(title=entry["url"]), page, "en")
    article = records.first_article(story, article_id(entry["url"]), None, world.catalogue, NOW)
    return world.store(article)


def f1(ours: str, gold: str) -> float:
    bags = [Counter(re.findall(r"\w+", text.lower())) for text in (ours, gold)]
    common = (bags[0] & bags[1]).total()
    return 2 * common / (bags[0].total() + bags[1].total()) if common else 0.0
