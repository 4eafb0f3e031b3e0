"""The handler, as Lambda calls it: sample events, poison, partial failures, and a worker that dies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from functions.extract import app, finding, wiring
from functions.extract import failures as postponing
from functions.extract.page_requests import PageRequests
from functions.extract.site_rules import ROBOTS_PATH, TDM_PATH
from local.demo.newsroom import Edition, editions
from local.demo.server import DemoPortInUse, DemoPublishers
from newswire import __version__
from newswire.article import Article
from newswire.article_item import ArticleItem
from newswire.article_table import ArticleTable
from newswire.article_text import text_of
from newswire.host_turns import HostTurns
from newswire.messages import Message
from newswire.queue import Outgoing, Queue
from newswire.tables import Table
from newswire.urls import article_id
from tests.support.aws_stack import ARTICLE_TABLE, Stack
from tests.support.catalogues import PORTAL
from tests.support.extract_pages import HTML, KILLER
from tests.support.extract_world import KABAR, World, entry, sqs_record
from tests.support.lambda_context import FakeLambdaContext
from tests.support.web_server import Reply

EVENTS = Path(__file__).parents[2] / "events"
START = datetime(2026, 1, 5, 1, tzinfo=UTC)
MODEL = "perpustakaan-terapung-kembali-singgah-di-tujuh-pulau"
PORT_SHIFTS = range(1_000, 41_000, 2_000)  # one of them is free; the plain ports are test_local_invoke's
QUICK_PARSER = "tests.support.extract_pages:run"
POISON = [
    "message is not JSON",
    "message schema is 'newswire/message/0'; 'newswire/message/1' is allowed",
    "message key 'source' is missing",
]


@pytest.fixture
def demo() -> Iterator[DemoPublishers]:
    """Return the demo publishers at the moment that the sample events speak of."""
    with ExitStack() as stack:
        for shift in PORT_SHIFTS:
            try:
                yield stack.enter_context(DemoPublishers(START, shift).serve())
            except DemoPortInUse:
                continue
            return


@pytest.fixture
def deployed(stack: Stack, demo: DemoPublishers, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """Return the stack with the function's environment set and the demo's sources in place."""
    stack.put_object("config/sources.yaml", demo.sources_yaml().encode())
    offset = str((START - datetime.now(UTC)).total_seconds())
    environment = stack.environment(LOOPBACK_ALLOWED=",".join(demo.allowed()), CLOCK_OFFSET=offset)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return stack


@pytest.fixture
def quick(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Return the world with the function's environment set and a real worker with a quick parser."""
    sources = f"""\
sources:
  - id: kabar
    name: Kabar
    homepage: {world.url("")}
    feeds: [{world.url("/rss")}]
    category: nasional
    language: id
    display: full
    request_gap: 0s
"""
    world.stack.put_object("config/sources.yaml", (PORTAL + sources).encode())
    allowed = ",".join(world.web.loopback(KABAR))
    for name, value in world.stack.environment(LOOPBACK_ALLOWED=allowed).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(wiring, "PARSER", QUICK_PARSER)
    return world


def sample(name: str, demo: DemoPublishers) -> Any:
    """Return a sample event; where the demo could not have its own ports, for those that it has."""
    text = (EVENTS / name).read_text(encoding="utf-8")
    publisher = demo.publishers[0]
    text = text.replace("angin-timur.localhost:8801", publisher.authority)
    return json.loads(text.replace("6amqfzwfc773g4sh", article_id(model(demo).url)))


def model(demo: DemoPublishers) -> Edition:
    """Return the demo's model article."""
    shown = editions(demo.publishers[0], START, START)
    return next(edition for edition in shown if edition.story.slug == MODEL)


def batch(*messages: Message) -> dict[str, Any]:
    """Return a batch of first deliveries."""
    return {"Records": [sqs_record(message.to_json(), number) for number, message in enumerate(messages, 1)]}


def failures(answer: Any) -> list[str]:
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def assert_is_model_article(stack: Stack, demo: DemoPublishers) -> None:
    """Everything of the model article is stored, unaltered."""
    edition = model(demo)
    identity = article_id(edition.url)
    item = ArticleTable(Table(stack.dynamodb, ARTICLE_TABLE)).get_many([identity])[identity]
    assert isinstance(item, ArticleItem)
    article = Article.from_json(stack.objects()[item.article_key])
    assert article.text.split("\n") == [block.text for block in edition.blocks]
    assert text_of(article.html) == article.text
    assert (article.title, article.authors) == (edition.story.title, edition.story.authors)
    assert datetime.fromisoformat(article.published or "") == edition.published
    assert (article.origin, article.reason, article.language) == ("page", None, "id")
    assert (article.owner.id, article.owner.name) == ("angin-timur", "Harian Angin Timur")
    assert article.images[0].url == edition.image_url
    assert article.provenance.status == 200
    assert item.text_sha256 == article.provenance.text_sha256


