"""The demo publishers' feeds: one format each, fresh dates, and the demo's planned surprises."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest

from local.demo.site import Resource, build_site
from local.demo.story_files import load_publishers
from newswire.dates import parse_date
from newswire.urls import article_id

START = datetime(2026, 1, 5, 1, tzinfo=UTC)
PUBLISHERS = {publisher.id: publisher for publisher in load_publishers()}
RSS, JSON, ATOM = "angin-timur", "lumbung-niaga", "harbour-lantern"
SHARED = "/ekonomi/koperasi-nelayan-kelanting-simpan-ikan-dengan-tenaga-surya"
EDITED = "/nasional/perahu-malam-sungai-marga-mulai-diuji-coba"


def _feed(publisher: str, minutes: int = 0, start: datetime = START) -> Resource:
    moment = start + timedelta(minutes=minutes)
    everyone = tuple(PUBLISHERS.values())
    return build_site(PUBLISHERS[publisher], everyone, start, moment)[PUBLISHERS[publisher].feed_path]


def _xml(publisher: str, minutes: int = 0) -> Any:
    parsed = feedparser.parse(BytesIO(_feed(publisher, minutes).body))
    assert not parsed.bozo
    return parsed


def _items(minutes: int = 0) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = json.loads(_feed(JSON, minutes).body)["items"]
    return items


def _moment(written: str) -> datetime:
    moment = parse_date(written, UTC)
    assert moment is not None
    return moment


def _links(publisher: str, minutes: int = 0) -> list[str]:
    if publisher == JSON:
        return [item["url"] for item in _items(minutes)]
    return [entry.link for entry in _xml(publisher, minutes).entries]


def test_each_publisher_has_a_format_of_its_own() -> None:
    assert _xml(RSS).version == "rss20"
    assert _xml(ATOM).version == "atom10"
    assert json.loads(_feed(JSON).body)["version"] == "https://jsonfeed.org/version/1.1"


def test_the_rss_feed_carries_the_whole_text_and_the_others_only_summaries() -> None:
    assert all(len(entry.content[0].value) > 1500 for entry in _xml(RSS).entries)
    assert all("content" not in entry and len(entry.summary) < 300 for entry in _xml(ATOM).entries)
    assert all(item["content_text"] == item["summary"] and len(item["summary"]) < 300 for item in _items())


@pytest.mark.parametrize("publisher", [RSS, ATOM])
def test_entries_of_xml_feeds_name_authors_category_and_picture(publisher: str) -> None:
    for entry in _xml(publisher).entries:
        assert entry.authors[0].name
        assert entry.tags[0].term in PUBLISHERS[publisher].sections.values()
        assert entry.media_content[0]["url"].endswith(".webp")


def test_entries_of_the_json_feed_name_authors_tags_and_picture() -> None:
    for item in _items():
        assert item["authors"][0]["name"]
        assert item["tags"]
        assert item["image"].endswith(".webp")


def test_one_article_is_carried_by_two_feeds_under_two_spellings_of_its_link() -> None:
    everywhere = [link for publisher in PUBLISHERS for link in _links(publisher)]
    spellings = [link for link in everywhere if urlsplit(link).path == SHARED]
    assert len(spellings) == len(set(spellings)) == 2
    assert len({article_id(link) for link in spellings}) == 1
    assert len({article_id(link) for link in everywhere}) == len(everywhere) - 1


def test_stories_count_fourteen_at_the_start_and_fifteen_an_hour_later() -> None:
    def stories(minutes: int) -> set[str]:
        return {article_id(link) for publisher in PUBLISHERS for link in _links(publisher, minutes)}

    assert [len(stories(minutes)) for minutes in (0, 59, 60)] == [14, 14, 15]


def test_an_edit_changes_one_entrys_summary_and_its_updated_date() -> None:
    before, after = (
        {urlsplit(entry.link).path: entry for entry in _xml(RSS, minutes).entries} for minutes in (29, 30)
    )
    changed = {path for path in before if before[path] != after[path]}
    assert changed == {EDITED}
    assert before[EDITED].summary != after[EDITED].summary
    assert "updated" not in before[EDITED]
    assert after[EDITED].updated == "2026-01-05T08:30:00+07:00"
    assert before[EDITED].published == after[EDITED].published


@pytest.mark.parametrize("publisher", sorted(PUBLISHERS))
def test_a_feeds_bytes_change_only_when_what_it_says_does(publisher: str) -> None:
    assert _feed(publisher, 0) == _feed(publisher, 29)
    assert _feed(publisher, 30) == _feed(publisher, 59)
    assert _feed(publisher, 60) == _feed(publisher, 60 * 24)


@pytest.mark.parametrize("publisher", sorted(PUBLISHERS))
def test_every_story_is_fresh_whenever_the_demo_starts(publisher: str) -> None:
    start = datetime(2031, 7, 1, 12, tzinfo=UTC)
    for line in _feed(publisher, 0, start).body.decode().splitlines():
        assert "2026" not in line
    age = start - _feed(publisher, 0, start).modified
    assert timedelta(0) <= age < timedelta(hours=48)


def test_entries_are_newest_first_and_none_is_older_than_two_days() -> None:
    for publisher in (RSS, ATOM):
        moments = [_moment(entry.published) for entry in _xml(publisher).entries]
        assert moments == sorted(moments, reverse=True)
        assert moments[-1] > START - timedelta(hours=48)
    moments = [datetime.fromisoformat(item["date_published"]) for item in _items(60)]
    assert moments == sorted(moments, reverse=True)
    assert moments[-1] > START - timedelta(hours=48)
