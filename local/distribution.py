"""How the template's CloudFront distribution answers, read from the template itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.template import Template

_CDN = "AWS::CloudFront::Distribution"
_BUCKET_POLICY = "AWS::S3::BucketPolicy"
_ITSELF = {"Service": "cloudfront.amazonaws.com"}
_HEADERS_POLICY = "AWS::CloudFront::ResponseHeadersPolicy"


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What the viewer gets instead of an origin's error: a status and the key of a page."""

    status: int
    key: str


@dataclass(frozen=True, slots=True)
class Distribution:
    """The settings that a viewer notices; ``headers`` are added to every answer.

    ``refused`` are the keys that the bucket keeps from it.
    """

    root: str = ""
    error_pages: Mapping[int, ErrorPage] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    compresses: bool = False
    refused: frozenset[str] = frozenset()


def read(template: Template) -> Distribution:
    """Return the template's distribution; without one, the bucket's objects are served as they are."""
    for properties in template.of_type(_CDN).values():
        config = properties["DistributionConfig"]
        behaviour = config["DefaultCacheBehavior"]
        return Distribution(
            root=config.get("DefaultRootObject", ""),
            error_pages={
                int(page["ErrorCode"]): ErrorPage(
                    int(page["ResponseCode"]), page["ResponsePagePath"].lstrip("/")
                )
                for page in config.get("CustomErrorResponses", [])
            },
            headers=_headers(behaviour.get("ResponseHeadersPolicyId"), template),
            compresses=bool(behaviour.get("Compress", False)),
            refused=frozenset(_refused(template)),
        )
    return Distribution()


def _refused(template: Template) -> Iterator[str]:
    for policy in template.of_type(_BUCKET_POLICY).values():
        for statement in policy["PolicyDocument"]["Statement"]:
            if statement.get("Effect") == "Deny" and statement["Principal"] == _ITSELF:
                yield from (one["Fn::Sub"].partition("/")[2] for one in statement["Resource"])


def _headers(reference: Any, template: Template) -> dict[str, str]:
    name = reference.get("Ref") if isinstance(reference, dict) else None
    policy = template.of_type(_HEADERS_POLICY).get(str(name), {}).get("ResponseHeadersPolicyConfig", {})
    custom = {one["Header"]: one["Value"] for one in policy.get("CustomHeadersConfig", {}).get("Items", [])}
    return {**_security_headers(policy.get("SecurityHeadersConfig", {})), **custom}


def _security_headers(config: Mapping[str, Any]) -> dict[str, str]:
    headers: dict[str, str] = {}
    if "ContentTypeOptions" in config:
        headers["X-Content-Type-Options"] = "nosniff"
    if frame := config.get("FrameOptions"):
        headers["X-Frame-Options"] = frame["FrameOption"]
    if referrer := config.get("ReferrerPolicy"):
        headers["Referrer-Policy"] = referrer["ReferrerPolicy"]
    if content := config.get("ContentSecurityPolicy"):
        headers["Content-Security-Policy"] = content["ContentSecurityPolicy"]
    if transport := config.get("StrictTransportSecurity"):
        parts = [f"max-age={transport['AccessControlMaxAgeSec']}"]
        parts += ["includeSubDomains"] if transport.get("IncludeSubdomains") else []
        parts += ["preload"] if transport.get("Preload") else []
        headers["Strict-Transport-Security"] = "; ".join(parts)
    return headers