def test_the_sample_event_stores_the_model_article_word_for_word(
    deployed: Stack, demo: DemoPublishers, lambda_context: FakeLambdaContext
) -> None:
    answer = app.lambda_handler(sample("extract-sqs.json", demo), lambda_context)
    assert answer == {"batchItemFailures": []}
    assert_is_model_article(deployed, demo)
    asked = [(request.url, request.headers["user-agent"]) for request in demo.requests]
    origin = demo.publishers[0].origin
    assert [url for url, _ in asked] == [origin + ROBOTS_PATH, origin + TDM_PATH, model(demo).url]
    assert {agent for _, agent in asked} == {f"Newswire/{__version__} (+https://kabar.example/about.html)"}


def test_poison_goes_to_the_dead_letters_with_its_reason_and_the_good_message_is_stored(
    deployed: Stack, demo: DemoPublishers, lambda_context: FakeLambdaContext
) -> None:
    event = sample("extract-sqs-poison.json", demo)
    answer = app.lambda_handler(event, lambda_context)
    assert answer == {"batchItemFailures": []}
    answer = deployed.sqs.receive_message(
        QueueUrl=deployed.dead_letter_queue_url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    )
    letters = [(one["Body"], one["MessageAttributes"]["reason"]["StringValue"]) for one in answer["Messages"]]
    assert letters == [
        (record["body"], reason) for record, reason in zip(event["Records"][:3], POISON, strict=True)
    ]
    assert_is_model_article(deployed, demo)


def test_an_empty_batch_is_answered_with_no_failures(quick: World, lambda_context: FakeLambdaContext) -> None:
    answer = app.lambda_handler({"Records": []}, lambda_context)
    assert answer == {"batchItemFailures": []}
    assert quick.web.asked == []


def test_a_page_that_kills_the_worker_costs_only_itself(
    quick: World, lambda_context: FakeLambdaContext
) -> None:
    urls = [quick.serve(f"/berita/{number}", f"Harga beras turun {number} persen.") for number in range(4)]
    quick.web.replies[f"{KABAR}/berita/1"] = Reply(KILLER, content_type=HTML)
    event = batch(*(entry(url, title=f"Kabar {number}") for number, url in enumerate(urls)))
    assert failures(app.lambda_handler(event, lambda_context)) == []
    found = {
        one.url: (one.origin, one.reason) for one in quick.articles().values() if isinstance(one, ArticleItem)
    }
    assert found == dict.fromkeys(urls, ("page", None)) | {urls[1]: ("feed", "parser died")}


def test_only_the_message_whose_server_is_in_trouble_comes_back(
    quick: World, lambda_context: FakeLambdaContext
) -> None:
    good, bad, last = quick.serve("/berita/1"), quick.fail("/berita/2", 503), quick.serve("/berita/3")
    messages = [entry(url, title=f"Kabar {number}") for number, url in enumerate((good, bad, last))]
    assert failures(app.lambda_handler(batch(*messages), lambda_context)) == ["message-2"]
    assert set(quick.articles()) == {article_id(good), article_id(last)}


