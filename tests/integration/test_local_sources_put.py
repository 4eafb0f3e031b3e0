"""``make sources ARGS="put …"``: the file of a deployed stack is replaced, and what changes is said."""

from __future__ import annotations

import json
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError

from local.sources import deployed, sources_text
from local.sources.command import main
from newswire.bucket import Bucket
from newswire.catalogue import SOURCES_KEY, load
from tests.support.aws_stack import ARTICLE_BUCKET, REGION, Stack
from tests.support.catalogues import SOURCES_YAML


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sources.yaml"
    path.write_text(SOURCES_YAML, encoding="utf-8")
    return path


def deploy(name: str, output: str = deployed.OUTPUT) -> None:
    template = {
        "Resources": {"Any": {"Type": "AWS::SQS::Queue"}},
        "Outputs": {output: {"Value": ARTICLE_BUCKET}},
    }
    boto3.client("cloudformation", REGION).create_stack(StackName=name, TemplateBody=json.dumps(template))


def test_the_file_goes_where_the_functions_read_it(
    stack: Stack, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deploy("newswire")
    assert main(["put", str(file), "--stack", "newswire"]) == 0
    assert stack.objects() == {SOURCES_KEY: file.read_bytes()}
    assert load(Bucket(stack.s3, ARTICLE_BUCKET), "").sources[0].id == "kabar"
    assert capsys.readouterr().out.splitlines() == [
        "+ the file, which goes before the one bundled with the build",
        f"s3://{ARTICLE_BUCKET}/config/sources.yaml: put, 1 source, 1 feed, 2 categories",
    ]


def test_what_changes_is_said(stack: Stack, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stack.put_object(SOURCES_KEY, SOURCES_YAML.replace("id: kabar", "id: lama").encode())
    assert main(["put", str(file), "--bucket", ARTICLE_BUCKET]) == 0
    assert capsys.readouterr().out.splitlines()[:2] == ["- source lama", "+ source kabar: 1 feed"]
    assert stack.objects() == {SOURCES_KEY: file.read_bytes()}


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        (SOURCES_YAML + "# a comment\n", "~ words that change nothing, such as comments"),
        ("portal: none\n", "~ what was there was not valid:"),
    ],
)
def test_any_other_bytes_are_replaced(
    stored: str, said: str, stack: Stack, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stack.put_object(SOURCES_KEY, stored.encode())
    assert main(["put", str(file), "--bucket", ARTICLE_BUCKET]) == 0
    assert capsys.readouterr().out.splitlines()[0] == said
    assert stack.objects() == {SOURCES_KEY: file.read_bytes()}


def test_the_same_file_is_not_put_again(stack: Stack, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["put", str(file), "--bucket", ARTICLE_BUCKET]) == 0
    before = stack.s3.head_object(Bucket=ARTICLE_BUCKET, Key=SOURCES_KEY)["LastModified"]
    capsys.readouterr()
    assert main(["put", str(file), "--bucket", ARTICLE_BUCKET]) == 0
    assert "has this file already" in capsys.readouterr().out
    assert stack.s3.head_object(Bucket=ARTICLE_BUCKET, Key=SOURCES_KEY)["LastModified"] == before


def test_a_file_that_is_not_valid_is_never_put(stack: Stack, file: Path) -> None:
    file.write_text("portal: none\n", encoding="utf-8")
    assert main(["put", str(file), "--bucket", ARTICLE_BUCKET]) == 2
    assert stack.objects() == {}


def test_a_file_put_by_somebody_else_meanwhile_is_not_overwritten(
    stack: Stack, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = SOURCES_YAML.replace("id: kabar", "id: theirs").encode()
    read = Bucket.get

    def overtaken(self: Bucket, key: str) -> object:
        found = read(self, key)
        stack.put_object(SOURCES_KEY, theirs)
        return found

    monkeypatch.setattr(Bucket, "get", overtaken)
    for stored in (None, SOURCES_YAML.replace("id: kabar", "id: lama").encode()):
        if stored is not None:
            stack.put_object(SOURCES_KEY, stored)
        with pytest.raises(
            deployed.NotPut, match="somebody else put a file there meanwhile; run the command"
        ):
            deployed.put(sources_text.read(file), ARTICLE_BUCKET)
        assert stack.objects() == {SOURCES_KEY: theirs}


def test_a_stack_that_is_not_newswires_is_named(
    stack: Stack, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deploy("other", "Name")
    assert main(["put", str(file), "--stack", "other"]) == 1
    assert "stack other: has no output ArticleBucketName, so it is not Newswire's; its outputs: Name" in (
        capsys.readouterr().err
    )
    assert stack.objects() == {}


@pytest.mark.parametrize("where", [["--stack", "none-such"], ["--bucket", "none-such-bucket"]])
def test_what_does_not_exist_is_named(
    where: list[str], stack: Stack, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["put", str(file), *where]) == 1
    assert where[1] in capsys.readouterr().err
    assert stack.objects() == {}


def test_refused_access_is_said(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "not yours"}}, "GetObject")

    monkeypatch.setattr(Bucket, "get", refuse)
    assert main(["put", str(file), "--bucket", "some-bucket"]) == 1
    assert "s3://some-bucket/config/sources.yaml: An error occurred (AccessDenied)" in capsys.readouterr().err
