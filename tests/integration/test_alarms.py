"""Alarms of our own metrics: what each is for is brought about, and the template's alarm is asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from functions.extract import app as extract
from functions.extract import wiring
from functions.fetch import app as fetch
from functions.fetch.feed_state import FeedState
from functions.publish import app as publish
from functions.publish.refreshing import refresh
from newswire.bucket import WriteConflict
from newswire.feed_keys import feed_key
from newswire.sources_file import SourcesError
from newswire.tables import Table
from tests.deploy import whole_stack
from tests.support import publish_world
from tests.support.alarm_states import Metric, Period, is_raised, sent
from tests.support.aws_stack import FEED_TABLE, Stack
from tests.support.catalogues import PORTAL
from tests.support.extract_world import KABAR, World, entry, sqs_record
from tests.support.fetch_feeds import Item, rss
from tests.support.lambda_context import FakeLambdaContext
from tests.support.own_metrics import ALWAYS_SENT, OWN_METRICS
from tests.support.web_server import Reply, WebServer

ROOT = Path(__file__).parents[2]
POLL: dict[str, Any] = {"trigger": "schedule", "task": "poll"}
REFRESH: dict[str, Any] = {"trigger": "schedule", "task": "refresh"}
SILENCE = 3
WALL = "Lupa kata sandi? Belum punya akun?"
NOTHING: Period = {}

# What a function sends while a call is made
Sending = Callable[[Callable[[], object]], Period]

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish:UserWarning")


@pytest.fixture(scope="module")
def alarms() -> Mapping[str, Mapping[str, Any]]:
    return whole_stack.load(ROOT / "template.yaml").of_type("AWS::CloudWatch::Alarm")


@pytest.fixture
def sending(capsys: pytest.CaptureFixture[str]) -> Sending:
    def measure(call: Callable[[], object]) -> Period:
        capsys.readouterr()
        call()
        return sent(capsys.readouterr().out)

    return measure


@pytest.fixture
def deployed(stack: Stack, web: WebServer, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """Return the stack with the environment of all functions, and sources of five feeds on one server."""
    allowed = ",".join(sorted(web.loopback(KABAR, "localhost")))
    for name, value in stack.environment(LOOPBACK_ALLOWED=allowed).items():
        monkeypatch.setenv(name, value)
    feeds = ", ".join(f'"{web.url(path)}"' for path in _paths())
    source = f"id: kabar, name: Kabar, homepage: https://kabar.example, category: nasional, feeds: [{feeds}]"
    text = f"{PORTAL}\nsources:\n  - {{{source}, backfill: all, request_gap: 0s}}\n"
    stack.put_object("config/sources.yaml", text.encode())
    for number, path in enumerate(_paths()):
        web.replies[path] = Reply(rss([Item(number)]))
    return stack


def _paths() -> list[str]:
    return [f"/rss/{number}" for number in range(5)]


def _fails(call: Callable[[], object], error: type[Exception]) -> Callable[[], None]:
    def failing() -> None:
        with pytest.raises(error):
            call()

    return failing


# --- No success in hours ---


def test_fetch_is_silent_once_no_run_ends_well(
    alarms: Mapping[str, Any], deployed: Stack, sending: Sending, lambda_context: FakeLambdaContext
) -> None:
    healthy = sending(lambda: fetch.lambda_handler(POLL, lambda_context))
    deployed.put_object("config/sources.yaml", b"portal: {name: 1")
    broken = sending(_fails(lambda: fetch.lambda_handler(POLL, lambda_context), SourcesError))

    alarm = alarms["SilentFetch"]
    assert not is_raised(alarm, [broken, broken, healthy], SILENCE)
    assert not is_raised(alarm, [healthy, broken, broken], SILENCE)
    assert is_raised(alarm, [healthy, broken, broken, broken], SILENCE)
    assert is_raised(alarm, [NOTHING] * SILENCE, SILENCE), "a schedule that starts nothing is no success"


def test_a_fetch_run_that_cannot_hand_over_what_it_found_is_no_success(
    alarms: Mapping[str, Any], deployed: Stack, sending: Sending, lambda_context: FakeLambdaContext
) -> None:
    deployed.sqs.delete_queue(QueueUrl=deployed.queue_url)
    lost = sending(lambda: fetch.lambda_handler(POLL, lambda_context))
    assert lost[Metric("FeedsPolled", "fetch")] == [5]
    assert is_raised(alarms["SilentFetch"], [lost] * SILENCE, SILENCE)


def test_a_fetch_run_whose_feeds_all_fail_is_a_success_and_the_feeds_own_alarms_matter(
    alarms: Mapping[str, Any],
    deployed: Stack,
    web: WebServer,
    sending: Sending,
    lambda_context: FakeLambdaContext,
) -> None:
    assert deployed.queue_url
    web.replies.update({path: Reply(status=500) for path in _paths()})
    polled = sending(lambda: fetch.lambda_handler(POLL, lambda_context))
    assert polled[Metric("FeedFailures", "fetch")] == [5]
    assert not is_raised(alarms["SilentFetch"], [polled], SILENCE)


def test_publish_is_silent_once_no_refresh_ends_well(
    alarms: Mapping[str, Any], deployed: Stack, sending: Sending, lambda_context: FakeLambdaContext
) -> None:
    healthy = sending(lambda: publish.lambda_handler(REFRESH, lambda_context))
    batch = sending(lambda: publish.lambda_handler({"Records": []}, lambda_context))
    deployed.put_object("config/sources.yaml", b"portal: {name: 1")
    broken = sending(_fails(lambda: publish.lambda_handler(REFRESH, lambda_context), SourcesError))

    alarm = alarms["SilentPublish"]
    assert not is_raised(alarm, [broken, broken, healthy], SILENCE)
    assert is_raised(alarm, [healthy, broken, broken, broken], SILENCE)
    assert is_raised(alarm, [batch] * SILENCE, SILENCE), "a batch of the stream is no refresh"


def test_a_refresh_that_cannot_write_some_output_is_no_success() -> None:
    world = publish_world.World()
    world.add()
    world.refresh()

    def overtake(key: str) -> None:
        if key == "news.xml":
            raise WriteConflict(key)

    world.site.before_put = overtake
    world.add(2)
    run = world.run()
    refresh(run)
    assert run.report.failures > 0
    assert "RunsSucceeded" not in run.report.totals()

    world.site.before_put = lambda _key: None
    run = world.run()
    refresh(run)
    assert run.report.totals()["RunsSucceeded"] == 1


# --- Feeds that bring nothing ---


@pytest.mark.parametrize(("failing", "raised"), [(0, False), (1, False), (2, True), (5, True)])
def test_more_than_a_fifth_of_the_feeds_failing_for_three_hours_is_told(
    alarms: Mapping[str, Any],
    deployed: Stack,
    web: WebServer,
    sending: Sending,
    lambda_context: FakeLambdaContext,
    failing: int,
    raised: bool,
) -> None:
    table, moment = Table(deployed.dynamodb, FEED_TABLE), datetime.now(UTC) - timedelta(hours=1)
    for number, path in enumerate(_paths()):
        state = FeedState(feed_key("kabar", web.url(path)), polled=moment, last_success=moment, newest=moment)
        if number < failing:
            state = replace(state, health="failing", failures=3, reason="HTTP 403")
        table.put(state.to_item(), expected_version=None)
    hour = sending(lambda: publish.lambda_handler(REFRESH, lambda_context))

    assert hour[Metric("FeedsConfigured", "publish")] == [5]
    assert hour[Metric("FeedsUnavailable", "publish")] == [failing], "a zero is said, too"
    assert is_raised(alarms["FailingFeeds"], [hour] * 3) is raised
    assert not is_raised(alarms["FailingFeeds"], [hour] * 2), "it has to last"


# --- Poor pages ---


@pytest.fixture
def pages(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Return a publisher's site, and the extract function's environment with a quick parser."""
    source = f"""
sources:
  - {{id: kabar, name: Kabar, homepage: "{world.url("")}", feeds: ["{world.url("/rss")}"], category: nasional,
      language: id, display: full, request_gap: 0s}}
"""
    world.stack.put_object("config/sources.yaml", (PORTAL + source).encode())
    allowed = ",".join(world.web.loopback(KABAR))
    for name, value in world.stack.environment(LOOPBACK_ALLOWED=allowed).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(wiring, "PARSER", "tests.support.extract_pages:run")
    return world


