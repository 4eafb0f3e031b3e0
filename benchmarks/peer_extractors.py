"""Other extractors, each in a process of its own: ``python -m benchmarks.peer_extractors NAME SECONDS``.

Runs by the peers' own Python, hence without anything of Newswire. A line of JSON comes in for each page
(`url`, `source`: the decoded page) and one goes out: `text`, `title`, `published`, `authors`, or `error`. A
page that takes more than so many seconds of CPU, or hangs six times as long, ends the process; the network is
refused.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import signal
import socket
import sys
import warnings
from collections.abc import Callable
from typing import Any, NoReturn

MEMORY = 2 * 1024**3  # bytes

Extract = Callable[[str, str], dict[str, Any]]


def trafilatura() -> Extract:
    """Return trafilatura with its defaults and its metadata."""
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    def extract(source: str, url: str) -> dict[str, Any]:
        document = bare_extraction(source, url=url, with_metadata=True)
        if not isinstance(document, Document):
            return {}
        return {
            "text": document.text,
            "title": document.title,
            "published": document.date,
            "authors": (document.author or "").split("; "),
        }

    return extract


def newspaper4k() -> Extract:
    """Return newspaper4k without what asks the network (images) and without its language processing."""
    import newspaper

    def extract(source: str, url: str) -> dict[str, Any]:
        article = newspaper.article(url, input_html=source, fetch_images=False)
        return {
            "text": article.text,
            "title": article.title,
            "published": None if article.publish_date is None else str(article.publish_date),
            "authors": list(article.authors),
        }

    return extract


def readability() -> Extract:
    """Return readability-lxml: its summary's text; it knows no dates."""
    from lxml.html import fromstring
    from readability import Document

    def extract(source: str, url: str) -> dict[str, Any]:
        document = Document(source, url=url)
        author = document.author()
        return {
            "text": "\n".join(fromstring(document.summary()).itertext()),
            "title": document.short_title(),
            "authors": [] if author == "[no-author]" else [author],
        }

    return extract


PEERS: dict[str, Callable[[], Extract]] = {
    "trafilatura": trafilatura,
    "newspaper4k": newspaper4k,
    "readability-lxml": readability,
}


def main(arguments: list[str]) -> None:
    """Answer until the parent closes the pipe."""
    name, seconds = arguments[0], float(arguments[1])
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not break the lines
    logging.disable()
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    _forbid_network()
    extract = PEERS[name]()
    answers.write("{}\n")  # ready
    answers.flush()
    for line in sys.stdin:
        # The default action of both signals ends the process, in the midst of C code, too.
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.setitimer(signal.ITIMER_REAL, seconds * 6)
        answer = _answer(extract, json.loads(line))
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _answer(extract: Extract, page: dict[str, str]) -> dict[str, Any]:
    try:
        return extract(page["source"], page["url"])
    except Exception as error:  # noqa: BLE001 - whatever a peer raises, it has extracted nothing
        return {"error": " ".join(f"{type(error).__name__}: {error}".split())[:120]}


def _forbid_network() -> None:
    def refuse(*_: object) -> NoReturn:
        raise OSError("an extractor wanted the network")

    for owner, name in (
        (socket.socket, "connect"),
        (socket.socket, "connect_ex"),
        (socket.socket, "sendto"),
        (socket, "getaddrinfo"),
    ):
        setattr(owner, name, refuse)


if __name__ == "__main__":
    main(sys.argv[1:])
