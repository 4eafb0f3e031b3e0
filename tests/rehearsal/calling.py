"""Calls of AWS with values as CloudFormation passes them on: text for a number, and the other way round."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from botocore import xform_name
from botocore.validate import validate_parameters


def call(client: Any, operation: str, **parameters: Any) -> Any:
    """Make a call; ``operation`` is its name in the API: ``CreateSchedule``.

    Raise botocore's ``ParamValidationError`` where a parameter is unknown, missing or of the wrong shape.
    """
    return getattr(client, xform_name(operation))(**_parameters(client, operation, parameters))


def check_shape(client: Any, operation: str, **parameters: Any) -> None:
    """Raise botocore's ``ParamValidationError`` where :func:`call` would, and make no call."""
    shape = client.meta.service_model.operation_model(operation).input_shape
    validate_parameters(_parameters(client, operation, parameters), shape)


def _parameters(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
    return _coerced(parameters, client.meta.service_model.operation_model(operation).input_shape)


def _coerced(value: Any, shape: Any) -> Any:
    if isinstance(value, dict):
        # A map has one shape for all, a structure one for each; what it does not know is for botocore to tell
        members = shape.members if shape.type_name == "structure" else dict.fromkeys(value, shape.value)
        return {name: _coerced(one, members[name]) if name in members else one for name, one in value.items()}
    if isinstance(value, list) and shape.type_name == "list":
        return [_coerced(one, shape.member) for one in value]
    if isinstance(value, str):
        return _FROM_TEXT.get(shape.type_name, str)(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and shape.type_name == "string":
        return str(value)
    return value


def _number(text: str) -> Any:
    return int(text) if text.isdecimal() else text


_FROM_TEXT: Mapping[str, Callable[[str], Any]] = {
    "blob": str.encode,
    "boolean": lambda text: {"true": True, "false": False}.get(text, text),
    "double": _number,
    "float": _number,
    "integer": _number,
    "long": _number,
}
