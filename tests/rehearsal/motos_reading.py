"""What moto's CloudFormation reads otherwise than CloudFormation, said so that it means the same to both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def for_moto(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a template that moto understands as CloudFormation understands the given one.

    moto deletes whatever does not say ``Retain``, and takes a number and its text for two things in a
    condition.
    """
    parameters = document.get("Parameters", {})
    return {
        **document,
        "Parameters": {name: _parameter(one) for name, one in parameters.items()},
        "Resources": {name: _resource(one) for name, one in document["Resources"].items()},
    }


def _parameter(parameter: Mapping[str, Any]) -> dict[str, Any]:
    if parameter["Type"] != "Number":
        return dict(parameter)
    text = {name: str(parameter[name]) for name in ("Default",) if name in parameter}
    return {**parameter, **text, "Type": "String"}


def _resource(resource: Mapping[str, Any]) -> dict[str, Any]:
    if resource.get("DeletionPolicy") != "RetainExceptOnCreate":
        return dict(resource)
    return {**resource, "DeletionPolicy": "Retain"}
