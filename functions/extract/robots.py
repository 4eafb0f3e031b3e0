"""robots.txt by RFC 9309: which of its rules are for us, and what they say of a page. No I/O.

Read as leniently as Google's parser reads (a missing colon, usual misspellings), compared as the RFC
compares. docs/decisions/0020 says where test suites of others expect something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from functions.extract.path_patterns import matches, path_of, pattern_of

PRODUCT = "Newswire"  # RFC 9309 section 2.2.1: what a rule for us names
_EVERYONE = "*"
_BOM = b"\xef\xbb\xbf"
_AGENT_KEYS = frozenset({b"user-agent", b"useragent", b"user agent"})
_ALLOW_KEYS = frozenset({b"allow"})
_DISALLOW_KEYS = frozenset({b"disallow", b"dissallow", b"dissalow", b"disalow", b"diasllow", b"disallaw"})
_TOKEN = re.compile(r"[^\s/*,;()]+")  # with what RFC 9309's grammar has no room for: "Newswire2" is not us
_INDEX = "/index.html"


class Rule(NamedTuple):
    """A pattern of :mod:`functions.extract.path_patterns`, and whether what it names may be asked."""

    pattern: str
    allows: bool


CLOSED = (Rule("/", allows=False),)


def read_rules(body: bytes, product: str = PRODUCT) -> tuple[Rule, ...]:
    """Return the rules for ``product``, the deciding one of several that match first; none where all is open.

    These are the rules of all groups that name it, else those of all groups for everyone (RFC 9309
    section 2.2.1). Only rules end a group's list of names: no other record does (section 2.2.4).
    """
    groups: dict[str, list[Rule]] = {_EVERYONE: []}
    addressed: set[str] = set()
    in_rules = False
    for key, value in _records(body):
        if key in _AGENT_KEYS:
            addressed = (set() if in_rules else addressed) | _addressed(value, product)
            in_rules = False
            for name in addressed:
                groups.setdefault(name, [])
        elif key in _ALLOW_KEYS or key in _DISALLOW_KEYS:
            in_rules = True
            for name in addressed:
                groups[name] += _rules(value, allows=key in _ALLOW_KEYS)
    ours = groups.get(product, groups[_EVERYONE])
    return _decisive(ours) if any(not rule.allows for rule in ours) else ()


def allows(rules: Iterable[Rule], url: str) -> bool:
    """Return whether rules in the order of :func:`read_rules` let us ask for ``url``."""
    path = path_of(url)
    if path == "/robots.txt":
        return True
    return next((rule.allows for rule in rules if matches(rule.pattern, path)), True)


def _records(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    for line in body.removeprefix(_BOM).splitlines():
        record = line.partition(b"#")[0].strip()
        key, colon, value = record.partition(b":")
        if not colon:
            words = record.split()
            if len(words) != 2:
                continue
            key, value = words
        yield key.strip().lower(), value.strip()


def _addressed(value: bytes, product: str) -> set[str]:
    """Return whom a user-agent line speaks to, as far as it concerns us."""
    if value.split(maxsplit=1)[:1] == [b"*"]:
        return {_EVERYONE}
    token = _TOKEN.match(value.decode("utf-8", "replace"))
    return {product} if token and token[0].lower() == product.lower() else set()


def _rules(value: bytes, *, allows: bool) -> list[Rule]:
    if not value:
        return []  # an empty path names nothing
    pattern = pattern_of(value)
    # Who allows a folder's index allows the folder's own address, which shows it.
    folder = [Rule(pattern.removesuffix("index.html") + "$", allows)] if pattern.endswith(_INDEX) else []
    return [Rule(pattern, allows), *(folder if allows else [])]


def _decisive(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Sort by what decides: the longest pattern, and of equally long ones the one that allows."""
    return tuple(sorted(dict.fromkeys(rules), key=lambda rule: (-len(rule.pattern), not rule.allows)))
