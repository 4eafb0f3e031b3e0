"""Fixtures of the tests that put several modules together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from local.stack import Stack as DeployedStack
from newswire import aws
from tests.support.aws_stack import Stack
from tests.support.destroyed_stack import filled_stack
from tests.support.extract_world import World
from tests.support.ping_stage import PingStage, ping_stage
from tests.support.redriving import bury, message
from tests.support.source_trials import KABAR, LAIN, Trials
from tests.support.web_server import WebServer


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with one certificate authority: read for every client, it is read fast."""
    file = tmp_path_factory.mktemp("tls") / "authority.pem"
    trustme.CA().cert_pem.write_to_path(file)
    return file


@pytest.fixture
def world(stack: Stack, web: WebServer, authority: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Return the extract stage with moto's storage and publishers on loopback."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    world = World(stack, web)
    yield world
    world.close()


@pytest.fixture
def filled(monkeypatch: pytest.MonkeyPatch) -> Iterator[DeployedStack]:
    """Return a deployed stack with something in each of its stores, for whoever is to remove it."""
    with filled_stack(monkeypatch) as made:
        yield made


@pytest.fixture
def dead(stack: Stack) -> list[str]:
    """Bury 25 messages of three publishers and return their bodies."""
    bodies = [message(number, ("kabar", "warta", "lentera")[number % 3]).to_json() for number in range(25)]
    for number, body in enumerate(bodies):
        bury(stack, body, f"{('kabar', 'warta', 'lentera')[number % 3]}.example")
    return bodies


@pytest.fixture
def stage(stack: Stack, web: WebServer, monkeypatch: pytest.MonkeyPatch) -> PingStage:
    """Return the publish function with a hub and an IndexNow endpoint on loopback."""
    return ping_stage(stack, web, monkeypatch)


@pytest.fixture
def trials(
    web: WebServer, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Trials:
    """Return what tries sources of publishers on loopback, by a command that asks no AWS."""
    monkeypatch.setenv("LOOPBACK_ALLOWED", ",".join(web.loopback(KABAR, LAIN)))

    def no_aws(*_: object, **__: object) -> None:
        raise AssertionError("a trial makes no AWS client")

    monkeypatch.setattr(aws, "session", no_aws)
    return Trials(web, tmp_path / "sources.yaml", capsys)
