"""docs/threats.md: a row for each boundary and for each class of advisories, each with tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith(("| boundary", "| class", "| ---"))
]
_CSV = re.compile(r"^\s*(import csv|from csv)\b|text/csv|\.csv\b", re.MULTILINE)
_TEST = re.compile(r"`([a-z0-9]+/test_\w+\.py)::(test_\w+)`")

# Another boundary or class may be added; none of these may go.
BOUNDARIES = (
    "Feeds", "Pages", "Robots", "Redirects", "Pictures", "Media addresses", "sources.yaml", "Own pages",
    "Events and messages", "OPML", "Hubs", "IndexNow", "S3 keys", "DynamoDB", "CloudFront", "Logs", "Worker",
    "Supply chain", "Deploy role", "workstation",
)  # fmt: skip
CLASSES = (
    "SSRF through media", "SSRF through redirects", "DNS rebinding", "Stored XSS", "Sanitiser bypass",
    "Log injection", "OPML injection", "CSV injection", "Path traversal", "served media", "XML attacks",
    "Decompression bombs", "WebSub spoofing", "Cache poisoning", "ReDoS", "Hash flooding",
)  # fmt: skip


def _tests_of(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row[0]))
def test_what_is_said_to_stop_it_is_shown_by_tests_that_exist(row: list[str]) -> None:
    assert len(row) == 4
    named = _TEST.findall(row[3])
    assert named
    assert _TEST.sub("", row[3]).strip() == "", "every name in the last column has the form of a test's"
    missing = [
        f"{file}::{name}"
        for file, name in named
        if not (ROOT / "tests" / file).is_file() or name not in _tests_of(ROOT / "tests" / file)
    ]
    assert missing == []


@pytest.mark.parametrize("name", [*BOUNDARIES, *CLASSES])
def test_every_boundary_and_every_class_has_its_row(name: str) -> None:
    assert [row[0] for row in ROWS if name.casefold() in row[0].casefold()]


def test_the_way_to_report_and_the_promises_are_where_they_are_looked_for() -> None:
    policy = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    for part in ("## Reporting", "## Supported versions", "## What is promised", "(docs/threats.md)"):
        assert part in policy
    assert "SECURITY.md" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_nothing_writes_tables_that_a_spreadsheet_would_calculate() -> None:
    """A cell that begins with ``=`` is a formula: whoever adds an export as CSV has to think of that."""
    writers = [
        str(path.relative_to(ROOT))
        for folder in ("functions", "shared/newswire", "local")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if _CSV.search(path.read_text(encoding="utf-8"))
    ]
    assert writers == []
