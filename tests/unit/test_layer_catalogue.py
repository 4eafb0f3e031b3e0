"""Which catalogue a run works with."""

from __future__ import annotations

import pytest

from newswire import catalogue
from newswire.bucket import Bucket
from newswire.source_rules import RuleError
from newswire.sources_file import SourcesError
from tests.support.aws_stack import ARTICLE_BUCKET, Stack
from tests.support.catalogues import SOURCES_YAML


@pytest.fixture
def bucket(stack: Stack) -> Bucket:
    return Bucket(stack.s3, ARTICLE_BUCKET)


def test_the_operators_object_decides(stack: Stack, bucket: Bucket) -> None:
    stack.put_object("config/sources.yaml", SOURCES_YAML.encode())
    loaded = catalogue.load(bucket, "")
    assert [source.id for source in loaded.sources] == ["kabar"]
    assert loaded.portal.url == "https://portal.example"


def test_the_stacks_address_replaces_that_of_the_file(stack: Stack, bucket: Bucket) -> None:
    stack.put_object("config/sources.yaml", SOURCES_YAML.encode())
    assert (
        catalogue.load(bucket, "https://D111.cloudfront.example/").portal.url
        == "https://d111.cloudfront.example"
    )
    with pytest.raises(RuleError, match="scheme and host without path are allowed"):
        catalogue.load(bucket, "https://portal.example/path")


def test_a_wrong_object_is_named_by_its_address(stack: Stack, bucket: Bucket) -> None:
    stack.put_object("config/sources.yaml", SOURCES_YAML.encode() + b"    display: \xff\n")
    with pytest.raises(SourcesError) as raised:
        catalogue.load(bucket, "")
    assert str(raised.value) == (
        f"s3://{ARTICLE_BUCKET}/config/sources.yaml:15: sources[kabar].display: is '\ufffd'; "
        "allowed: full, excerpt, link"
    )


def test_without_an_object_the_copy_in_the_layer_decides(bucket: Bucket) -> None:
    loaded = catalogue.load(bucket, "")
    assert loaded.sources
    assert loaded.portal.name


def test_a_file_that_is_as_it_was_is_read_once_in_an_execution_environment(
    stack: Stack, bucket: Bucket
) -> None:
    stack.put_object("config/sources.yaml", SOURCES_YAML.encode())
    loaded = catalogue.load(bucket, "")
    stack.put_object("config/sources.yaml", SOURCES_YAML.encode())
    assert catalogue.load(bucket, "") is loaded
    assert catalogue.load(bucket, "https://other.example").portal.url == "https://other.example"


def test_a_changed_file_is_read_at_once_and_a_wrong_one_refused_each_time(
    stack: Stack, bucket: Bucket
) -> None:
    stack.put_object("config/sources.yaml", SOURCES_YAML.encode())
    before = catalogue.load(bucket, "")
    changed = SOURCES_YAML.replace("id: kabar", "id: warta")
    stack.put_object("config/sources.yaml", changed.encode())
    assert [source.id for source in catalogue.load(bucket, "").sources] == ["warta"]
    stack.put_object("config/sources.yaml", b"portal: 1")
    for _ in range(2):
        with pytest.raises(SourcesError):
            catalogue.load(bucket, "")
    stack.put_object("config/sources.yaml", SOURCES_YAML.encode())
    assert catalogue.load(bucket, "") == before
