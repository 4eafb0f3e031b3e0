"""The publish function in moto, with a hub and an IndexNow endpoint on loopback."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from boto3.dynamodb.types import TypeSerializer

from functions.publish import pinging
from functions.publish.app import lambda_handler
from functions.publish.told_once import CLAIMED_FOR
from newswire.article_item import ArticleItem
from newswire.http_client import Limits
from tests.support.aws_stack import ARTICLE_TABLE, PING_TABLE, SITE_BUCKET, Stack
from tests.support.lambda_context import FakeLambdaContext
from tests.support.publish_articles import item_of, make_article
from tests.support.publish_catalogues import catalogue, source
from tests.support.web_server import Reply, WebServer

KEY = "5f0c1d3e9b7a4c60"
PORTAL = "https://kabar.example"
REFRESH = {"trigger": "schedule", "task": "refresh"}
TAKEN = Reply(status=204, content_type=None)
SOURCES = catalogue(
    source("angin", index="index", feeds=("https://www.angin.example/rss.xml",)),
    source("lumbung", index="noindex-news", category="ekonomi"),
    source("tutup", index="noindex", category="ekonomi"),
)


def sources_yaml(*portal: str) -> str:
    """Return the file of :data:`SOURCES`, with further keys of the portal."""
    lines = [
        *(f"portal: {{name: Kabar Nusantara, url: {PORTAL}, tagline: Kabar, language: id,",),
        "  timezone: Asia/Jakarta, contact: redaksi@kabar.example",
        *(f"  , {line}" for line in portal),
        "}",
        "categories: {nasional: Nasional, ekonomi: Ekonomi}",
        "sources:",
        *(
            f"  - {{id: {one.id}, name: {one.name}, homepage: {one.homepage}, feeds: [{one.feeds[0]}], "
            f"category: {one.category}, display: full, index: {one.index}}}"
            for one in SOURCES.sources
        ),
    ]
    return "\n".join(lines)


@dataclass
class PingStage:
    """The publish function on a stack in moto, with whom it tells on loopback."""

    stack: Stack
    web: WebServer

    def configure(self, *, websub: str = "/hub", indexnow: str = "/indexnow") -> None:
        portal = [f'websub: "{self.web.url(websub)}"'] if websub else []
        portal += [f"indexnow: {KEY}", f'indexnow_endpoint: "{self.web.url(indexnow)}"'] if indexnow else []
        self.stack.put_object("config/sources.yaml", sources_yaml(*portal).encode())

    def add(self, number: int, owner: str = "angin", **changes: Any) -> ArticleItem:
        article = make_article(SOURCES, number, owner)
        item = replace(item_of(article, SOURCES, f"articles/{article.id}/1.json"), **changes)
        self.stack.put_object(item.article_key, article.to_json())
        self.save(item)
        return item

    def save(self, item: Any) -> Any:
        row = {name: TypeSerializer().serialize(value) for name, value in item.to_item().items()}
        self.stack.dynamodb.put_item(TableName=ARTICLE_TABLE, Item=row)
        return item

    def publish(self, *items: Any, remaining_ms: int = 300_000) -> Any:
        images = [
            {name: {"S": value} for name, value in item.to_item().items() if isinstance(value, str)}
            for item in items
        ]
        records = [
            {"dynamodb": {"SequenceNumber": str(number), "NewImage": image}}
            for number, image in enumerate(images, 1)
        ]
        return lambda_handler({"Records": records}, FakeLambdaContext(remaining_ms=remaining_ms))

    def refresh(self) -> Any:
        return lambda_handler(REFRESH, FakeLambdaContext())

    def requests(self, path: str) -> list[bytes]:
        """Return and forget the bodies that a path was sent."""
        bodies = [asked.body for asked in self.web.asked if asked.path == path]
        self.web.asked[:] = [asked for asked in self.web.asked if asked.path != path]
        return bodies

    def topics(self) -> list[str]:
        """Return what the hub was told since the last time, without the portal's address."""
        told: list[str] = []
        for body in self.requests("/hub"):
            (mode, *topics) = parse_qsl(body.decode(), strict_parsing=True)
            assert mode == ("hub.mode", "publish")
            assert {name for name, _ in topics} == {"hub.url"}
            told += [topic.removeprefix(f"{PORTAL}/") for _, topic in topics]
        return sorted(told)

    def urls(self) -> list[str]:
        """Return what search engines were told since the last time."""
        told: list[str] = []
        for body in self.requests("/indexnow"):
            document = json.loads(body)
            assert (document["host"], document["key"]) == ("kabar.example", KEY)
            told += document["urlList"]
        return sorted(told)

    def let_turns_come(self) -> None:
        """Have the next refresh look at every list."""
        self.stack.put_object("turns.json", b"", bucket=SITE_BUCKET)

    def let_claims_lapse(self) -> None:
        """Move the claims that were not confirmed into the past."""
        for pk, record in self.stack.items(PING_TABLE).items():
            if record["status"] == "INPROGRESS":
                past = int(record["in_progress_expiration"]) - int(CLAIMED_FOR.total_seconds() * 1000) - 1000
                self.stack.dynamodb.update_item(
                    TableName=PING_TABLE,
                    Key={"pk": {"S": pk}},
                    UpdateExpression="SET in_progress_expiration = :past",
                    ExpressionAttributeValues={":past": {"N": str(past)}},
                )


def ping_stage(stack: Stack, web: WebServer, monkeypatch: pytest.MonkeyPatch) -> PingStage:
    """Return a local run's stage: an answer is waited for half a second, and receivers take everything."""
    for name, value in stack.environment(LOCAL_RUN="1").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(pinging, "LIMITS", Limits(body=1000, deadline=timedelta(seconds=0.5), truncate=True))
    web.replies["/hub"] = web.replies["/indexnow"] = TAKEN
    made = PingStage(stack, web)
    made.configure()
    return made


def page_of(item: Any) -> str:
    """Return the address of an article's page."""
    return f"{PORTAL}/a/{item.slug}-{item.id}.html"


def feeds_in(*folders: str) -> list[str]:
    """Return the feeds of these folders, in order."""
    return sorted(f"{folder}{name}" for folder in folders for name in ("atom.xml", "feed.json", "feed.xml"))


ALL_FEEDS = feeds_in("", "c/nasional/", "c/ekonomi/", "s/angin/", "s/lumbung/", "s/tutup/")


def metric(output: str, name: str) -> list[float]:
    """Return the values of a metric that a function has printed."""
    entries = [json.loads(line) for line in output.splitlines() if line.startswith("{") and "_aws" in line]
    return [value for entry in entries if name in entry for value in entry[name]]


def failures(log: pytest.LogCaptureFixture) -> dict[str, int]:
    """Return how many addresses each receiver was not told of, by the log."""
    lines = [vars(record) for record in log.records if record.message == "ping failed"]
    return {line["endpoint"]: line["addresses"] for line in lines}
