"""Calls of AWS with values as CloudFormation passes them on: text for a number, and the other way round."""

from __future__ import annotations

from typing import Any

from botocore.validate import validate_parameters
from botocore import xform_name


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
    match shape.type_name, value:
        case "structure", dict():
            return {
                name: _coerced(one, shape.members[name]) if name in shape.members else one
                for name, one in value.items()
            }
        case "map", dict():
            return {name: _coerced(one, shape.value) for name, one in value.items()}
        case "list", list():
            return [_coerced(one, shape.member) for one in value]
        case "string", int() | float() if not isinstance(value, bool):
            return str(value)
        case "integer" | "long", str() if value.isdecimal():
            return int(value)
        case "double" | "float", str() if value.replace(".", "", 1).isdecimal():
            return float(value)
        case "boolean", "true" | "false":
            return value == "true"
        case "blob", str():
            return value.encode()
        case _:
            return value
