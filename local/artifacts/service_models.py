"""What botocore reads before it makes a client, as it reads it fastest: unpacked, without words for people.

botocore brings the models of four hundred services packed, with their documentation in them. To unpack and
parse those of three takes more of a cold start than all else that makes their clients. What is written here
lies in the layer and goes before botocore's own (``newswire.aws``); every call and every endpoint is kept, so
that it fits any botocore that knows the same versions of these APIs.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from local.artifacts.leftovers import UnexpectedArtifact
from local.artifacts.preparing import Artifact

SERVICES = ("dynamodb", "s3", "sqs")
FOLDER = Path("newswire/service_models")
_READER = Path("newswire/aws.py")
_KINDS = ("service-2", "endpoint-rule-set-1")  # what every client is made from
_TERMS = ("LICENSE.txt", "NOTICE")


def write_models(artifacts: list[Artifact], project: Path) -> int:
    """Write the models into the artefact that makes clients, if any does; return how many bytes they are.

    They are those of the botocore that the project's sam came with. Raise :class:`UnexpectedArtifact` where
    there is none, or it is not what is known of it.
    """
    return sum(
        _write(one.root / FOLDER, _installed(project)) for one in artifacts if (one.root / _READER).is_file()
    )


def _installed(project: Path) -> Path:
    found = sorted(project.glob(".venv-sam/lib/python*/site-packages/botocore/data"))
    if not found:
        raise UnexpectedArtifact("there is no botocore in .venv-sam; run `make build`")
    return found[0].parent


def _write(folder: Path, botocore: Path) -> int:
    files = {**dict(_models(botocore / "data")), **dict(_terms(botocore))}
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return sum(map(len, files.values()))


def _models(data: Path) -> Iterator[tuple[str, bytes]]:
    endpoints = _read(data, "endpoints")
    for partition in endpoints["partitions"]:
        partition["services"] = {
            name: known for name, known in partition["services"].items() if name in SERVICES
        }
    yield "endpoints.json", _packed(endpoints)
    for service in SERVICES:
        versions = sorted(path.name for path in (data / service).glob("????-??-??"))
        if not versions:
            raise UnexpectedArtifact(f"{data} has no version of {service}")
        for kind in _KINDS:
            name = f"{service}/{versions[-1]}/{kind}"
            yield f"{name}.json", _packed(_without_words(_read(data, name)))


def _terms(botocore: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the licence, which goes with every copy."""
    for name in _TERMS:
        found = sorted(botocore.parent.glob(f"botocore-*.dist-info/**/{name}"))
        if not found:
            raise UnexpectedArtifact(f"botocore has no {name}: see under which terms it may be shipped")
        yield name, found[0].read_bytes()


def _read(data: Path, name: str) -> Any:
    for path, opened in ((data / f"{name}.json", open), (data / f"{name}.json.gz", gzip.open)):
        if path.is_file():
            with opened(path, "rb") as file:
                return json.loads(file.read())
    raise UnexpectedArtifact(f"{data} has no {name}.json: see how botocore keeps its models now")


def _without_words(model: Any) -> Any:
    """Return a model whose documentation is empty; it is not left out, as botocore expects some of it."""
    if isinstance(model, dict):
        return {
            # A member of a shape may have that name, too
            key: "" if key == "documentation" and isinstance(value, str) else _without_words(value)
            for key, value in model.items()
        }
    return [_without_words(value) for value in model] if isinstance(model, list) else model


def _packed(model: Any) -> bytes:
    return json.dumps(model, separators=(",", ":")).encode()
