"""Real pages, where they lie beside the project; they are publishers' and never part of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from newswire.urls import article_id, clean_link

WEB = Path(__file__).resolve().parents[3] / "shared" / "newsweb"
pytestmark = pytest.mark.skipif(not WEB.is_dir(), reason="REAL INPUT NOT TESTED: no ../shared/newsweb here")


@pytest.fixture(scope="module")
def entries() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((WEB / "manifest.json").read_text(encoding="utf-8"))["entries"]
    return found


def test_no_two_real_pages_have_one_identity(entries: list[dict[str, Any]]) -> None:
    pages = [clean_link(entry["url"]) or "" for entry in entries if entry["kind"] == "page"]
    assert len({article_id(page) for page in pages}) == len(pages)
