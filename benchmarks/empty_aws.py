"""AWS as the extract stage meets it with articles that are all new: empty tables, every write taken.

These stand where botocore's clients do: everything of ours in front of them runs, marshalling included;
botocore's own work (signing, serialising, the request) does not.
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from newswire.catalogue import SOURCES_KEY


class EmptyTables:
    """The methods of DynamoDB's client that extract uses where nothing is known."""

    def batch_get_item(self, **request: Any) -> dict[str, Any]:
        """Find nothing."""
        return {"Responses": dict.fromkeys(request["RequestItems"], ()), "UnprocessedKeys": {}}

    def put_item(self, **_: Any) -> dict[str, Any]:
        """Take it."""
        return {}

    def transact_write_items(self, **_: Any) -> dict[str, Any]:
        """Take all of it."""
        return {}


class OneObject:
    """The methods of S3's client that extract uses; has the catalogue, and keeps what was put last."""

    def __init__(self, catalogue: str) -> None:
        self._catalogue = catalogue.encode()
        self.last: bytes | None = None

    def forget(self) -> None:
        """Keep nothing any more."""
        self.last = None

    def get_object(self, **request: Any) -> dict[str, Any]:
        """Return the catalogue; raise as botocore does for every other key."""
        if request["Key"] != SOURCES_KEY:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        return {"Body": _Body(self._catalogue), "ETag": '"1"'}

    def put_object(self, **request: Any) -> dict[str, Any]:
        """Keep the object."""
        self.last = request["Body"]
        return {"ETag": '"1"'}


class _Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def read(self) -> bytes:
        return self._content
