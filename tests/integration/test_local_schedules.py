"""The template's schedules on a run's clock, and who may be polled at all."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from local.due_feeds import make_due
from local.editions import FileEdition, SourcesRefused
from local.function_logs import FunctionLogs
from local.public_hosts import reaches_public_host
from local.run_clock import RunClock
from local.run_reports import heard
from local.tally import Tally
from local.template import TemplateError
from local.timetable import Schedule, Timetable, interval
from newswire.observability import Logger
from tests.support.aws_stack import FEED_TABLE, Stack

NOW = datetime(2026, 1, 5, 1, tzinfo=UTC)
SOURCES = """\
portal:
  {{name: K, url: "https://kabar.id", tagline: t, language: id, timezone: Asia/Jakarta, contact: {contact}}}
categories: {{umum: Umum}}
sources:
  - {{id: a, name: A, homepage: "{feed}", feeds: ["{feed}"], category: umum, language: id}}
"""


def schedule(name: str, minutes: int) -> Schedule:
    return Schedule(name, "Function", timedelta(minutes=minutes), {})


def due(timetable: Timetable, moment: datetime) -> list[str]:
    return [one.name for one in timetable.take_due(moment)]


@pytest.mark.parametrize(
    ("expression", "every"),
    [
        ("rate(1 minute)", timedelta(minutes=1)),
        ("rate(15 minutes)", timedelta(minutes=15)),
        ("rate(1 hour)", timedelta(hours=1)),
        ("rate(2 days)", timedelta(days=2)),
    ],
)
def test_a_rate_is_an_interval(expression: str, every: timedelta) -> None:
    assert interval(expression) == every


@pytest.mark.parametrize(
    "expression", ["rate(0 minutes)", "rate(5 seconds)", "cron(0 3 * * ? *)", "at(x)", ""]
)
def test_what_is_no_rate_is_refused(expression: str) -> None:
    with pytest.raises(TemplateError, match="the local run takes rate"):
        interval(expression)


def test_schedules_stay_in_step_however_long_a_round_takes() -> None:
    timetable = Timetable([schedule("poll", 15), schedule("refresh", 60)], NOW)
    assert due(timetable, NOW + timedelta(seconds=9)) == ["poll", "refresh"]
    assert timetable.next_time() == NOW + timedelta(minutes=15)
    for quarter in (1, 2, 3):
        assert due(timetable, NOW + timedelta(minutes=15 * quarter, seconds=5)) == ["poll"]
    assert due(timetable, NOW + timedelta(minutes=60)) == ["poll", "refresh"]


def test_missed_times_are_not_made_up_for() -> None:
    timetable = Timetable([schedule("poll", 15)], NOW)
    assert due(timetable, NOW + timedelta(hours=3, minutes=1)) == ["poll"]
    assert due(timetable, NOW + timedelta(hours=3, minutes=14)) == []
    assert timetable.next_time() == NOW + timedelta(hours=3, minutes=15)


def test_a_clock_runs_ahead_and_never_back() -> None:
    clock = RunClock(NOW)
    assert timedelta(0) <= clock.now() - NOW < timedelta(seconds=5)
    clock.advance_to(NOW + timedelta(hours=1))
    clock.advance_to(NOW)
    assert clock.now() >= NOW + timedelta(hours=1)
    assert RunClock().offset == timedelta(0)


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("https://www.antaranews.com/rss", True),
        ("http://93.184.216.34/rss", True),
        ("http://127.0.0.1:8801/rss", False),
        ("http://[::1]/rss", False),
        ("http://192.168.1.9/rss", False),
        ("http://angin-timur.localhost:8801/rss", False),
        ("http://open.feeds.newsweb.test/a", False),
        ("https://kabar.EXAMPLE./rss", False),
        ("https://example.com.id/rss", True),
    ],
)
def test_it_is_known_which_feeds_are_on_the_public_internet(url: str, public: bool) -> None:
    assert reaches_public_host(url) is public


def test_a_proxy_on_this_machine_keeps_requests_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:8888")
    assert not reaches_public_host("http://www.antaranews.com/rss")
    assert reaches_public_host("https://www.antaranews.com/rss"), "https has a proxy of its own"
    monkeypatch.setenv("HTTPS_PROXY", "localhost:8888")
    assert not reaches_public_host("https://www.antaranews.com/rss")
    monkeypatch.setenv("NO_PROXY", "antaranews.com")
    assert reaches_public_host("https://www.antaranews.com/rss")
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.office.id:3128")
    assert reaches_public_host("http://other.id/rss")


def sources(tmp_path: Path, contact: str, feed: str) -> FileEdition:
    path = tmp_path / "sources.yaml"
    path.write_text(SOURCES.format(contact=contact, feed=feed))
    return FileEdition(path)


@pytest.mark.parametrize("contact", ["redaksi@kabar.example", "https://kabar.example/kontak"])
def test_public_hosts_are_not_polled_in_the_name_of_nobody(tmp_path: Path, contact: str) -> None:
    with pytest.raises(SourcesRefused) as caught:
        sources(tmp_path, contact, "https://www.antaranews.com/rss").sources_yaml()
    assert str(caught.value) == (
        f"{tmp_path}/sources.yaml: portal.contact is {contact}, an address that reaches nobody: "
        "the publisher of https://www.antaranews.com/rss could not ask you to stop. "
        "Set portal.contact to an address that you read. Nothing was polled."
    )


def test_a_contact_that_reaches_somebody_and_a_host_of_ones_own_are_fine(tmp_path: Path) -> None:
    for contact, feed in (
        ("redaksi@kabar.id", "https://www.antaranews.com/rss"),
        ("redaksi@kabar.example", "http://newsweb.test/rss"),
    ):
        assert feed in sources(tmp_path, contact, feed).sources_yaml()


def test_sources_that_are_not_there_or_not_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourcesRefused, match=r"none\.yaml: No such file"):
        FileEdition(tmp_path / "none.yaml").sources_yaml()
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(SourcesRefused, match=r"binary\.yaml: not UTF-8"):
        FileEdition(tmp_path / "binary.yaml").sources_yaml()


def test_a_run_started_by_hand_asks_every_feed_but_those_that_asked_to_wait(stack: Stack) -> None:
    later = {"next_due": {"S": "2026-01-05T09:00:00.000Z"}}

    def feed(name: str, **values: dict[str, Any]) -> dict[str, Any]:
        return {"pk": {"S": f"feed#{name}"}, **later, **values}

    for item in (
        feed("later"),
        feed("broken", reason={"S": "HTTP 404"}),
        feed("back", gone={"BOOL": False}),
        feed("overdue", next_due={"S": "2026-01-05T00:00:00.000Z"}),
        feed("throttled", reason={"S": "HTTP 429"}),
        feed("overloaded", reason={"S": "HTTP 503"}),
        feed("gone", gone={"BOOL": True}),
        feed("gone-since", gone={"S": "2026-01-04T09:00:00.000Z"}),
        *({"pk": {"S": f"{kind}#x"}, **later} for kind in ("robots", "domain", "shard")),
    ):
        stack.dynamodb.put_item(TableName=FEED_TABLE, Item=item)
    before = stack.items()
    make_due(stack.dynamodb, FEED_TABLE, NOW)
    asked = [before[f"feed#{name}"] for name in ("later", "broken", "back")]
    assert stack.items() == before | {
        item["pk"]: item | {"next_due": "2026-01-05T01:00:00.000Z"} for item in asked
    }


def test_a_functions_totals_are_heard_whatever_its_log_is_written_to() -> None:
    """A logger keeps the stream that it was made with, and that of another run is none of this one's."""
    elsewhere = io.StringIO()
    logger = Logger(service="heard", stream=elsewhere, level="INFO")
    totals: list[Any] = []
    with heard(totals.append):
        logger.info("feed failed", reason="HTTP 404")
        logger.info("run finished", feeds_polled=2, failures={"HTTP 404": 1})
    logger.info("run finished", feeds_polled=5)
    assert [(one["feeds_polled"], one["failures"]) for one in totals] == [(2, {"HTTP 404": 1})]
    assert len(elsewhere.getvalue().splitlines()) == 3


