"""Removing a bucket with all versions in it, and a table. Both may be repeated at any point."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from local.destroy.contents import Clients, exists, is_absent
from local.destroy.inventory import Kind
from local.destroy.stacks import Resource

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ATTEMPTS = 12  # two minutes: what was running when its function went is at its end
_PATIENCE = 60  # looks at a table that is being deleted
_PAUSE_SECONDS = 10.0
_BATCH = 1000  # DeleteObjects' limit


class NotRemoved(Exception):
    """A store is still there; the message says why."""


@dataclass(frozen=True, slots=True)
class Removal:
    """Removes stores; ``step`` is told how far it is."""

    clients: Clients
    sleep: Callable[[float], None]
    step: Callable[[str], None]

    def remove(self, one: Resource) -> None:
        """Remove a bucket or table that is there; raise :class:`NotRemoved` where it stays."""
        if one.kind == Kind.BUCKET:
            self._remove_bucket(one.physical)
        else:
            self._remove_table(one)

    def _remove_bucket(self, name: str) -> None:
        """Empty and delete; whoever still writes meanwhile, a run at its end, is emptied out once more."""
        reason = ""
        for attempt in range(ATTEMPTS):
            if attempt:
                self.sleep(_PAUSE_SECONDS)
            try:
                if reason := self._empty(name):
                    continue
                self.clients.s3.delete_bucket(Bucket=name)
            except ClientError as error:
                if is_absent(error):
                    return
                if _code(error) != "BucketNotEmpty":
                    raise
                reason = "others keep writing into it"
            else:
                return
        raise NotRemoved(f"bucket {name}: {reason}")

    def _empty(self, name: str) -> str:
        """Delete all versions and delete markers; return why one of them stays, nothing where none does."""
        deleted, reason = 0, ""
        for page in self.clients.s3.get_paginator("list_object_versions").paginate(Bucket=name):
            found = [
                {"Key": one["Key"], "VersionId": one["VersionId"]}
                for one in (*page.get("Versions", []), *page.get("DeleteMarkers", []))
            ]
            for start in range(0, len(found), _BATCH):
                reason = _delete(self.clients.s3, name, found[start : start + _BATCH]) or reason
            deleted += len(found)
            self.step(f"{name}: {deleted:,} versions deleted")
        return reason

    def _remove_table(self, one: Resource) -> None:
        asked = False
        for _ in range(_PATIENCE):
            if not exists(self.clients, one):
                return
            asked = asked or self._is_asked(one.physical)
            self.step(f"{one.physical}: is being deleted")
            self.sleep(_PAUSE_SECONDS)
        raise NotRemoved(f"table {one.physical}: DynamoDB has not deleted it yet")

    def _is_asked(self, name: str) -> bool:
        """Ask DynamoDB to delete a table; return whether it will: not while it is at work on it."""
        try:
            self.clients.dynamodb.delete_table(TableName=name)
        except ClientError as error:
            if not is_absent(error) and _code(error) not in (
                "ResourceInUseException",
                "LimitExceededException",
            ):
                raise
            return False
        return True


def _delete(s3: S3Client, bucket: str, batch: list[Any]) -> str:
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": batch, "Quiet": True})
    return next((f"{one.get('Key')}: {one.get('Code')}" for one in answer.get("Errors", [])), "")


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
