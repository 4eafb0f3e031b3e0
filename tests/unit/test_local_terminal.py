"""What publishers wrote reaches a terminal by many ways, and by none of them does it steer it."""

from __future__ import annotations

import ast
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.function_logs import FunctionLogs
from local.progress import Progress
from local.sources.trial_report import _row
from local.terminal import say_json, shown, shown_line

ROOT = Path(__file__).parents[2]

# Clear the screen, name the window, both by one C1 byte; paint over the line; let the terminal answer as if
# somebody typed (DECRQSS, title report); turn the direction of the text around; begin a line.
SEQUENCES = (
    "\x1b[2J\x1b[H",
    "\x1b]0;owned\x07",
    "\x9b2J",
    "\x9d0;owned\x9c",
    "\r0 failures",
    "\x08\x08\x08",
    "\x1bP$q\x1b\\",
    "\x1b[21t",
    "\u202egnp.exe",
    "\u2066a\u2069",
    "\x7f",
    "\u2028a line of its own",
)


@pytest.mark.parametrize("sequence", SEQUENCES, ids=ascii)
def test_what_steers_is_shown_as_its_escape(sequence: str) -> None:
    printed = shown(f"Harga {sequence} beras")
    assert printed.isprintable()
    assert f"\\u{ord(min(set(sequence) - set(printed))):04x}" in printed


def test_lines_tabs_and_every_script_stay() -> None:
    text = "Harga beras\n\tnaik – 米价上涨 – ارتفاع سعر الأرز – 🍚\n"
    assert shown(text) == text
    assert shown_line(text) == text.replace("\n\t", " ").strip()


@given(st.text())
def test_no_text_keeps_a_character_that_steers(text: str) -> None:
    assert not set(shown(text)) & {chr(code) for code in (*range(9), *range(11, 32), *range(127, 160))}
    assert "\n" not in shown_line(text)


@given(st.dictionaries(st.text(), st.text()))
def test_json_that_is_shown_is_still_that_json(value: dict[str, str]) -> None:
    assert json.loads(shown(json.dumps(value, ensure_ascii=False))) == value


def test_json_is_printed_so_that_people_can_read_it(capsys: pytest.CaptureFixture[str]) -> None:
    say_json({"title": "\x9b2J米"}, indent=2)
    assert capsys.readouterr().out == '{\n  "title": "\\u009b2J米"\n}\n'


@pytest.mark.parametrize("sequence", SEQUENCES, ids=ascii)
def test_progress_logs_and_reports_show_it_harmlessly(sequence: str) -> None:
    progress, log = io.StringIO(), io.StringIO()
    Progress(progress).note(f"parser failed: {sequence}")
    FunctionLogs(lambda _: log, lambda *_: None).write(f"parser failed: {sequence}\n")
    rows = "\n".join(_row("title", f"Harga {sequence} beras"))
    for text in (progress.getvalue(), log.getvalue(), rows):
        assert all(line.isprintable() for line in text.split("\n")), ascii(text)


def test_only_one_module_of_the_local_run_prints() -> None:
    """Another one would have to think of all this by itself."""
    printing = {
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "local").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("print", "sys.stdout.write", "sys.stderr.write")
    }
    assert printing == {"local/terminal.py"}, "print by say, say_error or say_json of local.terminal"
