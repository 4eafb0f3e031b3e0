"""A few of the cases that ``make faults`` runs, the same each time."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.faults.world import PROJECT

pytestmark = pytest.mark.slow


def faults(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the harness as make does, in a process of its own: it forks, and this one has threads."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment["PYTHONPATH"] = os.pathsep.join((str(PROJECT), str(PROJECT / "shared")))
    return subprocess.run(
        [sys.executable, "-m", "tests.faults", "--jobs", "1", *arguments],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_nothing_is_lost_or_doubled_where_a_call_fails() -> None:
    done = faults("--few", "--steps", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.split() for line in done.stdout.splitlines()]
    assert rows[0][-6:] == ["lost", "doubled", "differing", "dead", "broken", "schedules"]
    (total,) = (row for row in rows if row[0] == "all")
    assert total[-6:-1] == ["0"] * 5


def test_the_harness_sees_messages_that_a_queue_has_taken_and_lost() -> None:
    done = faults("--mode", "swallowed", "--only", "0 fetch SendMessageBatch", "--steps", "1")
    assert done.returncode == 1, done.stdout + done.stderr
    (total,) = (line.split() for line in done.stdout.splitlines() if line.startswith("all"))
    assert int(total[-6]) > 0
