"""The ``sources.yaml`` of a deployed stack: the object that goes before the copy bundled with the build."""

from __future__ import annotations

from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from functions.publish.own_files import media_type
from local.sources.differences import differences
from local.sources.sources_text import Refused, SourcesText, understood
from local.stack_outputs import NoSuchStack, stack_outputs
from newswire import aws
from newswire.bucket import Bucket, WriteConflict
from newswire.catalogue import OWN_FOLDER, SOURCES_KEY

OUTPUT = "ArticleBucketName"


class NotPut(Exception):
    """AWS did not do it; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Put:
    """Where the file is now, and what is different from what was there."""

    address: str
    changes: tuple[str, ...]


def bucket_of(stack: str) -> str:
    """Return the name of a stack's article bucket; raise :class:`NotPut` where there is none."""
    try:
        return stack_outputs(stack, OUTPUT)[OUTPUT]
    except NoSuchStack as error:
        raise NotPut(str(error)) from None


def put(file: SourcesText, bucket_name: str) -> Put:
    """Write the file to ``config/sources.yaml``, after the files that it names, which go beside it.

    What has the same bytes already is not written. An object is replaced only if it is still the one that
    the changes were told from; raise :class:`NotPut` where it is not, or where AWS refuses.
    """
    address = f"s3://{bucket_name}/{SOURCES_KEY}"
    changes: list[str] = []
    try:
        bucket = Bucket(aws.s3_client(), bucket_name)
        for name, body in file.own_files().items():
            before = _replaced(bucket, f"{OWN_FOLDER}{name}", body, media_type(name))
            if before != body:
                changes.append(f"{'+' if before is None else '~'} {name}")
        body = file.text.encode("utf-8")
        before = _replaced(bucket, SOURCES_KEY, body, "application/yaml")
    except WriteConflict:
        raise NotPut(f"{address}: somebody else put a file there meanwhile; run the command again") from None
    except (BotoCoreError, ClientError) as error:
        raise NotPut(f"{address}: {error}") from None
    return Put(address, (*(() if before == body else _changes(before, file)), *changes))


def _replaced(bucket: Bucket, key: str, body: bytes, content_type: str) -> bytes | None:
    """Put an object unless it has these bytes; return those that it had, ``None`` where there was none."""
    stored = bucket.get(key)
    if stored is None or stored.body != body:
        bucket.put(
            key,
            body,
            content_type=content_type,
            if_match=stored.etag if stored else None,
            if_none_match=stored is None,
        )
    return stored.body if stored else None


def _changes(stored: bytes | None, file: SourcesText) -> tuple[str, ...]:
    if stored is None:
        return ("+ the file, which goes before the one bundled with the build",)
    try:
        before = understood(stored.decode("utf-8", "replace"), SOURCES_KEY)
    except Refused as error:
        return ("~ what was there was not valid:", *str(error).splitlines())
    return tuple(differences(before, file.catalogue)) or ("~ words that change nothing, such as comments",)
