"""The registrable domain of a host, by the public suffix list that ships with the library.

The list is never downloaded at run time. Private suffixes count (``blogspot.com``), because the
blogs below one are different owners.
"""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from publicsuffixlist import PSLFILE, PublicSuffixList


@lru_cache(maxsize=4096)
def registrable_domain(host: str) -> str:
    """Return the registrable domain of ``host`` (punycode, lower case, no port).

    An IP address stands for itself, and so does a host that is a public suffix or has no dot.
    """
    name = host.strip("[]").rstrip(".").lower()
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        return _suffixes(name.rpartition(".")[2]).privatesuffix(name) or name


@lru_cache(maxsize=1024)
def _suffixes(top_level: str) -> PublicSuffixList:
    """Return what the list has below a top-level domain: all of it takes long to read."""
    return PublicSuffixList(_entries().get(_written(top_level), ()))


@lru_cache(maxsize=1)
def _entries() -> Mapping[str, Sequence[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for line in Path(PSLFILE).read_text(encoding="utf-8").splitlines():
        entry = line.partition(" ")[0]
        if not entry.startswith("//"):
            found[entry.rpartition(".")[2]].append(entry)
    return found


def _written(top_level: str) -> str:
    """Return a top-level domain as the list writes it: in its own script."""
    try:
        return top_level.encode("ascii").decode("idna")
    except UnicodeError:
        return top_level
