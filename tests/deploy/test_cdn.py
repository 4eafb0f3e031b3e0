"""CloudFront: reads the site bucket as itself, and can be left out."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from functions.publish import channel_turns, rendered_catalogue, unfinished_changes
from local import distribution
from local.template import Template
from tests.support.template_rules import refusals


def _distribution(stack: Template) -> dict[str, Any]:
    config: dict[str, Any] = stack.resources["Distribution"]["Properties"]["DistributionConfig"]
    return config


def test_the_root_is_the_home_page_and_what_is_missing_is_the_404_page(stack: Template) -> None:
    config = _distribution(stack)
    answers = {
        (answer["ErrorCode"], answer["ResponseCode"], answer["ResponsePagePath"])
        for answer in config["CustomErrorResponses"]
    }
    assert config["DefaultRootObject"] == "index.html"
    assert answers == {(403, 404, "/404.html"), (404, 404, "/404.html")}


def test_the_bucket_is_read_by_signed_requests_of_this_distribution_only(stack: Template) -> None:
    (origin,) = _distribution(stack)["Origins"]
    control = stack.resources["OriginAccessControl"]["Properties"]["OriginAccessControlConfig"]
    statements = stack.resources["SiteBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    allowed = [statement["Fn::If"][1] for statement in statements if "Fn::If" in statement]
    assert origin["OriginAccessControlId"] == {"Fn::GetAtt": ["OriginAccessControl", "Id"]}
    assert (control["SigningBehavior"], control["SigningProtocol"]) == ("always", "sigv4")
    assert {statement["Action"] for statement in allowed} == {"s3:GetObject", "s3:ListBucket"}
    for statement in allowed:
        assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
        assert "distribution/${Distribution}" in json.dumps(
            statement["Condition"]["StringEquals"]["aws:SourceArn"]
        )


def test_nobody_reads_what_publish_notes_for_itself_through_any_distribution(stack: Template) -> None:
    statements = stack.resources["SiteBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    (refusal,) = [one for one in statements if one.get("Sid") == "NoCdnReadsNotes"]
    notes = {channel_turns.KEY, rendered_catalogue.KEY, unfinished_changes.KEY}
    assert refusal == {
        "Sid": "NoCdnReadsNotes",
        "Effect": "Deny",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": [{"Fn::Sub": f"${{SiteBucket.Arn}}/{key}"} for key in sorted(notes)],
    }
    assert distribution.read(stack).refused == notes


def test_a_query_reaches_neither_the_cache_nor_the_bucket(stack: Template) -> None:
    """With ListBucket granted, ?list-type=2 must not pass."""
    behavior = _distribution(stack)["DefaultCacheBehavior"]
    policy = stack.resources["CachePolicy"]["Properties"]["CachePolicyConfig"]
    assert behavior["CachePolicyId"] == {"Ref": "CachePolicy"}
    assert "OriginRequestPolicyId" not in behavior
    forwarded = policy["ParametersInCacheKeyAndForwardedToOrigin"]
    assert forwarded["QueryStringsConfig"] == {"QueryStringBehavior": "none"}
    assert forwarded["CookiesConfig"] == {"CookieBehavior": "none"}
    assert forwarded["HeadersConfig"] == {"HeaderBehavior": "none"}


def test_a_new_page_is_seen_within_minutes_without_invalidation(stack: Template) -> None:
    policy = stack.resources["CachePolicy"]["Properties"]["CachePolicyConfig"]
    assert policy["MinTTL"] == 0
    assert policy["DefaultTTL"] <= 60
    assert all(answer["ErrorCachingMinTTL"] <= 60 for answer in _distribution(stack)["CustomErrorResponses"])


def test_text_is_compressed_on_the_way_and_an_outputs_own_life_is_kept(stack: Template) -> None:
    policy = stack.resources["CachePolicy"]["Properties"]["CachePolicyConfig"]
    forwarded = policy["ParametersInCacheKeyAndForwardedToOrigin"]
    assert _distribution(stack)["DefaultCacheBehavior"]["Compress"] is True
    assert forwarded["EnableAcceptEncodingGzip"] is forwarded["EnableAcceptEncodingBrotli"] is True
    assert (policy["MinTTL"], policy["MaxTTL"]) == (0, 31536000)


def test_readers_get_https_and_security_headers(stack: Template) -> None:
    behavior = _distribution(stack)["DefaultCacheBehavior"]
    headers = stack.resources["ResponseHeadersPolicy"]["Properties"]["ResponseHeadersPolicyConfig"]
    assert behavior["ViewerProtocolPolicy"] == "redirect-to-https"
    assert behavior["ResponseHeadersPolicyId"] == {"Ref": "ResponseHeadersPolicy"}
    assert {"StrictTransportSecurity", "ContentTypeOptions", "FrameOptions", "ReferrerPolicy"} == set(
        headers["SecurityHeadersConfig"]
    )


def test_every_answer_goes_through_the_function_that_speaks_for_objects(stack: Template) -> None:
    (association,) = _distribution(stack)["DefaultCacheBehavior"]["FunctionAssociations"]
    assert association["EventType"] == "viewer-response"
    assert association["FunctionARN"] == {"Fn::GetAtt": ["ViewerResponseFunction", "FunctionARN"]}
    assert stack.resources["ViewerResponseFunction"]["Properties"]["AutoPublish"] is True


CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/0f1e2d3c-0000-4000-8000-aabbccddeeff"


@pytest.mark.parametrize(
    ("arn", "allowed"),
    [
        ("", True),
        (CERTIFICATE, True),
        (CERTIFICATE.replace("us-east-1", "ap-southeast-3"), False),
        ("arn:aws:iam::123456789012:server-certificate/kabar", False),
        ("0f1e2d3c-0000-4000-8000-aabbccddeeff", False),
    ],
)
def test_a_certificate_is_one_that_cloudfront_takes(stack: Template, arn: str, allowed: bool) -> None:
    parameter = stack.document["Parameters"]["CertificateArn"]
    assert bool(re.search(parameter["AllowedPattern"], arn)) is allowed
    assert "us-east-1" in parameter["ConstraintDescription"]


def test_an_own_domain_is_served_with_its_certificate_by_sni_and_modern_tls(stack: Template) -> None:
    condition, with_certificate, _ = _distribution(stack)["ViewerCertificate"]["Fn::If"]
    assert condition == "HasCertificate"
    assert stack.document["Conditions"]["HasCertificate"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "CertificateArn"}, ""]}]
    }
    assert with_certificate == {
        "AcmCertificateArn": {"Ref": "CertificateArn"},
        "SslSupportMethod": "sni-only",
        "MinimumProtocolVersion": "TLSv1.2_2021",
    }


@pytest.mark.parametrize(
    ("portal_url", "alias"),
    [
        ("https://kabar.example", "kabar.example"),
        ("https://berita.kabar.example", "berita.kabar.example"),
        ("", ""),  # never taken, and yet no error
    ],
)
def test_the_alias_is_the_host_of_the_portals_address(stack: Template, portal_url: str, alias: str) -> None:
    condition, (chosen,), otherwise = _distribution(stack)["Aliases"]["Fn::If"]
    assert (condition, otherwise) == ("HasCertificate", {"Ref": "AWS::NoValue"})
    index, split = chosen["Fn::Select"]
    separator, text = split["Fn::Split"]
    assert text["Fn::Sub"].replace("${PortalUrl}", portal_url).split(separator)[int(index)] == alias


def test_without_a_certificate_the_distributions_own_domain_is_all_there_is(stack: Template) -> None:
    config = _distribution(stack)
    assert config["ViewerCertificate"]["Fn::If"][2] == {"CloudFrontDefaultCertificate": True}
    assert config["Aliases"]["Fn::If"][2] == {"Ref": "AWS::NoValue"}


URL = "https://kabar.example"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, []),
        ({"PortalUrl": URL, "CertificateArn": CERTIFICATE}, []),
        ({"PortalUrl": URL, "EnableCdn": "false"}, []),
        ({"EnableCdn": "false"}, []),
        ({"PortalUrl": URL}, ["PortalUrl is an own domain"]),
        ({"CertificateArn": CERTIFICATE}, ["CertificateArn needs PortalUrl"]),
        (
            {"PortalUrl": URL, "CertificateArn": CERTIFICATE, "EnableCdn": "false"},
            ["CertificateArn is for CloudFront"],
        ),
    ],
)
def test_what_cannot_serve_an_own_domain_is_refused_before_anything_is_made(
    stack: Template, given: dict[str, str], told: list[str]
) -> None:
    found = refusals(stack.document, given)
    assert len(found) == len(told)
    assert all(words in message for words, message in zip(told, found, strict=True))


def test_without_a_cdn_nothing_of_it_is_made_or_referred_to(stack: Template) -> None:
    parts = {name for name, resource in stack.resources.items() if "CloudFront" in resource["Type"]}
    assert {stack.resources[name].get("Condition") for name in parts} == {"HasCdn"}
    others = {
        **{name: resource for name, resource in stack.resources.items() if name not in parts},
        **{
            name: output
            for name, output in stack.document["Outputs"].items()
            if output.get("Condition") != "HasCdn"
        },
    }
    without_cdn = json.dumps(_as_without_cdn(others))
    assert [name for name in parts if f'"{name}"' in without_cdn or f"${{{name}" in without_cdn] == []


def _as_without_cdn(value: Any) -> Any:
    """Take the else branch wherever the template asks for ``HasCdn``."""
    match value:
        case {"Fn::If": ["HasCdn", _, otherwise]}:
            return _as_without_cdn(otherwise)
        case dict():
            return {key: _as_without_cdn(entry) for key, entry in value.items()}
        case list():
            return [_as_without_cdn(entry) for entry in value]
        case _:
            return value
