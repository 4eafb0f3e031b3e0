"""``make emulator``: the sample events do their work from a place that has nothing but events/env.json."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from local import aws_server
from local.demo.server import DemoPublishers
from local.docker_bridge import HOST
from local.editions import DemoEdition
from local.emulate import END, PORT, SAMPLES
from local.emulator import Emulator, emulated
from local.inspection import plain
from local.run import PROJECT
from local.sample_article import store_first_revision

PORT_SHIFT = 1700
MAIN = """
import sys
from local.emulate import main
sys.exit(main(port=int(sys.argv[1]), demo_port_shift=int(sys.argv[2])))
"""
# What a Lambda runtime does with the events of one function, one after the other
RUNTIME = """
import importlib, json, sys
from tests.support.lambda_context import FakeLambdaContext
handler = importlib.import_module(sys.argv[1]).lambda_handler
answers = [handler(json.load(open(name)), FakeLambdaContext()) for name in sys.argv[2:]]
print(json.dumps(answers), file=sys.stderr)
"""


@dataclass(frozen=True, slots=True)
class Invoked:
    """What came of the sample events of all functions, in the order of ``SAMPLES``."""

    emulator: Emulator
    answers: Mapping[str, Any]

    def items(self, table: str) -> list[dict[str, Any]]:
        found = self.emulator.stack.clients.dynamodb.scan(TableName=self.emulator.stack.tables[table])[
            "Items"
        ]
        return [{name: plain(value) for name, value in item.items()} for item in found]

    def waiting(self, queue: str) -> int:
        answer = self.emulator.stack.clients.sqs.get_queue_attributes(
            QueueUrl=self.emulator.stack.queues[queue], AttributeNames=["All"]
        )
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def _shifted(text: str) -> str:
    return re.sub(r"(?<=\.localhost:)\d+", lambda port: str(int(port[0]) + PORT_SHIFT), text)


def _events(folder: Path) -> Path:
    """Return a folder of the sample events that name the publishers' shifted ports."""
    for event in (PROJECT / "events").glob("*-*.json"):
        (folder / event.name).write_text(_shifted(event.read_text(encoding="utf-8")), encoding="utf-8")
    return folder


def _run(emulator: Emulator, function: str, events: list[Path]) -> list[Any]:
    environment = {
        name: value.replace(HOST, "localhost")
        for name, value in emulator.container_environment(function).items()
    }
    own = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{PROJECT}:{PROJECT / 'shared'}"}
    # as sam local sets them
    aws = {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "defaultkey",
        "AWS_SECRET_ACCESS_KEY": "defaultsecret",
    }
    handler = emulator.wiring.functions[function].handler.rpartition(".")[0]
    done = subprocess.run(
        [sys.executable, "-c", RUNTIME, handler, *map(str, events)],
        env={**own, **aws, **environment},
        capture_output=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr.decode()
    answers: list[Any] = json.loads(done.stderr.splitlines()[-1])
    return answers


@pytest.fixture(scope="module")
def invoked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Invoked]:
    events = _events(tmp_path_factory.mktemp("events"))
    now = datetime.now(UTC)
    with emulated(PROJECT, now - DemoPublishers(now).end, demo_port_shift=PORT_SHIFT) as emulator:
        store_first_revision(emulator, events)
        answers: dict[str, Any] = {}
        for function in dict.fromkeys(function for function, _ in SAMPLES):
            names = [name for owner, name in SAMPLES if owner == function]
            answers |= zip(
                names, _run(emulator, function, [events / f"{name}.json" for name in names]), strict=True
            )
        yield Invoked(emulator, answers)


def test_every_sample_event_has_a_function() -> None:
    assert sorted(name for _, name in SAMPLES) == sorted(
        path.stem for path in (PROJECT / "events").glob("*.json") if path.stem != "env"
    )


def test_fetch_asks_the_publishers_and_sends_what_they_have(invoked: Invoked) -> None:
    answer = invoked.answers["fetch-schedule"]
    assert (answer["feeds_polled"], answer["failures"]) == (6, {})
    assert answer["sent"] > 0
    assert invoked.answers["fetch-sqs-shard"] == {"batchItemFailures": []}
    assert invoked.waiting("ArticleQueue") == answer["sent"] + answer["rechecks"]


def test_extract_revises_the_sample_article_and_buries_what_nobody_can_read(invoked: Invoked) -> None:
    assert (
        invoked.answers["extract-sqs"] == invoked.answers["extract-sqs-poison"] == {"batchItemFailures": []}
    )
    (article,) = [item for item in invoked.items("ArticleTable") if item.get("type") == "article"]
    assert (article["revision"], article["origin"]) == (2, "page")
    assert article["listed"] == "2026-01-04T22:40:00.000Z"
    assert invoked.waiting("ArticleDeadLetterQueue") == 3


def test_publish_writes_the_page_of_the_sample_article(invoked: Invoked) -> None:
    assert invoked.answers["publish-dynamodb-stream"] == {"batchItemFailures": []}
    assert invoked.answers["publish-schedule"]["articlesFailed"] == 0
    stack = invoked.emulator.stack
    listed = stack.clients.s3.list_objects_v2(Bucket=stack.buckets["SiteBucket"])["Contents"]
    pages = [one["Key"] for one in listed if one["Key"].startswith("a/")]
    assert len(pages) == 1
    assert "index.html" in {one["Key"] for one in listed}


def test_the_environment_of_sam_local_is_that_of_the_emulators_stack(invoked: Invoked) -> None:
    usual = replace(
        invoked.emulator,
        endpoint=f"http://localhost:{PORT}",
        edition=DemoEdition(DemoPublishers(datetime.now(UTC))),
    )
    expected = {name: usual.container_environment(name) for name in usual.wiring.functions}
    committed = json.loads((PROJECT / "events" / "env.json").read_text(encoding="utf-8"))
    assert committed == expected, f"events/env.json has to be:\n{json.dumps(expected, indent=2)}"


def _started(port: int, port_shift: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", MAIN, str(port), str(port_shift)],
        env=os.environ | {"PYTHONPATH": f"{PROJECT}:{PROJECT / 'shared'}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_command_serves_until_it_is_told_to_end() -> None:
    with _started(0, PORT_SHIFT + 100) as process:
        assert process.stdout
        told = []
        for line in process.stdout:
            told.append(line)
            if line == f"{END}\n":
                break
        process.send_signal(signal.SIGTERM)
        rest, errors = process.communicate(timeout=60)
    assert any("sam local invoke FetchFunction --event events/fetch-schedule.json" in line for line in told)
    assert (process.returncode, rest, errors) == (0, "Ended; nothing is kept.\n", "")


def test_the_command_says_when_its_port_is_taken() -> None:
    with aws_server.serving() as port, _started(port, PORT_SHIFT + 200) as process:
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors == f"port {port} on 127.0.0.1, where AWS is to be served, is in use\n"
