"""One play of the demo for all end-to-end tests: from the publishers' feeds to the portal's files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PORT_SHIFT = 311  # beside a demo that a developer is looking at


@dataclass(frozen=True, slots=True)
class Played:
    """A demo played to its end."""

    out: Path
    summary: dict[str, Any]

    @property
    def site(self) -> Path:
        """The portal's files."""
        return self.out / "site"

    def articles(self) -> list[dict[str, Any]]:
        """Return the newest revision of every stored article."""
        newest: dict[str, dict[str, Any]] = {}
        for file in sorted((self.out / "articles").rglob("*.json")):
            article = json.loads(file.read_text(encoding="utf-8"))
            held = newest.get(article["id"])
            if held is None or article["revision"] > held["revision"]:
                newest[article["id"]] = article
        return list(newest.values())

    def items(self) -> dict[str, dict[str, Any]]:
        """Return ArticleTable's article items as they were saved, by id, in DynamoDB's JSON."""
        state = json.loads((self.out / "state" / "state.json").read_text(encoding="utf-8"))
        items = state["tables"]["ArticleTable"]
        return {item["id"]["S"]: item for item in items if item["type"]["S"] == "article"}

    def demo_start(self) -> datetime:
        """Return when the demo's story began."""
        state = json.loads((self.out / "state" / "state.json").read_text(encoding="utf-8"))
        return datetime.fromisoformat(state["demo_start"]).astimezone(UTC)


def play(out: Path) -> Played:
    """Run ``make run ONCE=1 OUT=out`` without make; fail with what it printed if it failed."""
    arguments = ["--once", "--out", str(out)]
    call = f"main({arguments!r}, demo_port_shift={PORT_SHIFT})"
    code = f"import sys; from local.run import main; sys.exit({call})"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment["PYTHONPATH"] = os.pathsep.join((str(PROJECT), str(PROJECT / "shared")))
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Played(out, json.loads(done.stdout.splitlines()[-1]))


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Return the demo after its end."""
    return play(tmp_path_factory.mktemp("demo"))
