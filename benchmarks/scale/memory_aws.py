"""S3, DynamoDB and SQS in memory, answered where botocore would send: behind our own storage modules.

A call costs the same however much is stored. Each is counted and lasts, asleep, as long as it is assumed to
last in AWS; what answering it takes of the processor is no part of a function's.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.sax.saxutils import escape

import botocore.session
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from moto.core.models import botocore_stubber

from benchmarks.billing.amounts import Amounts
from benchmarks.scale.memory_items import Conflict, MemoryItems

REGION = "us-east-1"
_KEPT = ("Content-Type", "Content-Encoding", "Cache-Control")
_META = "x-amz-meta-"
_CHUNKED = "aws-chunked"


@dataclass(frozen=True, slots=True)
class _Object:
    body: bytes
    etag: str
    headers: Mapping[str, str]


class _Raw(BytesIO):
    """A body as botocore reads it."""

    def stream(self, *_: Any, **__: Any) -> Any:
        """Yield all of it."""
        yield self.read()


class MemoryAws:
    """The stores; ``latency`` is the seconds that a call of a service lasts, 0 while they are filled.

    ``calls`` counts by operation, ``units`` DynamoDB's and bytes. ``cpu`` is what answering took.
    """

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.units: Amounts[str] = Amounts()
        self.cpu = 0.0
        self.latency: Mapping[str, float] = {}
        self.objects: dict[str, _Object] = {}
        self.items: dict[str, MemoryItems] = {}
        self.messages: list[str] = []
        self._lock = threading.Lock()
        session = botocore.session.get_session()
        session.set_credentials("memory", "memory")
        self._session = session

    def client(self, service: str) -> Any:
        """Return a client of ours; the stack's own settings of connections do not matter without any."""
        made = self._session.create_client(service, region_name=REGION, config=Config())
        self.answer(made.meta.events)
        return made

    def answer(self, events: Any) -> None:
        """Answer the calls of a client with these ``events``, or of all that a session makes from now on.

        botocore asks all who may answer, and takes the first answer: moto, where it is at work, need not.
        """
        events.unregister("before-send", botocore_stubber)
        for service in ("s3", "dynamodb", "sqs"):
            events.register_first(f"before-send.{service}.*", self._answer)

    def table(self, name: str) -> MemoryItems:
        """Return what is in a table."""
        return self.items.setdefault(name, MemoryItems())

    def copied(self) -> MemoryAws:
        """Return other stores with the same objects and items."""
        other = MemoryAws()
        other.objects = dict(self.objects)
        other.items = {name: table.copied() for name, table in self.items.items()}
        return other

    def forget(self) -> None:
        """Count anew."""
        self.calls.clear()
        self.units.clear()
        self.cpu = 0.0

    def _answer(self, *, request: AWSPreparedRequest, event_name: str, **_: Any) -> AWSResponse:
        began, cpu = time.perf_counter(), time.thread_time()
        service, operation = event_name.split(".")[1:]
        services: dict[str, Callable[[str, AWSPreparedRequest], AWSResponse]] = {
            "s3": self._s3,
            "dynamodb": self._dynamodb,
            "sqs": self._sqs,
        }
        with self._lock:
            self.calls[operation] += 1
            answer = services[service](operation, request)
            self.cpu += time.thread_time() - cpu
        time.sleep(max(0.0, self.latency.get(service, 0.0) - (time.perf_counter() - began)))
        return answer

    def _s3(self, operation: str, request: AWSPreparedRequest) -> AWSResponse:
        address = urlsplit(request.url)
        key = f"{address.netloc.partition('.')[0]}{unquote(address.path)}"
        there = self.objects.get(key)
        if operation == "GetObject":
            if there is None:
                return _refused(404, "NoSuchKey")
            self.units["bytes got"] += len(there.body)
            return _response(200, there.body, {**there.headers, "ETag": there.etag})
        if operation != "PutObject":
            raise ValueError(f"{operation} is not answered: publish asks GetObject and PutObject")
        headers = {name.lower(): _text(value) for name, value in request.headers.items()}
        if "if-none-match" in headers and there is not None:
            return _refused(412, "PreconditionFailed")
        if (wanted := headers.get("if-match")) and (there is None or there.etag != wanted):
            return _refused(
                404 if there is None else 412, "NoSuchKey" if there is None else "PreconditionFailed"
            )
        body = _body(request.body)
        encodings = [one for one in headers.get("content-encoding", "").split(",") if one]
        if _CHUNKED in encodings:
            body = _unchunked(body)
            headers["content-encoding"] = ",".join(one for one in encodings if one != _CHUNKED)
        self.units["bytes put"] += len(body)
        etag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
        kept = {name: value for name in _KEPT if (value := headers.get(name.lower()))}
        kept |= {name: value for name, value in headers.items() if name.startswith(_META)}
        self.objects[key] = _Object(body, etag, kept)
        return _response(200, b"", {"ETag": etag})

    def _dynamodb(self, operation: str, request: AWSPreparedRequest) -> AWSResponse:
        asked = json.loads(_body(request.body))
        if operation == "BatchGetItem":
            found = {
                name: self.table(name).got(one, self.units) for name, one in asked["RequestItems"].items()
            }
            return _said({"Responses": found, "UnprocessedKeys": {}})
        table = self.table(asked["TableName"])
        if operation == "GetItem":
            there = table.got({"Keys": [asked["Key"]], **asked}, self.units)
            return _said({"Item": there[0]} if there else {})
        if operation == "Query":
            return _said(table.queried(asked, self.units))
        try:
            if operation == "UpdateItem":
                table.updated(asked, self.units)
            else:
                table.put(asked["Item"], self.units)
        except Conflict:
            return _said({"__type": "ConditionalCheckFailedException", "message": "no"}, 400)
        return _said({})

    def _sqs(self, _operation: str, request: AWSPreparedRequest) -> AWSResponse:
        entries = json.loads(_body(request.body))["Entries"]
        self.messages += [one["MessageBody"] for one in entries]
        sent = [
            {"Id": one["Id"], "MessageId": "m", "MD5OfMessageBody": _md5(one["MessageBody"])}
            for one in entries
        ]
        return _said({"Successful": sent, "Failed": []})


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _body(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, bytes | bytearray):
        return bytes(body)
    return body.encode() if isinstance(body, str) else bytes(body.read())


def _unchunked(body: bytes) -> bytes:
    """Return the body of an upload in chunks whose checksum comes last."""
    parts: list[bytes] = []
    rest = body
    while True:
        head, _, rest = rest.partition(b"\r\n")
        if not (size := int(head.partition(b";")[0], 16)):
            return b"".join(parts)
        parts.append(rest[:size])
        rest = rest[size + 2 :]


def _said(answer: Mapping[str, Any], status: int = 200) -> AWSResponse:
    return _response(status, json.dumps(answer).encode(), {"Content-Type": "application/x-amz-json-1.0"})


def _refused(status: int, code: str) -> AWSResponse:
    text = f"<Error><Code>{escape(code)}</Code><Message>no</Message></Error>"
    return _response(status, text.encode(), {"Content-Type": "application/xml"})


def _response(status: int, body: bytes, headers: Mapping[str, str]) -> AWSResponse:
    return AWSResponse("memory", status, _headers(headers, len(body)), _Raw(body))


def _headers(headers: Mapping[str, str], size: int) -> HTTPHeaders:
    made = HTTPHeaders()
    for name, value in {**headers, "Content-Length": str(size)}.items():
        made[name] = value
    return made
