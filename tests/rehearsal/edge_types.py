"""CloudFront's resource types, which moto's CloudFormation lacks, by CloudFront's own API in moto."""

from __future__ import annotations

from collections.abc import Mapping

from tests.rehearsal.calling import call, check_shape
from tests.rehearsal.cloudfront_shapes import counted, distribution_config
from tests.rehearsal.service_type import Client, Made, Properties, ServiceType

# Types of which moto has no API. Their shape is checked by botocore; all else about them is asserted on the
# template alone, by the rules of tests/deploy. Each with its call and the property that this takes.
NOT_IN_MOTO: Mapping[str, tuple[str, str]] = {
    "AWS::CloudFront::CachePolicy": ("CreateCachePolicy", "CachePolicyConfig"),
    "AWS::CloudFront::ResponseHeadersPolicy": ("CreateResponseHeadersPolicy", "ResponseHeadersPolicyConfig"),
}


def _access_control(client: Client, _: str, given: Properties) -> Made:
    made = call(client("cloudfront"), "CreateOriginAccessControl", **given)["OriginAccessControl"]
    return Made(made["Id"], {"Id": made["Id"]})


def _edge_function(client: Client, _: str, given: Properties) -> Made:
    made = {key: given[key] for key in ("Name", "FunctionConfig", "FunctionCode")}
    answer = call(client("cloudfront"), "CreateFunction", **made)
    arn = answer["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]
    return Made(arn, {"FunctionARN": arn, "FunctionMetadata.FunctionARN": arn})


def _no_edge_function(client: Client, _: str, given: Properties) -> None:
    etag = client("cloudfront").describe_function(Name=given["Name"])["ETag"]
    client("cloudfront").delete_function(Name=given["Name"], IfMatch=etag)


def _distribution(client: Client, name: str, given: Properties) -> Made:
    config = distribution_config(given, name)
    made = call(client("cloudfront"), "CreateDistribution", DistributionConfig=config)["Distribution"]
    return Made(made["Id"], {"Id": made["Id"], "DomainName": made["DomainName"]})


def _no_distribution(client: Client, physical: str, _: Properties) -> None:
    found = client("cloudfront").get_distribution(Id=physical)
    client("cloudfront").delete_distribution(Id=physical, IfMatch=found["ETag"])


def _shape_only(operation: str, config: str) -> ServiceType:
    """Return a type of which botocore checks the shape, and which is nowhere."""

    def create(client: Client, name: str, given: Properties) -> Made:
        check_shape(client("cloudfront"), operation, **{config: counted(given[config])})
        return Made(name, {"Id": name})

    return ServiceType(create, lambda *_: None)


EDGE_TYPES: Mapping[str, ServiceType] = {
    "AWS::CloudFront::OriginAccessControl": ServiceType(
        _access_control, lambda client, one, _: client("cloudfront").delete_origin_access_control(Id=one)
    ),
    "AWS::CloudFront::Function": ServiceType(_edge_function, _no_edge_function),
    "AWS::CloudFront::Distribution": ServiceType(_distribution, _no_distribution),
    **{name: _shape_only(*operation) for name, operation in NOT_IN_MOTO.items()},
}
