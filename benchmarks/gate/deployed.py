"""The functions as they are deployed, in this process: moto, publishers behind a proxy, a told clock."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from io import StringIO
from typing import Any
from unittest import mock

from moto import mock_aws

from benchmarks.gate.metered_calls import MeteredCalls
from local.moto_turns import take_turns
from newswire import aws
from newswire.clock import Clock
from tests.support.aws_stack import ARTICLE_BUCKET, REGION, SITE_BUCKET, Stack
from tests.support.lambda_context import FakeLambdaContext
from tests.support.web_server import WebServer, web_server

START = datetime(2026, 1, 5, 1, tzinfo=UTC)
_SOURCE = """\
  - {{id: {name}, name: {name}, homepage: "http://{name}.id", feeds: ["http://{name}.id/rss"],
     category: nasional, display: full, request_gap: 0s}}
"""
_PORTAL = """\
portal: {name: Kabar Nusantara, url: https://portal.example, tagline: Kabar dari banyak sumber, language: id,
  timezone: Asia/Jakarta, contact: redaksi@portal.example}
categories: {nasional: Nasional, ekonomi: Ekonomi}
sources:
"""


@dataclass(slots=True)
class Deployed:
    """The stack, its web and its clock; ``calls`` counts what the functions ask."""

    stack: Stack
    web: WebServer
    calls: MeteredCalls
    now: datetime = START

    def invoke(self, stage: str, event: Mapping[str, Any]) -> dict[str, int]:
        """Call a function; return the counts of its calls. Raise ``RuntimeError`` where anything failed."""
        app = import_module(f"functions.{stage}.app")
        level = app.logger.level
        app.logger.setLevel("CRITICAL")
        self.calls.taken()
        try:
            with redirect_stdout(StringIO()):  # its metrics
                answer = app.lambda_handler(event, FakeLambdaContext())
        finally:
            app.logger.setLevel(level)
        if answer.get("batchItemFailures") or answer.get("failures") or answer.get("articlesFailed"):
            raise RuntimeError(f"{stage} answered {answer}")
        return self.calls.taken()


@contextmanager
def deployed(*publishers: str) -> Iterator[Deployed]:
    """Create a stack whose sources are publishers of these names, and put its functions' environment."""
    take_turns()
    with ExitStack() as entered:
        entered.enter_context(mock_aws())
        web, stack = entered.enter_context(web_server()), Stack()
        sources = _PORTAL + "".join(_SOURCE.format(name=name) for name in publishers)
        stack.put_object("config/sources.yaml", sources.encode())
        entered.enter_context(mock.patch.dict(os.environ, _environment(stack, web), clear=True))
        aws.forget()
        entered.callback(aws.forget)
        calls = MeteredCalls({ARTICLE_BUCKET: "articles", SITE_BUCKET: "site"})
        calls.watch(aws.session())
        made = Deployed(stack, web, calls)

        def told(_: Clock) -> datetime:
            return made.now

        entered.enter_context(mock.patch.object(Clock, "now", told))
        yield made


def _environment(stack: Stack, web: WebServer) -> dict[str, str]:
    """Return what the functions see: as in Lambda, and publishers behind a proxy of any port."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ}
    return kept | stack.environment(
        AWS_ACCESS_KEY_ID="testing",
        AWS_SECRET_ACCESS_KEY="testing",  # noqa: S106 - moto's
        AWS_DEFAULT_REGION=REGION,
        AWS_EC2_METADATA_DISABLED="true",
        POWERTOOLS_METRICS_NAMESPACE="Newswire",
        HTTP_PROXY=f"http://127.0.0.1:{web.port}",
    )
