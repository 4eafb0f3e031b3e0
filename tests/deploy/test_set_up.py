"""Setting up: what is missing is said in one line with its cure."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ("awk", "cp", "grep", "head", "mkdir", "sed", "sh", "tail", "tee", "touch")
LOCK = "first==1.0 \\\n    --hash=sha256:00\nsecond==2.0 \\\n    --hash=sha256:00\n"

# A Python that answers what .ci/venv asks: how old it is, whether it has venv, and for an environment.
PYTHON = """#!/bin/sh
case "$*" in
    *version_info\\ \\<*) exit {too_old} ;;
    *ensurepip*) exit {no_venv} ;;
    *'%d.%d'*) echo 3.11 ;;
    --version) echo Python 3.11.9 ;;
    '-m venv --clear '*) mkdir -p "$4/bin"; cp "$0-environment" "$4/bin/python"; echo "$0" >"$4/made-by" ;;
esac
"""
SHIM = "#!/bin/sh\necho 'command not found' >&2\nexit 127\n"


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """Return a folder for PATH with the shell's tools and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        program = shutil.which(tool)
        assert program is not None
        (folder / tool).symlink_to(program)
    return folder


def _install(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(script, encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def _python(folder: Path, name: str, *, pip: str = "", too_old: int = 0, no_venv: int = 0) -> None:
    """Install a Python whose environments have a pip that prints this, and fails if it says ERROR."""
    _install(folder, name, PYTHON.format(too_old=too_old, no_venv=no_venv))
    _install(folder, f"{name}-environment", f"#!/bin/sh\necho '{pip}'\nexit {int('ERROR' in pip)}\n")


def _set_up(programs: Path, *wanted: str, **environment: str) -> subprocess.CompletedProcess[str]:
    work = programs.parent
    (work / "lock.txt").write_text(LOCK, encoding="utf-8")
    return subprocess.run(
        [ROOT / ".ci" / "venv", "environment", "lock.txt", "environment/ready", *wanted],
        cwd=work,
        env={"PATH": str(programs), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def _only_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    return line


def _ready(programs: Path) -> bool:
    return (programs.parent / "environment" / "ready").exists()


def test_the_first_python_that_runs_is_taken(programs: Path) -> None:
    _install(programs, "python3.13", SHIM)
    _python(programs, "python3.12", too_old=1)
    _python(programs, "python3.11")
    done = _set_up(programs)
    assert done.returncode == 0, done.stderr
    made_by = (programs.parent / "environment" / "made-by").read_text(encoding="utf-8")
    assert Path(made_by.strip()).name == "python3.11"
    assert _ready(programs)


def test_a_python_without_venv_gives_way_to_one_that_has_it(programs: Path) -> None:
    _python(programs, "python3.13", no_venv=1)
    _python(programs, "python3.12")
    done = _set_up(programs)
    assert done.returncode == 0, done.stderr


def test_no_python_at_all(programs: Path) -> None:
    _install(programs, "python3.13", SHIM)
    line = _only_line(_set_up(programs))
    assert "apt-get install python3 python3-venv" in line
    assert "PYTHON=/path/to/python3" in line


def test_only_a_python_that_is_too_old(programs: Path) -> None:
    _python(programs, "python3", too_old=1)
    assert "3.11 or newer" in _only_line(_set_up(programs))


def test_a_named_python_that_cannot_be_used_is_named_back(programs: Path) -> None:
    _python(programs, "python3.11")
    _python(programs, "python3.9", too_old=1)
    assert "PYTHON=python3.9" in _only_line(_set_up(programs, "python3.9"))


def test_no_venv_module(programs: Path) -> None:
    _python(programs, "python3.11", no_venv=1)
    assert "apt-get install python3.11-venv" in _only_line(_set_up(programs))


NOTHING_FOUND = "ERROR: Could not find a version that satisfies the requirement first==1.0"
NOTHING_ANSWERS = "WARNING: Retrying after connection broken by NewConnectionError\nERROR: OSError"


@pytest.mark.parametrize("pip", [NOTHING_FOUND, NOTHING_ANSWERS])
def test_no_package_index(programs: Path, pip: str) -> None:
    _python(programs, "python3.11", pip=pip)
    line = _only_line(_set_up(programs))
    assert "PIP_INDEX_URL" in line
    assert "WHEELS=folder" in line
    assert not _ready(programs)


def test_a_proxy_that_knows_no_packages_is_left_aside(programs: Path) -> None:
    """`make run` is given the proxy of its publishers, and may be the first command of all."""
    _python(programs, "python3.11")
    fails_by_proxy = '#!/bin/sh\n[ -z "$HTTPS_PROXY" ] || { echo "ERROR: 404"; exit 1; }\n'
    _install(programs, "python3.11-environment", fails_by_proxy)
    done = _set_up(programs, HTTPS_PROXY="http://127.0.0.1:8888", SSL_CERT_FILE="ca.pem")
    assert done.returncode == 0, done.stderr
    assert _ready(programs)


def test_a_missing_package_is_named(programs: Path) -> None:
    _python(programs, "python3.11", pip="ERROR: No matching distribution found for second==2.0")
    assert "second==2.0" in _only_line(_set_up(programs))


def test_a_package_that_is_not_the_locked_one(programs: Path) -> None:
    _python(programs, "python3.11", pip="ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE FILE")
    line = _only_line(_set_up(programs))
    assert "differs" in line
    assert not _ready(programs)


def test_another_failure_of_pip_is_passed_on(programs: Path) -> None:
    _python(programs, "python3.11", pip="ERROR: No space left on device")
    assert "No space left on device" in _only_line(_set_up(programs))


def _make(*arguments: str) -> subprocess.CompletedProcess[str]:
    # Not as a part of the make that may run these tests.
    environment = {
        name: value for name, value in os.environ.items() if "MAKE" not in name and name != "MFLAGS"
    }
    return subprocess.run(
        ["make", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_make_alone_lists_every_target() -> None:
    listed = {line.split()[1] for line in _make().stdout.splitlines()}
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    assert listed == {line.split()[1] for line in makefile if line.startswith(".PHONY:")}


def test_invoke_without_its_arguments_shows_them() -> None:
    done = _make("invoke", "FN=ExtractFunction")
    assert done.returncode != 0
    assert "make invoke FN=ExtractFunction EVENT=events/extract-sqs.json" in done.stderr


def test_build_without_the_runtimes_python_says_which() -> None:
    done = _make("build", "RUNTIME_PYTHON=")
    assert done.returncode != 0
    assert "python3.13" in done.stderr.splitlines()[0]
    assert "pyenv install 3.13" in done.stderr.splitlines()[0]


def test_make_test_goes_on_without_the_runtimes_python() -> None:
    assert ".venv/bin/python -m pytest" in _make("-n", "test", "RUNTIME_PYTHON=").stdout


def test_the_checks_of_the_template_ask_nobody() -> None:
    """Unless it is told not to, checkov asks for its own updates and for a platform's policies."""
    commands = _make("-n", "lint").stdout.replace("\\\n", " ").splitlines()
    (checkov,) = [line.split() for line in commands if "/checkov " in line]
    assert checkov[0] == "CKV_SKIP_PACKAGE_UPDATE_CHECK=true"
    assert "--skip-download" in checkov
