"""What is deployed loses nothing where Lambda ends it: its messages come back, and the next run goes on."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from local.built_functions import Build, BuiltFunctions
from local.emulator import Emulator, emulated
from local.invoke import SAMPLE_START
from local.lambda_runtime import FunctionError
from local.local_run import put_sources
from local.queue_poller import QueuePoller
from local.run import PROJECT
from local.stack_contents import StackContents
from newswire.article_item import ArticleItem
from newswire.article_table import ArticleTable
from newswire.messages import Message
from newswire.tables import Table
from tests.artifacts.processes import RUNTIME, WORKER, only, waiting_bytes
from tests.support.catalogues import PORTAL
from tests.support.extract_pages import HTML
from tests.support.extract_world import SUMMARY, entry
from tests.support.web_server import Reply, WebServer, web_server

PORT_SHIFT = 770
EXTRACT = "ExtractFunction"
HOST = "kabar.localhost"
PARAGRAPH = "Harga beras di pasar induk turun lima persen setelah panen raya dimulai di tiga kabupaten. "
PAGE = f"<html lang=id><h1>Harga beras turun</h1><article>{f'<p>{PARAGRAPH * 3}</p>' * 4}</article></html>"
GOOD = Reply(PAGE.encode(), content_type=HTML)

pytestmark = pytest.mark.slow


class Held(list[bytes]):
    """Pieces of a reply that are sent when ``released`` is set."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        super().__init__(pieces)
        self.released = threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        self.released.wait(60)
        return super().__iter__()


@dataclass(frozen=True, slots=True)
class Extract:
    """The deployed extract function on its queue, and a publisher."""

    functions: BuiltFunctions
    poller: QueuePoller
    errors: list[FunctionError]
    web: WebServer
    emulator: Emulator

    def queue(self, path: str, reply: Reply) -> Message:
        """Put the message of an entry into the queue, whose page answers so."""
        self.web.replies[path] = reply
        message = entry(self.web.url(path, HOST))
        self.emulator.stack.clients.sqs.send_message(
            QueueUrl=self.poller.mapping.url,
            MessageBody=message.to_json(),
            MessageGroupId=HOST,
            MessageDeduplicationId=message.deduplication_id(),
        )
        return message

    def article(self, message: Message) -> ArticleItem | None:
        """Return what is stored of a message."""
        stack = self.emulator.stack
        table = ArticleTable(Table(stack.clients.dynamodb, stack.tables["ArticleTable"]))
        found = table.get_many([message.article_id]).get(message.article_id)
        assert found is None or isinstance(found, ArticleItem)
        return found

    @contextmanager
    def polling(self) -> Iterator[None]:
        """Let the function work off a batch meanwhile."""
        thread = threading.Thread(target=self.poller.poll)
        thread.start()
        try:
            yield
        finally:
            thread.join()

    def process(self, program: str) -> int:
        """Return the id of the function's process that runs this module."""
        return only(self.functions.running[EXTRACT].pid, program)


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with emulated(PROJECT, SAMPLE_START, demo_port_shift=PORT_SHIFT) as running:
        yield running


@pytest.fixture(scope="module")
def publisher(emulator: Emulator) -> Iterator[WebServer]:
    with web_server() as web:
        source = (
            f"sources:\n  - {{id: kabar, name: Kabar, homepage: '{web.url('', HOST)}', language: id,"
            f" feeds: ['{web.url('/rss', HOST)}'], category: nasional, display: full, request_gap: 0s}}\n"
        )
        put_sources(StackContents(emulator.stack), (PORTAL + source).encode(), {})
        yield web


@contextmanager
def _extract(build: Build, emulator: Emulator, web: WebServer, **changes: Any) -> Iterator[Extract]:
    function = build.functions(emulator)[EXTRACT]
    allowed = {"LOOPBACK_ALLOWED": ",".join(web.loopback(HOST))}
    built = replace(function, environment={**function.environment, **allowed}, **changes)
    (mapping,) = [one for one in emulator.wiring.queues if one.function == EXTRACT]
    errors: list[FunctionError] = []
    with BuiltFunctions({EXTRACT: built}) as functions:
        poller = QueuePoller(mapping, emulator.stack, functions, emulator.clock, errors.append)
        yield Extract(functions, poller, errors, web, emulator)


