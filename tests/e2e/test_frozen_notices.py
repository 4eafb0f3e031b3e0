"""No real page is a notice of withdrawal, where the frozen web lies beside the project: all are articles."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from functions.extract.decoding import utf8_page
from functions.extract.page_tree import parse_page
from functions.extract.retraction_notices import shows_notice

WEB = Path(__file__).resolve().parents[3] / "shared" / "newsweb"
pytestmark = [
    pytest.mark.skipif(not WEB.is_dir(), reason="REAL INPUT NOT TESTED: no ../shared/newsweb here"),
    pytest.mark.slow,
]


def test_no_page_of_an_article_is_a_notice_of_its_withdrawal() -> None:
    entries = json.loads((WEB / "manifest.json").read_text(encoding="utf-8"))["entries"]
    pages, notices = 0, []
    for entry in (entry for entry in entries if entry["kind"] == "page"):
        body = gzip.decompress((WEB / entry["file"]).read_bytes())
        page = parse_page(utf8_page(body, entry["content_type"]))
        pages += page is not None
        if page is not None and shows_notice(page):
            notices.append(entry["url"])
    assert pages > 900
    assert notices == []
