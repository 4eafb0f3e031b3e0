"""A log line is one line, whatever a publisher wrote: nobody adds an entry or a field of their own."""

from __future__ import annotations

import ast
import io
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

from newswire.observability import make_logger

ROOT = Path(__file__).parents[2]
HOSTILE = (
    'x\n{"level":"ERROR","message":"database lost"}',
    "x\r\nEND RequestId: 0",
    'x","level":"CRITICAL","y":"',
    "x\u0085y\u2028z\u2029",
    "\x1b[2J\x9b2J\x07\x00",
    "%s %(message)s {0} ${level}",
    "\ud800",
    "</script><script>alert(1)</script>",
    '=HYPERLINK("https://evil.example")',
)

# What stands first in a call that logs, and is not a text in the code: one of a few words of ours.
OWN_WORDS = {"outcome.what", "_MESSAGE"}


@pytest.fixture
def written() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def logger(written: io.StringIO) -> Logger:
    logger = make_logger("test-of-injection")
    for handler in logger.handlers:
        handler.setStream(written)  # type: ignore[attr-defined]  # Powertools' is a stream handler
    return logger


def _is_ours(handler: logging.Handler, written: io.StringIO) -> bool:
    return isinstance(handler, logging.StreamHandler) and handler.stream is written


def _fail(text: str) -> None:
    raise ValueError(text)


def _entries(written: io.StringIO) -> list[dict[str, Any]]:
    text = written.getvalue()
    assert text.isascii()
    assert text.endswith("\n")
    assert text.count("\n") == len(text.splitlines())
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("hostile", HOSTILE, ids=ascii)
def test_a_field_is_one_value_of_one_entry(logger: Logger, written: io.StringIO, hostile: str) -> None:
    logger.warning("image not copied", url=hostile, reason=hostile, article_id=hostile)
    (entry,) = _entries(written)
    assert (entry["url"], entry["reason"], entry["article_id"]) == (hostile, hostile, hostile)
    assert (entry["level"], entry["message"]) == ("WARNING", "image not copied")
    assert entry["service"] == "test-of-injection"


def test_a_line_is_as_powertools_writes_it_but_for_what_lambda_says_beside(
    logger: Logger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=1;Sampled=1")
    logger.append_keys(cold_start=True, function_name="extract", function_arn="arn", function_memory_size=768)
    record = logging.LogRecord("extract", logging.INFO, "a/b.py", 7, "%d stored", (2,), None, "_tell")
    record.created, record.msecs = 1767600426.1234, 123.0
    vars(record).update(article_id="x", reason=None, via={"feed": ["y"]}, revision=1)
    theirs = LambdaPowertoolsFormatter(utc=True, service="test-of-injection", cold_start=True)
    theirs.append_keys(function_name="extract")
    assert logger.registered_formatter.format(record) == theirs.format(record)


@pytest.mark.parametrize("hostile", HOSTILE, ids=ascii)
def test_what_an_exception_quotes_is_part_of_its_entry(
    logger: Logger, written: io.StringIO, hostile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # pytest's own handlers would put the text into its report, which cannot hold all of what is tried here.
    standard = logging.getLogger("test-of-injection")
    monkeypatch.setattr(standard, "handlers", [one for one in standard.handlers if _is_ours(one, written)])
    monkeypatch.setattr(standard, "propagate", False)
    try:
        _fail(hostile)
    except ValueError:
        logger.exception("message could not be worked off")
    (entry,) = _entries(written)
    assert entry["exception_name"] == "ValueError"
    assert hostile in entry["exception"]


def test_no_log_message_is_made_of_what_somebody_wrote() -> None:
    """What varies is a field: messages can be counted and looked for, and hold nothing foreign."""
    levels = ("debug", "info", "warning", "error", "exception", "critical")
    made = {
        f"{path.relative_to(ROOT)}: {ast.unparse(node.args[0])}"
        for folder in ("functions", "shared/newswire")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in levels
        if "log" in ast.unparse(node.func.value) and node.args
        if not isinstance(node.args[0], ast.Constant) and ast.unparse(node.args[0]) not in OWN_WORDS
    }
    assert made == set()
