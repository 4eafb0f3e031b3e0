"""A template's Rules, which CloudFormation evaluates before it creates anything, and moto does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def refusals(document: Mapping[str, Any], given: Mapping[str, str]) -> list[str]:
    """Return what CloudFormation says of these parameters; the others have their defaults.

    (AWS CloudFormation User Guide, "Rules".)
    """
    defaults = {name: str(one.get("Default", "")) for name, one in document["Parameters"].items()}
    parameters = {**defaults, **given}
    return [
        assertion["AssertDescription"]
        for rule in document["Rules"].values()
        if _holds(rule["RuleCondition"], parameters)
        for assertion in rule["Assertions"]
        if not _holds(assertion["Assert"], parameters)
    ]


def _holds(condition: Any, parameters: Mapping[str, str]) -> bool:
    match condition:
        case {"Fn::Not": [inner]}:
            return not _holds(inner, parameters)
        case {"Fn::And": [*inner]}:
            return all(_holds(one, parameters) for one in inner)
        case {"Fn::Equals": [left, right]}:
            return _value(left, parameters) == _value(right, parameters)
    raise ValueError(f"{condition} in a rule; Fn::Not, Fn::And and Fn::Equals are evaluated")


def _value(expression: Any, parameters: Mapping[str, str]) -> str:
    match expression:
        case {"Ref": str(name)}:
            return parameters[name]
        case str():
            return expression
    raise ValueError(f"{expression} in a rule; a parameter and a text are evaluated")
