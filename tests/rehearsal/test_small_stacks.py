"""Stacks of one or two resources in an account that is otherwise empty."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from moto.cloudformation.parsing import get_model_map

from tests.rehearsal import deploying
from tests.rehearsal.cloud import Cloud, rented
from tests.rehearsal.conftest import BUCKET
from tests.rehearsal.deploying import Deployed
from tests.rehearsal.faults import StepFailed
from tests.rehearsal.looking import everything, look
from tests.rehearsal.moto_models import TYPES


@pytest.fixture
def empty() -> Iterator[Cloud]:
    with rented() as one:
        one.client("s3").create_bucket(Bucket=BUCKET)
        yield one


def put(cloud: Cloud, resources: dict[str, Any], name: str = "small") -> Deployed:
    """Upload a template of these resources; return the stack that it will be."""
    cloud.client("s3").put_object(
        Bucket=BUCKET, Key=name, Body=json.dumps({"Parameters": {}, "Resources": resources}).encode()
    )
    return Deployed(name, f"{cloud.endpoint}/{BUCKET}/{name}", {})


def test_a_bucket_is_removed_with_every_version_in_it(empty: Cloud) -> None:
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"VersioningConfiguration": {"Status": "Enabled"}}}
    deploying.create(empty, put(empty, {"Site": bucket}))
    site = look(empty.client, "small").resources["Site"]
    name = site.physical
    for body in (b"one", b"two"):
        empty.client("s3").put_object(Bucket=name, Key="index.html", Body=body)
    empty.client("s3").delete_object(Bucket=name, Key="index.html")
    deploying.remove_stores(empty, [site])
    assert ("bucket", name) not in everything(empty.client)


@pytest.mark.parametrize(
    ("kind", "properties", "said"),
    [
        ("AWS::Scheduler::Schedule", {"ScheduleExpression": "rate(1 hour)"}, "Missing required parameter"),
        ("AWS::CloudFront::CachePolicy", {"CachePolicyConfig": {"Name": "x", "TTL": 1}}, "Unknown parameter"),
        (
            "AWS::Lambda::EventInvokeConfig",
            {"FunctionName": "nobodys", "Qualifier": "$LATEST"},
            "ResourceNotFoundException",
        ),
        ("AWS::S3::BucketPolicy", {"Bucket": "nobodys", "PolicyDocument": {}}, "NoSuchBucket"),
    ],
)
def test_what_a_service_refuses_ends_the_step(
    empty: Cloud, kind: str, properties: dict[str, Any], said: str
) -> None:
    with pytest.raises(StepFailed, match=said):
        deploying.create(empty, put(empty, {"One": {"Type": kind, "Properties": properties}}))


def test_two_stacks_with_one_name_for_a_part_are_refused(empty: Cloud) -> None:
    control = {"Name": "fixed", "OriginAccessControlOriginType": "s3"}
    signing = {"SigningBehavior": "always", "SigningProtocol": "sigv4"}
    properties = {"FunctionConfig": {"Comment": "x", "Runtime": "cloudfront-js-2.0"}, "FunctionCode": "x"}
    resources = {
        "Control": {
            "Type": "AWS::CloudFront::OriginAccessControl",
            "Properties": {"OriginAccessControlConfig": {**control, **signing}},
        },
        "Function": {"Type": "AWS::CloudFront::Function", "Properties": {**properties, "Name": "fixed"}},
    }
    deploying.create(empty, put(empty, resources, "first"))
    with pytest.raises(StepFailed, match="AlreadyExists"):
        deploying.create(empty, put(empty, resources, "second"))


def test_a_type_that_nobody_can_look_at_ends_the_step_with_the_cure(empty: Cloud) -> None:
    deploying.create(empty, put(empty, {"Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {}}}}))
    with pytest.raises(StepFailed, match="AWS::KMS::Key: say in tests/rehearsal/readers"):
        look(empty.client, "small")


def test_moto_has_its_own_types_again_afterwards() -> None:
    before = dict(get_model_map())
    with rented():
        assert {get_model_map()[name].__name__ for name in TYPES} == {"Model"}
    assert get_model_map() == before
