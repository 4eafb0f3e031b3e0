"""The service models that the layer is shipped with: botocore's own, unpacked and without documentation."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from local.artifacts.leftovers import UnexpectedArtifact
from local.artifacts.preparing import Artifact
from local.artifacts.service_models import FOLDER, SERVICES, write_models
from newswire import aws

MODEL = {
    "documentation": "<p>Stores.</p>",
    "operations": {"Put": {"name": "Put"}, "Unused": {"name": "Unused"}},
    "shapes": {"Page": {"members": {"documentation": {"shape": "Text", "documentation": "<p>Words</p>"}}}},
    "clientContextParams": {"Accelerate": {"documentation": "<p>Faster</p>", "type": "boolean"}},
}
ENDPOINTS = {
    "partitions": [{"regions": {"eu-west-1": {}}, "services": {"s3": {"endpoints": {}}, "ec2": {}}}],
    "version": 3,
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project with the botocore that came with its sam."""
    packages = tmp_path / "project/.venv-sam/lib/python3.13/site-packages"
    _put(packages / "botocore/data/endpoints.json", json.dumps(ENDPOINTS).encode())
    for service in SERVICES:
        for version in ("2006-03-01", "2012-08-10"):
            folder = packages / "botocore/data" / service / version
            _put(folder / "service-2.json.gz", gzip.compress(json.dumps({**MODEL, "v": version}).encode()))
            _put(folder / "endpoint-rule-set-1.json", b'{"rules": []}')
    _put(packages / "botocore-9.9.9.dist-info/LICENSE.txt", b"Apache")
    _put(packages / "botocore-9.9.9.dist-info/NOTICE", b"Amazon")
    return tmp_path / "project"


@pytest.fixture
def layer(tmp_path: Path) -> Artifact:
    """Return a layer that makes clients."""
    _put(tmp_path / "layer/newswire/aws.py", b"")
    return Artifact("NewswireLayer", tmp_path / "layer", "/opt/python", is_layer=True)


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _written(layer: Artifact, name: str) -> Any:
    return json.loads((layer.root / FOLDER / name).read_bytes())


def test_the_latest_model_of_each_service_is_written_with_every_call_and_no_words(
    project: Path, layer: Artifact
) -> None:
    write_models([layer], project)
    for service in ("dynamodb", "s3", "sqs"):
        assert _written(layer, f"{service}/2012-08-10/service-2.json") == {
            **MODEL,
            "v": "2012-08-10",
            "documentation": "",
            "shapes": {"Page": {"members": {"documentation": {"shape": "Text", "documentation": ""}}}},
            "clientContextParams": {"Accelerate": {"documentation": "", "type": "boolean"}},
        }
        assert _written(layer, f"{service}/2012-08-10/endpoint-rule-set-1.json") == {"rules": []}


def test_endpoints_of_other_services_are_left_out_and_every_region_is_kept(
    project: Path, layer: Artifact
) -> None:
    write_models([layer], project)
    written = _written(layer, "endpoints.json")
    assert written == {
        "partitions": [{"regions": {"eu-west-1": {}}, "services": {"s3": {"endpoints": {}}}}],
        "version": 3,
    }


def test_the_licence_goes_with_the_copy(project: Path, layer: Artifact) -> None:
    write_models([layer], project)
    assert (layer.root / FOLDER / "LICENSE.txt").read_bytes() == b"Apache"
    assert (layer.root / FOLDER / "NOTICE").read_bytes() == b"Amazon"


def test_the_same_botocore_gives_the_same_bytes(project: Path, layer: Artifact) -> None:
    first = write_models([layer], project)
    kept = {path: path.read_bytes() for path in layer.root.rglob("*") if path.is_file()}
    assert write_models([layer], project) == first == sum(map(len, kept.values()))
    assert {path: path.read_bytes() for path in layer.root.rglob("*") if path.is_file()} == kept


def test_an_artefact_without_clients_gets_no_models(project: Path, tmp_path: Path) -> None:
    function = Artifact("FetchFunction", tmp_path / "function", "/var/task", is_layer=False)
    assert write_models([function], project) == 0
    assert not function.root.exists()


@pytest.mark.parametrize(
    ("gone", "problem"),
    [
        ("botocore/data/s3/2012-08-10/service-2.json.gz", "has no s3/2012-08-10/service-2.json"),
        ("botocore/data/endpoints.json", "has no endpoints.json"),
        ("botocore-9.9.9.dist-info/NOTICE", "has no NOTICE"),
    ],
)
def test_a_botocore_that_is_arranged_anew_ends_the_build(
    project: Path, layer: Artifact, gone: str, problem: str
) -> None:
    (project / ".venv-sam/lib/python3.13/site-packages" / gone).unlink()
    with pytest.raises(UnexpectedArtifact, match=problem):
        write_models([layer], project)


def test_a_project_without_sam_is_told_what_to_do(layer: Artifact, tmp_path: Path) -> None:
    with pytest.raises(UnexpectedArtifact, match=r"there is no botocore in \.venv-sam; run `make build`"):
        write_models([layer], tmp_path)


def test_what_is_written_is_where_the_clients_look_first_and_for_the_same_services() -> None:
    aws.forget()
    loader = aws.session().get_component("data_loader")
    assert loader.search_paths[0] == str(Path(aws.__file__).parent / "service_models")
    assert Path(aws.__file__).parents[1] / FOLDER == Path(loader.search_paths[0])
    assert tuple(loader.list_available_services("service-2")) == SERVICES
    aws.forget()
