"""The demo publishers' feeds: one format each, fresh dates, and the demo's planned surprises."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest

from local.demo.newsroom import Edition, editions, turning_points
from local.demo.server import SOURCES
from local.demo.site import Resource, build_site
from local.demo.story_files import load_publishers
from newswire.dates import parse_date
from newswire.sources_file import load_catalogue
from newswire.urls import article_id

START = datetime(2026, 1, 5, 1, tzinfo=UTC)
PUBLISHERS = {publisher.id: publisher for publisher in load_publishers()}
RSS, JSON, ATOM = (
    [one.id for one in PUBLISHERS.values() if one.feed_format == kind] for kind in ("rss", "json", "atom")
)
XML = [*RSS, *ATOM]
POINTS = [point // timedelta(minutes=1) for point in turning_points(load_publishers())]
SHARED = "/ekonomi/koperasi-nelayan-kelanting-simpan-ikan-dengan-tenaga-surya"
EDITOR = "angin-timur"
EDITED = "/nasional/perahu-malam-sungai-marga-mulai-diuji-coba"


def _feed(publisher: str, minutes: int = 0, start: datetime = START) -> Resource:
    moment = start + timedelta(minutes=minutes)
    everyone = tuple(PUBLISHERS.values())
    return build_site(PUBLISHERS[publisher], everyone, start, moment)[PUBLISHERS[publisher].feed_path]


def _xml(publisher: str, minutes: int = 0) -> Any:
    parsed = feedparser.parse(BytesIO(_feed(publisher, minutes).body))
    assert not parsed.bozo
    return parsed


def _items(publisher: str, minutes: int = 0) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = json.loads(_feed(publisher, minutes).body)["items"]
    return items


def _told(minutes: int = 0) -> dict[str, Edition]:
    """Return what everybody says at a moment, by address."""
    everyone = load_publishers()
    moment = START + timedelta(minutes=minutes)
    return {edition.url: edition for one in everyone for edition in editions(one, START, moment)}


def _moment(written: str) -> datetime:
    moment = parse_date(written, UTC)
    assert moment is not None
    return moment


def _links(publisher: str, minutes: int = 0) -> list[str]:
    if publisher in JSON:
        return [item["url"] for item in _items(publisher, minutes)]
    return [entry.link for entry in _xml(publisher, minutes).entries]


def test_every_format_has_publishers() -> None:
    assert {_xml(publisher).version for publisher in RSS} == {"rss20"}
    assert {_xml(publisher).version for publisher in ATOM} == {"atom10"}
    versions = {json.loads(_feed(publisher).body)["version"] for publisher in JSON}
    assert versions == {"https://jsonfeed.org/version/1.1"}


def test_rss_feeds_carry_the_whole_text_and_the_others_only_summaries() -> None:
    for publisher in RSS:
        assert all(len(entry.content[0].value) > 1000 for entry in _xml(publisher).entries)
    for publisher in ATOM:
        entries = _xml(publisher).entries
        assert all("content" not in entry and len(entry.summary) < 300 for entry in entries)
    for publisher in JSON:
        items = _items(publisher)
        assert all(item["content_text"] == item["summary"] and len(item["summary"]) < 300 for item in items)


@pytest.mark.parametrize("publisher", XML)
def test_entries_of_xml_feeds_name_the_authors_category_and_picture_that_there_are(publisher: str) -> None:
    told = _told()
    for entry in _xml(publisher).entries:
        edition = told[entry.id]
        authors = [one.get("name") for one in entry.get("authors", [])]
        assert [name for name in authors if name] == list(edition.story.authors)
        assert entry.tags[0].term in edition.publisher.sections.values()
        pictures = [media["url"] for media in entry.get("media_content", [])]
        assert pictures == ([edition.image_url] if edition.image_url else [])


@pytest.mark.parametrize("publisher", JSON)
def test_entries_of_json_feeds_name_the_authors_tags_and_picture_that_there_are(publisher: str) -> None:
    told = _told()
    for item in _items(publisher):
        edition = told[item["id"]]
        assert [author["name"] for author in item.get("authors", [])] == list(edition.story.authors)
        assert item["tags"]
        assert item.get("image") == edition.image_url


def test_one_article_is_carried_by_two_feeds_under_two_spellings_of_its_link() -> None:
    everywhere = [link for publisher in PUBLISHERS for link in _links(publisher)]
    spellings = [link for link in everywhere if urlsplit(link).path == SHARED]
    assert len(spellings) == len(set(spellings)) == 2
    assert len({article_id(link) for link in spellings}) == 1
    partners = sum(len(publisher.partner_stories) for publisher in PUBLISHERS.values())
    assert len({article_id(link) for link in everywhere}) == len(everywhere) - partners


@pytest.mark.parametrize("minutes", [0, *POINTS])
def test_feeds_name_every_story_that_is_out_and_none_that_is_withdrawn(minutes: int) -> None:
    moment = START + timedelta(minutes=minutes)
    listed = {article_id(link) for publisher in PUBLISHERS for link in _links(publisher, minutes)}
    told = [edition for one in PUBLISHERS.values() for edition in editions(one, START, moment)]
    assert listed == {article_id(edition.url) for edition in told if not edition.is_withdrawn}


def test_stories_appear_change_and_go_while_the_demo_plays() -> None:
    stories = [story for publisher in PUBLISHERS.values() for story in publisher.stories]
    assert len(stories) >= 40
    assert [story.slug for story in stories if story.published_minutes > 0]
    assert [story.slug for story in stories if story.revision]
    assert [story.slug for story in stories if story.retraction]
    assert [story.slug for story in stories if not story.picture]
    assert [story.slug for story in stories if not story.authors]
    days = {(START + timedelta(minutes=story.published_minutes)).date() for story in stories}
    assert len(days) >= 4


def test_an_edit_changes_one_entrys_summary_and_its_updated_date() -> None:
    before, after = (
        {urlsplit(entry.link).path: entry for entry in _xml(EDITOR, minutes).entries} for minutes in (29, 30)
    )
    changed = {path for path in before if before[path] != after[path]}
    assert changed == {EDITED}
    assert before[EDITED].summary != after[EDITED].summary
    assert "updated" not in before[EDITED]
    assert after[EDITED].updated == "2026-01-05T08:30:00+07:00"
    assert before[EDITED].published == after[EDITED].published


@pytest.mark.parametrize("publisher", sorted(PUBLISHERS))
def test_a_feeds_bytes_change_only_when_what_it_says_does(publisher: str) -> None:
    for since, until in pairwise([0, *POINTS, 60 * 24]):
        assert _feed(publisher, since) == _feed(publisher, until - 1)


@pytest.mark.parametrize("publisher", sorted(PUBLISHERS))
def test_every_story_is_fresh_whenever_the_demo_starts(publisher: str) -> None:
    start = datetime(2031, 7, 1, 12, tzinfo=UTC)
    for line in _feed(publisher, 0, start).body.decode().splitlines():
        assert "2026" not in line
    age = start - _feed(publisher, 0, start).modified
    assert timedelta(0) <= age < timedelta(hours=48)


def test_entries_are_newest_first_and_none_is_too_old_for_a_first_poll() -> None:
    backfill = load_catalogue(SOURCES.read_text(encoding="utf-8")).sources[0].backfill
    assert backfill is not None
    oldest = START - backfill
    for publisher in PUBLISHERS:
        written = (
            [item["date_published"] for item in _items(publisher, POINTS[-1])]
            if publisher in JSON
            else [entry.published for entry in _xml(publisher, POINTS[-1]).entries]
        )
        moments = [_moment(one) for one in written]
        assert moments == sorted(moments, reverse=True)
        assert moments[-1] > oldest
