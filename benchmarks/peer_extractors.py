"""Other extractors, each in a process of its own: ``python -m benchmarks.peer_extractors NAME SECONDS``.

Runs by the peers' own Python, hence without anything of Newswire. A line of JSON comes in for each page
(`url`, `source`: the decoded page) and one goes out: `fields` (`text`, `title`, `published`, `authors`) and
`seconds` (of CPU, of the extractor's call alone), or `error`. A page that takes more than so many seconds of
CPU, or hangs six times as long, ends the process; the network is refused.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import resource
import signal
import socket
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any, NoReturn

MEMORY = 2 * 1024**3  # bytes

Extract = Callable[[str, str], dict[str, Any]]


def bare_trafilatura() -> Extract:
    """Return trafilatura with its defaults: no metadata, and no URL to look for."""
    from trafilatura import bare_extraction

    def extract(source: str, url: str) -> dict[str, Any]:  # noqa: ARG001 - every extractor's signature
        return {"text": getattr(bare_extraction(source), "text", "")}

    return extract


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


def news_please() -> Extract:
    """Return news-please without what asks the network (images)."""
    from newsplease import NewsPlease

    def extract(source: str, url: str) -> dict[str, Any]:
        article = NewsPlease.from_html(source, url=url, fetch_images=False)
        return {
            "text": article.maintext or "",
            "title": article.title,
            "published": None if article.date_publish is None else str(article.date_publish),
            "authors": list(article.authors or ()),
        }

    return extract


def goose3() -> Extract:
    """Return goose3 as it comes; it fetches no images unless it is told to."""
    from goose3 import Goose

    goose = Goose()

    def extract(source: str, url: str) -> dict[str, Any]:  # noqa: ARG001 - every extractor's signature
        article = goose.extract(raw_html=source)
        return {
            "text": article.cleaned_text,
            "title": article.title,
            "published": article.publish_date,
            "authors": list(article.authors or ()),
        }

    return extract


def resiliparse() -> Extract:
    """Return Resiliparse's main content as plain text, without comments and alternative texts."""
    from resiliparse.extract.html2text import extract_plain_text

    def extract(source: str, url: str) -> dict[str, Any]:  # noqa: ARG001 - every extractor's signature
        return {"text": extract_plain_text(source, main_content=True, alt_texts=False, comments=False)}

    return extract


def lxml_parser() -> Extract:
    """Return lxml's parser, which extracts nothing: what reading the page costs whoever does it by lxml."""
    from lxml.html import document_fromstring

    def extract(source: str, url: str) -> dict[str, Any]:  # noqa: ARG001 - every extractor's signature
        document_fromstring(source)
        return {}

    return extract


PEERS: dict[str, Callable[[], Extract]] = {
    "trafilatura": trafilatura,
    "bare trafilatura": bare_trafilatura,
    "newspaper4k": newspaper4k,
    "news-please": news_please,
    "goose3": goose3,
    "readability-lxml": readability,
    "resiliparse": resiliparse,
    "lxml": lxml_parser,
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
    gc.collect()
    gc.freeze()  # as our own worker has it: what is imported stays
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
    # While a timer runs, Linux brings the process's own clock up to date every 4 ms only; the thread's is
    # exact.
    started = time.thread_time()
    try:
        return {
            "fields": extract(page["source"], page["url"]),
            "seconds": time.thread_time() - started,
        }
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
