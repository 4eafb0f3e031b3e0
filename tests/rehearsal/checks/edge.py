"""CloudFront reads the site bucket by signed requests, and answers with the stack's own policies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.rehearsal.checks.reading import many
from tests.rehearsal.found import Found, Resource

_CDN = "AWS::CloudFront"


def read_from(found: Found) -> Iterator[str]:
    """Each origin is a bucket of the stack whose policy lets this distribution read and list it.

    moto keeps neither the access control of an origin nor the functions: what the template says is asked.
    """
    controls = {one.physical for one in found.of_type(f"{_CDN}::OriginAccessControl").values()}
    for name, one in found.of_type(f"{_CDN}::Distribution").items():
        arn = one.state["Distribution"]["ARN"]
        for origin in one.properties["DistributionConfig"]["Origins"]:
            if origin.get("OriginAccessControlId") not in controls:
                yield f"{name} asks {origin['Id']} unsigned"
            bucket = _bucket(found, origin["DomainName"])
            if bucket is None:
                yield f"{name} asks {origin['DomainName']}, which is no bucket of the stack"
                continue
            actions = set(_let_in(found, bucket, arn))
            wanted = {
                ("s3:GetObject", f"arn:aws:s3:::{bucket.physical}/*"),
                ("s3:ListBucket", f"arn:aws:s3:::{bucket.physical}"),
            }
            yield from (f"{name} may not do {action} on {of}" for action, of in sorted(wanted - actions))
        told = one.state["Distribution"]["DistributionConfig"]["Origins"]["Items"]
        if [origin["DomainName"] for origin in told] != [
            origin["DomainName"] for origin in one.properties["DistributionConfig"]["Origins"]
        ]:
            yield f"{name} has other origins than the template says"


def _bucket(found: Found, domain: str) -> Resource | None:
    buckets = found.of_type("AWS::S3::Bucket").values()
    return next((one for one in buckets if domain.startswith(f"{one.physical}.s3.")), None)


def _let_in(found: Found, bucket: Resource, distribution: str) -> Iterator[tuple[str, str]]:
    for policy in found.of_type("AWS::S3::BucketPolicy").values():
        if policy.properties["Bucket"] != bucket.physical:
            continue
        for statement in policy.state["Statement"]:
            source = statement.get("Condition", {}).get("StringEquals", {}).get("aws:SourceArn")
            service = statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
            if statement["Effect"] == "Allow" and service and source == distribution:
                yield from (
                    (action, one)
                    for action in many(statement["Action"])
                    for one in many(statement["Resource"])
                )


def answered(found: Found) -> Iterator[str]:
    """Each behaviour answers with the stack's own policies and function, from an origin that there is."""
    owned = {
        kind: {one.physical for one in found.of_type(f"{_CDN}::{kind}").values()}
        for kind in ("CachePolicy", "ResponseHeadersPolicy", "Function")
    }
    for name, one in found.of_type(f"{_CDN}::Distribution").items():
        config = one.properties["DistributionConfig"]
        origins = {origin["Id"] for origin in config["Origins"]}
        for behaviour in (config["DefaultCacheBehavior"], *config.get("CacheBehaviors", [])):
            yield from (f"{name}: {fault}" for fault in _behaviour(behaviour, owned, origins))
        if not config.get("DefaultRootObject") or not config.get("Enabled"):
            yield f"{name} answers nothing at its root"
    for name, one in found.of_type(f"{_CDN}::Function").items():
        if not one.properties.get("AutoPublish"):
            yield f"{name} is not published"


def _behaviour(behaviour: Any, owned: dict[str, set[str]], origins: set[str]) -> Iterator[str]:
    if behaviour["TargetOriginId"] not in origins:
        yield f"no origin {behaviour['TargetOriginId']}"
    for kind in ("CachePolicy", "ResponseHeadersPolicy"):
        if behaviour.get(f"{kind}Id") not in owned[kind]:
            yield f"no {kind} of the stack"
    functions = {one["FunctionARN"] for one in behaviour.get("FunctionAssociations", [])}
    if not functions or not functions <= owned["Function"]:
        yield "no function of the stack"
