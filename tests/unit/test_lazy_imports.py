"""What a handler's module must not load: each of these takes milliseconds of every cold start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Of every function: what botocore's clients are made of comes with the first one, and boto3 never.
NEVER_FIRST = (
    "asyncio",
    "aws_lambda_powertools.utilities.batch",
    "aws_lambda_powertools.utilities.data_classes",
    "aws_lambda_powertools.utilities.idempotency",
    "boto3",
    "botocore.client",
    "botocore.session",
    "multiprocessing",
    "s3transfer",
)
# What the workers parse with, and what not every run needs
LATER = {
    "fetch": ("fastfeedparser", "feedparser", "lxml", "nh3"),
    "extract": ("PIL", "babel", "htmldate", "justext", "lxml", "tomllib", "trafilatura"),
    "publish": ("lxml", "markdown_it"),
}
SHOW = "import sys; __import__(sys.argv[1]); print('\\n'.join(sys.modules))"


def _loaded(module: str) -> set[str]:
    """Return what is loaded by a fresh Python that has imported a module and nothing else."""
    done = subprocess.run(
        [sys.executable, "-c", SHOW, module],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "shared")])},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("stage", LATER)
def test_a_handler_loads_what_it_needs_later_when_it_needs_it(stage: str) -> None:
    loaded = _loaded(f"functions.{stage}.app")
    assert {f"functions.{stage}.wiring", f"functions.{stage}.site"} & loaded, "nothing was imported"
    early = sorted({*NEVER_FIRST, *LATER[stage]} & loaded)
    assert not early, f"functions.{stage}.app loads {early}: import them in the function that uses them"


@pytest.mark.parametrize("worker", ["functions.fetch.feed_documents", "functions.extract.page_worker"])
def test_a_worker_loads_nothing_of_aws(worker: str) -> None:
    loaded = _loaded(worker)
    assert "lxml" in loaded, "it parses with it"
    early = sorted({"PIL", "aws_lambda_powertools", "boto3", "botocore", "yaml"} & loaded)
    assert not early, f"{worker} loads {early}, and a document waits for it"
