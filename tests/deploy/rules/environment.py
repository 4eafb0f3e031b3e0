"""What the functions are told: every variable that their code reads, and none that nothing reads."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import Any

from aws_lambda_powertools.shared import constants

from local.template import Template
from tests.deploy.rules.reading import properties

# What the code reads and no template sets, with the reason.
NOT_SET: Mapping[str, str] = {
    "CLOCK_OFFSET": "moves the clock of a local run",
    "LOCAL_RUN": "tells a local run from a deployed stack",
    "LOOPBACK_PROXY": "leads out of a container of sam local to this machine's publishers",
}
# A variable that is named for sam local alone
NOTHING = {"Ref": "AWS::NoValue"}
# What Powertools reads and every function is told, or its logs and metrics could not be told apart.
OF_POWERTOOLS = {"POWERTOOLS_LOG_LEVEL", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_SERVICE_NAME"}
# What the C library reads, by stage, with the reason.
OF_THE_C_LIBRARY: Mapping[str, Mapping[str, str]] = {
    "fetch": {"MALLOC_ARENA_MAX": "what large documents held is given back, whichever thread had them"},
}


class _Asked(dict[str, str]):
    """An environment that answers 1, a word, port and number, to whatever is asked, and keeps the names."""

    def get(self, key: str, default: Any = None) -> Any:
        self[key] = "1"
        return super().get(key, default)


def read_by(stage: str) -> set[str]:
    """Return the names of the variables that a stage's settings read."""
    asked = _Asked()
    importlib.import_module(f"functions.{stage}.settings").Settings.from_env(asked)
    return set(asked)


def environment(stack: Template) -> Iterator[str]:
    """Each function is told exactly what its code and Powertools read."""
    known = {value for value in vars(constants).values() if isinstance(value, str)}
    yield from (f"Powertools does not read {name}" for name in sorted(OF_POWERTOOLS - known))
    for name, function in properties(stack, "AWS::Lambda::Function"):
        variables = function.get("Environment", {}).get("Variables", {})
        told = {variable for variable, value in variables.items() if value != NOTHING}
        stage = str(function["Handler"]).split(".")[1]
        wanted = (read_by(stage) | OF_POWERTOOLS | OF_THE_C_LIBRARY.get(stage, {}).keys()) - NOT_SET.keys()
        yield from (f"{name} reads {variable}, which it is not told" for variable in sorted(wanted - told))
        yield from (f"{name} is told {variable}, which nothing reads" for variable in sorted(told - wanted))
