"""The site bucket over HTTP, answering as CloudFront in front of S3 would.

Exact keys only: no directory indexes, no query strings, no redirects. Status, headers and bodies come
from the objects and from the template's distribution.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from botocore.exceptions import ClientError

from functions.publish.caching import COMPRESSED_ON_THE_WAY
from local.distribution import Distribution

# CloudFront compresses between these sizes (developer guide, "Serve compressed files").
_COMPRESSED_SIZES = range(1_000, 10_000_001)
_XML = "application/xml; charset=utf-8"
_FEED = re.compile(r"/(feed|atom)(-\d{4}[-\da-z]*)?\.xml$")
_PICTURES = (".gif", ".ico", ".jpeg", ".jpg", ".png", ".svg", ".webp")
_PICTURE_POLICY = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer before conditions and compression."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Portal:
    """Answers requests from a bucket by a distribution's settings."""

    def __init__(self, s3: Any, bucket: str, distribution: Distribution) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._distribution = distribution

    def answer(self, method: str, target: str, request_headers: Mapping[str, str]) -> Answer:
        """Return the answer to a request for ``target`` (path and query); header names in lower case."""
        if method not in ("GET", "HEAD"):
            return self._plain(HTTPStatus.FORBIDDEN, "This distribution allows only cachable requests.\n")
        key = unquote(target.partition("?")[0].removeprefix("/"))
        found = self._object(key or self._distribution.root)
        if page := self._distribution.error_pages.get(found.status):
            found = replace(self._object(page.key), status=page.status)
        headers = {**found.headers, **self._distribution.headers}
        shown = _as_shown(replace(found, headers=headers), key, request_headers)
        return self._negotiated(shown, request_headers)

    def _object(self, key: str) -> Answer:
        if key in self._distribution.refused:
            return self._plain(HTTPStatus.FORBIDDEN, "AccessDenied\n")
        try:
            stored = self._s3.get_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            return self._plain(HTTPStatus(status), f"{error.response['Error']['Code']}\n")
        except ValueError:  # botocore refuses an empty key before it asks
            return self._plain(HTTPStatus.FORBIDDEN, "AccessDenied\n")
        metadata = {name.lower(): value for name, value in stored["Metadata"].items()}
        headers = {
            "Content-Type": stored["ContentType"],
            "Last-Modified": format_datetime(stored["LastModified"].astimezone(UTC), usegmt=True),
            "ETag": stored["ETag"],
            **{f"x-amz-meta-{name}": value for name, value in metadata.items()},
        }
        for name, field in _OPTIONAL_HEADERS.items():
            if stored.get(field):
                headers[name] = stored[field]
        # The template's viewer-response function makes 410 of a notice about a withdrawn article.
        status = HTTPStatus.GONE if "gone" in metadata else HTTPStatus.OK
        return Answer(status, headers, stored["Body"].read())

    def _plain(self, status: HTTPStatus, text: str) -> Answer:
        return Answer(status, {"Content-Type": "text/plain; charset=utf-8"}, text.encode())

    def _negotiated(self, found: Answer, request: Mapping[str, str]) -> Answer:
        headers = dict(found.headers)
        body = found.body
        if self._distribution.compresses and _compressible(found):
            headers["Vary"] = ", ".join(filter(None, [headers.get("Vary"), "Accept-Encoding"]))
            if _accepts_gzip(request):
                body = gzip.compress(body, mtime=0)
                headers["Content-Encoding"] = "gzip"
                _weaken(headers)
        elif headers.get("Content-Encoding") == "gzip" and not _accepts_gzip(request):
            # S3 would send it compressed all the same; a person who asks this server wants to read it.
            body = gzip.decompress(body)
            del headers["Content-Encoding"]
            _weaken(headers)
        if found.status == HTTPStatus.OK and _unchanged(headers, request):
            return Answer(HTTPStatus.NOT_MODIFIED, headers, b"")
        return Answer(found.status, headers, body)


_OPTIONAL_HEADERS = {
    "Cache-Control": "CacheControl",
    "Content-Disposition": "ContentDisposition",
    "Content-Encoding": "ContentEncoding",
    "Content-Language": "ContentLanguage",
}


def _as_shown(found: Answer, key: str, request: Mapping[str, str]) -> Answer:
    """Return an answer with what the template's viewer-response function says of pictures, feeds and JSON."""
    added: dict[str, str] = {}
    is_feed = _FEED.search(f"/{key}") is not None
    if is_feed and found.status == HTTPStatus.OK:
        added |= {"Vary": "Accept"} | (
            {"Content-Type": _XML} if "text/html" in request.get("accept", "") else {}
        )
    # CloudFront calls no function for an answer that is an error at the bucket (developer guide).
    if found.status in (HTTPStatus.OK, HTTPStatus.GONE):
        if is_feed or key.endswith(".json"):
            added["X-Robots-Tag"] = "noindex"
        if key.endswith(_PICTURES):
            added |= _PICTURE_POLICY
    return replace(found, headers={**found.headers, **added})


def _compressible(found: Answer) -> bool:
    return (
        "Content-Encoding" not in found.headers
        and len(found.body) in _COMPRESSED_SIZES
        and found.headers.get("Content-Type", "").partition(";")[0] in COMPRESSED_ON_THE_WAY
    )


def _accepts_gzip(request: Mapping[str, str]) -> bool:
    """Read ``Accept-Encoding`` (RFC 9110 section 12.5.3); who does not send it is taken for plain."""
    weights: dict[str, float] = {}
    for part in request.get("accept-encoding", "").lower().split(","):
        coding, _, parameter = part.partition(";")
        name, _, value = parameter.partition("=")
        try:
            weights[coding.strip()] = float(value) if name.strip() == "q" else 1.0
        except ValueError:
            weights[coding.strip()] = 0.0
    return weights.get("gzip", weights.get("*", 0.0)) > 0


def _weaken(headers: dict[str, str]) -> None:
    """Say that a body is not byte for byte the object any more (RFC 9110 section 8.8.3)."""
    if "ETag" in headers:
        headers["ETag"] = f"W/{headers['ETag']}"


def _unchanged(headers: Mapping[str, str], request: Mapping[str, str]) -> bool:
    """Compare validators as RFC 9110 section 13.2.2 says: the ETag, else the date as it was given."""
    if wanted := request.get("if-none-match"):
        tags = {tag.strip().removeprefix("W/") for tag in wanted.split(",")}
        return "*" in tags or headers.get("ETag", "").removeprefix("W/") in tags
    return request.get("if-modified-since") == headers.get("Last-Modified", "")
