"""``make rebuild`` after ``make run``: the same site, byte for byte, of the stored articles alone.

Archives that wait for articles of the last hours may wait for others than a run's do, so the sites are the
same once these hours are over.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import ExitStack, redirect_stdout
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from local.lambda_runtime import LambdaRuntime
from local.local_run import started
from local.progress import Progress
from local.run_clock import RunClock
from local.stack_contents import StackContents
from local.workspace import Workspace
from newswire.due_changes import ARCHIVED_EVERY
from tests.e2e.conftest import PROJECT, Played


def _rebuild(out: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment["PYTHONPATH"] = os.pathsep.join((str(PROJECT), str(PROJECT / "shared")))
    return subprocess.run(
        [sys.executable, "-m", "local.rebuild", "--out", str(out)],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def _files(site: Path) -> dict[str, bytes]:
    """Return the site's files, by path, but for when its lists were looked at."""
    files = (path for path in site.rglob("*") if path.is_file() and path.name != "turns.json")
    return {str(path.relative_to(site)): path.read_bytes() for path in files}


def _refresh_later(out: Path, pause: timedelta) -> None:
    """Let the hourly task of publish run once, so long after what ``out`` holds was played."""
    workspace = Workspace(out, Progress(sys.stderr))
    with ExitStack() as stack:
        saved = stack.enter_context(workspace.claimed_run())
        logs = workspace.function_logs(stack)
        stack.enter_context(redirect_stdout(logs))
        begun = stack.enter_context(started(PROJECT, saved.portal_url))
        contents = StackContents(begun.stack)
        contents.restore_objects(saved, workspace.body, but=set())
        contents.restore_items(saved.tables)
        clock = RunClock(saved.clock + pause)
        runtime = LambdaRuntime(begun.wiring.functions, clock, (), logs, lambda *_: None)
        answer = runtime.invoke("PublishFunction", {"trigger": "schedule", "task": "refresh"})
        assert answer["articlesFailed"] == 0
        contents.take_changes(workspace.keep)
        workspace.save(replace(saved, tables=contents.items(), objects=contents.objects))


def test_the_site_of_a_run_is_made_anew_byte_for_byte(played: Played, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(played.out, out)
    (out / "site" / "index.html").write_bytes(b"broken")

    done = _rebuild(out)

    assert done.returncode == 0, done.stderr
    # Of these one is withheld: its page says that it was withdrawn.
    articles = sum(played.summary["articles"].values()) + 1
    assert done.stdout == f"{articles} articles and 0 that are gone: the site is what they say\n"
    run = tmp_path / "run"
    shutil.copytree(played.out, run)
    for folder in (run, out):
        _refresh_later(folder, ARCHIVED_EVERY + timedelta(hours=1))
    assert _files(out / "site") == _files(run / "site")


def test_where_there_was_no_run_there_is_nothing_to_rebuild(tmp_path: Path) -> None:
    done = _rebuild(tmp_path)
    assert done.returncode == 2
    assert f"{tmp_path} holds no run" in done.stderr
