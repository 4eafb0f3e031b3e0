"""The fetch function itself: the schedule's event in, the run's totals out."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from functions.fetch import app
from newswire.settings import SettingsError
from newswire.sources_file import SourcesError
from tests.support.aws_stack import Stack
from tests.support.catalogues import PORTAL
from tests.support.fetch_feeds import Item, rss
from tests.support.lambda_context import FakeLambdaContext
from tests.support.web_server import Reply, WebServer

EVENT: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "events" / "fetch-schedule.json").read_text(encoding="utf-8")
)
# Powertools says so when a handler raises before it counted anything.
NO_METRICS = pytest.mark.filterwarnings("ignore:No application metrics to publish:UserWarning")


@pytest.fixture
def sources(stack: Stack, web: WebServer, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a valid ``sources.yaml`` of one feed, stored where the function reads it."""
    loopback = ",".join(sorted(web.loopback()))
    for name, value in stack.environment(LOOPBACK_ALLOWED=loopback).items():
        monkeypatch.setenv(name, value)
    text = f"""{PORTAL}
sources:
  - {{id: kabar, name: Kabar, homepage: https://kabar.example, category: nasional, backfill: all,
      feeds: ["{web.url("/rss")}"], request_gap: 0s}}
"""
    stack.put_object("config/sources.yaml", text.encode())
    return text


def invoke(context: FakeLambdaContext) -> dict[str, Any]:
    answer: dict[str, Any] = app.lambda_handler(EVENT, context)
    return answer


def test_the_schedules_event_polls_what_is_due_and_answers_with_totals(
    sources: str,
    stack: Stack,
    web: WebServer,
    lambda_context: FakeLambdaContext,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert sources
    web.replies["/rss"] = Reply(rss([Item(1), Item(2)]), etag='"v1"')
    assert invoke(lambda_context) == {
        "feeds_polled": 1,
        "not_modified": 0,
        "entries": 2,
        "sent": 2,
        "held_back": 0,
        "rechecks": 0,
        "waiting": 0,
        "stopped": 0,
        "shards": 0,
        "busy_shards": 0,
        "skipped": {},
        "failures": {},
        "transitions": {},
    }
    assert {message.body["url"] for message in stack.drain()} == {
        f"https://kabar.example/berita/{number}" for number in (1, 2)
    }
    (finished,) = [record for record in caplog.records if record.message == "run finished"]
    assert vars(finished)["feeds_polled"] == 1
    metrics = next(line for line in map(json.loads, capsys.readouterr().out.splitlines()) if "_aws" in line)
    names = ("RunsSucceeded", "FeedsPolled", "EntriesSent", "FeedFailures")
    counted = {name: metrics[name] for name in names if name in metrics}
    assert counted == {"RunsSucceeded": [1.0], "FeedsPolled": [1.0], "EntriesSent": [2.0]}


@NO_METRICS
@pytest.mark.parametrize("event", [{}, {"trigger": "schedule", "task": "refresh"}, {"task": None}])
def test_an_event_of_another_kind_is_refused_and_asks_nobody(
    event: dict[str, Any], sources: str, web: WebServer, lambda_context: FakeLambdaContext
) -> None:
    assert sources
    with pytest.raises(ValueError, match=r"; task 'poll' or an SQS batch is allowed$"):
        app.lambda_handler(event, lambda_context)
    assert web.asked == []


def test_a_run_that_is_nearly_over_asks_nobody(
    sources: str, stack: Stack, web: WebServer, lambda_context: FakeLambdaContext
) -> None:
    assert sources
    answer = invoke(replace(lambda_context, remaining_ms=90_000))
    assert (answer["feeds_polled"], answer["waiting"]) == (0, 1)
    assert (web.asked, list(stack.items())) == ([], ["shard#0/1"])


def test_nothing_local_is_asked_unless_the_environment_lists_it(
    sources: str,
    web: WebServer,
    lambda_context: FakeLambdaContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert sources
    monkeypatch.setenv("LOOPBACK_ALLOWED", "")
    assert invoke(lambda_context)["failures"] == {"address refused": 1}
    assert web.asked == []


@NO_METRICS
def test_a_wrong_sources_file_is_named_by_line_key_and_what_is_allowed(
    sources: str, stack: Stack, web: WebServer, lambda_context: FakeLambdaContext
) -> None:
    wrong = sources.replace("backfill: all", "backfill: forever").replace("language: id", "language: de")
    stack.put_object("config/sources.yaml", wrong.encode())
    with pytest.raises(SourcesError) as raised:
        invoke(lambda_context)
    assert str(raised.value) == (
        "s3://newswire-articles-bucket/config/sources.yaml:5: portal.language: is 'de'; allowed: id, en\n"
        "s3://newswire-articles-bucket/config/sources.yaml:11: sources[kabar].backfill: is 'forever'; "
        "a whole number with a unit is allowed: 30s, 15m, 72h, 7d"
    )
    assert web.asked == []


@NO_METRICS
def test_a_variable_that_is_missing_is_named(
    sources: str, lambda_context: FakeLambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sources
    monkeypatch.delenv("FEED_TABLE")
    with pytest.raises(
        SettingsError, match=r"^environment variable FEED_TABLE is not set; template\.yaml sets it$"
    ):
        invoke(lambda_context)


def test_importing_the_function_needs_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lambda imports the module before anything is known: no client, no variable, no clock."""
    monkeypatch.setenv("PYTHONPATH", ":".join(path for path in sys.path if path))
    for name in ("AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "ARTICLE_TABLE"):
        monkeypatch.delenv(name, raising=False)
    done = subprocess.run(
        [sys.executable, "-c", "import functions.fetch.app"], check=False, capture_output=True
    )
    assert (done.returncode, done.stderr) == (0, b"")