def test_only_runs_that_poll_feeds_are_counted_as_polls() -> None:
    tally = Tally()
    tally.ran("Publish", {"failures": {"x": 1}, "written": 3})
    polled = {"feeds_polled": 2, "entries": 7, "sent": 3, "failures": {"HTTP 404": 1}}
    tally.ran("Fetch", polled)
    before = tally.copy()
    tally.ran("Fetch", polled)
    assert (tally.feeds_polled, tally.entries, tally.all_failures()) == (4, 14, {"HTTP 404": 2})
    assert (before.sent, tally.sent) == ({"Fetch": 3}, {"Fetch": 6})


def test_entries_of_which_nothing_could_be_shown_are_failures_by_reason() -> None:
    tally = Tally()
    tally.ran("Fetch", {"feeds_polled": 1, "entries": 3, "sent": 3, "failures": {"HTTP 404": 1}})
    for reasons in ({"HTTP 404": 1, "login wall": 1}, {}, {"login wall": 1}):
        tally.ran("Extract", {"ArticlesFromPage": 1, "nothing_to_show": reasons})
    assert tally.all_failures() == {"HTTP 404": 2, "login wall": 2}
    assert tally.summary([], 1.0)["failures"] == {"HTTP 404": 2, "login wall": 2}


def test_each_function_logs_into_its_own_file_and_errors_are_told() -> None:
    written: dict[str, io.StringIO] = {}
    told: list[tuple[str, str]] = []

    def open_log(function: str) -> io.StringIO:
        written[function] = io.StringIO()
        return written[function]

    logs = FunctionLogs(open_log, lambda function, text: told.append((function, text)))
    with logs.of("Fetch"):
        logs.write(json.dumps({"level": "INFO", "message": "ERROR is only a word here"}) + "\n")
        logs.write(json.dumps({"level": "ERROR", "message": "feed refused"}) + "\n")
    with logs.of("Extract"):
        logs.write("ERROR, but no structured line\n")
    assert told == [("Fetch", "feed refused")]
    assert written["Fetch"].getvalue().count("\n") == 2
    assert written["Extract"].getvalue() == "ERROR, but no structured line\n"
