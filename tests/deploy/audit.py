"""``python -m tests.deploy.audit``: ask pip-audit and npm what is known of every locked package.

Exit status 1 where something that is deployed has an advisory. Of a tool's, and of what could not be asked,
it tells loudly and ends with 0: a checkout without a network is no fault.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.deploy.audit_reports import Audit, of_npm, of_pip

ROOT = Path(__file__).parents[2]
PIP_AUDIT = ROOT / ".venv-checks" / "bin" / "pip-audit"
NPM_LOCK = "tests/site/package-lock.json"
SECONDS = 300  # for one lock

# Advisories that do not reach us, with the reason: their own id or a CVE's.
ACCEPTED: dict[str, str] = {}

Run = Callable[[Sequence[str]], tuple[str, str]]


def main(run: Run) -> int:
    """Audit all locks, tell, and return the exit status."""
    deployed = [audit for audit, is_deployed in _audits(run) if _told(audit) and is_deployed]
    if deployed:
        print("An advisory concerns what is deployed.", file=sys.stderr)
    return int(bool(deployed))


def _told(audit: Audit) -> bool:
    print(audit.line(), file=sys.stdout if audit.is_whole else sys.stderr, flush=True)
    for advisory in audit.advisories:
        print(f"  {advisory}", file=sys.stderr, flush=True)
    return bool(audit.advisories)


def _audits(run: Run) -> Iterator[tuple[Audit, bool]]:
    """Yield each lock's audit and whether it is deployed; where one service is not there, ask it once."""
    unreachable = ""
    for lock in locks():
        name = str(lock.relative_to(ROOT))
        audit = (
            Audit(name, 0, 0, (), unreachable) if unreachable else of_pip(name, *run(_pip(lock)), ACCEPTED)
        )
        unreachable = audit.unreachable
        yield audit, lock.name == "requirements.txt"
    if shutil.which("npm") is None:
        yield Audit(NPM_LOCK, 0, 0, (), "npm is not installed"), False
    else:
        yield of_npm(NPM_LOCK, *run(_npm())), False


def locks() -> list[Path]:
    """Return the locks of what is deployed, then those of the tools."""
    deployed = sorted([ROOT / "shared" / "requirements.txt", *ROOT.glob("functions/*/requirements.txt")])
    return [*deployed, *sorted(ROOT.glob("requirements-*.txt"))]


def _pip(lock: Path) -> list[str]:
    """Nothing is installed or resolved: a lock is complete."""
    quiet = ["--progress-spinner", "off", "--timeout", "10", "--format", "json"]
    return [str(PIP_AUDIT), "--requirement", str(lock), "--disable-pip", "--require-hashes", *quiet]


def _npm() -> list[str]:
    return ["npm", "audit", "--json", "--package-lock-only", "--prefix", str(ROOT / "tests" / "site")]


def _run(command: Sequence[str]) -> tuple[str, str]:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=SECONDS
        )  # our own command
    except (OSError, subprocess.TimeoutExpired) as error:
        return "", f"{type(error).__name__}: {error}"
    return done.stdout, done.stderr


if __name__ == "__main__":
    sys.exit(main(_run))
