"""moto allows everything; AWS allows what the roles say. Every call of a demo must be among it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from local.template import Template
from tests.deploy.grants import grants

ROOT = Path(__file__).parents[2]
Call = tuple[str, str, str]

# Grants on tables for what a demo does not come to.
FOR_RARER_CASES = {
    ("ExtractFunction", "dynamodb:DeleteItem", "FeedTable.Arn"): "a publisher's back-off is over",
    (
        "FetchFunction",
        "dynamodb:DeleteItem",
        "FeedTable.Arn",
    ): "a shorter listing, a back-off that is over",
}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> set[Call]:
    """Return the calls of a demo: function, action, resource."""
    out = tmp_path_factory.mktemp("recorded")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.deploy.recorded_demo", str(out)],
        cwd=ROOT,
        env=environment | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'shared'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {
        (function, action, resource)
        for function, action, resource in json.loads((out / "calls.json").read_text())
    }


@pytest.mark.parametrize("stage", ["Fetch", "Extract", "Publish"])
def test_every_call_is_granted(stack: Template, calls: set[Call], stage: str) -> None:
    granted = list(grants(stack, f"{stage}Role"))
    made = {(action, resource) for function, action, resource in calls if function == f"{stage}Function"}
    refused = {
        (action, resource)
        for action, resource in made
        if not any(action == allowed and fnmatchcase(resource, pattern) for allowed, pattern in granted)
    }
    assert made
    assert refused == set(), f"grant it to {stage}Role in template.yaml, or do not call it"


def test_every_grant_on_a_table_is_used(stack: Template, calls: set[Call]) -> None:
    granted = {
        (f"{stage}Function", action, resource)
        for stage in ("Fetch", "Extract", "Publish")
        for action, resource in grants(stack, f"{stage}Role")
        if resource in ("ArticleTable.Arn", "FeedTable.Arn")
    }
    assert granted - calls == FOR_RARER_CASES.keys()
