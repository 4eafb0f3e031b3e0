"""What pip-audit and npm audit said of one lock, judged by what they looked at and not by how they ended.

pip-audit ends well where the index knew none of the packages, and both fail alike on a known vulnerability
and on a network that is not there. No I/O.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Audit:
    """One lock: the packages that were looked up, those that could not be, and what is known of them."""

    lock: str
    audited: int
    missed: int
    advisories: tuple[str, ...]
    unreachable: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether every package was looked up."""
        return self.audited > 0 and not self.missed and not self.unreachable

    def line(self) -> str:
        """Return the one line that says it."""
        if self.unreachable:
            return f"NOT AUDITED {self.lock}: {self.unreachable}"
        if not self.audited:
            return f"NOT AUDITED {self.lock}: none of its {self.missed} packages is known where it was asked"
        missed = f", {self.missed} NOT AUDITED (unknown where it was asked)" if self.missed else ""
        return f"{self.lock}: {self.audited} packages audited, {len(self.advisories)} advisories{missed}"


def of_pip(lock: str, output: str, errors: str, accepted: Mapping[str, str]) -> Audit:
    """Return what pip-audit's JSON says; ``accepted`` advisories are left out."""
    report = _json(output)
    if "dependencies" not in report:
        return Audit(lock, 0, 0, (), _last_line(errors) or "pip-audit said nothing")
    packages = report["dependencies"]
    looked_up = [package for package in packages if "vulns" in package]
    advisories = tuple(
        f"{package['name']} {package['version']}: {advisory['id']}, {_cure(advisory['fix_versions'])}"
        for package in looked_up
        for advisory in package["vulns"]
        if not accepted.keys() & {advisory["id"], *advisory.get("aliases", [])}
    )
    return Audit(lock, len(looked_up), len(packages) - len(looked_up), advisories)


def of_npm(lock: str, output: str, errors: str) -> Audit:
    """Return what ``npm audit --json`` says (report version 2)."""
    report = _json(output)
    if "auditReportVersion" not in report:
        said = report.get("message") or _last_line(errors) or "npm said nothing"
        return Audit(lock, 0, 0, (), str(said))
    advisories = tuple(
        f"{name} {found['range']}: {found['severity']}" for name, found in report["vulnerabilities"].items()
    )
    return Audit(lock, report["metadata"]["dependencies"]["total"], 0, advisories)


def _json(output: str) -> dict[str, Any]:
    try:
        report = json.loads(output)
    except ValueError:
        return {}
    return report if isinstance(report, dict) else {}


def _cure(fixed: list[str]) -> str:
    return f"mended in {', '.join(fixed)}: make lock ARGS=--upgrade" if fixed else "not mended yet"


def _last_line(errors: str) -> str:
    lines = errors.strip().splitlines()
    return lines[-1][:200] if lines else ""
