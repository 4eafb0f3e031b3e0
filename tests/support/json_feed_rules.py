"""JSON Feed 1.1: the schema in ``tests/data/publish/json_feed.schema.json``, and what no schema can say."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.support.feed_values import TAG_URI, active_or_relative, is_future, rfc3339
from tests.support.json_schema import misfits

Found = Iterator[tuple[str, str]]
_SCHEMA = Path(__file__).parents[1] / "data" / "publish" / "json_feed.schema.json"
_DATES = ("date_published", "date_modified")


def broken(body: bytes, address: str, now: datetime) -> Found:
    """Yield what is wrong with a JSON feed that is served at ``address`` and read at ``now``."""
    try:
        document = json.loads(body.decode("utf-8"))
    except ValueError as error:
        yield "RFC 8259", str(error)
        return
    problems = list(misfits(document, json.loads(_SCHEMA.read_text(encoding="utf-8"))))
    yield from (("JSON Feed 1.1", problem) for problem in problems)
    if problems:
        return
    if document.get("feed_url") != address:
        yield "JSON Feed 1.1, feed_url", f"is {document.get('feed_url')!r}, not {address}"
    for identity, count in Counter(item["id"] for item in document["items"]).items():
        if count > 1:
            yield "JSON Feed 1.1, id", f"{count} items have the id {identity}"
    for item in document["items"]:
        found = _item(item, now)
        yield from ((section, f"item {item['id']}: {problem}") for section, problem in found)


def _item(item: Mapping[str, Any], now: datetime) -> Found:
    if not TAG_URI.fullmatch(item["id"]):
        yield "design 6", "its id is no tag: URI"
    if "external_url" not in item or not item.get("authors"):
        yield "design 6", "does not name its original and an author"
    moments = [rfc3339(item[name]) for name in _DATES if name in item]
    for moment in moments:
        if moment is None or is_future(moment, now):
            yield "JSON Feed 1.1, date_published", "is no RFC 3339 date, or in the future"
    if len(moments) == 2 and moments[0] and moments[1] and moments[1] < moments[0]:
        yield "JSON Feed 1.1, date_modified", "is before date_published"
    for problem in active_or_relative(item.get("content_html", "")):
        yield "JSON Feed 1.1, content_html", problem
