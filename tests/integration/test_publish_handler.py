"""The publish function as Lambda calls it: its sample events, on a stack in moto."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from lxml import etree, html

from functions.fetch.feed_state import FeedState
from functions.publish.app import lambda_handler
from newswire import aws
from newswire.article import Article
from newswire.article_item import ArticleItem
from newswire.article_text import text_of
from newswire.feed_keys import feed_key
from newswire.tables import Table
from tests.support.aws_stack import ARTICLE_BUCKET, ARTICLE_TABLE, FEED_TABLE, SITE_BUCKET, Stack
from tests.support.lambda_context import FakeLambdaContext
from tests.support.publish_articles import item_of, make_article
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import golden

EVENTS = Path(__file__).parents[2] / "events"
SOURCES = """
portal: {name: Kabar Nusantara, url: https://kabar.example, tagline: Kabar tepercaya, language: id,
  timezone: Asia/Jakarta, contact: redaksi@kabar.example, dateline: kabar.example}
categories: {nasional: Nasional, ekonomi: Ekonomi}
sources:
  - {id: angin-timur, name: Harian Angin Timur, homepage: "http://angin-timur.localhost:8801",
     feeds: ["http://angin-timur.localhost:8801/rss/terkini.xml"], category: nasional, display: full}
  - {id: lumbung, name: Lumbung Niaga, homepage: https://lumbung.example,
     feeds: [https://lumbung.example/feed.json], category: ekonomi}
"""


@pytest.fixture(autouse=True)
def _lambda(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in stack.environment().items():
        monkeypatch.setenv(name, value)
    stack.put_object("config/sources.yaml", SOURCES.encode())


@pytest.fixture
def stream_event() -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / "publish-dynamodb-stream.json").read_text(encoding="utf-8"))
    return event


def _commit(stack: Stack, event: dict[str, Any]) -> ArticleItem:
    """Store what the event tells of, as extract did before the stream spoke."""
    image = event["Records"][0]["dynamodb"]["NewImage"]
    stack.dynamodb.put_item(TableName=ARTICLE_TABLE, Item=image)
    item = ArticleItem.from_item(
        {name: TypeDeserializer().deserialize(value) for name, value in image.items()}
    )
    stack.put_object(item.article_key, golden("sample_article.json").read_bytes())
    return item


def test_the_sample_stream_event_publishes_the_articles_text(
    stack: Stack, stream_event: dict[str, Any], lambda_context: FakeLambdaContext
) -> None:
    item = _commit(stack, stream_event)
    article = Article.from_json(golden("sample_article.json").read_bytes())

    answer = lambda_handler(stream_event, lambda_context)

    assert answer == {"batchItemFailures": []}
    site = {key: body.decode() for key, body in stack.objects(SITE_BUCKET).items()}
    page = html.fromstring(site[f"a/{item.slug}-{item.id}.html"])
    (text,) = page.find_class("article-text")
    assert text_of(etree.tostring(text, encoding="unicode", method="html")) == article.text
    for key in ("index.html", "c/nasional.html", "s/angin-timur.html", "feed.xml", "c/nasional/feed.xml"):
        assert article.title in site[key], key
    assert article.text.split("\n")[-1] in "".join(etree.fromstring(site["feed.xml"].encode()).itertext())
    assert f"{item.slug}-{item.id}" in site["sitemap-2026-01-04.xml"]
    assert article.title not in site["c/ekonomi.html"]


def test_the_sample_schedule_event_makes_the_portal(stack: Stack, lambda_context: FakeLambdaContext) -> None:
    event = json.loads((EVENTS / "publish-schedule.json").read_text(encoding="utf-8"))

    answer = lambda_handler(event, lambda_context)

    written = stack.objects(SITE_BUCKET)
    # The catalogue is remembered three times: that it is begun, its channels and outputs, the whole when all
    # articles are up to it. The memory of a channel is begun before it is decided.
    twice = 2 + sum(key.endswith("feed.json") for key in written)
    assert answer == {"articlesDue": 0, "articlesFailed": 0, "OutputsWritten": len(written) + twice}
    assert {"index.html", "about.html", "404.html", "robots.txt", "c/ekonomi.html", "s/lumbung.html"} <= set(
        written
    )
    assert b"Lumbung Niaga" in written["about.html"]


def test_the_sample_schedule_event_tells_how_feeds_do(
    stack: Stack, lambda_context: FakeLambdaContext
) -> None:
    event = json.loads((EVENTS / "publish-schedule.json").read_text(encoding="utf-8"))
    key = feed_key("lumbung", "https://lumbung.example/feed.json")
    moment = datetime(2026, 1, 2, 12, tzinfo=UTC)
    state = FeedState(key, polled=moment, last_success=moment, newest=moment, seen=b"seen")
    Table(stack.dynamodb, FEED_TABLE).put(state.to_item(), expected_version=None)

    lambda_handler(event, lambda_context)

    about = html.fromstring(stack.objects(SITE_BUCKET)["about.html"].decode())
    assert about.get_element_by_id("health-lumbung").text_content() == "Aktif, artikel terbaru 2 Januari 2026"
    assert about.get_element_by_id("health-angin-timur").text_content() == "Belum dibaca"


def test_without_the_feed_table_the_schedule_still_makes_the_portal(
    stack: Stack, lambda_context: FakeLambdaContext
) -> None:
    event = json.loads((EVENTS / "publish-schedule.json").read_text(encoding="utf-8"))
    stack.dynamodb.delete_table(TableName=FEED_TABLE)

    answer = lambda_handler(event, lambda_context)

    assert answer["FeedHealthUnread"] == 1
    assert b"Lumbung Niaga" in stack.objects(SITE_BUCKET)["about.html"]


def test_objects_have_the_registered_types_and_short_lives_and_static_files_long_ones(
    stack: Stack, stream_event: dict[str, Any], lambda_context: FakeLambdaContext
) -> None:
    item = _commit(stack, stream_event)
    lambda_handler(stream_event, lambda_context)

    def head(key: str) -> tuple[str, str]:
        answer = stack.s3.head_object(Bucket=SITE_BUCKET, Key=key)
        return answer["ContentType"], answer["CacheControl"]

    short = "public, max-age=60"
    assert head("feed.xml") == ("application/rss+xml", short)
    assert head("atom.xml") == ("application/atom+xml", short)
    assert head("sources.opml") == ("text/x-opml; charset=utf-8", short)
    assert head(f"json/{item.id}.json") == ("application/json", short)
    assert head("feed.json") == ("application/feed+json", short)
    assert head("sitemap.xml") == ("application/xml", short)
    assert head("robots.txt") == ("text/plain; charset=utf-8", short)
    assert head(f"a/{item.slug}-{item.id}.html") == ("text/html; charset=utf-8", short)
    styles = [key for key in stack.objects(SITE_BUCKET) if key.endswith(".css")]
    assert len(styles) == 2  # of pages and of feeds
    for style in styles:
        assert head(style) == ("text/css; charset=utf-8", "public, max-age=31536000, immutable")
    page = stack.s3.head_object(Bucket=SITE_BUCKET, Key=f"a/{item.slug}-{item.id}.html")
    assert page["Metadata"]["version"] == "1"


def test_the_stacks_portal_url_takes_the_place_of_the_configured_one(
    stack: Stack,
    stream_event: dict[str, Any],
    lambda_context: FakeLambdaContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PORTAL_URL", "https://d111.cloudfront.example")
    _commit(stack, stream_event)

    lambda_handler(stream_event, lambda_context)

    outputs = stack.objects(SITE_BUCKET)
    assert b"https://d111.cloudfront.example/a/" in outputs["feed.xml"]
    assert not [key for key, body in outputs.items() if b"https://kabar.example" in body]


def test_records_that_cannot_be_done_in_time_come_back_from_the_first_on(
    stack: Stack, stream_event: dict[str, Any]
) -> None:
    _commit(stack, stream_event)
    answer = lambda_handler(stream_event, FakeLambdaContext(remaining_ms=5_000))

    sequence = stream_event["Records"][0]["dynamodb"]["SequenceNumber"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": sequence}]}


def test_an_event_that_is_neither_names_what_is_allowed(lambda_context: FakeLambdaContext) -> None:
    with pytest.raises(ValueError, match="a stream batch or the task 'refresh' is allowed"):
        lambda_handler({"trigger": "schedule", "task": "poll"}, lambda_context)


def test_fifty_changes_cost_a_bounded_number_of_storage_calls(
    stack: Stack, lambda_context: FakeLambdaContext
) -> None:
    """The same counts as over the stores in memory, which are asked about far more articles."""
    sources = catalogue(source("angin-timur"), source("lumbung", category="ekonomi", display="excerpt"))
    articles = [make_article(sources, one, "angin-timur" if one % 2 else "lumbung") for one in range(110)]
    items = [
        _store(stack, article, item_of(article, sources, f"articles/{article.id}/1.json"))
        for article in articles
    ]
    lambda_handler(_event(items), lambda_context)
    changed = [
        _store(stack, None, replace(item, version=2, title=f"{item.title} (baru)")) for item in items[:50]
    ]
    calls: Counter[str] = Counter()
    _count_calls(calls)

    lambda_handler(_event(changed), lambda_context)
    first = dict(calls)
    calls.clear()
    lambda_handler(_event(changed), lambda_context)

    assert "(baru)" in stack.objects(SITE_BUCKET)["feed.xml"].decode()
    # 50 pages and their JSON, 25 whole articles, the memories of 5 channels; of their archives 5 memories of
    # days and 2 of hours where one is split, their 5 lists, the calendar; what is beside a memory is written
    # unread;
    # sitemaps: the day twice, the index; the news; search: as sitemaps, and joint files of its ended month;
    # corrections and their memory; what last was carried; the operator's sources.yaml before and after, and
    # what was last made of it; who said stop, before and after
    archives, search = 5 + 2 + 5 + 1, 3 + 2 + 10
    assert first == {
        "GetObject": 100 + 25 + 5 + archives + 3 + 1 + search + 2 + 1 + 3,
        "PutObject": 100 + 20 + 6 * 4 + 2,
        "Query": 5,
        "BatchGetItem": 2 + 2,
    }
    assert "PutObject" not in calls


def _store(stack: Stack, article: Article | None, item: ArticleItem) -> ArticleItem:
    if article is not None:
        stack.put_object(item.article_key, article.to_json())
    row = {name: TypeSerializer().serialize(value) for name, value in item.to_item().items()}
    stack.dynamodb.put_item(TableName=ARTICLE_TABLE, Item=row)
    return item


def _event(items: list[ArticleItem]) -> dict[str, Any]:
    names = ("type", "id", "slug", "owner_id", "category", "listed", "language")
    rows = [item.to_item() for item in items]
    images = [{name: {"S": row[name]} for name in names} for row in rows]
    return {
        "Records": [
            {"dynamodb": {"SequenceNumber": str(number), "NewImage": image}}
            for number, image in enumerate(images, 1)
        ]
    }


def _count_calls(calls: Counter[str]) -> None:
    """Count what clients made from now on send, by botocore's own event."""
    aws.forget()
    aws.session().get_component("event_emitter").register(
        "before-call.*.*", lambda model, **_: calls.update([model.name])
    )


def test_the_bucket_names_in_the_settings_are_the_only_places_written(
    stack: Stack, stream_event: dict[str, Any], lambda_context: FakeLambdaContext
) -> None:
    _commit(stack, stream_event)
    before = stack.objects(ARTICLE_BUCKET)

    lambda_handler(stream_event, lambda_context)

    assert stack.objects(ARTICLE_BUCKET) == before


def test_the_operators_files_are_read_from_beside_the_sources_and_a_bad_one_is_left_out_and_counted(
    stack: Stack, lambda_context: FakeLambdaContext
) -> None:
    own = 'dateline: kabar.example, logo: logo.svg, accent: "#0b6b63", pages: [redaksi, hilang]'
    stack.put_object("config/sources.yaml", SOURCES.replace("dateline: kabar.example", own).encode())
    logo = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 6"/>'
    stack.put_object("config/logo.svg", logo)
    stack.put_object("config/pages/redaksi.md", b"# Redaksi\n\nIsi.")

    answer = lambda_handler({"trigger": "schedule", "task": "refresh"}, lambda_context)

    assert answer["OwnFilesSkipped"] == 1
    site = stack.objects(SITE_BUCKET)
    assert b"<h1>Redaksi</h1>" in site["p/redaksi.html"]
    assert "p/hilang.html" not in site
    (image,) = html.fromstring(site["index.html"].decode()).find_class("logo")
    assert site[image.get("src").removeprefix("/")] == logo
    assert [key for key in site if key.startswith("static/accent.")]
