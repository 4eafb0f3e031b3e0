"""GetObject, ListObjectsV2 and PutObject out of moto's buckets."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any

from botocore.exceptions import ClientError
from botocore.response import StreamingBody
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import FakeBucket, FakeKey, S3Backend, s3_backends

# Parameters of PutObject and GetObject, and the names under which moto keeps them.
_HEADERS = {
    "CacheControl": "Cache-Control",
    "ContentDisposition": "Content-Disposition",
    "ContentEncoding": "Content-Encoding",
    "ContentLanguage": "Content-Language",
    "ContentType": "Content-Type",
}
_OWN = "x-amz-meta-"
MOST_LISTED = 1000  # of S3's answers
_AFTER = "after "  # begins a token; moto's are hexadecimal
_PUT = {*_HEADERS, "Body", "Bucket", "IfMatch", "IfNoneMatch", "Key", "Metadata"}


def get_object(params: Mapping[str, Any]) -> dict[str, Any] | None:
    """Answer a read of an object's newest version; raise ``ClientError`` NoSuchKey where there is none."""
    bucket = _bucket(params)
    if bucket is None or params.keys() != {"Bucket", "Key"}:
        return None
    found = _backend().get_object(bucket.name, params["Key"])
    if found is None:
        raise _no_such_key(bucket.name, params["Key"])
    if found.storage_class != "STANDARD" or found.multipart is not None:
        return None
    body, kept = found.value, found.metadata
    return {
        "Body": StreamingBody(io.BytesIO(body), len(body)),
        "AcceptRanges": "bytes",
        "ContentLength": len(body),
        "ETag": found.etag,
        "LastModified": found.last_modified.replace(microsecond=0, tzinfo=UTC),
        "Metadata": {name.removeprefix(_OWN): one for name, one in kept.items() if name.startswith(_OWN)},
        **{name: kept[header] for name, header in _HEADERS.items() if header in kept},
        **_made(found, bucket),
    }


def put_object(params: Mapping[str, Any]) -> dict[str, Any] | None:
    """Write an object if the conditions hold; where they do not, moto says so."""
    bucket = _bucket(params)
    if bucket is None or bucket.object_lock_enabled or not _is_plain(params) or not _holds(params, bucket):
        return None
    backend = _backend()
    made = backend.put_object(bucket.name, params["Key"], params["Body"], storage="STANDARD")
    metadata = {f"{_OWN}{name.lower()}": value for name, value in params.get("Metadata", {}).items()}
    made.set_metadata(
        metadata | {header: params[name] for name, header in _HEADERS.items() if name in params}
    )
    made.set_acl(bucket.acl)
    backend.tagger.delete_all_tags_for_resource(made.arn)
    return {"ETag": made.etag, **_made(made, bucket)}


def list_objects(params: Mapping[str, Any]) -> dict[str, Any] | None:
    """Answer so many of a bucket's objects as one answer may have, from the beginning or where one ended."""
    bucket = _backend().buckets.get(params["Bucket"])
    others, is_ours, after = params.get("ContinuationToken", _AFTER).partition(_AFTER)
    if bucket is None or others or not is_ours or not params.keys() <= {"Bucket", "ContinuationToken"}:
        return None
    newest = {key: bucket.keys[key] for key in sorted(bucket.keys) if key > after}
    left = [(key, one) for key, one in newest.items() if isinstance(one, FakeKey)]
    found = [
        {
            "Key": key,
            "LastModified": one.last_modified.replace(microsecond=0, tzinfo=UTC),
            "ETag": one.etag,
            "Size": one.size,
            "StorageClass": one.storage_class,
        }
        for key, one in left[:MOST_LISTED]
    ]
    is_cut = len(found) < len(left)
    answer: dict[str, Any] = {"Name": bucket.name, "IsTruncated": is_cut, "KeyCount": len(found)}
    answer |= {"NextContinuationToken": f"{_AFTER}{found[-1]['Key']}"} if is_cut else {}
    return answer | ({"Contents": found} if found else {})


ANSWERS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any] | None]] = {
    "GetObject": get_object,
    "ListObjectsV2": list_objects,
    "PutObject": put_object,
}


def _backend() -> S3Backend:
    backend: S3Backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
    return backend


def _bucket(params: Mapping[str, Any]) -> FakeBucket | None:
    key = params.get("Key")
    if not isinstance(key, str) or not all(part not in ("", ".", "..") for part in key.split("/")):
        return None  # what an address would have to say otherwise
    found: FakeBucket | None = _backend().buckets.get(params["Bucket"])
    return found


def _is_plain(params: Mapping[str, Any]) -> bool:
    """Tell whether all values go as they are into a request's headers and body."""
    metadata = params.get("Metadata", {})
    texts = [params[name] for name in _HEADERS if name in params] + [*metadata, *metadata.values()]
    return (
        params.keys() <= _PUT
        and isinstance(params.get("Body"), bytes)
        and all(isinstance(one, str) and one.isascii() and one.isprintable() for one in texts)
        and all(one == one.strip() for one in texts)
        and all(name.replace("-", "").isalnum() for name in metadata)
    )


def _holds(params: Mapping[str, Any], bucket: FakeBucket) -> bool:
    if not params.keys() & {"IfMatch", "IfNoneMatch"}:
        return True
    found = _backend().get_object(bucket.name, params["Key"])
    if params.get("IfNoneMatch", "*") != "*":
        return False
    if "IfNoneMatch" in params and found is not None:
        return False
    return "IfMatch" not in params or (found is not None and found.etag == params["IfMatch"])


def _made(key: FakeKey, bucket: FakeBucket) -> dict[str, Any]:
    versions = {"VersionId": str(key.version_id)} if bucket.is_versioned else {}
    return versions | ({"ServerSideEncryption": key.encryption} if key.encryption else {})


def _no_such_key(bucket: str, key: str) -> ClientError:
    text = "The specified key does not exist."
    answer: Any = {
        "Error": {"Code": "NoSuchKey", "Message": text, "Key": key},
        "ResponseMetadata": {
            "HTTPStatusCode": 404,
            "HTTPHeaders": {},
            "RetryAttempts": 0,
            "BucketName": bucket,
        },
    }
    return ClientError(answer, "GetObject")
