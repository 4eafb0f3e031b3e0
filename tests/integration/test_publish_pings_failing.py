"""Hubs and search engines that fail, or cannot be told: no run is harmed, and they are told later."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest

from functions.publish import pinging
from tests.support.aws_stack import PING_TABLE, SITE_BUCKET
from tests.support.ping_stage import (
    ALL_FEEDS,
    PORTAL,
    TAKEN,
    PingStage,
    failures,
    feeds_in,
    metric,
    page_of,
)
from tests.support.web_server import Reply

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
    reply: Reply, stage: PingStage, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    item = stage.add(1)
    stage.web.replies["/hub"] = stage.web.replies["/indexnow"] = reply

    assert stage.publish(item) == {"batchItemFailures": []}

    site = stage.stack.objects(SITE_BUCKET)
    assert item.title in site["feed.xml"].decode()
    assert failures(caplog) == {stage.web.url("/hub"): len(ALL_FEEDS), stage.web.url("/indexnow"): 1}
    assert metric(capsys.readouterr().out, "PingsFailed") == [len(ALL_FEEDS) + 1]
    assert sorted(stage.web.paths()) == ["/hub", "/indexnow"], "one try each"


def test_outputs_are_the_same_with_a_failing_hub_and_with_a_willing_one(stage: PingStage) -> None:
    item = stage.add(1)
    stage.web.replies["/hub"] = FAILING["slow"]
    stage.publish(item)
    before = stage.stack.objects(SITE_BUCKET)
    stage.web.replies["/hub"] = TAKEN
    stage.let_claims_lapse()
    stage.publish(item)
    assert stage.stack.objects(SITE_BUCKET) == before


def test_a_failed_ping_is_left_alone_for_a_while_and_tried_again_by_the_refresh(
    stage: PingStage, capsys: pytest.CaptureFixture[str]
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

    quiet = feeds_in("s/lumbung/", "s/tutup/")  # nothing has come to them: they are met on their turns
    assert (stage.topics(), stage.urls()) == ([one for one in failed if one not in quiet], refused)
    assert metric(capsys.readouterr().out, "PingsFailed") == []
    stage.let_turns_come()
    stage.refresh()
    assert (stage.topics(), stage.urls()) == (quiet, [])
    stage.let_claims_lapse()
    stage.let_turns_come()
    stage.refresh()
    assert stage.web.asked == []


def test_a_hub_that_takes_one_topic_a_request_gets_one_a_request(
    stage: PingStage, monkeypatch: pytest.MonkeyPatch
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
    stage: PingStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pinging, "PATIENCE", -1.0)

    assert stage.publish(stage.add(1)) == {"batchItemFailures": []}

    assert stage.requests("/hub") == []
    monkeypatch.setattr(pinging, "PATIENCE", 20.0)
    stage.let_claims_lapse()
    stage.refresh()
    assert stage.requests("/hub")


def test_a_hub_that_refuses_everything_is_asked_twice_and_no_more(stage: PingStage) -> None:
    stage.web.replies["/hub"] = Reply(status=400)
    stage.publish(stage.add(1))
    assert stage.web.paths().count("/hub") == 2


def test_without_the_table_nobody_is_told_and_the_run_is_unharmed(
    stage: PingStage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.stack.dynamodb.delete_table(TableName=PING_TABLE)
    assert stage.publish(stage.add(1)) == {"batchItemFailures": []}
    assert stage.web.asked == []
    assert metric(capsys.readouterr().out, "PingsFailed") == [len(ALL_FEEDS) + 1]


def test_a_run_whose_time_is_over_leaves_the_telling_to_the_next(stage: PingStage) -> None:
    item = stage.add(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("functions.publish.publishing.check_time", lambda _: None)
        patch.setattr("functions.publish.settling.check_time", lambda _: None)
        patch.setattr("functions.publish.sitemap_writing.check_time", lambda _: None)
        stage.publish(item, remaining_ms=5_000)
    assert stage.web.asked == []

    stage.publish(item)

    assert stage.urls() == [page_of(item)]
