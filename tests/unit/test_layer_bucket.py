"""Objects of one bucket, written only on stated conditions."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from botocore.exceptions import ClientError

from newswire.bucket import Bucket, Packed, WriteConflict
from tests.support.aws_stack import SITE_BUCKET, Stack


@pytest.fixture
def bucket(stack: Stack) -> Bucket:
    return Bucket(stack.s3, SITE_BUCKET)


class ConflictingS3:
    """Answers the first ``conflicts`` writes as S3 does while another writer is at the same key."""

    def __init__(self, conflicts: int, code: str = "ConditionalRequestConflict") -> None:
        self.conflicts, self.code, self.writes = conflicts, code, 0

    def put_object(self, **_: Any) -> dict[str, Any]:
        self.writes += 1
        if self.writes <= self.conflicts:
            raise ClientError({"Error": {"Code": self.code, "Message": ""}}, "PutObject")
        return {"ETag": '"new"'}


def test_a_missing_object_is_none(bucket: Bucket) -> None:
    assert bucket.get("index.html") is None


def test_a_missing_bucket_is_the_clients_own_error(stack: Stack) -> None:
    with pytest.raises(ClientError, match="NoSuchBucket"):
        Bucket(stack.s3, "no-such-bucket-here").get("index.html")


def test_an_object_is_read_back_with_type_and_metadata(stack: Stack, bucket: Bucket) -> None:
    etag = bucket.put(
        "index.html",
        b"<!doctype html>",
        content_type="text/html; charset=utf-8",
        cache_control="max-age=60",
        metadata={"version": "7"},
    )
    found = bucket.get("index.html")
    assert found is not None
    assert (found.body, found.etag, found.content_type) == (
        b"<!doctype html>",
        etag,
        "text/html; charset=utf-8",
    )
    assert found.metadata == {"version": "7"}
    assert stack.s3.head_object(Bucket=SITE_BUCKET, Key="index.html")["CacheControl"] == "max-age=60"


def test_a_write_on_the_etag_that_was_read_succeeds_once(bucket: Bucket) -> None:
    first = bucket.put("feed.xml", b"1", content_type="text/xml")
    second = bucket.put("feed.xml", b"2", content_type="text/xml", if_match=first)
    with pytest.raises(WriteConflict, match="PreconditionFailed"):
        bucket.put("feed.xml", b"3", content_type="text/xml", if_match=first)
    found = bucket.get("feed.xml")
    assert found is not None
    assert (found.body, found.etag) == (b"2", second)


def test_a_write_on_the_etag_of_an_object_that_has_gone_is_a_conflict(bucket: Bucket) -> None:
    with pytest.raises(WriteConflict):
        bucket.put("feed.xml", b"1", content_type="text/xml", if_match='"gone"')


def test_a_first_write_needs_an_absent_object(bucket: Bucket) -> None:
    bucket.put("a", b"1", content_type="text/plain", if_none_match=True)
    with pytest.raises(WriteConflict):
        bucket.put("a", b"2", content_type="text/plain", if_none_match=True)


def test_an_immutable_object_that_exists_is_a_success_and_stays(bucket: Bucket) -> None:
    bucket.put_immutable("hints/a.json", b"first", content_type="application/json")
    bucket.put_immutable("hints/a.json", b"second", content_type="application/json")
    found = bucket.get("hints/a.json")
    assert found is not None
    assert found.body == b"first"


def test_an_immutable_write_is_tried_again_while_another_writer_is_at_it() -> None:
    client: Any = ConflictingS3(2)
    Bucket(client, "b").put_immutable("k", b"", content_type="text/plain")
    assert client.writes == 3


def test_an_immutable_write_that_never_gets_through_is_an_error() -> None:
    client: Any = ConflictingS3(99)
    with pytest.raises(WriteConflict):
        Bucket(client, "b").put_immutable("k", b"", content_type="text/plain")
    assert client.writes == 3


def test_an_error_that_is_no_condition_is_the_clients_own() -> None:
    client: Any = ConflictingS3(1, "AccessDenied")
    with pytest.raises(ClientError, match="AccessDenied"):
        Bucket(client, "b").put("k", b"", content_type="text/plain", if_none_match=True)


def test_a_body_stored_with_gzip_is_read_as_it_was_put(stack: Stack, bucket: Bucket) -> None:
    body = b'{"items": []}' * 1000
    etag = bucket.put("feed.json", Packed.of(body, gzipped=True), content_type="application/feed+json")

    stored = stack.s3.get_object(Bucket=SITE_BUCKET, Key="feed.json")
    raw = stored["Body"].read()
    found = bucket.get("feed.json")

    assert stored["ContentEncoding"] == "gzip"
    assert (len(raw) < len(body) / 10, gzip.decompress(raw)) == (True, body)
    assert found is not None
    assert (found.body, found.etag) == (body, etag)
    assert found.modified == stored["LastModified"]


def test_equal_bodies_are_stored_as_equal_bytes_and_conditions_hold(bucket: Bucket) -> None:
    one, other = (Packed.of(b"same" * 500, gzipped=True) for _ in range(2))
    etag = bucket.put("feed.json", one, content_type="application/feed+json")
    assert etag == bucket.put("feed.json", other, content_type="application/feed+json", if_match=etag)
    with pytest.raises(WriteConflict):
        bucket.put("feed.json", Packed.of(b"x", gzipped=True), content_type="t", if_match='"another"')


@pytest.mark.parametrize("gzipped", [False, True])
def test_the_etag_of_a_body_is_known_before_it_is_put(bucket: Bucket, gzipped: bool) -> None:
    packed = Packed.of(b"<html>" * 500, gzipped=gzipped)
    assert bucket.put("c/nasional.html", packed, content_type="text/html") == packed.etag


def test_a_body_that_is_gzip_itself_is_left_alone(bucket: Bucket) -> None:
    body = gzip.compress(b"inside", mtime=0)
    bucket.put("file.gz", body, content_type="application/gzip")
    found = bucket.get("file.gz")
    assert found is not None
    assert found.body == body
