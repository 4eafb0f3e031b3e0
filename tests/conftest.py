"""Fixtures of all tests, and two promises: only loopback is contacted, and no real AWS account is used."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
import trustme
from moto import mock_aws

from local.moto_turns import take_turns
from newswire import aws, kept_workers
from newswire.worker import Worker, WorkerLimits
from tests.support.aws_stack import REGION, Stack
from tests.support.lambda_context import FakeLambdaContext
from tests.support.web_server import WebServer, web_server

if TYPE_CHECKING:
    from tests.support.fetch_run import FetchRuns

# The same examples on every machine, and no state between runs.
hypothesis.settings.register_profile("newswire", derandomize=True, database=None, deadline=None)
hypothesis.settings.load_profile("newswire")


class NotLoopbackError(AssertionError):
    """A test tried to reach an address outside this machine."""


@pytest.fixture(scope="session", autouse=True)
def _only_loopback() -> Iterator[None]:
    """Fail whatever would open a connection to another machine."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def judged(address: Any) -> None:
        if isinstance(address, tuple) and not _is_loopback(str(address[0])):
            raise NotLoopbackError(f"a test connects to {address!r}; only loopback is allowed")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        judged(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        judged(address)
        return connect_ex(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        yield


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(scope="session")
def _authorities(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a short list of certificate authorities: the machine's own takes long to read."""
    path = tmp_path_factory.mktemp("tls") / "authorities.pem"
    trustme.CA().cert_pem.write_to_path(str(path))
    return path


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, _authorities: Path) -> None:
    """Give every test the same environment, whatever the machine's own says."""
    for name in list(os.environ):
        if name.lower() in ("http_proxy", "https_proxy", "all_proxy", "no_proxy") or name.startswith("AWS_"):
            monkeypatch.delenv(name)
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_SESSION_TOKEN": "testing",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "POWERTOOLS_SERVICE_NAME": "test",
        "POWERTOOLS_METRICS_NAMESPACE": "Newswire",
        "POWERTOOLS_DEV": "0",
        "SSL_CERT_FILE": str(_authorities),
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(autouse=True)
def _clients() -> Iterator[None]:
    """Let no test meet the AWS clients, or the parsers, of another."""
    yield
    aws.forget()
    kept_workers.forget()


@pytest.fixture
def stack() -> Iterator[Stack]:
    """Return a fresh stack in moto: queues, tables and buckets."""
    take_turns()
    with mock_aws():
        yield Stack()


@pytest.fixture
def web() -> Iterator[WebServer]:
    """Return a loopback web server that records what it was asked."""
    with web_server() as site:
        yield site


@pytest.fixture
def lambda_context() -> FakeLambdaContext:
    """Return a context with five minutes left."""
    return FakeLambdaContext()


@pytest.fixture(scope="session")
def fetch_worker() -> Iterator[Worker]:
    """Return the warm parser of feeds; a body that says HANG, SEGFAULT or MEMORY does that."""
    limits = WorkerLimits(cpu_seconds=5, wall_seconds=10)
    with Worker("tests.support.worker_tasks:feeds", limits) as worker:
        yield worker


@pytest.fixture
def fetch(stack: Stack, web: WebServer, fetch_worker: Worker) -> FetchRuns:
    """Return the fetch stage: a stack, a web of publishers, and runs on demand."""
    from tests.support.fetch_run import FetchRuns

    return FetchRuns(stack, web, fetch_worker)
