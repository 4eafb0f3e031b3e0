"""What ``make lint`` makes of checkov's report, and what it accepts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local.template import Template
from tests.deploy.accepted_findings import ACCEPTED, Accepted
from tests.deploy.checkov_report import faults, main

KEPT = Accepted("CKV_1", ("Inbox", "Outbox"), "both are public")


def _report(*failed: tuple[str, str], passed: int = 7, errors: int = 0) -> str:
    findings: list[dict[str, Any]] = [
        {"check_id": check, "check_name": f"Ensure {check}", "resource": f"AWS::SQS::Queue.{resource}"}
        for check, resource in failed
    ]
    summary = {"passed": passed, "parsing_errors": errors}
    return json.dumps({"results": {"failed_checks": findings}, "summary": summary})


def test_a_report_of_what_is_accepted_is_fine() -> None:
    text = _report(("CKV_1", "Inbox"), ("CKV_1", "Outbox"))
    assert list(faults(text, [KEPT])) == []
    assert main(text, [KEPT]) == 0


def test_a_finding_that_nobody_accepted_is_told_with_its_resource(capsys: pytest.CaptureFixture[str]) -> None:
    text = _report(("CKV_1", "Inbox"), ("CKV_1", "Outbox"), ("CKV_1", "Third"), ("CKV_2", "Inbox"))
    assert main(text, [KEPT]) == 1
    told = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in told] == ["Third", "Inbox"]


def test_what_is_accepted_and_found_no_more_is_told() -> None:
    (fault,) = faults(_report(("CKV_1", "Inbox")), [KEPT])
    assert fault.startswith("Outbox: CKV_1 is found no more")


@pytest.mark.parametrize("text", ["", "no report", "[]", '{"passed": 0, "failed": 0}'])
def test_no_report_is_a_fault(text: str) -> None:
    (fault,) = faults(text, [])
    assert fault.startswith("checkov has made no report")


@pytest.mark.parametrize("text", [_report(passed=0), _report(errors=1)])
def test_a_template_that_was_not_read_is_a_fault(text: str) -> None:
    assert list(faults(text, [])) == ["checkov has not read the template"]


def test_every_acceptance_has_a_reason_and_resources_of_the_template(stack: Template) -> None:
    checks = [one.check for one in ACCEPTED]
    assert len(set(checks)) == len(checks)
    for one in ACCEPTED:
        assert len(one.reason.split()) > 5, one.check
        assert set(one.resources) <= stack.resources.keys(), one.check
