"""Where a ping may go: a deployed function's outside, a local run's to this machine."""

from __future__ import annotations

import pytest

from tests.support.aws_stack import PING_TABLE
from tests.support.http_clients import resolver
from tests.support.ping_stage import (
    KEY,
    PingStage,
    failures,
    sources_yaml,
)


def test_a_deployed_function_tells_nobody_inside_the_network(
    stage: PingStage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("LOCAL_RUN")
    assert stage.publish(stage.add(1)) == {"batchItemFailures": []}
    assert stage.web.asked == []
    reasons = {vars(one)["reason"] for one in caplog.records if one.message == "ping failed"}
    assert {reason.partition(": port")[0] for reason in reasons} == {"FetchFailed: address refused"}


def test_a_local_run_tells_nobody_outside_of_this_machine(
    stage: PingStage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("socket.getaddrinfo", resolver("192.0.2.1", asked=asked))
    yaml = sources_yaml("websub: https://hub.example/", f"indexnow: {KEY}")
    stage.stack.put_object("config/sources.yaml", yaml.encode())

    stage.publish(stage.add(1))

    assert [host for host in asked if "amazonaws" not in host] == []
    assert failures(caplog) == {}
    assert stage.stack.items(PING_TABLE) == {}
