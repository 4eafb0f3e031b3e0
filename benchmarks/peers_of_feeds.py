"""Other readers of feeds, each in a process of its own: ``python -m benchmarks.peers_of_feeds NAME``.

Runs by the peers' own Python, hence without anything of Newswire. The first line that comes in is a JSON list
of documents (`file`: gzipped, `url`, `content_type`). Each further line asks for something and is answered by
a line of JSON: ``time`` reads all documents once and tells the seconds of CPU, ``read`` tells what was found.
"""

from __future__ import annotations

import gc
import gzip
import json
import sys
import time
import warnings
from calendar import timegm
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from benchmarks import peer_reader


@dataclass(frozen=True, slots=True)
class Document:
    """A feed as its server sent it."""

    url: str
    headers: Mapping[str, str]
    body: bytes


Read = Callable[[Document], Any]


def feedparser() -> Read:
    """Return feedparser with its defaults: it sanitises and resolves links, too."""
    import feedparser as library

    def read(document: Document) -> Any:
        return library.parse(BytesIO(document.body), response_headers=dict(document.headers))

    return read


def fastfeedparser() -> Read:
    """Return fastfeedparser with its defaults: it sanitises nothing."""
    import fastfeedparser as library

    def read(document: Document) -> Any:
        return library.parse(document.body)

    return read


def reader() -> Read:
    """Return the parser by which `reader` reads RSS and Atom, on the copy of feedparser that it brings."""
    peer_reader.complete()
    from reader._parser.feedparser import FeedparserParser

    parse = FeedparserParser()

    def read(document: Document) -> Any:
        return parse(document.url, BytesIO(document.body), dict(document.headers))

    return read


def lxml() -> Read:
    """Return lxml, which makes a tree and looks at none of it."""
    from lxml import etree

    def read(document: Document) -> Any:
        parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
        return etree.fromstring(document.body, parser)

    return read


PEERS: dict[str, Callable[[], Read]] = {
    "feedparser": feedparser,
    "fastfeedparser": fastfeedparser,
    "reader": reader,
    "lxml": lxml,
}


def main(name: str) -> None:
    """Answer until the pipe is closed."""
    warnings.simplefilter("ignore")
    read = PEERS[name]()
    documents = [_document(entry) for entry in json.loads(sys.stdin.readline())]
    answers: dict[str, Callable[[], Any]] = {
        "time": lambda: _timed(read, documents),
        "read": lambda: [_found(read, one) for one in documents],
    }
    for line in sys.stdin:
        print(json.dumps(answers[line.strip()]()), flush=True)


def _document(entry: Mapping[str, Any]) -> Document:
    headers = {"content-location": entry["url"]}
    if entry["content_type"]:
        headers["content-type"] = entry["content_type"]
    return Document(entry["url"], headers, gzip.decompress(Path(entry["file"]).read_bytes()))


def _timed(read: Read, documents: list[Document]) -> float:
    gc.collect()
    begun = time.process_time()
    for document in documents:
        _attempt(read, document)
    return time.process_time() - begun


def _attempt(read: Read, document: Document) -> Any:
    try:
        return read(document)
    except Exception:  # noqa: BLE001 - whatever a library raises: it has read nothing
        return None


def _found(read: Read, document: Document) -> list[dict[str, Any]] | None:
    """Return the entries, ``None`` where the document was refused; of a tree nothing."""
    parsed = _attempt(read, document)
    if parsed is None:
        return None
    if isinstance(parsed, tuple):
        return [{"link": one.link, "title": one.title} for one in parsed[1]]
    return [_entry(one) for one in parsed["entries"]] if isinstance(parsed, dict) else []


def _entry(entry: Any) -> dict[str, Any]:
    return {
        "link": dict.get(entry, "link"),
        "title": dict.get(entry, "title"),
        "published": _seconds(dict.get(entry, "published_parsed")),
        "updated": _seconds(dict.get(entry, "updated_parsed")),
        "published_text": dict.get(entry, "published"),
        "updated_text": dict.get(entry, "updated"),
    }


def _seconds(moment: Any) -> int | None:
    return None if moment is None else timegm(moment)


if __name__ == "__main__":
    main(sys.argv[1])
