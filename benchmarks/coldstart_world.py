"""What cold starts are measured in: a build for this machine, events, and stores as they were before each."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from local import building
from local.emulator import Emulator
from local.execution_environment import EmulatorUnavailable
from local.programs import ProgramFailed, Unavailable, check_available

PROJECT = Path(__file__).resolve().parent.parent
_PUBLISHER = re.compile(r"(?<=\.localhost:)\d+")
_KEPT = "config/"  # the sources, which the emulator put there
SITE = "SiteBucket"


def built() -> Path:
    """Return the build for this machine's processor; make it where it is not current.

    Raise :class:`EmulatorUnavailable` where that cannot be.
    """
    try:
        check_available(PROJECT)
        return building.built(PROJECT)[0]
    except (Unavailable, ProgramFailed) as error:
        raise EmulatorUnavailable(str(error)) from error


def zip_bytes(folder: Path) -> int:
    """Return how large a folder is as `zip -9` makes it."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    return packed.tell()


@dataclass(frozen=True, slots=True)
class Stored:
    """An object of the site: its bytes, its tag, and what else it was put with."""

    body: bytes
    etag: str
    said: dict[str, Any]


Site = dict[str, Stored]


@dataclass(frozen=True, slots=True)
class World:
    """The stack with the demo publishers, on ports ``shift`` above those that the sample events name."""

    emulator: Emulator
    shift: int

    def event(self, name: str) -> Any:
        """Return a sample event."""
        text = (PROJECT / "events" / f"{name}.json").read_text(encoding="utf-8")
        return json.loads(_PUBLISHER.sub(lambda port: str(int(port[0]) + self.shift), text))

    def forget(self, buckets: Mapping[str, str], tables: Mapping[str, str]) -> None:
        """Empty these stores but for the sources, and every queue: moto takes its time with a long one."""
        clients = self.emulator.stack.clients
        for name in tables.values():
            for item in clients.dynamodb.scan(TableName=name)["Items"]:
                clients.dynamodb.delete_item(TableName=name, Key={"pk": item["pk"]})
        for name in buckets.values():
            for one in clients.s3.list_objects_v2(Bucket=name).get("Contents", []):
                if not one["Key"].startswith(_KEPT):
                    clients.s3.delete_object(Bucket=name, Key=one["Key"])
        for url in self.emulator.stack.queues.values():
            while found := clients.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
                for one in found:
                    clients.sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])

    def forget_all(self) -> None:
        """Empty every store but for the sources."""
        self.forget(self.emulator.stack.buckets, self.emulator.stack.tables)

    def site(self) -> Site:
        """Return the site as it is now."""
        clients, bucket = self.emulator.stack.clients, self.emulator.stack.buckets[SITE]
        keys = [one["Key"] for one in clients.s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
        return {key: _stored(clients.s3.get_object(Bucket=bucket, Key=key)) for key in keys}

    def put_back(self, site: Site) -> None:
        """Make the site as it was, and empty every table but for the articles."""
        stack = self.emulator.stack
        bucket = stack.buckets[SITE]
        self.forget({}, {name: one for name, one in stack.tables.items() if name != "ArticleTable"})
        found = stack.clients.s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        tags = {one["Key"]: one["ETag"] for one in found}
        for key in tags.keys() - site.keys():
            stack.clients.s3.delete_object(Bucket=bucket, Key=key)
        for key, stored in site.items():
            if tags.get(key) != stored.etag:
                stack.clients.s3.put_object(Bucket=bucket, Key=key, Body=stored.body, **stored.said)


def _stored(answer: Mapping[str, Any]) -> Stored:
    names = ("CacheControl", "ContentEncoding", "ContentType", "Metadata")
    said = {name: answer[name] for name in names if answer.get(name)}
    return Stored(answer["Body"].read(), answer["ETag"], said)
