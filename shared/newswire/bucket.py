"""Objects in one S3 bucket, written only on stated conditions."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# 412: the condition failed. 409: another write is under way. 404: If-Match on an object that has gone.
_CONFLICTS = {"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey", "412", "409", "404"}
_MISSING = {"NoSuchKey", "404", "NotFound"}
GZIP = "gzip"
_DELETED_AT_ONCE = 1000  # DeleteObjects' limit; a page of versions has as many, and as many markers
_LEVEL = 6  # 9 takes longer and gains next to nothing


class WriteConflict(Exception):
    """The object is not (or no longer) what the writer took it for; read it again."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as it was read; ``etag`` is quoted, as S3 gives and takes it.

    ``body`` is what was put, whether it is stored so or with gzip; ``modified`` is S3's own time.
    """

    body: bytes
    etag: str
    content_type: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Packed:
    """A body as it is stored, with gzip where ``encoding`` says so; equal bodies are equal bytes.

    Whoever asks S3 is sent it so.
    """

    body: bytes
    stored: bytes
    encoding: str | None

    @classmethod
    def of(cls, body: bytes, *, gzipped: bool = False) -> Packed:
        """Return a body ready to be stored."""
        return cls(body, gzip.compress(body, _LEVEL, mtime=0) if gzipped else body, GZIP if gzipped else None)

    @property
    def etag(self) -> str:
        """Return the ETag that it will have: the MD5 of its bytes, in quotes.

        So it is for what is put at once into a bucket that S3 encrypts with its own keys (Amazon S3 API
        reference, "Object"). In another bucket it is no object's ETag.
        """
        return f'"{hashlib.md5(self.stored, usedforsecurity=False).hexdigest()}"'


class Bucket:
    """One bucket. Reading a missing key needs ListBucket, or S3 answers 403 instead of 404."""

    def __init__(self, client: S3Client, name: str) -> None:
        self._client = client
        self.name = name

    def get(self, key: str) -> StoredObject | None:
        """Return the object, or ``None`` where there is none."""
        try:
            answer = self._client.get_object(Bucket=self.name, Key=key)
        except ClientError as error:
            if _code(error) in _MISSING:
                return None
            raise
        body = answer["Body"].read()
        return StoredObject(
            gzip.decompress(body) if answer.get("ContentEncoding") == GZIP else body,
            answer["ETag"],
            answer.get("ContentType", ""),
            answer.get("Metadata", {}),
            answer.get("LastModified"),
        )

    def put(
        self,
        key: str,
        body: bytes | Packed,
        *,
        content_type: str,
        cache_control: str | None = None,
        metadata: Mapping[str, str] | None = None,
        if_match: str | None = None,
        if_none_match: bool = False,
    ) -> str:
        """Write the object and return its ETag; raise :class:`WriteConflict` if a condition fails."""
        packed = body if isinstance(body, Packed) else Packed.of(body)
        wanted: dict[str, Any] = {"ContentType": content_type, "Metadata": dict(metadata or {})}
        if cache_control is not None:
            wanted["CacheControl"] = cache_control
        if packed.encoding is not None:
            wanted["ContentEncoding"] = packed.encoding
        if if_match is not None:
            wanted["IfMatch"] = if_match
        if if_none_match:
            wanted["IfNoneMatch"] = "*"
        try:
            answer = self._client.put_object(Bucket=self.name, Key=key, Body=packed.stored, **wanted)
        except ClientError as error:
            if (if_match is not None or if_none_match) and _code(error) in _CONFLICTS:
                raise WriteConflict(f"s3://{self.name}/{key}: {_code(error)}") from error
            raise
        return answer["ETag"]

    def put_immutable(self, key: str, body: bytes, *, content_type: str, attempts: int = 3) -> None:
        """Write a content-addressed object once; an object that is already there is the same one.

        S3 answers 412 where the object exists (success) and 409 while another writer is at it,
        which is tried again ``attempts`` times.
        """
        for remaining in range(attempts - 1, -1, -1):
            try:
                self.put(key, body, content_type=content_type, if_none_match=True)
            except WriteConflict as conflict:
                cause = conflict.__cause__
                exists = isinstance(cause, ClientError) and _code(cause) in ("PreconditionFailed", "412")
                if exists:
                    return
                if remaining == 0:
                    raise
            else:
                return

    def delete_below(self, prefix: str) -> None:
        """Delete all objects whose keys begin with ``prefix``; in a versioned bucket their versions stay.

        Raise ``OSError`` naming the first that S3 does not delete.
        """
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix)
        for page in pages:
            self._delete([{"Key": one["Key"]} for one in page.get("Contents", [])])

    def delete_versions_below(self, prefix: str, *, current: bool = True) -> int:
        """Delete for good all versions and delete markers of objects whose keys begin with ``prefix``.

        Without ``current``, only those that another has replaced. Return how many there were; raise
        ``OSError`` naming the first that S3 does not delete.
        """
        deleted = 0
        pages = self._client.get_paginator("list_object_versions").paginate(Bucket=self.name, Prefix=prefix)
        for page in pages:
            listed = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            found: list[Any] = [
                {"Key": one["Key"], "VersionId": one["VersionId"]}
                for one in listed
                if current or not one["IsLatest"]
            ]
            self._delete(found)
            deleted += len(found)
        return deleted

    def _delete(self, objects: Sequence[Any]) -> None:
        for start in range(0, len(objects), _DELETED_AT_ONCE):
            batch = objects[start : start + _DELETED_AT_ONCE]
            answer = self._client.delete_objects(Bucket=self.name, Delete={"Objects": batch, "Quiet": True})
            for refused in answer.get("Errors", []):
                raise OSError(f"s3://{self.name}/{refused.get('Key')}: {refused.get('Code')}")


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
