"""What ``make audit`` says and how it ends: loud where nothing was audited, 1 where we deploy a fault."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence

import pytest

from tests.deploy import audit
from tests.deploy.audit_reports import of_npm, of_pip

WELL = {"name": "lxml", "version": "6.1.0", "vulns": []}
BAD = {
    "name": "nh3",
    "version": "0.1",
    "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-2026-1"], "fix_versions": ["0.2"]}],
}
UNKNOWN = {"name": "own", "skip_reason": "Dependency not found"}
NO_NETWORK = ("", "Traceback …\nrequests.exceptions.ConnectionError: Failed to resolve")
NPM_WELL = json.dumps(
    {"auditReportVersion": 2, "vulnerabilities": {}, "metadata": {"dependencies": {"total": 9}}}
)


def _pip(*packages: object) -> tuple[str, str]:
    return json.dumps({"dependencies": packages}), ""


def _main(monkeypatch: pytest.MonkeyPatch, *, deployed: tuple[str, str], tools: tuple[str, str]) -> list[str]:
    """Run with these answers; return the locks that were asked for."""
    monkeypatch.setattr(shutil, "which", lambda _: "npm")
    asked: list[str] = []

    def run(command: Sequence[str]) -> tuple[str, str]:
        if command[0] == "npm":
            return NPM_WELL, ""
        asked.append(command[2])
        return deployed if command[2].endswith("/requirements.txt") else tools

    asked.append(str(audit.main(run)))
    return asked


def test_every_lock_is_asked_for_and_all_is_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    *asked, status = _main(monkeypatch, deployed=_pip(WELL), tools=_pip(WELL))
    assert status == "0"
    assert asked == [str(lock) for lock in audit.locks()]
    assert len(asked) == len(set(asked)) >= 8
    told = capsys.readouterr()
    assert told.err == ""
    assert len(told.out.splitlines()) == len(asked) + 1, "npm's lock as well"


def test_an_advisory_for_what_is_deployed_fails_with_its_cure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _main(monkeypatch, deployed=_pip(WELL, BAD), tools=_pip(WELL))[-1] == "1"
    assert "nh3 0.1: PYSEC-1, mended in 0.2: make lock ARGS=--upgrade" in capsys.readouterr().err


def test_an_advisory_for_a_tool_is_told_and_fails_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _main(monkeypatch, deployed=_pip(WELL), tools=_pip(BAD))[-1] == "0"
    assert "PYSEC-1" in capsys.readouterr().err


def test_without_a_network_every_lock_is_told_as_not_audited_and_one_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    *asked, status = _main(monkeypatch, deployed=NO_NETWORK, tools=NO_NETWORK)
    assert status == "0"
    assert len(asked) == 1
    loud = [line for line in capsys.readouterr().err.splitlines() if line.startswith("NOT AUDITED")]
    assert len(loud) == len(audit.locks())


def test_packages_that_the_index_does_not_know_are_not_taken_for_audited() -> None:
    """pip-audit says "No known vulnerabilities found" of them and ends with 0."""
    nothing = of_pip("a.txt", *_pip(UNKNOWN, UNKNOWN), {})
    half = of_pip("a.txt", *_pip(WELL, UNKNOWN), {})
    assert nothing.line().startswith("NOT AUDITED a.txt: none of its 2 packages")
    assert (nothing.is_whole, half.is_whole) == (False, False)
    assert "1 NOT AUDITED" in half.line()


@pytest.mark.parametrize("accepted", ["PYSEC-1", "CVE-2026-1"])
def test_an_accepted_advisory_is_left_out_by_any_of_its_names(accepted: str) -> None:
    assert of_pip("a.txt", *_pip(BAD), {accepted: "we never call it"}).advisories == ()
    assert of_pip("a.txt", *_pip(BAD), {"CVE-2026-2": "another"}).advisories != ()


def test_every_accepted_advisory_has_its_reason() -> None:
    assert [name for name, reason in audit.ACCEPTED.items() if len(reason.split()) < 4] == []


@pytest.mark.parametrize("output", ["", "null", "[]", "{}", '{"error": {"summary": ""}, "statusCode": 405}'])
def test_npm_that_could_not_ask_has_audited_nothing(output: str) -> None:
    found = of_npm("package-lock.json", output, "npm error code ENOTFOUND")
    assert found.line() == "NOT AUDITED package-lock.json: npm error code ENOTFOUND"


def test_npms_advisories_are_told_by_package() -> None:
    report = json.loads(NPM_WELL) | {"vulnerabilities": {"axe-core": {"range": "<5", "severity": "high"}}}
    found = of_npm("package-lock.json", json.dumps(report), "")
    assert found.advisories == ("axe-core <5: high",)
    assert found.audited == 9
