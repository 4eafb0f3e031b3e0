"""Tables and buckets, of which moto's CloudFormation makes little but the name, by the services' own APIs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.template import REGION
from tests.rehearsal.calling import call
from tests.rehearsal.service_type import Client, Made, Properties, ServiceType


def _table(client: Client, name: str, given: Properties) -> Made:
    dynamodb, named = client("dynamodb"), given.get("TableName", name)
    settings = {**given, "TableName": named}
    lifetime = settings.pop("TimeToLiveSpecification", None)
    recovery = settings.pop("PointInTimeRecoverySpecification", None)
    if stream := settings.get("StreamSpecification"):
        settings["StreamSpecification"] = {**stream, "StreamEnabled": True}
    made = call(dynamodb, "CreateTable", **settings)["TableDescription"]
    if lifetime:
        call(dynamodb, "UpdateTimeToLive", TableName=named, TimeToLiveSpecification=lifetime)
    if recovery:
        call(dynamodb, "UpdateContinuousBackups", TableName=named, PointInTimeRecoverySpecification=recovery)
    return Made(named, {"Arn": made["TableArn"], "StreamArn": made.get("LatestStreamArn", "")})


def _bucket(client: Client, name: str, given: Properties) -> Made:
    s3, named = client("s3"), given.get("BucketName", name)
    s3.create_bucket(Bucket=named)
    for property_, (operation, parameter) in _OF_BUCKETS.items():
        if property_ in given:
            value = given[property_]
            value = _lifecycle(value) if property_ == "LifecycleConfiguration" else value
            call(s3, operation, Bucket=named, **{parameter: _renamed(value)})
    return Made(
        named,
        {
            "Arn": f"arn:aws:s3:::{named}",
            "DomainName": f"{named}.s3.amazonaws.com",
            "RegionalDomainName": f"{named}.s3.{REGION}.amazonaws.com",
        },
    )


# Each property of a bucket, with the call that sets it and this call's name for it.
_OF_BUCKETS = {
    "BucketEncryption": ("PutBucketEncryption", "ServerSideEncryptionConfiguration"),
    "LifecycleConfiguration": ("PutBucketLifecycleConfiguration", "LifecycleConfiguration"),
    "OwnershipControls": ("PutBucketOwnershipControls", "OwnershipControls"),
    "PublicAccessBlockConfiguration": ("PutPublicAccessBlock", "PublicAccessBlockConfiguration"),
    "VersioningConfiguration": ("PutBucketVersioning", "VersioningConfiguration"),
}
# What the API calls otherwise than CloudFormation.
_RENAMED = {
    "ServerSideEncryptionConfiguration": "Rules",
    "ServerSideEncryptionByDefault": "ApplyServerSideEncryptionByDefault",
}


def _renamed(value: Any) -> Any:
    if isinstance(value, dict):
        return {_RENAMED.get(name, name): _renamed(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_renamed(one) for one in value]
    return value


def _lifecycle(given: Properties) -> dict[str, Any]:
    return {"Rules": [_rule(rule) for rule in given["Rules"]]}


def _rule(given: Properties) -> dict[str, Any]:
    rule = dict(given)
    expiration: dict[str, Any] = {}
    if days := rule.pop("ExpirationInDays", None):
        expiration["Days"] = days
    if rule.pop("ExpiredObjectDeleteMarker", False):
        expiration["ExpiredObjectDeleteMarker"] = True
    return {
        "ID": rule.pop("Id"),
        "Filter": {"Prefix": rule.pop("Prefix", "")},
        **({"Expiration": expiration} if expiration else {}),
        **rule,
    }


STORE_TYPES: Mapping[str, ServiceType] = {
    "AWS::DynamoDB::Table": ServiceType(
        _table, lambda client, name, _: client("dynamodb").delete_table(TableName=name)
    ),
    "AWS::S3::Bucket": ServiceType(_bucket, lambda client, name, _: client("s3").delete_bucket(Bucket=name)),
}
