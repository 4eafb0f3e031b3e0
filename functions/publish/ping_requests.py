"""What is sent to a WebSub hub and to an IndexNow endpoint, and where. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode, urlsplit

from functions.publish.json_text import json_text
from newswire.sources import Portal

MOST_TOPICS = 100  # in one request to a hub; no specification has a limit
MOST_URLS = 10_000  # indexnow.org, "Submitting set of URLs"


@dataclass(frozen=True, slots=True)
class Service:
    """Somebody who is told of changed addresses, at most ``most`` in a request.

    ``divisible``: a request that is refused may be sent again for each address alone.
    """

    kind: Literal["websub", "indexnow"]
    endpoint: str
    media_type: str
    most: int
    body: Callable[[Sequence[str]], bytes]
    divisible: bool


def websub(hub: str) -> Service:
    """Return a hub. WebSub leaves this request to it; hubs take that of PubSubHubbub 0.3, section 7.1."""

    def body(topics: Sequence[str]) -> bytes:
        return urlencode([("hub.mode", "publish"), *(("hub.url", topic) for topic in topics)]).encode()

    return Service("websub", hub, "application/x-www-form-urlencoded", MOST_TOPICS, body, divisible=True)


def indexnow(portal: Portal, key: str) -> Service:
    """Return the search engines that share what one of them is told (indexnow.org)."""

    def body(urls: Sequence[str]) -> bytes:
        return json_text(
            {
                "host": urlsplit(portal.url).netloc,
                "key": key,
                "keyLocation": f"{portal.url}/{key}.txt",
                "urlList": list(urls),
            }
        ).encode()

    return Service(
        "indexnow",
        portal.indexnow_endpoint,
        "application/json; charset=utf-8",
        MOST_URLS,
        body,
        divisible=False,
    )


def key_file(portal: Portal) -> dict[str, bytes]:
    """Return the file, by key, that proves to search engines that an IndexNow key is the portal's."""
    return {f"{portal.indexnow}.txt": portal.indexnow.encode()} if portal.indexnow else {}
