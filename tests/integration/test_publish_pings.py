"""What a hub and an IndexNow endpoint are told: once of what changed, whichever runs meet or die."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.publish import app, pinging
from functions.publish.announcements import OWED_FOR
from functions.publish.told_once import KEPT_FOR
from newswire import aws
from newswire.article_item import Tombstone
from tests.support.aws_stack import PING_TABLE, SITE_BUCKET
from tests.support.ping_stage import (
    ALL_FEEDS,
    KEY,
    PingStage,
    feeds_in,
    page_of,
)
from tests.support.web_server import Reply

# --- What is told, and when ---


def test_a_hub_is_told_in_one_request_of_the_feeds_that_changed(stage: PingStage) -> None:
    stage.publish(stage.add(1))
    assert len([asked for asked in stage.web.asked if asked.path == "/hub"]) == 1
    assert stage.topics() == ALL_FEEDS

    stage.publish(stage.add(2, "lumbung"))
    assert stage.topics() == feeds_in("", "c/ekonomi/", "s/lumbung/")


def test_whoever_is_told_finds_everything_written(stage: PingStage, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_search_engines_hear_of_pages_that_may_be_indexed_only(stage: PingStage) -> None:
    open_page = stage.add(1)
    others = [stage.add(2, "lumbung"), stage.add(3, "tutup")]
    stage.publish(open_page, *others)
    assert stage.urls() == [page_of(open_page)]


def test_search_engines_hear_of_a_correction_and_of_a_retraction_once_each(stage: PingStage) -> None:
    item = stage.add(1)
    stage.publish(item)
    assert stage.urls() == [page_of(item)]

    stage.publish(stage.save(replace(item, version=2, title=f"{item.title} (ralat)", revision=2)))
    assert stage.urls() == [page_of(item)]

    gone = stage.save(Tombstone(item.id, 3, item.url, item.slug, "HTTP 410", "2026-01-02T12:00:00.000Z"))
    stage.publish(gone)
    assert stage.urls() == [page_of(item)]
    stage.publish(gone)
    stage.refresh()
    assert stage.urls() == []


def test_the_retraction_of_a_page_that_was_never_indexed_is_not_told(stage: PingStage) -> None:
    item = stage.add(1, "tutup")
    stage.publish(item)
    stage.publish(
        stage.save(Tombstone(item.id, 2, item.url, item.slug, "HTTP 410", "2026-01-02T12:00:00.000Z"))
    )
    assert stage.urls() == []


def test_nothing_is_told_of_what_did_not_change(stage: PingStage) -> None:
    item = stage.add(1)
    stage.publish(item)
    stage.web.asked.clear()

    stage.publish(item)
    stage.publish(stage.save(replace(item, version=2, via={**item.via, "second": item.via["feed"]})))
    stage.refresh()

    assert stage.web.asked == []


def test_what_was_written_longer_ago_than_records_live_is_not_told_again(
    stage: PingStage, monkeypatch: pytest.MonkeyPatch
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


def test_records_outlive_the_day_in_which_something_may_be_owed(stage: PingStage) -> None:
    stage.publish(stage.add(1))
    ends = {int(record["expires"]) for record in stage.stack.items(PING_TABLE).values()}
    now = datetime.now(UTC)
    assert {record["status"] for record in stage.stack.items(PING_TABLE).values()} == {"COMPLETED"}
    assert now + OWED_FOR < datetime.fromtimestamp(min(ends), UTC) <= now + KEPT_FOR


def test_off_unless_configured(stage: PingStage) -> None:
    stage.configure(websub="", indexnow="")
    stage.publish(stage.add(1))
    assert stage.web.asked == []
    assert stage.stack.items(PING_TABLE) == {}


def test_records_need_no_more_than_the_two_actions_that_the_role_has(stage: PingStage) -> None:
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
    stage: PingStage, monkeypatch: pytest.MonkeyPatch
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
    assert (stage.topics(), stage.urls()) == (ALL_FEEDS, [page_of(item)])


def test_what_a_killed_run_has_left_untold_is_told_when_its_batch_comes_back(
    stage: PingStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = stage.add(1)
    with monkeypatch.context() as killed:
        killed.setattr(app, "ping", lambda *_: None)
        stage.publish(item)
    assert stage.web.asked == []

    stage.publish(item)

    assert stage.urls() == [page_of(item)]
    assert set(feeds_in("", "c/nasional/", "s/angin/")) <= set(stage.topics())


def test_a_run_that_fails_half_way_tells_of_what_it_has_written(
    stage: PingStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = stage.add(1)

    def broken(*_: Any) -> bool:
        raise RuntimeError("no index today")

    monkeypatch.setattr("functions.publish.sitemap_writing.SitemapIndex.write", broken)
    with pytest.raises(RuntimeError, match="no index today"):
        stage.publish(item)

    assert stage.urls() == [page_of(item)]
    assert "feed.xml" in stage.topics()


def test_a_feed_that_comes_back_to_what_it_was_is_told_of_again(stage: PingStage) -> None:
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
