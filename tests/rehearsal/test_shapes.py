"""CloudFormation's properties as the services' own APIs take them."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ParamValidationError

from tests.rehearsal.calling import check_shape
from tests.rehearsal.cloudfront_shapes import counted, distribution_config

BEHAVIOUR: dict[str, Any] = {
    "TargetOriginId": "site",
    "ViewerProtocolPolicy": "redirect-to-https",
    "AllowedMethods": ["GET", "HEAD"],
    "CachedMethods": ["GET"],
    "FunctionAssociations": [
        {"EventType": "viewer-response", "FunctionARN": "arn:aws:cloudfront::1:function/f"}
    ],
}
CONFIG: dict[str, Any] = {
    "Enabled": True,
    "IPV6Enabled": True,
    "Origins": [
        {"Id": "site", "DomainName": "site.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
    ],
    "DefaultCacheBehavior": BEHAVIOUR,
    "CacheBehaviors": [{**BEHAVIOUR, "PathPattern": "/images/*"}],
    "Aliases": ["kabar.example"],
    "ViewerCertificate": {"AcmCertificateArn": "arn:aws:acm:x", "SslSupportMethod": "sni-only"},
}


def test_lists_have_their_number_beside_them() -> None:
    assert counted({"a": ["b", {"c": []}]}) == {"a": {"Quantity": 2, "Items": ["b", {"c": {"Quantity": 0}}]}}


def test_a_distribution_is_as_cloudfronts_api_takes_it() -> None:
    config = distribution_config({"DistributionConfig": CONFIG}, "once")
    check_shape(_client("cloudfront"), "CreateDistribution", DistributionConfig=config)
    assert config["CallerReference"] == "once"
    assert config["IsIPV6Enabled"] is True
    assert config["ViewerCertificate"] == {
        "ACMCertificateArn": "arn:aws:acm:x",
        "SSLSupportMethod": "sni-only",
    }
    for behaviour in (config["DefaultCacheBehavior"], config["CacheBehaviors"]["Items"][0]):
        assert behaviour["AllowedMethods"]["CachedMethods"] == {"Quantity": 1, "Items": ["GET"]}


def test_a_property_that_the_api_does_not_know_is_refused() -> None:
    config = distribution_config({"DistributionConfig": {**CONFIG, "Ipv6": True}}, "once")
    with pytest.raises(ParamValidationError, match="Ipv6"):
        check_shape(_client("cloudfront"), "CreateDistribution", DistributionConfig=config)


@pytest.mark.parametrize(
    ("retries", "mode"), [(3, "OFF"), ("3", "OFF")], ids=["number", "text, as a parameter is"]
)
def test_numbers_and_text_change_as_the_shape_wants(retries: object, mode: str) -> None:
    target = {"Arn": "arn:a", "RoleArn": "arn:r", "RetryPolicy": {"MaximumRetryAttempts": retries}}
    window, rate = {"Mode": mode}, "rate(1 hour)"
    given = {"Name": "poll", "ScheduleExpression": rate, "FlexibleTimeWindow": window, "Target": target}
    check_shape(_client("scheduler"), "CreateSchedule", **given)


@pytest.mark.parametrize("retries", ["three", [3]])
def test_what_is_no_number_is_refused(retries: object) -> None:
    target = {"Arn": "arn:a", "RoleArn": "arn:r", "RetryPolicy": {"MaximumRetryAttempts": retries}}
    window, rate = {"Mode": "OFF"}, "rate(1 hour)"
    given = {"Name": "poll", "ScheduleExpression": rate, "FlexibleTimeWindow": window, "Target": target}
    with pytest.raises(ParamValidationError, match="MaximumRetryAttempts"):
        check_shape(_client("scheduler"), "CreateSchedule", **given)


def _client(service: str) -> Any:
    session: Any = boto3.Session(region_name="us-east-1")
    return session.client(service)
