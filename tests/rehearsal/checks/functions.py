"""Functions have the code that was uploaded, their own role and log group, the layer and their settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tests.rehearsal.checks.reading import missing_grants
from tests.rehearsal.found import Found, Resource

FUNCTION = "AWS::Lambda::Function"
_STORES = {"_TABLE": "AWS::DynamoDB::Table", "_BUCKET": "AWS::S3::Bucket", "_QUEUE_URL": "AWS::SQS::Queue"}


def packaged(found: Found, uploaded: Mapping[str, str]) -> Iterator[str]:
    """Each function runs the code that was packaged for it, and the layer is the one that was.

    ``uploaded`` has the SHA-256, in Base64, of each function's and layer's own archive by logical id.
    """
    for name, one in found.of_type(FUNCTION).items():
        if one.state["CodeSha256"] != uploaded.get(name):
            yield f"{name} has other code than was packaged for it"
    layers = found.of_type("AWS::Lambda::LayerVersion")
    for name, one in layers.items():
        if one.state["Content"]["CodeSha256"] not in uploaded.values():
            yield f"{name} has other content than was packaged for it"
    arns = [one.physical for one in layers.values()]
    for name, one in found.of_type(FUNCTION).items():
        if [layer["Arn"] for layer in one.state.get("Layers", [])] != arns:
            yield f"{name} has not the layer"


def configured(found: Found) -> Iterator[str]:
    """Each function has the memory, time-out, processor and environment that its template says."""
    for name, one in found.of_type(FUNCTION).items():
        for setting in ("Handler", "Runtime", "MemorySize", "Timeout", "Architectures", "Environment"):
            if one.state.get(setting) != one.properties.get(setting):
                yield f"{name}: {setting} is {one.state.get(setting)}"
        if one.properties["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] not in one.state["Handler"]:
            yield f"{name} logs as another service"


def informed(found: Found) -> Iterator[str]:
    """Each name of a table, bucket or queue in a function's environment is that of one of this stack."""
    for name, one in found.of_type(FUNCTION).items():
        for variable, value in one.state["Environment"]["Variables"].items():
            kind = next((kind for ending, kind in _STORES.items() if variable.endswith(ending)), None)
            if kind is not None and value not in {store.physical for store in found.of_type(kind).values()}:
                yield f"{name}: {variable} is {value!r}, which is no {kind} of the stack"


def employed(found: Found) -> Iterator[str]:
    """Each function has a role of its own, which Lambda may take, and may write into its own log group."""
    taken: dict[str, str] = {}
    for name, one in found.of_type(FUNCTION).items():
        role = found.arns.get(one.state["Role"], "")
        if role not in found.of_type("AWS::IAM::Role"):
            yield f"{name} has a role that is not the stack's"
            continue
        if role in taken:
            yield f"{name} shares a role with {taken[role]}"
        taken[role] = name
        if "lambda.amazonaws.com" not in str(found.resources[role].state["AssumeRolePolicyDocument"]):
            yield f"{name}: Lambda may not take {role}"
        yield from _logging(found, name, one, role)


def _logging(found: Found, name: str, one: Resource, role: str) -> Iterator[str]:
    # moto keeps no LoggingConfig: what the template says is asked.
    own = one.properties.get("LoggingConfig", {}).get("LogGroup")
    groups = {group.physical: group for group in found.of_type("AWS::Logs::LogGroup").values()}
    if own not in groups:
        yield f"{name} logs into {own}, which is no log group of the stack"
        return
    arn = groups[own].state["arn"]
    wanted = {f"logs:{action}": arn for action in ("CreateLogStream", "PutLogEvents")}
    yield from (f"{name}: {fault}" for fault in missing_grants(found, role, wanted))
