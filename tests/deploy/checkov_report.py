"""``checkov … --output json | python -m tests.deploy.checkov_report``: what of it is not accepted."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from tests.deploy.accepted_findings import ACCEPTED, Accepted


def main(text: str, accepted: Sequence[Accepted] = ACCEPTED) -> int:
    """Tell every fault of a report; return 1 if there is one."""
    found = list(faults(text, accepted))
    for fault in found:
        print(fault, file=sys.stderr)
    if not found:
        print(f"checkov: nothing but what is accepted, by {len(accepted)} reasons")
    return int(bool(found))


def faults(text: str, accepted: Sequence[Accepted]) -> Iterator[str]:
    """Yield findings that nobody accepted, accepted ones that are none, and that there was no report."""
    try:
        report = json.loads(text)
        failed, summary = report["results"]["failed_checks"], report["summary"]
    except (ValueError, KeyError, TypeError):
        yield f"checkov has made no report of a template: {text[:200]!r}"
        return
    if not summary["passed"] or summary["parsing_errors"]:
        yield "checkov has not read the template"
    known = {(one.check, resource) for one in accepted for resource in one.resources}
    named = {_of(finding): finding for finding in failed}
    for check, resource in sorted(named.keys() - known):
        name = named[check, resource]["check_name"]
        yield f"{resource}: {name} ({check}): mend it, or say in tests/deploy/accepted_findings.py why not"
    for check, resource in sorted(known - named.keys()):
        yield f"{resource}: {check} is found no more: take it out of tests/deploy/accepted_findings.py"


def _of(finding: dict[str, Any]) -> tuple[str, str]:
    return finding["check_id"], finding["resource"].rpartition(".")[2]


if __name__ == "__main__":
    sys.exit(main(sys.stdin.read()))
