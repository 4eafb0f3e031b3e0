"""Real pages, where they lie beside the project; they are publishers' and never part of it."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from functions.extract import records
from functions.extract.assembly import Page, tell
from functions.extract.extracted_page import ExtractedPage
from functions.extract.extraction import extract_page
from local.verify.verification import Verification
from newswire.article_item import ArticleItem
from newswire.messages import Hint
from newswire.urls import article_id, clean_link
from tests.support.feed_rules import violations
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World

WEB = Path(__file__).resolve().parents[3] / "shared" / "newsweb"
FEEDS = ("feed.xml", "atom.xml", "feed.json")
pytestmark = pytest.mark.skipif(not WEB.is_dir(), reason="REAL INPUT NOT TESTED: no ../shared/newsweb here")


@pytest.fixture(scope="module")
def entries() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((WEB / "manifest.json").read_text(encoding="utf-8"))["entries"]
    return found


def test_no_two_real_pages_have_one_identity(entries: list[dict[str, Any]]) -> None:
    pages = [clean_link(entry["url"]) or "" for entry in entries if entry["kind"] == "page"]
    assert len({article_id(page) for page in pages}) == len(pages)


@pytest.mark.slow
def test_every_real_article_is_stored_and_published_with_the_same_text(entries: list[dict[str, Any]]) -> None:
    world = World(catalogue(source("frozen", others="full")))
    items = [item for entry in entries if entry["kind"] == "page" and (item := stored(world, entry))]
    assert world.publish(*items) == set()
    verification = Verification()
    verification.run(world)
    found = {check.name: (check.checked, check.faults) for check in verification.checks}
    assert len(items) > 900
    assert found.pop("erased") == (0, [])  # no retention is over
    assert found == {name: (len(items), []) for name in found}
    assert len(found) == 7
    feeds = {key: body for key, body in world.written().items() if key.endswith(FEEDS)}
    told = {key: violations(key, body, f"https://kabar.example/{key}", NOW) for key, body in feeds.items()}
    assert {"feed.xml", "atom.xml", "feed.json"} <= feeds.keys()
    assert {key: broken for key, broken in told.items() if broken} == {}


def stored(world: World, entry: dict[str, Any]) -> ArticleItem | None:
    """Store a page's article as extract does; None where the page has none."""
    params = {"url": entry["url"], "content_type": entry["content_type"], "timezone": None, "language": None}
    content = gzip.decompress((WEB / entry["file"]).read_bytes())
    fields = extract_page(content, params)
    if not fields["text"]:
        return None
    page = Page(
        ExtractedPage.from_answer(fields), NOW, 200, entry["url"], hashlib.sha256(content).hexdigest()
    )
    story = tell(entry["url"], Hint(title=entry["url"]), page, "en")
    article = records.first_article(story, article_id(entry["url"]), None, world.catalogue, NOW)
    return world.store(article)
