"""``make rebuild`` after ``make run``: the same site, byte for byte, of the stored articles alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

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
    return {str(path.relative_to(site)): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def test_the_site_of_a_run_is_made_anew_byte_for_byte(played: Played, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(played.out, out)
    (out / "site" / "index.html").write_bytes(b"broken")

    done = _rebuild(out)

    assert done.returncode == 0, done.stderr
    # Of these one is withheld: its page says that it was withdrawn.
    articles = sum(played.summary["articles"].values()) + 1
    assert done.stdout == f"{articles} articles and 0 that are gone: the site is what they say\n"
    assert _files(out / "site") == _files(played.site)


def test_where_there_was_no_run_there_is_nothing_to_rebuild(tmp_path: Path) -> None:
    done = _rebuild(tmp_path)
    assert done.returncode == 2
    assert f"{tmp_path} holds no run" in done.stderr
