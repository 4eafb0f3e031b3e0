"""What the checks in a browser need is installed where that can be done, otherwise named; never an error."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SITE = ROOT / "tests" / "site"
RECORDING = '#!/bin/sh\necho "$*" >>"$LOG"\n'


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """Return a folder for PATH in which only the shell's own tools are."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in ("mktemp", "rm", "tail", "sh"):
        install(folder, tool, f'#!/bin/sh\nexec /usr/bin/env -i PATH=/usr/bin:/bin {tool} "$@"\n')
    return folder


def install(folder: Path, name: str, script: str = "#!/bin/sh\n") -> None:
    (folder / name).write_text(script, encoding="utf-8")
    (folder / name).chmod(0o755)


def set_up(programs: Path, *, user: int = 0, **environment: str) -> tuple[str, str]:
    """Run it; return what it printed and what it asked of apt-get."""
    install(programs, "id", f"#!/bin/sh\necho {user}\n")
    log = programs.parent / "apt.log"
    log.touch()
    done = subprocess.run(
        ["/bin/sh", ROOT / ".ci" / "browser"],
        env={"PATH": str(programs), "LOG": str(log), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout, log.read_text(encoding="utf-8")


def test_where_all_is_there_nothing_is_installed_or_said(programs: Path) -> None:
    for name in ("chromium", "java", "npm", "apt-get"):
        install(programs, name, RECORDING)
    assert set_up(programs) == ("", "")


def test_root_with_apt_get_installs_what_is_missing(programs: Path) -> None:
    install(programs, "java")
    install(programs, "apt-get", RECORDING)
    printed, asked = set_up(programs)
    assert printed == "Installed: chromium fonts-liberation npm\n"
    assert asked.splitlines() == [
        "update",
        "install --yes --no-install-recommends chromium fonts-liberation npm",
    ]


def test_a_failing_apt_get_is_said_and_no_error(programs: Path) -> None:
    install(programs, "apt-get", "#!/bin/sh\necho E: no network\nexit 100\n")
    printed, _ = set_up(programs)
    assert "could not install chromium fonts-liberation default-jre-headless npm" in printed
    assert "E: no network" in printed


@pytest.mark.parametrize(
    ("user", "environment"), [(1000, {}), (0, {"SYSTEM_PACKAGES": "no"})], ids=["no root", "not wanted"]
)
def test_whoever_may_not_install_is_told_what_is_skipped(
    programs: Path, user: int, environment: dict[str, str]
) -> None:
    install(programs, "apt-get", RECORDING)
    printed, asked = set_up(programs, user=user, **environment)
    assert "skipped: chromium fonts-liberation default-jre-headless npm" in printed
    assert asked == ""


def test_the_checkers_are_pinned_and_hashed_and_their_lock_names_no_registry() -> None:
    text = (SITE / "package-lock.json").read_text(encoding="utf-8")
    packages = {name: one for name, one in json.loads(text)["packages"].items() if name}
    assert "://" not in text
    assert all(one["integrity"].startswith("sha512-") for one in packages.values())
    wanted = json.loads((SITE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    pinned = {name.removeprefix("node_modules/"): one["version"] for name, one in packages.items()}
    assert wanted.items() <= pinned.items()


def test_pytests_summary_stays_the_last_line_of_continuous_integration() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    steps = [re.split(" 2>| ARGS=", line)[0] for line in lines if line.startswith((".ci/", "make "))]
    checks = [
        "make lint",
        "make type",
        "make audit",
        "make check-site",
        "make bench-gate",
        "make faults",
        "make races",
        "make test",
    ]
    assert steps == [".ci/browser", *checks]
    assert os.access(ROOT / ".ci" / "browser", os.X_OK)
