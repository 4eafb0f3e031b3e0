"""What is said when something is wrong, word for word, and that everything else is delivered."""

from __future__ import annotations

import json
import re
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from functions.extract.app import lambda_handler as extract
from functions.publish.app import lambda_handler as publish
from local import run
from tests.e2e.pipeline import PROJECT, OwnEdition, Pipeline, pipeline
from tests.support.aws_stack import Stack
from tests.support.extract_pages import HTML
from tests.support.lambda_context import FakeLambdaContext
from tests.support.web_server import Reply, WebServer

START = datetime(2026, 1, 5, 1, tzinfo=UTC)
SAID = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
PARAGRAPH = "Panen raya dimulai pekan ini di tiga kabupaten dan harga beras turun lima persen. "
PAGE = f"<!doctype html><html lang=id><body><article>{f'<p>{PARAGRAPH * 3}</p>' * 4}</article></body></html>"
SOURCES = """\
portal:
  name: Portal
  url: {portal}
  tagline: x
  language: id
  timezone: Asia/Jakarta
  contact: redaksi@portal.example
categories: {{nasional: Nasional}}
sources:
  - {{id: kabar, {extra}name: Kabar, homepage: 'http://kabar.localhost', category: nasional, display: full, \
feeds: [{feeds}]}}
"""


def sources(*feeds: str, portal: str = "https://portal.example", extra: str = "") -> str:
    return SOURCES.format(portal=portal, feeds=", ".join(f"'{feed}'" for feed in feeds), extra=extra)


def documented(words: str) -> str:
    """Return the words if the operator finds them in the table."""
    assert f"`{words}`" in SAID, f"docs/operations.md does not have {words!r}"
    return words


BAD_URL = (
    "sources.yaml:3: portal.url: is 'ftp://portal.example'; an absolute http(s) URL of at most 1500 "
    "characters is allowed"
)
BAD_KEY = (
    "sources.yaml:10: sources[kabar].catgory: unknown key; allowed: backfill, category, contact, display, "
    "enabled, exclude, feeds, full_text_for, homepage, hosts, id, images, include, index, interval, "
    "language, licence, name, others, rechecks, request_gap, retention, sections, timezone"
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (sources("https://kabar.example/rss", portal="ftp://portal.example"), BAD_URL),
        (sources("https://kabar.example/rss", extra="catgory: x, "), BAD_KEY),
    ],
)
def test_malformed_sources_are_named_by_line_key_and_what_is_allowed(
    text: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("sources.yaml").write_text(text, encoding="utf-8")
    status = run.main(["--sources", "sources.yaml", "--once", "--out", "out"])
    assert (status, capfd.readouterr().err.strip()) == (run.REFUSED, documented(words))


def rss(web: WebServer) -> bytes:
    items = "".join(
        f"<item><title>Berita {name}</title><link>{web.url(f'/{name}', 'kabar.localhost')}</link>"
        f"<description>Ringkasan {name}.</description></item>"
        for name in ("ada", "hilang")
    )
    return f'<rss version="2.0"><channel><title>Kabar</title>{items}</channel></rss>'.encode()


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def in_trouble(web: WebServer, line: Pipeline) -> None:
    """Put messages that nobody can read among the good ones, then work."""
    queue = line.begun.stack.queues["ArticleQueue"]
    events = json.loads((PROJECT / "events" / "extract-sqs-poison.json").read_text(encoding="utf-8"))
    for number, record in enumerate(events["Records"][:3]):
        line.begun.stack.clients.sqs.send_message(
            QueueUrl=queue,
            MessageBody=record["body"],
            MessageGroupId=f"g{number}",
            MessageDeduplicationId=f"{number}",
        )
    web.replies["/rss"] = Reply(rss(web))
    web.replies["/html"] = Reply(b"<!doctype html><html><body>Beranda</body></html>", content_type=HTML)
    web.replies["/ada"] = Reply(PAGE.encode(), content_type=HTML)
    line.round()


def test_each_trouble_is_told_and_everything_else_is_delivered(
    web: WebServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    dead = f"http://kabar.localhost:{closed_port()}/rss"
    page, good = web.url("/html", "kabar.localhost"), web.url("/rss", "kabar.localhost")
    allowed = [*web.loopback("kabar.localhost"), dead.split("/")[2]]
    with pipeline(tmp_path, OwnEdition(sources(dead, page, good), allowed, START)) as line:
        in_trouble(web, line)
        feeds, articles = line.feed_states(), {item.url: item for item in line.articles().values()}

    assert feeds[dead]["reason"] == documented("connection failed")
    assert feeds[page]["reason"] == documented("not a feed")
    details = [vars(record).get("detail") for record in caplog.records if record.msg == "feed failed"]
    assert documented("looks like an HTML page") in details
    letters = json.loads((tmp_path / "state" / "state.json").read_text(encoding="utf-8"))["dead_letters"]
    assert sorted(letter["reason"] for letter in letters) == sorted(
        documented(words)
        for words in (
            "message is not JSON",
            "message schema is 'newswire/message/0'; 'newswire/message/1' is allowed",
            "message key 'source' is missing",
        )
    )
    assert "reason" not in feeds[good]
    found, missing = (
        articles[web.url("/ada", "kabar.localhost")],
        articles[web.url("/hilang", "kabar.localhost")],
    )
    assert (found.origin, found.reason) == ("page", None)
    assert (missing.origin, missing.reason, missing.excerpt) == (
        "feed",
        documented("HTTP 404"),
        "Ringkasan hilang.",
    )
    home = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert sorted(re.findall(r"Berita (ada|hilang)</a>", home)) == ["ada", "hilang"]


def test_an_empty_batch_is_answered_with_no_failures(
    stack: Stack, lambda_context: FakeLambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in stack.environment().items():
        monkeypatch.setenv(name, value)
    stack.put_object("config/sources.yaml", sources("https://kabar.example/rss").encode())
    empty: dict[str, Any] = {"Records": []}
    answers = [handler(empty, lambda_context) for handler in (extract, publish)]
    assert [json.dumps(answer) for answer in answers] == [documented('{"batchItemFailures": []}')] * 2
