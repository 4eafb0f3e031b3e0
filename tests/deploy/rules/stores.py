"""What is stored: private, encrypted, restorable, and still there when the stack is gone."""

from __future__ import annotations

from collections.abc import Iterator

from local.template import Template
from tests.deploy.rules.reading import properties, referred

STORES = ("AWS::DynamoDB::Table", "AWS::S3::Bucket")

# What may be lost, with the reason: it is neither retained nor restorable.
DISPENSABLE = {"PingTable": "what was told in the last day; without it, hubs are told once more"}

_RETAINED = {"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}
_BLOCKS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")


def encryption(stack: Template) -> Iterator[str]:
    """Buckets and queues are encrypted by their service's own key; no table says that it is not.

    A table that says nothing is encrypted with a key that AWS owns. With another key than S3's an ETag would
    not be what a memory of the site notes (docs/decisions/0132).
    """
    for name, bucket in properties(stack, "AWS::S3::Bucket"):
        rules = bucket.get("BucketEncryption", {}).get("ServerSideEncryptionConfiguration", [])
        used = [rule.get("ServerSideEncryptionByDefault", {}).get("SSEAlgorithm") for rule in rules]
        if used != ["AES256"]:
            yield f"{name} is not encrypted by S3's own keys"
    for name, queue in properties(stack, "AWS::SQS::Queue"):
        if queue.get("SqsManagedSseEnabled") is not True and not queue.get("KmsMasterKeyId"):
            yield f"{name} is not encrypted"
    for name, table in properties(stack, "AWS::DynamoDB::Table"):
        if table.get("SSESpecification", {"SSEEnabled": True}).get("SSEEnabled") is not True:
            yield f"{name} says that it is encrypted by default only"


def public_access(stack: Template) -> Iterator[str]:
    """No bucket can be made public, neither by a policy nor by an access list."""
    for name, bucket in properties(stack, "AWS::S3::Bucket"):
        blocked = bucket.get("PublicAccessBlockConfiguration", {})
        yield from (f"{name}: {block} is not set" for block in _BLOCKS if blocked.get(block) is not True)
        ownership = bucket.get("OwnershipControls", {}).get("Rules", [])
        if [rule.get("ObjectOwnership") for rule in ownership] != ["BucketOwnerEnforced"]:
            yield f"{name} has access lists"
        if "AccessControl" in bucket or "WebsiteConfiguration" in bucket:
            yield f"{name} serves by itself"


def recovery(stack: Template) -> Iterator[str]:
    """Let everything that was overwritten or deleted by mistake be had again."""
    for name, table in properties(stack, "AWS::DynamoDB::Table"):
        kept = table.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled")
        if kept is not True and name not in DISPENSABLE:
            yield f"{name} cannot be restored to a point in time"
    for name, bucket in properties(stack, "AWS::S3::Bucket"):
        if bucket.get("VersioningConfiguration", {}).get("Status") != "Enabled":
            yield f"{name} keeps no versions"


def retention(stack: Template) -> Iterator[str]:
    """Neither deleting the stack nor replacing a resource deletes what is stored.

    What a deployment that fails has itself just made goes again: each try would leave four stores behind.
    """
    for name, resource in stack.resources.items():
        if resource["Type"] in STORES and name not in DISPENSABLE:
            yield from (
                f"{name}: {policy} is not {retained}"
                for policy, retained in _RETAINED.items()
                if resource.get(policy) != retained
            )
    yield from (f"{name} is listed and no store" for name in DISPENSABLE if name not in stack.resources)


def readers(stack: Template) -> Iterator[str]:
    """CloudFront answers by TLS only, with the security headers, and reads the bucket by signed requests."""
    for name, distribution in properties(stack, "AWS::CloudFront::Distribution"):
        config = distribution["DistributionConfig"]
        for behaviour in (config["DefaultCacheBehavior"], *config.get("CacheBehaviors", [])):
            if behaviour["ViewerProtocolPolicy"] not in ("redirect-to-https", "https-only"):
                yield f"{name} answers without TLS"
            if not referred(behaviour.get("ResponseHeadersPolicyId")):
                yield f"{name} answers without security headers"
            if not {"GET", "HEAD", "OPTIONS"} >= set(behaviour["AllowedMethods"]):
                yield f"{name} passes requests on that change something"
            events = {one["EventType"] for one in behaviour.get("FunctionAssociations", [])}
            if "viewer-response" not in events:
                yield f"{name} serves pictures without a policy"
        for origin in config["Origins"]:
            if not referred(origin.get("OriginAccessControlId")):
                yield f"{name} asks {origin['Id']} unsigned"