@pytest.fixture(scope="module")
def running(build: Build, emulator: Emulator, publisher: WebServer) -> Iterator[Extract]:
    """Return the function after its cold start."""
    with _extract(build, emulator, publisher) as extract:
        first = extract.queue("/berita/pertama", GOOD)
        assert extract.poller.poll() == 1
        assert extract.article(first) is not None
        yield extract


@pytest.fixture
def extract(running: Extract) -> Iterator[Extract]:
    running.errors.clear()
    yield running
    assert running.poller.size() == 0


def _wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def _is_from_page(article: ArticleItem | None) -> bool:
    return article is not None and (article.origin, article.reason) == ("page", None)


def test_of_a_batch_only_what_failed_comes_back(extract: Extract) -> None:
    broken = extract.queue("/berita/rusak", Reply(b"", status=503))
    good = extract.queue("/berita/baik", GOOD)
    assert extract.poller.poll() == 2
    assert len(extract.functions.invocations[EXTRACT][-1].answer["batchItemFailures"]) == 1
    assert _is_from_page(extract.article(good))
    assert extract.article(broken) is None
    assert extract.poller.size() == 1
    extract.web.replies["/berita/rusak"] = GOOD
    assert extract.poller.poll() == 1
    assert _is_from_page(extract.article(broken))


def test_a_message_comes_back_where_the_process_was_killed_and_the_next_one_works_it_off(
    extract: Extract,
) -> None:
    message = extract.queue("/berita/mati", Reply(hang=True))
    before = extract.process(RUNTIME)
    with extract.polling():
        _wait_for(lambda: "/berita/mati" in extract.web.paths())
        os.kill(before, signal.SIGKILL)
    assert [(error.kind, str(error).rpartition(": ")[2]) for error in extract.errors] == [
        ("Runtime.ExitError", "killed")
    ]
    assert extract.article(message) is None
    extract.web.replies["/berita/mati"] = GOOD
    assert extract.poller.poll() == 1
    assert _is_from_page(extract.article(message))
    assert extract.process(RUNTIME) != before


def test_a_worker_that_is_killed_over_a_page_costs_that_page_its_text_and_nothing_else(
    extract: Extract,
) -> None:
    page = Held([GOOD.body])
    before = extract.queue("/berita/sebelumnya", GOOD)
    message = extract.queue("/berita/pembunuh", replace(GOOD, pieces=page))
    with extract.polling():
        _wait_for(lambda: "/berita/pembunuh" in extract.web.paths())
        worker = extract.process(WORKER)  # it has read the page before, and waits for this one
        os.kill(worker, signal.SIGSTOP)
        page.released.set()
        _wait_for(lambda: waiting_bytes(worker) > 0)
        os.kill(worker, signal.SIGKILL)
    assert extract.errors == []
    article = extract.article(message)
    assert article is not None
    assert (article.origin, article.reason, article.excerpt) == ("feed", "parser died", SUMMARY)
    assert _is_from_page(extract.article(before))


def test_a_message_comes_back_where_the_function_ran_out_of_time(
    build: Build, emulator: Emulator, publisher: WebServer, extract: Extract
) -> None:
    message = extract.queue("/berita/lambat", Reply(hang=True))
    with _extract(build, emulator, publisher, timeout=6) as hurried:
        assert hurried.poller.poll() == 1
    assert [str(error) for error in hurried.errors] == ["Sandbox.Timedout: Task timed out after 6.00 seconds"]
    assert extract.article(message) is None
    assert extract.poller.size() == 1
    extract.web.replies["/berita/lambat"] = GOOD
    assert extract.poller.poll() == 1
    assert _is_from_page(extract.article(message))


def test_fetch_leaves_for_the_next_run_what_it_has_no_time_for(build: Build, emulator: Emulator) -> None:
    function = build.functions(emulator)["FetchFunction"]
    event: Mapping[str, str] = {"trigger": "schedule", "task": "poll"}
    for timeout, polled in ((60, 0), (function.timeout, 1)):
        with BuiltFunctions({"FetchFunction": replace(function, timeout=timeout)}) as functions:
            assert functions.invoke("FetchFunction", event)["feeds_polled"] == polled
