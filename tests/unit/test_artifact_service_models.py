"""The service models that the layer is shipped with: botocore's own, unpacked and without documentation."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

import botocore
import pytest
from botocore.exceptions import BotoCoreError

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


@pytest.mark.parametrize("variant", ["", "AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"])
@pytest.mark.parametrize("region", ["us-east-1", "ap-southeast-3", "cn-north-1", "us-gov-west-1", "xx-new-1"])
def test_calls_go_where_botocores_own_files_would_send_them(
    unpacked: Path, monkeypatch: pytest.MonkeyPatch, region: str, variant: str
) -> None:
    if variant:
        monkeypatch.setenv(variant, "true")
    own = _addresses(region, monkeypatch, Path("/nowhere"))
    assert _addresses(region, monkeypatch, unpacked) == own


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the models of this environment's botocore, as the layer has them."""
    root = tmp_path_factory.mktemp("models")
    packages = root / f".venv-sam/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
    packages.mkdir(parents=True)
    for one in (found := Path(botocore.__file__).parent).parent.glob("botocore*"):
        (packages / one.name).symlink_to(one)
    assert (packages / found.name).is_dir()
    _put(root / "layer/newswire/aws.py", b"")
    write_models([Artifact("NewswireLayer", root / "layer", "/opt/python", is_layer=True)], root)
    return root / "layer" / FOLDER


class _Asked(Exception):
    """Ends a call with the address that it was to go to."""


def _stop(request: Any, **_: object) -> None:
    raise _Asked(request.url)


def _addresses(region: str, monkeypatch: pytest.MonkeyPatch, models: Path) -> list[str]:
    """Return which addresses calls would go to, or why they cannot be made."""
    monkeypatch.setattr(aws, "_MODELS", models)
    aws.forget()
    calls: list[tuple[Any, str, dict[str, Any]]] = [
        ("s3", "GetObject", {"Bucket": "pages", "Key": "a"}),
        ("dynamodb", "GetItem", {"TableName": "feeds", "Key": {}}),
        ("sqs", "ReceiveMessage", {"QueueUrl": "https://queues.example/q"}),
    ]
    keys: dict[str, Any] = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
    asked = []
    for service, operation, parameters in calls:
        client: Any = aws.session().create_client(service, region_name=region, **keys)
        client.meta.events.register("before-send", _stop)
        with pytest.raises((_Asked, BotoCoreError)) as called:
            client._make_api_call(operation, parameters)
        asked.append(str(called.value))
    aws.forget()
    return asked
