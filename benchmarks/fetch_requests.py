"""How fast fetch asks many hosts, beside the bare HTTP client.

All sides ask the same feeds of the same hosts with the same number of threads, in turn, several rounds:
bare is urllib3's pool in a thread pool; its requests are fetch's own code with the guard, the deadline, the
turns and the cap; the whole stage also takes the lease, reads and compares the states and writes each of
them, to a table in memory, for feeds that have not changed. The hosts are one server on loopback, which
answers after a fixed time; names are looked up in a table, so that all sides pay for the way to the
resolver and none for a network.
"""

from __future__ import annotations

import argparse
import os
import socket
import ssl
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

import trustme
import urllib3

from benchmarks.slow_server import feed, slow_server
from benchmarks.whole_stage import WholeStage, whole_stage
from functions.fetch import feed_requests
from functions.fetch.due_feeds import DueFeed
from functions.fetch.feed_state import FeedState
from newswire.address_guard import AddressGuard
from newswire.backoff import Backoffs
from newswire.feed_keys import feed_key
from newswire.http_client import HttpClient, user_agent
from newswire.sources import Source
from newswire.tables import Table

AGENT = user_agent("https://portal.example")
DOMAIN = "feeds.example"
NOW = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Measured:
    """One round of one side, in seconds, and the most files that were open."""

    elapsed: float
    cpu: float
    files: int


def main(arguments: Sequence[str]) -> None:
    """Run the rounds and print the table."""
    options = _options(arguments)
    with ExitStack() as stack:
        certificate = stack.enter_context(_authority()) if options.tls else None
        port = stack.enter_context(slow_server(options.latency / 1000, certificate))
        stack.enter_context(_names())
        scheme = "https" if options.tls else "http"
        urls = [f"{scheme}://host-{number}.{DOMAIN}:{port}/rss" for number in range(options.feeds)]
        stage = stack.enter_context(whole_stage(urls))
        sides = {
            "bare urllib3": _bare(options.threads),
            "its requests": _fetch(urls, options.threads),
            "whole stage": _stage(stage, options.threads),
        }
        rounds: dict[str, list[Measured]] = {name: [] for name in sides}
        for number in range(options.rounds):
            for name in sorted(sides, reverse=bool(number % 2)):
                rounds[name].append(_measured(sides[name], urls))
    print(
        f"{options.feeds} feeds of {options.feeds} hosts, {scheme}, {options.threads} threads, answers after "
        f"{options.latency:g} ms, median of {options.rounds} rounds"
    )
    _print(rounds, options.feeds)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks fetch_requests", description=__doc__)
    parser.add_argument("--feeds", type=int, default=500)
    parser.add_argument("--threads", type=int, default=feed_requests.HOSTS_AT_ONCE)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--latency", type=float, default=50, help="milliseconds until an answer")
    parser.add_argument("--tls", action="store_true")
    return parser.parse_args(arguments)


def _bare(threads: int) -> Callable[[Sequence[str]], int]:
    headers = {"User-Agent": AGENT, "Accept-Encoding": "gzip", "Accept": "*/*"}
    context = ssl.create_default_context(cafile=os.environ.get("SSL_CERT_FILE"))

    def run(urls: Sequence[str]) -> int:
        pool = urllib3.PoolManager(num_pools=len(urls), retries=False, ssl_context=context)

        def ask(url: str) -> int:
            answer = pool.request("GET", url, headers=headers, redirect=False, timeout=20)
            return len(answer.data)

        with ThreadPoolExecutor(threads) as executor:
            read = sum(executor.map(ask, urls))
        pool.clear()
        return read

    return run


def _fetch(urls: Sequence[str], threads: int) -> Callable[[Sequence[str]], int]:
    """Return what asks as the fetch stage does. Whatever changes there is followed here and nowhere else."""
    feeds = [_due(url) for url in urls]
    guard = AddressGuard(frozenset(url.split("/")[2] for url in urls))

    def run(_: Sequence[str]) -> int:
        client = HttpClient(guard, AGENT)
        with mock.patch.object(feed_requests, "HOSTS_AT_ONCE", threads):
            requests = feed_requests.FeedRequests(client, NoBackoffs(), lambda: NOW, lambda: True)
            results = [outcome.result for outcome in requests.ask_all(feeds)]
        client.close()
        failed = [result for result in results if isinstance(result, Exception)]
        if failed:
            raise failed[0]
        return sum(len(result.body) for result in results if not isinstance(result, Exception))

    return run


