"""CloudFormation's shapes of CloudFront's parts, as CloudFront's own API has them.

Sources: "CreateDistribution", "CreateCachePolicy" and "CreateResponseHeadersPolicy" in the CloudFront API
reference, against the resource types' properties in the CloudFormation template reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def distribution_config(properties: Mapping[str, Any], caller_reference: str) -> dict[str, Any]:
    """Return the ``DistributionConfig`` of a distribution's properties."""
    given = dict(properties["DistributionConfig"])
    behaviours = given.pop("CacheBehaviors", [])
    config: dict[str, Any] = {
        "CallerReference": caller_reference,
        "Comment": given.pop("Comment", ""),
        "DefaultCacheBehavior": _behaviour(given.pop("DefaultCacheBehavior")),
        "IsIPV6Enabled": given.pop("IPV6Enabled", False),
    }
    if behaviours:
        config["CacheBehaviors"] = {
            "Quantity": len(behaviours),
            "Items": [_behaviour(one) for one in behaviours],
        }
    if certificate := given.pop("ViewerCertificate", None):
        config["ViewerCertificate"] = _renamed(certificate)
    return {**config, **{_renamed_key(name): counted(value) for name, value in given.items()}}


def counted(value: Any) -> Any:
    """Return a tree with each list as the API has it: its items beside their number."""
    if isinstance(value, list):
        items = [counted(one) for one in value]
        return {"Quantity": len(items), **({"Items": items} if items else {})}
    if isinstance(value, dict):
        return {name: counted(one) for name, one in value.items()}
    return value


def _behaviour(properties: Mapping[str, Any]) -> dict[str, Any]:
    given = counted(dict(properties))
    cached = given.pop("CachedMethods", None)
    if cached is not None:
        given["AllowedMethods"]["CachedMethods"] = cached
    return {_renamed_key(name): value for name, value in given.items()}


def _renamed(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {_renamed_key(name): value for name, value in properties.items()}


# Where CloudFormation writes an abbreviation otherwise than the API.
_NAMES = {
    "AcmCertificateArn": "ACMCertificateArn",
    "IamCertificateId": "IAMCertificateId",
    "SslSupportMethod": "SSLSupportMethod",
    "FunctionArn": "FunctionARN",
}


def _renamed_key(name: str) -> str:
    return _NAMES.get(name, name)