def test_a_message_that_comes_back_is_visible_again_when_its_pause_is_over(
    quick: World, lambda_context: FakeLambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue, url = Queue(quick.stack.sqs, quick.stack.queue_url), quick.stack.queue_url
    monkeypatch.setattr(postponing, "FIRST_RETRY", timedelta(0))
    body = entry(quick.fail("/berita/1", 503)).to_json()
    queue.send([Outgoing(body, KABAR, "one")])
    (received,) = quick.stack.sqs.receive_message(QueueUrl=url)["Messages"]
    event = {"Records": [sqs_record(body, receipt=received["ReceiptHandle"])]}
    app.lambda_handler(event, lambda_context)
    (again,) = quick.stack.sqs.receive_message(QueueUrl=url)["Messages"]
    assert again["Body"] == body


def test_a_server_that_hangs_takes_one_messages_time_and_not_the_batchs(
    quick: World, lambda_context: FakeLambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MESSAGE_SECONDS", 1.0)
    quick.web.replies[f"{KABAR}/lambat"] = Reply(hang=True)
    good = quick.serve("/berita/1")
    event = batch(entry(quick.url("/lambat"), title="Lambat"), entry(good))
    assert failures(app.lambda_handler(event, lambda_context)) == ["message-1"]
    assert quick.only().id == article_id(good)


def test_a_batch_needs_no_shared_memory(
    quick: World, lambda_context: FakeLambdaContext, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Lambda has no /dev/shm: semaphores of multiprocessing cannot be made, here and in the worker."""
    reached = tmp_path / "reached"
    broken = (
        "import _multiprocessing, pathlib\n"
        "class SemLock:\n"
        "    def __init__(self, *args): raise OSError(38, 'Function not implemented')\n"
        "_multiprocessing.SemLock = SemLock\n"
        f"pathlib.Path({str(reached)!r}).touch()\n"
    )
    (tmp_path / "sitecustomize.py").write_text(broken, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))  # the worker's Python reads it when it starts

    class SemLock:
        def __init__(self, *_: object) -> None:
            raise OSError(38, "Function not implemented")

    monkeypatch.setattr("_multiprocessing.SemLock", SemLock)
    monkeypatch.setattr(wiring, "PARSER", "functions.extract.page_worker:run")
    paragraph = " ".join(["Harga beras di Cirebon turun lima persen sejak panen kedua dimulai."] * 6)
    page = f"<!doctype html><html lang=id><title>Harga beras</title><article><p>{paragraph}</p></article>"
    quick.web.replies[f"{KABAR}/berita/1"] = Reply(page.encode(), content_type=HTML)
    event = batch(entry(quick.url("/berita/1")))
    assert failures(app.lambda_handler(event, lambda_context)) == []
    assert (quick.only().origin, quick.document().text) == ("page", paragraph)
    assert reached.exists()


def test_the_operators_sources_are_read_anew_by_every_invocation(
    quick: World, lambda_context: FakeLambdaContext
) -> None:
    stored = quick.bucket.get("config/sources.yaml")
    assert stored is not None
    quick.stack.put_object("config/sources.yaml", stored.body.replace(b"display: full", b"display: link"))
    app.lambda_handler(batch(entry(quick.serve("/berita/1"))), lambda_context)
    assert quick.only().reason == "display: link"


def test_a_batch_is_counted(
    quick: World, lambda_context: FakeLambdaContext, capsys: pytest.CaptureFixture[str]
) -> None:
    urls = [quick.serve("/berita/1"), quick.fail("/berita/2", 404), quick.fail("/berita/3", 503)]
    event = batch(*(entry(url, title=f"Kabar {number}") for number, url in enumerate(urls)))
    event["Records"].append(sqs_record("{", 4))
    app.lambda_handler(event, lambda_context)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    (metrics,) = (line for line in lines if "_aws" in line)
    counted = {
        name: metrics.get(name)
        for name in ("ArticlesFromPage", "ArticlesFromFeed", "PagesPostponed", "UnreadableMessages")
    }
    assert counted == {
        "ArticlesFromPage": [1.0],
        "ArticlesFromFeed": [1.0],
        "PagesPostponed": [1.0],
        "UnreadableMessages": [1.0],
    }


def test_entries_that_leave_no_article_are_counted_by_reason(
    quick: World,
    lambda_context: FakeLambdaContext,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Bare links, as sitemaps have them. There is one metric: a dimension would cost for each reason."""
    quick.web.replies[f"{KABAR}/robots.txt"] = Reply(b"User-agent: *\nDisallow: /rahasia/\n")
    urls = [
        quick.serve("/berita/1"),
        quick.fail("/berita/2", 404),
        quick.fail("/berita/3", 404),
        quick.serve("/berita/4", ""),
        quick.serve("/berita/5", "Lupa kata sandi? Belum punya akun?"),
        quick.serve("/rahasia/6"),
    ]
    event = batch(*(entry(url, title=None, summary=None) for url in urls))
    assert failures(app.lambda_handler(event, lambda_context)) == []
    (finished,) = [record for record in caplog.records if record.message == "run finished"]
    assert vars(finished)["nothing_to_show"] == {
        "HTTP 404": 2,
        "no article text found": 1,
        "login wall": 1,
        "robots.txt disallows": 1,
    }
    metrics = next(line for line in map(json.loads, capsys.readouterr().out.splitlines()) if "_aws" in line)
    counted = {name: metrics[name] for name in ("ArticlesFromPage", "EntriesWithNothingToShow")}
    assert counted == {"ArticlesFromPage": [1.0], "EntriesWithNothingToShow": [5.0]}
    assert metrics["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["service"]]
    assert vars(finished)["EntriesWithNothingToShow"] == 5


def test_a_hosts_gap_does_not_end_with_an_invocation(
    quick: World, lambda_context: FakeLambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next batch of a publisher follows at once, as soon as the last message of this one is done."""
    text = quick.stack.objects()["config/sources.yaml"].replace(b"request_gap: 0s", b"request_gap: 30s")
    quick.stack.put_object("config/sources.yaml", text)
    slept: list[float] = []
    turns = HostTurns(sleep=slept.append)
    monkeypatch.setattr(wiring, "kept_turns", lambda: turns)
    monkeypatch.setattr(PageRequests, "_await_turn", lambda *_: None)
    for number in (1, 2):
        message = entry(quick.serve(f"/berita/{number}"), title=f"Kabar {number}")
        assert app.lambda_handler(batch(message), lambda_context) == {"batchItemFailures": []}
    assert slept == [pytest.approx(30, abs=2)] * 3
