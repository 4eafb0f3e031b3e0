"""``make invoke``: one handler, one sample event, and everything that it wrote."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local.demo.server import DemoPublishers
from local.inspection import plain, readable
from local.invoke import SAMPLE_START, main
from local.run import PROJECT
from tests.support.demo_outcome import DemoOutcome

EVENTS = PROJECT / "events"
Invoke = Callable[[str, str], dict[str, Any]]


@pytest.fixture
def invoke(capfd: pytest.CaptureFixture[str]) -> Invoke:
    def run(function: str, event: str) -> dict[str, Any]:
        status = main([function, str(EVENTS / event)])
        captured = capfd.readouterr()
        assert status == 0, captured.err
        report: dict[str, Any] = json.loads(captured.out)
        assert list(report) == ["answer", "objects", "items", "messages"]
        return report

    return run


def test_fetch_shows_the_messages_that_it_sent_and_what_it_remembers(invoke: Invoke) -> None:
    report = invoke("FetchFunction", "fetch-schedule.json")
    outcome = DemoOutcome(DemoPublishers(SAMPLE_START))
    assert report["answer"]["feeds_polled"] == outcome.feeds
    messages = report["messages"]
    assert len(messages) == report["answer"]["sent"] == outcome.entries()
    assert {message["queue"] for message in messages} == {"ArticleQueue"}
    assert all(message["body"]["schema"] == "newswire/message/1" for message in messages)
    assert {item["table"] for item in report["items"]} == {"FeedTable"}


def test_fetch_polls_the_feeds_of_a_shard_and_no_others(invoke: Invoke) -> None:
    report = invoke("FetchFunction", "fetch-sqs-shard.json")
    assert report["answer"] == {"batchItemFailures": []}
    assert {message["queue"] for message in report["messages"]} == {"ArticleQueue"}
    assert {message["body"]["source"] for message in report["messages"]} == {"angin-timur", "lumbung-niaga"}


def test_extract_shows_the_article_with_its_text(invoke: Invoke) -> None:
    report = invoke("ExtractFunction", "extract-sqs.json")
    assert report["answer"] == {"batchItemFailures": []}
    articles = [one["body"] for one in report["objects"] if one["key"].startswith("articles/")]
    assert "Kapal pustaka Layar Aksara kembali berlayar ke tujuh pulau kecil" in articles[0]["text"]
    items = [one["item"] for one in report["items"] if one["item"].get("type") == "article"]
    assert {item["id"] for item in items} == {article["id"] for article in articles}


def test_extract_shows_the_dead_letters_of_a_poisoned_batch(invoke: Invoke) -> None:
    report = invoke("ExtractFunction", "extract-sqs-poison.json")
    assert report["answer"] == {"batchItemFailures": []}
    letters = [one for one in report["messages"] if one["queue"] == "ArticleDeadLetterQueue"]
    assert "this is not JSON {" in [letter["body"] for letter in letters]
    assert all(letter["attributes"]["reason"] for letter in letters)


def test_publish_finds_the_articles_of_its_event_and_shows_their_pages(invoke: Invoke) -> None:
    report = invoke("PublishFunction", "publish-dynamodb-stream.json")
    assert not report["answer"].get("batchItemFailures")
    pages = [one for one in report["objects"] if one["key"].startswith("a/")]
    assert pages
    assert all(page["bucket"] == "SiteBucket" for page in pages)
    assert "index.html" in {one["key"] for one in report["objects"]}


def test_publish_refreshes_on_schedule(invoke: Invoke) -> None:
    report = invoke("PublishFunction", "publish-schedule.json")
    assert {"index.html", "robots.txt"} <= {one["key"] for one in report["objects"]}


@pytest.mark.parametrize(
    ("function", "event", "message"),
    [
        (
            "FetchFuncton",
            "fetch-schedule.json",
            "FetchFuncton is no function of template.yaml; allowed: ExtractFunction, FetchFunction, Publish",
        ),
        ("FetchFunction", "none.json", "none.json: No such file or directory; sample events: events/extract"),
    ],
)
def test_what_does_not_exist_is_one_line_with_what_does(
    function: str, event: str, message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main([function, str(EVENTS / event)]) == 2
    errors = capfd.readouterr().err
    assert message in errors
    assert len(errors.splitlines()) == 1


def test_an_event_that_is_not_json_is_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "event.json"
    path.write_text("{")
    assert main(["FetchFunction", str(path)]) == 2
    assert f"{path}: not JSON: " in capfd.readouterr().err


def test_a_handler_that_raises_shows_its_error(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "event.json"
    path.write_text('{"unexpected": true}')
    assert main(["PublishFunction", str(path)]) == 1
    assert "ValueError: event is {'unexpected'" in capfd.readouterr().err


def test_bodies_and_attributes_are_shown_as_a_person_reads_them() -> None:
    assert readable(b'{"a": 1}') == {"a": 1}
    assert readable(b"\xff\x00") == "2 bytes that are no text"
    assert readable(b"x" * 3000) == "x" * 2000 + "… (3000 characters)"
    item = {"M": {"n": {"N": "2"}, "l": {"L": [{"S": "x"}, {"NULL": True}]}, "b": {"B": "AP8="}}}
    assert plain(item) == {"n": 2, "l": ["x", None], "b": "2 bytes"}