def _batch(pages: World, good: int, walls: int) -> dict[str, Any]:
    # A page of its own each: the same text twice is poor
    urls = [
        pages.serve(f"/berita/{one}", f"Kapal {one} tiba di pelabuhan {one}. " * 20) for one in range(good)
    ]
    urls += [pages.serve(f"/pelanggan/{one}", f"{WALL} {one}") for one in range(walls)]
    messages = [entry(url, title=f"Kabar {number}") for number, url in enumerate(urls)]
    return {"Records": [sqs_record(one.to_json(), number) for number, one in enumerate(messages)]}


@pytest.mark.parametrize(("good", "walls", "raised"), [(20, 0, False), (14, 6, False), (13, 7, True)])
def test_more_than_three_poor_pages_in_ten_are_told(
    alarms: Mapping[str, Any],
    pages: World,
    sending: Sending,
    lambda_context: FakeLambdaContext,
    good: int,
    walls: int,
    raised: bool,
) -> None:
    event = _batch(pages, good, walls)
    hours = sending(lambda: extract.lambda_handler(event, lambda_context))
    assert hours[Metric("PagesGraded", "extract")] == [20]
    assert hours.get(Metric("PoorPages", "extract"), []) == [walls] * bool(walls)
    assert is_raised(alarms["ManyPoorPages"], [hours]) is raised


