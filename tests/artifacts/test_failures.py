"""What is deployed loses nothing where Lambda ends it: its messages come back, and the next run goes on."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from local.built_functions import Build, BuiltFunctions
from local.emulator import Emulator, emulated
from local.invoke import SAMPLE_START
from local.lambda_runtime import FunctionError, Runtime
from local.local_run import put_sources
from local.run import PROJECT
from local.stack_contents import StackContents
from local.stream_poller import StreamPoller
from newswire.article_item import ArticleItem
from tests.artifacts.deployed_extract import EXTRACT, GOOD, HOST, DeployedExtract, deployed_extract
from tests.artifacts.processes import RUNTIME, WORKER, is_stopped, wait_for, waiting_bytes
from tests.support.catalogues import PORTAL
from tests.support.extract_world import SUMMARY
from tests.support.web_server import Reply, WebServer, web_server

PORT_SHIFT = 770
PUBLISH = "PublishFunction"

pytestmark = pytest.mark.slow


class Held(list[bytes]):
    """Pieces of a reply that are sent when ``released`` is set."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        super().__init__(pieces)
        self.released = threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        self.released.wait(60)
        return super().__iter__()


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


@pytest.fixture(scope="module")
def running(build: Build, emulator: Emulator, publisher: WebServer) -> Iterator[DeployedExtract]:
    """Return the function after its cold start."""
    with deployed_extract(build, emulator, publisher) as extract:
        first = extract.queue("/berita/pertama", GOOD)
        assert extract.poller.poll() == 1
        assert extract.article(first) is not None
        yield extract


@pytest.fixture
def extract(running: DeployedExtract) -> Iterator[DeployedExtract]:
    running.errors.clear()
    yield running
    assert running.poller.size() == 0


def _is_from_page(article: ArticleItem | None) -> bool:
    return article is not None and (article.origin, article.reason) == ("page", None)


def test_of_a_batch_only_what_failed_comes_back(extract: DeployedExtract) -> None:
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
    extract: DeployedExtract,
) -> None:
    message = extract.queue("/berita/mati", Reply(hang=True))
    before = extract.process(RUNTIME)
    with extract.polling():
        wait_for(lambda: "/berita/mati" in extract.web.paths())
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
    extract: DeployedExtract,
) -> None:
    page = Held([GOOD.body])
    before = extract.queue("/berita/sebelumnya", GOOD)
    message = extract.queue("/berita/pembunuh", replace(GOOD, pieces=page))
    with extract.polling():
        wait_for(lambda: "/berita/pembunuh" in extract.web.paths())
        worker = extract.process(WORKER)  # it has read the page before, and waits for this one
        os.kill(worker, signal.SIGSTOP)
        wait_for(lambda: is_stopped(worker))
        page.released.set()
        wait_for(lambda: waiting_bytes(worker) > 0)
        os.kill(worker, signal.SIGKILL)
    assert extract.errors == []
    article = extract.article(message)
    assert article is not None
    assert (article.origin, article.reason, article.excerpt) == ("feed", "parser died", SUMMARY)
    assert _is_from_page(extract.article(before))


def test_a_message_comes_back_where_the_function_ran_out_of_time(
    build: Build, emulator: Emulator, publisher: WebServer, extract: DeployedExtract
) -> None:
    message = extract.queue("/berita/lambat", Reply(hang=True))
    with deployed_extract(build, emulator, publisher, timeout=6) as hurried:
        assert hurried.poller.poll() == 1
    assert [str(error) for error in hurried.errors] == ["Sandbox.Timedout: Task timed out after 6.00 seconds"]
    assert extract.article(message) is None
    assert extract.poller.size() == 1
    extract.web.replies["/berita/lambat"] = GOOD
    assert extract.poller.poll() == 1
    assert _is_from_page(extract.article(message))


class InTurn:
    """Runtimes of which each takes one invocation, and the last one all others."""

    def __init__(self, *runtimes: Runtime) -> None:
        self._runtimes = list(runtimes)

    def invoke(self, name: str, event: Any) -> Any:
        return (self._runtimes.pop(0) if self._runtimes[1:] else self._runtimes[0]).invoke(name, event)


def test_records_of_the_stream_come_back_where_publish_ran_out_of_time(
    build: Build, emulator: Emulator, extract: DeployedExtract
) -> None:
    message = extract.queue("/berita/terbit", GOOD)
    assert extract.poller.poll() == 1
    article = extract.article(message)
    assert article is not None
    function, (mapping,) = build.function(PUBLISH, emulator), emulator.wiring.streams
    extract.web.replies["/" + function.environment["ARTICLE_BUCKET"] + "/config/sources.yaml"] = Reply(
        hang=True
    )
    without_s3 = {**function.environment, "AWS_ENDPOINT_URL_S3": extract.web.url("")}
    errors: list[FunctionError] = []
    with (
        BuiltFunctions({PUBLISH: replace(function, timeout=4, environment=without_s3)}) as hanging,
        BuiltFunctions({PUBLISH: function}) as well,
    ):
        runtime, clients = InTurn(hanging, well), emulator.stack.clients
        StreamPoller(mapping, clients, runtime, lambda _: None, errors.append).poll(window_over=True)
    assert [str(error) for error in errors] == ["Sandbox.Timedout: Task timed out after 4.00 seconds"]
    site = emulator.stack.buckets["SiteBucket"]
    page = clients.s3.get_object(Bucket=site, Key=f"a/{article.slug}-{article.id}.html")["Body"].read()
    assert "Harga beras turun" in page.decode()


def test_fetch_leaves_for_the_next_run_what_it_has_no_time_for(build: Build, emulator: Emulator) -> None:
    function = build.function("FetchFunction", emulator)
    event: Mapping[str, str] = {"trigger": "schedule", "task": "poll"}
    for timeout, polled in ((60, 0), (function.timeout, 1)):
        with BuiltFunctions({"FetchFunction": replace(function, timeout=timeout)}) as functions:
            assert functions.invoke("FetchFunction", event)["feeds_polled"] == polled
