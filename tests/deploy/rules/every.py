"""Every rule that a template keeps, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from local.template import Template
from tests.deploy.rules import (
    alarms,
    environment,
    flow,
    limits,
    measuring,
    names,
    parameters,
    permissions,
    stores,
)

RULES: Mapping[str, Callable[[Template], Iterator[str]]] = {
    "environment": environment.environment,
    "limits": limits.limits,
    "names": names.names,
    "parameters": parameters.settled,
    "wildcards": permissions.wildcards,
    "separation": permissions.separation,
    "versions": permissions.versions,
    "trust": permissions.trust,
    "resource policies": permissions.resource_policies,
    "TLS only": permissions.tls_only,
    "encryption": stores.encryption,
    "public access": stores.public_access,
    "recovery": stores.recovery,
    "retention": stores.retention,
    "readers": stores.readers,
    "failures": flow.failures,
    "poison": flow.poison,
    "concurrency": flow.concurrency,
    "logs": flow.logs,
    "secrets": flow.secrets,
    "entrances": flow.entrances,
    "watching": alarms.watching,
    "telling": alarms.telling,
    "measured": measuring.measured,
    "in time": alarms.in_time,
}
