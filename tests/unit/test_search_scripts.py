"""The scripts of search, by node: their own tests, and what becomes of them when they are published."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from functions.publish.static_files import SEARCH_SCRIPT, static_files

TESTS = Path(__file__).resolve().parents[1] / "javascript"
SCRIPT_LIMIT = 15_000  # bytes, gzip: of all scripts of a page


@pytest.fixture(scope="module")
def node() -> str:
    """Return the path of node; without it, skip aloud."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("node is not installed (apt-get install nodejs): the scripts of search go untested")
    return found


@pytest.mark.parametrize("test", sorted(TESTS.glob("*.test.mjs")), ids=lambda path: path.stem)
def test_the_scripts_tests_pass(node: str, test: Path) -> None:
    done = subprocess.run(
        [node, "--test", "--test-reporter=tap", str(test)], capture_output=True, text=True, check=False
    )
    failed = re.findall(r"^not ok .*(?:\n  .*)*", done.stdout, re.MULTILINE)
    assert done.returncode == 0, "\n".join(failed) or done.stdout + done.stderr
    passed = re.search(r"^# pass (\d+)$", done.stdout, re.MULTILINE)
    assert passed
    assert int(passed[1]) > 0


def test_the_published_script_is_one_module_of_all(node: str, tmp_path: Path) -> None:
    script = static_files()[SEARCH_SCRIPT]
    published = tmp_path / "search.mjs"
    published.write_bytes(script.body)

    done = subprocess.run([node, "--check", str(published)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert not re.findall(rb"^\s*(?:import|export)\b", script.body, re.MULTILINE)
    for name in (b"function stemsOf(", b"class Articles ", b"class SearchPage "):
        assert script.body.count(name) == 1


def test_the_published_script_keeps_within_the_budget_and_has_a_hashed_name() -> None:
    script = static_files()[SEARCH_SCRIPT]

    assert len(gzip.compress(script.body)) <= SCRIPT_LIMIT
    assert re.fullmatch(r"static/search\.[0-9a-f]{12}\.js", script.key)
    assert script.media_type == "text/javascript; charset=utf-8"


def test_the_scripts_make_no_markup_of_text_and_run_no_text() -> None:
    body = static_files()[SEARCH_SCRIPT].body.decode()

    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert word not in body, word
    assert "http" not in re.sub(r'"https:", "http:"', "", body), "asks nobody but us"