def test_a_few_poor_pages_are_told_to_nobody_however_large_their_share(
    alarms: Mapping[str, Any], pages: World, sending: Sending, lambda_context: FakeLambdaContext
) -> None:
    event = _batch(pages, 0, 3)
    hours = sending(lambda: extract.lambda_handler(event, lambda_context))
    assert hours[Metric("PoorPages", "extract")] == [3]
    assert not is_raised(alarms["ManyPoorPages"], [hours])


# --- What waits for a person ---


def _waiting(stack: Stack, url: str, queue: str) -> Period:
    """Return what CloudWatch is told of a queue: SQS's own count of messages that can be received."""
    asked = stack.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    of = json.dumps({"Fn::GetAtt": [queue, "QueueName"]})
    count = float(asked["Attributes"]["ApproximateNumberOfMessages"])
    return {Metric("ApproximateNumberOfMessagesVisible", of): [count]}


def test_a_message_that_nobody_can_read_is_told(
    alarms: Mapping[str, Any], pages: World, lambda_context: FakeLambdaContext
) -> None:
    stack, queue = pages.stack, "ArticleDeadLetterQueue"
    assert not is_raised(alarms["DeadArticles"], [_waiting(stack, stack.dead_letter_queue_url, queue)])
    extract.lambda_handler({"Records": [sqs_record("{")]}, lambda_context)
    assert is_raised(alarms["DeadArticles"], [_waiting(stack, stack.dead_letter_queue_url, queue)])


def test_a_shard_that_nobody_can_read_is_told(
    alarms: Mapping[str, Any], deployed: Stack, lambda_context: FakeLambdaContext
) -> None:
    queue = "FetchDeadLetterQueue"
    assert not is_raised(
        alarms["DeadShards"], [_waiting(deployed, deployed.fetch_dead_letter_queue_url, queue)]
    )
    fetch.lambda_handler({"Records": [sqs_record("{")]}, lambda_context)
    assert is_raised(alarms["DeadShards"], [_waiting(deployed, deployed.fetch_dead_letter_queue_url, queue)])


# --- A healthy run ---


@pytest.fixture
def healthy_hour(pages: World, lambda_context: FakeLambdaContext) -> Callable[[], None]:
    """Return what happens in an hour in which all is well."""
    pages.web.replies[f"{KABAR}/rss"] = Reply(rss([Item(1)]))
    event = _batch(pages, 3, 0)

    def hour() -> None:
        fetch.lambda_handler(POLL, lambda_context)
        extract.lambda_handler(event, lambda_context)
        publish.lambda_handler(REFRESH, lambda_context)

    return hour


def test_a_healthy_hour_raises_no_alarm(
    alarms: Mapping[str, Any], healthy_hour: Callable[[], None], sending: Sending
) -> None:
    """Of all alarms: those of AWS's own metrics have no data here, as when nothing happens."""
    ours = sending(healthy_hour)
    assert ours[Metric("FeedsPolled", "fetch")] == [1]
    assert Metric("FeedFailures", "fetch") not in ours
    assert ours[Metric("ArticlesFromPage", "extract")] == [3]
    silent = {"SilentFetch": SILENCE, "SilentPublish": SILENCE}
    assert [name for name, one in alarms.items() if is_raised(one, [ours], silent.get(name))] == []


def test_what_is_sent_has_the_unit_and_the_only_dimension_that_the_page_lists(
    healthy_hour: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    healthy_hour()
    lines = [line for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    entries = [json.loads(line) for line in lines]
    assert {one["service"] for one in entries} == {"fetch", "extract", "publish"}
    for entry_ in entries:
        (directive,) = entry_["_aws"]["CloudWatchMetrics"]
        assert directive["Dimensions"] == [["service"]]
        units = {one["Name"]: one["Unit"] for one in directive["Metrics"]}
        assert units.items() <= OWN_METRICS[entry_["service"]].items()
        assert units.keys() >= set(ALWAYS_SENT[entry_["service"]])
