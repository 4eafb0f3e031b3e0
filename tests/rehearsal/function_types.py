"""Functions and layers, of which moto's CloudFormation forgets half, by Lambda's own API in moto."""

from __future__ import annotations

from collections.abc import Mapping

from tests.rehearsal.calling import call
from tests.rehearsal.service_type import Client, Made, Properties, ServiceType


def _function(client: Client, name: str, given: Properties) -> Made:
    named = given.get("FunctionName", name)
    settings = {**given, "FunctionName": named, "Tags": _tags(given)}
    answer = call(client("lambda"), "CreateFunction", **settings)
    return Made(named, {"Arn": answer["FunctionArn"]})


def _change_function(client: Client, physical: str, given: Properties) -> None:
    code, architectures = given["Code"], given.get("Architectures", ["x86_64"])
    settings = {key: value for key, value in given.items() if key not in ("Code", "Architectures", "Tags")}
    call(client("lambda"), "UpdateFunctionConfiguration", **{**settings, "FunctionName": physical})
    call(client("lambda"), "UpdateFunctionCode", FunctionName=physical, Architectures=architectures, **code)


def _layer(client: Client, _: str, given: Properties) -> Made:
    return Made(call(client("lambda"), "PublishLayerVersion", **given)["LayerVersionArn"])


def _no_layer(client: Client, physical: str, _: Properties) -> None:
    name, _separator, version = physical.rpartition(":")
    client("lambda").delete_layer_version(LayerName=name, VersionNumber=int(version))


def _tags(given: Properties) -> dict[str, str]:
    return {one["Key"]: one["Value"] for one in given.get("Tags", [])}


FUNCTION_TYPES: Mapping[str, ServiceType] = {
    "AWS::Lambda::Function": ServiceType(
        _function,
        lambda client, name, _: client("lambda").delete_function(FunctionName=name),
        _change_function,
    ),
    "AWS::Lambda::LayerVersion": ServiceType(_layer, _no_layer),
}