def _stage(stage: WholeStage, threads: int) -> Callable[[Sequence[str]], int]:
    """Return what polls as the fetch stage does, feeds that have not changed."""

    def run(urls: Sequence[str]) -> int:
        with mock.patch.object(feed_requests, "HOSTS_AT_ONCE", threads):
            totals = stage.poll()
        if totals.not_modified != len(urls):
            raise RuntimeError(f"the polls ended as {totals}")
        return totals.not_modified * len(feed())

    return run


class NoBackoffs(Backoffs):
    """What no server of the benchmark asks for needs no table."""

    def __init__(self) -> None:
        super().__init__(mock.create_autospec(Table, instance=True))


def _due(url: str) -> DueFeed:
    source = Source(
        id="kabar",
        name="Kabar",
        homepage=url,
        hosts=(),
        feeds=(url,),
        category="nasional",
        language="id",
        display="excerpt",
        full_text_for=None,
        index="noindex-news",
        images="remote",
        others="link",
        interval=timedelta(minutes=15),
        backfill=None,
        request_gap=timedelta(seconds=1),
    )
    return DueFeed(source, url, FeedState(feed_key("kabar", url)))


def _measured(run: Callable[[Sequence[str]], int], urls: Sequence[str]) -> Measured:
    with _open_files() as files:
        started, cpu = time.perf_counter(), time.process_time()
        read = run(urls)
        elapsed, cpu = time.perf_counter() - started, time.process_time() - cpu
    if read != len(urls) * len(feed()):
        raise RuntimeError(f"{read} bytes were read of {len(urls)} feeds")
    return Measured(elapsed, cpu, max(files))


@contextmanager
def _open_files() -> Iterator[list[int]]:
    """Give a list that fills with the number of open files, every now and then."""
    folder, seen, over = Path("/proc/self/fd"), [0], False

    def look() -> None:
        while not over:
            if folder.exists():
                seen.append(len(list(folder.iterdir())))
            time.sleep(0.05)

    with ThreadPoolExecutor(1) as executor:
        executor.submit(look)
        try:
            yield seen
        finally:
            over = True


@contextmanager
def _names() -> Iterator[None]:
    """Resolve the hosts of the benchmark, and no other, to loopback."""

    def getaddrinfo(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        if not host.endswith(f".{DOMAIN}"):
            raise socket.gaierror(socket.EAI_NONAME, host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    with mock.patch.object(socket, "getaddrinfo", getaddrinfo):
        yield


@contextmanager
def _authority() -> Iterator[Path]:
    """Give a certificate for the hosts; both sides trust its authority."""
    authority = trustme.CA()
    with TemporaryDirectory() as folder:
        authority.cert_pem.write_to_path(f"{folder}/authority.pem")
        certificate = Path(folder, "hosts.pem")
        authority.issue_cert(f"*.{DOMAIN}").private_key_and_cert_chain_pem.write_to_path(str(certificate))
        with mock.patch.dict(os.environ, {"SSL_CERT_FILE": f"{folder}/authority.pem"}):
            yield certificate


def _print(rounds: dict[str, list[Measured]], feeds: int) -> None:
    bare = statistics.median(one.elapsed for one in rounds["bare urllib3"])
    print(f"{'':14}{'seconds':>10}{'ratio':>8}{'CPU ms/feed':>13}{'open files':>12}")
    for name, measured in rounds.items():
        elapsed = statistics.median(one.elapsed for one in measured)
        cpu = statistics.median(one.cpu for one in measured) / feeds * 1000
        files = max(one.files for one in measured)
        print(f"{name:14}{elapsed:10.3f}{elapsed / bare:8.3f}{cpu:13.2f}{files:12}")
