"""Pages that kill the process that reads them: each costs its own text and nobody else's."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from functions.extract import app, wiring
from newswire import kept_workers
from newswire.article import Article
from newswire.article_item import ArticleItem
from newswire.worker import Worker
from tests.support.catalogues import PORTAL
from tests.support.extract_pages import HTML
from tests.support.extract_world import KABAR, SUMMARY, World, entry, sqs_record
from tests.support.lambda_context import FakeLambdaContext
from tests.support.web_server import Reply

# What a page can do to its reader, and what the article says of it then.
DEATHS = {
    "segfault": "parser died",
    "exit": "parser died",
    "hang": "parser timed out",
    "allocate": "parser failed: MemoryError",
    "lie": "parser failed: html",
}
SIZE = 10


class CountedWorker(Worker):
    """A worker that counts its children, and does not wait long for a page that hangs."""

    children = 0

    def call(
        self, body: bytes, params: Mapping[str, Any], wall_seconds: float | None = None
    ) -> dict[str, Any]:
        return super().call(body, params, 0.2 if b"<!-- hang -->" in body else wall_seconds)

    def _spawn(self) -> Any:
        type(self).children += 1
        return super()._spawn()


@pytest.fixture
def batches(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Return the world with the function's environment set and a parser that pages may kill."""
    source = (
        f"sources:\n  - {{id: kabar, name: Kabar, homepage: '{world.url('')}',"
        f" feeds: ['{world.url('/rss')}'], category: nasional, language: id,"
        " display: full, request_gap: 0s}\n"
    )
    world.stack.put_object("config/sources.yaml", (PORTAL + source).encode())
    allowed = ",".join(world.web.loopback(KABAR))
    for name, value in world.stack.environment(LOOPBACK_ALLOWED=allowed).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(wiring, "PARSER", "tests.support.worker_tasks:pages")
    monkeypatch.setattr(kept_workers, "Worker", CountedWorker)
    CountedWorker.children = 0
    return world


def page(number: int, death: str | None) -> bytes:
    """Return a real page; one that names a death brings it."""
    kill = f"<!-- {death} -->" if death else ""
    text = f"Halaman nomor {number} memuat berita tentang harga beras yang turun di pasar induk. " * 4
    title = f"Kabar nomor {number}"
    return f"<html lang=id>{kill}<h1>{title}</h1><article><p>{text}</p></article></html>".encode()


def work_off(world: World, deaths: dict[int, str]) -> dict[str, Article]:
    """Let the handler work off a batch of ten in which these numbers are killers; return what is stored."""
    records = []
    for number in range(SIZE):
        path = f"/berita/{number}"
        world.web.replies[KABAR + path] = Reply(page(number, deaths.get(number)), content_type=HTML)
        message = entry(world.url(path), title=f"Kabar nomor {number}")
        records.append(sqs_record(message.to_json(), number))
    answer = app.lambda_handler({"Records": records}, FakeLambdaContext())
    assert answer == {"batchItemFailures": []}
    objects = world.stack.objects()
    items = [item for item in world.articles().values() if isinstance(item, ArticleItem)]
    return {item.url.rpartition("/")[2]: Article.from_json(objects[item.article_key]) for item in items}


@pytest.mark.parametrize("position", [0, 4, SIZE - 1], ids=["first", "amid", "last"])
def test_of_ten_messages_one_killer_costs_its_own_text_only(batches: World, position: int) -> None:
    stored = work_off(batches, {position: "segfault"})
    assert Counter(article.origin for article in stored.values()) == {"page": SIZE - 1, "feed": 1}
    killer = stored.pop(str(position))
    assert (killer.origin, killer.reason, killer.text) == ("feed", "parser died", SUMMARY)
    assert killer.provenance.page_sha256 is None
    for number, article in stored.items():
        assert article.text.startswith(f"Halaman nomor {number} ")
        assert article.reason is None
    # A child is replaced when the next page needs one.
    assert CountedWorker.children == (1 if position == SIZE - 1 else 2)


def test_each_death_is_told_by_its_own_reason_and_the_others_are_stored(batches: World) -> None:
    killers = dict(enumerate(DEATHS, start=2))
    stored = work_off(batches, killers)
    assert {number: article.reason for number, article in stored.items()} == {
        str(number): DEATHS[killers[number]] if number in killers else None for number in range(SIZE)
    }
    assert all(stored[str(number)].text == SUMMARY for number in killers)


def test_killers_in_a_row_and_nothing_but_killers_are_survived(batches: World) -> None:
    stored = work_off(batches, dict.fromkeys(range(SIZE), "exit"))
    assert {article.reason for article in stored.values()} == {"parser died"}
    assert len(stored) == SIZE
    assert CountedWorker.children == SIZE


def test_a_child_that_was_taken_over_brings_nothing_active_in(batches: World) -> None:
    article = work_off(batches, {3: "lie"})["3"]
    assert (article.origin, article.reason) == ("feed", "parser failed: html")
    assert "<script" not in article.html
    assert article.provenance.extractor == "feed"


class JostledWorker(CountedWorker):
    """A worker to which another publisher's page comes at the moment when a child has lied."""

    waiting: list[threading.Thread]
    texts: list[str]

    def call(
        self, body: bytes, params: Mapping[str, Any], wall_seconds: float | None = None
    ) -> dict[str, Any]:
        answer = super().call(body, params, wall_seconds)
        if b"<!-- lie -->" in body:
            other = threading.Thread(target=self._ask, args=(page(77, None), params))
            other.start()
            other.join(0.3)
            self.waiting.append(other)
        return answer

    def _ask(self, body: bytes, params: Mapping[str, Any]) -> None:
        self.texts.append(Worker.call(self, body, params)["text"])


def test_a_child_that_lied_is_not_asked_about_a_page_that_waits_for_it(
    batches: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(JostledWorker, "waiting", [], raising=False)
    monkeypatch.setattr(JostledWorker, "texts", [], raising=False)
    monkeypatch.setattr(kept_workers, "Worker", JostledWorker)
    work_off(batches, {3: "lie"})
    for one in JostledWorker.waiting:
        one.join(20)
    (text,) = JostledWorker.texts
    assert text.startswith("Halaman nomor 77 ")
