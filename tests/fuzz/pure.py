"""What the functions do with strangers' bytes in their own process; run here in one that may die of it.

Each function raises nothing but what it documents, answers in time and keeps its promises.
"""

from __future__ import annotations

import json
from typing import Any

from functions.extract import reservations, robots
from functions.publish.conforming_html import conforming
from newswire.article_text import text_of
from newswire.messages import Message, MessageError
from newswire.sanitise import clean_html
from newswire.sources_file import SourcesError, load_catalogue
from newswire.urls import clean_link
from tests.fuzz.boundaries import PAGE_URL, expect
from tests.support.active_content import html_faults

_URLS = (
    PAGE_URL,
    "https://kabar.example/",
    "https://kabar.example/a%2Fb?c=d&e=*$",
    "https://kabar.example/é",
)


def robots_txt(body: bytes, _: dict[str, Any]) -> dict[str, Any]:
    """Read robots.txt and judge addresses by it."""
    rules = robots.read_rules(body)
    verdicts = [robots.allows(rules, url) for url in _URLS]
    expect(true=all(rule.pattern.isascii() for rule in rules), what="a pattern is not ASCII")
    expect(true=rules == _read_back(rules), what="the rules are others after the worker's pipe")
    return {"shape": f"{len(rules).bit_length()} {verdicts}"}


def _read_back(rules: tuple[robots.Rule, ...]) -> tuple[robots.Rule, ...]:
    return tuple(robots.Rule(*rule) for rule in json.loads(json.dumps(rules)))


def tdmrep(body: bytes, _: dict[str, Any]) -> dict[str, Any]:
    """Read /.well-known/tdmrep.json and judge an address by it."""
    rules = reservations.read_rules(body)
    found = reservations.reservation_at(rules, PAGE_URL)
    expect(true=found.reserved in (True, False, None), what=f"reserved is {found.reserved!r}")
    expect(true=found.policy is None or clean_link(found.policy), what=f"policy {found.policy!r}")
    return {"shape": f"{len(rules).bit_length()} {found.reserved} {found.policy is None}"}


def message(body: bytes, _: dict[str, Any]) -> dict[str, Any]:
    """Read the body of a queue message."""
    try:
        read = Message.from_json(body.decode("utf-8", "replace"))
    except MessageError as error:
        return {"shape": str(error)[:25]}
    expect(true=Message.from_json(read.to_json()) == read, what="the message is another one when written")
    return {"shape": f"{read.kind} {read.hint is None}"}


def sources(body: bytes, _: dict[str, Any]) -> dict[str, Any]:
    """Read sources.yaml."""
    try:
        catalogue = load_catalogue(body.decode("utf-8", "replace"))
    except SourcesError as error:
        expect(true=str(error).startswith("sources.yaml:"), what="a problem without a line")
        return {"shape": str(error).partition(" ")[2][:25]}
    return {"shape": f"{len(catalogue.sources).bit_length()} {len(catalogue.categories)}"}


def markup(body: bytes, _: dict[str, Any]) -> dict[str, Any]:
    """Sanitise HTML and make it conform."""
    cleaned = clean_html(body.decode("utf-8", "replace"), base=PAGE_URL)
    expect(true=clean_html(cleaned, base=PAGE_URL) == cleaned, what="cleaning twice changes something")
    expect(true=not (faults := html_faults(cleaned)), what=f"active content: {faults[:3]}")
    shown = conforming(cleaned)
    expect(true=text_of(shown) == text_of(cleaned), what="conforming changes the text")
    expect(true=conforming(shown) == shown, what="conforming twice changes something")
    expect(true=not (faults := html_faults(shown)), what=f"active content: {faults[:3]}")
    return {"shape": f"{len(cleaned).bit_length()} {cleaned == shown}"}
