"""Words of strangers on make's command line: neither make nor the shell takes them for its own."""

from __future__ import annotations

import ast
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOSTILE = (
    "https://kabar.example/'; touch PWNED; echo '",
    "https://kabar.example/$(shell touch PWNED)`touch PWNED`$(touch PWNED)",
    'https://kabar.example/"; touch PWNED; "',
    "https://kabar.example/a b?x=1&y=2#$$HOME",
)


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize(("target", "name"), [("trace", "URL"), ("trace", "FEED"), ("redrive", "REASON")])
def test_make_hands_an_address_on_as_it_is(tmp_path: Path, target: str, name: str, words: str) -> None:
    assert _told(tmp_path, target, f"{name}={words}") == [f"--{name.lower()}", words]
    assert not (tmp_path / "PWNED").exists()


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
@pytest.mark.parametrize("target", ["run", "verify", "rebuild", "trace", "redrive", "takedown"])
@pytest.mark.parametrize("name", ["OUT", "SOURCES"])
def test_any_folder_can_be_named(tmp_path: Path, target: str, name: str) -> None:
    told = _told(tmp_path, target, f"{name}=/home/o'brien/the news", "FEED=kabar")
    assert f"--{name.lower()}" in told
    assert "/home/o'brien/the news" in told


def _told(tmp_path: Path, target: str, *words: str) -> list[str]:
    """Return what the program behind a target is given."""
    recipe = tmp_path / "Makefile"
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    told = tmp_path / "told.py"
    told.write_text("import sys; print(repr(sys.argv[1:]))", encoding="utf-8")
    # Everything but the program that is called: that one only says what it was given.
    called = f".venv/bin/python -m local.{target}"
    assert called in text
    text = text.replace(called, f"python3 {told}").replace(": $(DEV)", ":").replace(",$(DEV))", ",)")
    recipe.write_text(text, encoding="utf-8")

    done = subprocess.run(
        ["make", "--no-print-directory", target, *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    told_words: list[str] = ast.literal_eval(done.stdout)
    return told_words
