"""A hub and an IndexNow endpoint on loopback: told once of what changed, and unable to harm a run."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from boto3.dynamodb.types import TypeSerializer

from functions.publish import app, pinging
from functions.publish.announcements import OWED_FOR
from functions.publish.app import lambda_handler
from functions.publish.told_once import CLAIMED_FOR, KEPT_FOR
from newswire import aws
from newswire.article_item import ArticleItem, Tombstone
from newswire.http_client import Limits
from tests.support.aws_stack import ARTICLE_TABLE, PING_TABLE, SITE_BUCKET, Stack
from tests.support.http_clients import resolver
from tests.support.lambda_context import FakeLambdaContext
from tests.support.publish_world import catalogue, item_of, make_article, source
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


def _sources_yaml(*portal: str) -> str:
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
class Stage:
    """The publish function on a stack in moto, with whom it tells on loopback."""

    stack: Stack
    web: WebServer

    def configure(self, *, websub: str = "/hub", indexnow: str = "/indexnow") -> None:
        portal = [f'websub: "{self.web.url(websub)}"'] if websub else []
        portal += [f"indexnow: {KEY}", f'indexnow_endpoint: "{self.web.url(indexnow)}"'] if indexnow else []
        self.stack.put_object("config/sources.yaml", _sources_yaml(*portal).encode())

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


@pytest.fixture
def stage(stack: Stack, web: WebServer, monkeypatch: pytest.MonkeyPatch) -> Stage:
    for name, value in stack.environment(LOCAL_RUN="1").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(pinging, "LIMITS", Limits(body=1000, deadline=timedelta(seconds=0.5), truncate=True))
    web.replies["/hub"] = web.replies["/indexnow"] = TAKEN
    made = Stage(stack, web)
    made.configure()
    return made


def _page(item: Any) -> str:
    return f"{PORTAL}/a/{item.slug}-{item.id}.html"


def _feeds(*folders: str) -> list[str]:
    return sorted(f"{folder}{name}" for folder in folders for name in ("atom.xml", "feed.json", "feed.xml"))


ALL_FEEDS = _feeds("", "c/nasional/", "c/ekonomi/", "s/angin/", "s/lumbung/", "s/tutup/")


def _metric(output: str, name: str) -> list[float]:
    entries = [json.loads(line) for line in output.splitlines() if line.startswith("{") and "_aws" in line]
    return [value for entry in entries if name in entry for value in entry[name]]


def _failures(log: pytest.LogCaptureFixture) -> dict[str, int]:
    """Return how many addresses each receiver was not told of, by the log."""
    lines = [vars(record) for record in log.records if record.message == "ping failed"]
    return {line["endpoint"]: line["addresses"] for line in lines}


# --- What is told, and when ---


def test_a_hub_is_told_in_one_request_of_the_feeds_that_changed(stage: Stage) -> None:
    stage.publish(stage.add(1))
    assert len([asked for asked in stage.web.asked if asked.path == "/hub"]) == 1
    assert stage.topics() == ALL_FEEDS

    stage.publish(stage.add(2, "lumbung"))
    assert stage.topics() == _feeds("", "c/ekonomi/", "s/lumbung/")


def test_whoever_is_told_finds_everything_written(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    item = stage.add(1)
    found: list[dict[str, bytes]] = []
    reply = stage.web.reply

    def looking(asked: Any) -> Reply:
        found.append(stage.stack.objects(SITE_BUCKET))
        return reply(asked)

    monkeypatch.setattr(stage.web, "reply", looking)
    # The hub of this test reads the whole site before it answers.
    monkeypatch.setattr(pinging, "LIMITS", replace(pinging.LIMITS, deadline=timedelta(minutes=5)))
    stage.publish(item)

    assert [site == stage.stack.objects(SITE_BUCKET) for site in found] == [True, True]
    assert found[0][f"{KEY}.txt"] == KEY.encode()
    assert item.title in found[0]["feed.xml"].decode()


def test_search_engines_hear_of_pages_that_may_be_indexed_only(stage: Stage) -> None:
    open_page = stage.add(1)
    others = [stage.add(2, "lumbung"), stage.add(3, "tutup")]
    stage.publish(open_page, *others)
    assert stage.urls() == [_page(open_page)]


def test_search_engines_hear_of_a_correction_and_of_a_retraction_once_each(stage: Stage) -> None:
    item = stage.add(1)
    stage.publish(item)
    assert stage.urls() == [_page(item)]

    stage.publish(stage.save(replace(item, version=2, title=f"{item.title} (ralat)", revision=2)))
    assert stage.urls() == [_page(item)]

    gone = stage.save(Tombstone(item.id, 3, item.url, item.slug, "HTTP 410", "2026-01-02T12:00:00.000Z"))
    stage.publish(gone)
    assert stage.urls() == [_page(item)]
    stage.publish(gone)
    stage.refresh()
    assert stage.urls() == []


def test_the_retraction_of_a_page_that_was_never_indexed_is_not_told(stage: Stage) -> None:
    item = stage.add(1, "tutup")
    stage.publish(item)
    stage.publish(
        stage.save(Tombstone(item.id, 2, item.url, item.slug, "HTTP 410", "2026-01-02T12:00:00.000Z"))
    )
    assert stage.urls() == []


def test_nothing_is_told_of_what_did_not_change(stage: Stage) -> None:
    item = stage.add(1)
    stage.publish(item)
    stage.web.asked.clear()

    stage.publish(item)
    stage.publish(stage.save(replace(item, version=2, via={**item.via, "second": item.via["feed"]})))
    stage.refresh()

    assert stage.web.asked == []


def test_what_was_written_longer_ago_than_records_live_is_not_told_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = stage.add(1)
    stage.publish(item)
    stage.web.asked.clear()
    for pk in stage.stack.items(PING_TABLE):
        stage.stack.dynamodb.delete_item(TableName=PING_TABLE, Key={"pk": {"S": pk}})

    class Tomorrow:
        def __init__(self, *_: Any) -> None:
            pass

        def now(self) -> datetime:
            return datetime.now(UTC) + OWED_FOR + timedelta(minutes=1)

    monkeypatch.setattr(app, "Clock", Tomorrow)
    stage.publish(item)

    assert stage.web.asked == []


def test_records_outlive_the_day_in_which_something_may_be_owed(stage: Stage) -> None:
    stage.publish(stage.add(1))
    ends = {int(record["expires"]) for record in stage.stack.items(PING_TABLE).values()}
    now = datetime.now(UTC)
    assert {record["status"] for record in stage.stack.items(PING_TABLE).values()} == {"COMPLETED"}
    assert now + OWED_FOR < datetime.fromtimestamp(min(ends), UTC) <= now + KEPT_FOR


def test_off_unless_configured(stage: Stage) -> None:
    stage.configure(websub="", indexnow="")
    stage.publish(stage.add(1))
    assert stage.web.asked == []
    assert stage.stack.items(PING_TABLE) == {}


def test_records_need_no_more_than_the_two_actions_that_the_role_has(stage: Stage) -> None:
    """Moto allows everything, and Powertools would also read and delete records."""
    used: set[str] = set()
    aws.forget()
    aws.session().get_component("event_emitter").register(
        "provide-client-params.dynamodb.*",
        lambda params, model, **_: used.update([model.name][: params.get("TableName") == PING_TABLE]),
    )
    item = stage.add(1)
    stage.web.replies["/hub"] = Reply(status=503)
    stage.publish(item)
    stage.publish(item)
    stage.let_claims_lapse()
    stage.publish(item)

    assert used == {"PutItem", "UpdateItem"}


# --- Twice, at once, and after a death ---


def test_two_runs_at_once_over_the_same_batch_tell_of_each_state_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = stage.add(1)
    monkeypatch.setattr(pinging, "LIMITS", replace(pinging.LIMITS, deadline=timedelta(seconds=60)))
    reply, second = stage.web.reply, threading.Lock()

    def while_the_first_waits_for_the_hub(asked: Any) -> Reply:
        if asked.path == "/hub" and second.acquire(blocking=False):
            stage.publish(item)
        return reply(asked)

    monkeypatch.setattr(stage.web, "reply", while_the_first_waits_for_the_hub)
    stage.publish(item)

    assert second.locked()
    assert (stage.topics(), stage.urls()) == (ALL_FEEDS, [_page(item)])


def test_what_a_killed_run_has_left_untold_is_told_when_its_batch_comes_back(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = stage.add(1)
    with monkeypatch.context() as killed:
        killed.setattr(app, "ping", lambda *_: None)
        stage.publish(item)
    assert stage.web.asked == []

    stage.publish(item)

    assert stage.urls() == [_page(item)]
    assert set(_feeds("", "c/nasional/", "s/angin/")) <= set(stage.topics())


def test_a_run_that_fails_half_way_tells_of_what_it_has_written(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = stage.add(1)

    def broken(*_: Any) -> bool:
        raise RuntimeError("no index today")

    monkeypatch.setattr("functions.publish.sitemap_writing.SitemapIndex.write", broken)
    with pytest.raises(RuntimeError, match="no index today"):
        stage.publish(item)

    assert stage.urls() == [_page(item)]
    assert "feed.xml" in stage.topics()


# --- Hubs that fail ---

FAILING = {
    "failing": Reply(status=500),
    "busy": Reply(status=429, headers={"Retry-After": "3600"}),
    "slow": Reply(hang=True),
    "endless": Reply(raw=[b"HTTP/1.1 200 OK\r\n\r\n", *[b"x"] * 100], pause=0.1),
    "lying": Reply(status=307, headers={"Location": "http://169.254.169.254/latest/meta-data/"}),
    "babbling": Reply(raw=[b"220 smtp ready\r\n"]),
    "bombing": Reply(b"\0" * 5_000_000, status=500, gzipped=True),
}


@pytest.mark.parametrize("reply", FAILING.values(), ids=FAILING)
def test_a_failing_hub_changes_neither_the_answer_nor_the_outputs(
    reply: Reply, stage: Stage, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    item = stage.add(1)
    stage.web.replies["/hub"] = stage.web.replies["/indexnow"] = reply

    assert stage.publish(item) == {"batchItemFailures": []}

    site = stage.stack.objects(SITE_BUCKET)
    assert item.title in site["feed.xml"].decode()
    assert _failures(caplog) == {stage.web.url("/hub"): len(ALL_FEEDS), stage.web.url("/indexnow"): 1}
    assert _metric(capsys.readouterr().out, "PingsFailed") == [len(ALL_FEEDS) + 1]
    assert sorted(stage.web.paths()) == ["/hub", "/indexnow"], "one try each"


def test_outputs_are_the_same_with_a_failing_hub_and_with_a_willing_one(stage: Stage) -> None:
    item = stage.add(1)
    stage.web.replies["/hub"] = FAILING["slow"]
    stage.publish(item)
    before = stage.stack.objects(SITE_BUCKET)
    stage.web.replies["/hub"] = TAKEN
    stage.let_claims_lapse()
    stage.publish(item)
    assert stage.stack.objects(SITE_BUCKET) == before


def test_a_failed_ping_is_left_alone_for_a_while_and_tried_again_by_the_refresh(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    item = stage.add(1)
    stage.web.replies["/hub"] = stage.web.replies["/indexnow"] = Reply(status=503)
    stage.publish(item)
    failed, refused = stage.topics(), stage.urls()
    stage.web.replies["/hub"] = stage.web.replies["/indexnow"] = TAKEN

    stage.refresh()
    assert stage.web.asked == [], "too soon"
    stage.let_claims_lapse()
    capsys.readouterr()
    stage.refresh()

    quiet = _feeds("s/lumbung/", "s/tutup/")  # nothing has come to them: they are met on their turns
    assert (stage.topics(), stage.urls()) == ([one for one in failed if one not in quiet], refused)
    assert _metric(capsys.readouterr().out, "PingsFailed") == []
    stage.let_turns_come()
    stage.refresh()
    assert (stage.topics(), stage.urls()) == (quiet, [])
    stage.let_claims_lapse()
    stage.let_turns_come()
    stage.refresh()
    assert stage.web.asked == []


def test_a_hub_that_takes_one_topic_a_request_gets_one_a_request(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def picky(asked: Any) -> Reply:
        return TAKEN if asked.body.count(b"hub.url") <= 1 else Reply(status=400)

    monkeypatch.setattr(stage.web, "reply", picky)
    stage.publish(stage.add(1))

    first, *others = stage.requests("/hub")
    assert first.count(b"hub.url") == len(ALL_FEEDS)
    assert sorted(dict(parse_qsl(body.decode()))["hub.url"] for body in others) == [
        f"{PORTAL}/{key}" for key in ALL_FEEDS
    ]
    assert {one["status"] for one in stage.stack.items(PING_TABLE).values()} == {"COMPLETED"}


def test_a_hub_that_takes_its_time_for_each_topic_gets_no_more_than_a_run_can_spare(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pinging, "PATIENCE", -1.0)

    assert stage.publish(stage.add(1)) == {"batchItemFailures": []}

    assert stage.requests("/hub") == []
    monkeypatch.setattr(pinging, "PATIENCE", 20.0)
    stage.let_claims_lapse()
    stage.refresh()
    assert stage.requests("/hub")


def test_a_feed_that_comes_back_to_what_it_was_is_told_of_again(stage: Stage) -> None:
    stage.publish(stage.add(1))
    stage.topics()
    item = stage.add(2)
    stage.publish(item)
    assert "feed.xml" in stage.topics()
    before = stage.stack.objects(SITE_BUCKET)["feed.xml"]

    stage.save(replace(item, withheld_since=item.listed, version=2))
    stage.publish(item)
    assert stage.stack.objects(SITE_BUCKET)["feed.xml"] != before

    assert "feed.xml" in stage.topics()
    stage.save(replace(item, version=3))
    stage.urls()
    stage.publish(item)
    assert stage.stack.objects(SITE_BUCKET)["feed.xml"] == before
    assert "feed.xml" in stage.topics()
    assert any(item.id in url for url in stage.urls())


def test_a_hub_that_refuses_everything_is_asked_twice_and_no_more(stage: Stage) -> None:
    stage.web.replies["/hub"] = Reply(status=400)
    stage.publish(stage.add(1))
    assert stage.web.paths().count("/hub") == 2


def test_without_the_table_nobody_is_told_and_the_run_is_unharmed(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.stack.dynamodb.delete_table(TableName=PING_TABLE)
    assert stage.publish(stage.add(1)) == {"batchItemFailures": []}
    assert stage.web.asked == []
    assert _metric(capsys.readouterr().out, "PingsFailed") == [len(ALL_FEEDS) + 1]


def test_a_run_whose_time_is_over_leaves_the_telling_to_the_next(stage: Stage) -> None:
    item = stage.add(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("functions.publish.publishing.check_time", lambda _: None)
        patch.setattr("functions.publish.settling.check_time", lambda _: None)
        patch.setattr("functions.publish.sitemap_writing.check_time", lambda _: None)
        stage.publish(item, remaining_ms=5_000)
    assert stage.web.asked == []

    stage.publish(item)

    assert stage.urls() == [_page(item)]


# --- Where a ping may go ---


def test_a_deployed_function_tells_nobody_inside_the_network(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("LOCAL_RUN")
    assert stage.publish(stage.add(1)) == {"batchItemFailures": []}
    assert stage.web.asked == []
    reasons = {vars(one)["reason"] for one in caplog.records if one.message == "ping failed"}
    assert {reason.partition(": port")[0] for reason in reasons} == {"FetchFailed: address refused"}


def test_a_local_run_tells_nobody_outside_of_this_machine(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("socket.getaddrinfo", resolver("192.0.2.1", asked=asked))
    yaml = _sources_yaml("websub: https://hub.example/", f"indexnow: {KEY}")
    stage.stack.put_object("config/sources.yaml", yaml.encode())

    stage.publish(stage.add(1))

    assert [host for host in asked if "amazonaws" not in host] == []
    assert _failures(caplog) == {}
    assert stage.stack.items(PING_TABLE) == {}
