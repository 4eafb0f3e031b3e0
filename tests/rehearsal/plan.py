"""What is deployed in a rehearsal, and what is checked of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from local.stack import ACCOUNT
from tests.rehearsal.checks import alarms, edge, functions, permissions, triggers
from tests.rehearsal.found import Found

STACK = "rehearsal"
EMAIL = "operator@kabar.example"
# Such that every condition of the template holds: a resource that is not made cannot be looked at.
PARAMETERS = {
    "PortalUrl": "https://kabar.example",
    "CertificateArn": f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/5f0c1a52-8d0e-4b6f-9a35-0c5a7d1e4001",
    "AlarmEmail": EMAIL,
    "MonthlyBudgetUsd": "10",
}
# Stacks beside it, by name: under the distribution's own domain, and with nothing that can be left out.
_WITHOUT_DOMAIN = {"PortalUrl": "", "CertificateArn": ""}
BARE = "bare"
NEIGHBOURS = {
    "Rehearsal-2": _WITHOUT_DOMAIN,
    BARE: {**_WITHOUT_DOMAIN, "EnableCdn": "false", "AlarmEmail": "", "MonthlyBudgetUsd": "0"},
}
CHANGED = ("LogRetentionDays", "7")
# The events that the schedules send, by function.
EVENTS = {"FetchFunction": "fetch-schedule.json", "PublishFunction": "publish-schedule.json"}

# What is checked of a deployed stack and needs nothing but what was found.
CHECKS: Mapping[str, Callable[[Found], Iterator[str]]] = {
    "settings": functions.configured,
    "names": functions.informed,
    "roles": functions.employed,
    "mappings": triggers.mapped,
    "streams": triggers.streamed,
    "dead letters": triggers.redriven,
    "grants": permissions.granted,
    "policies": permissions.said,
    "stores": permissions.stored,
    "origins": edge.read_from,
    "answers": edge.answered,
    "alarms": alarms.watching,
    "dashboard": alarms.shown,
}


def schedule_events(project: Path) -> dict[str, Any]:
    """Return the sample events of the schedules by the logical ids of the functions that they start."""
    return {
        name: json.loads((project / "events" / file).read_text(encoding="utf-8"))
        for name, file in EVENTS.items()
    }
