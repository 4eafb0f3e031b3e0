"""The registrable domain of a host, by the public suffix list that ships with the library.

The list is never downloaded at run time. Private suffixes count (``blogspot.com``), because the
blogs below one are different owners.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache

from publicsuffixlist import PublicSuffixList


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(maxsize=4096)
def registrable_domain(host: str) -> str:
    """Return the registrable domain of ``host`` (punycode, lower case, no port).

    An IP address stands for itself, and so does a host that is a public suffix or has no dot.
    """
    name = host.strip("[]").rstrip(".").lower()
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        return _suffixes().privatesuffix(name) or name
