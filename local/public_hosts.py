"""Which feeds would ask a publisher on the public internet, and whether this run may.

A publisher must be able to reach whoever polls it. ``.example`` is reserved (RFC 2606), so that a
contact there reaches nobody.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from newswire.sources import Catalogue

_RESERVED = ("test", "localhost", "example", "invalid")  # RFC 2606 section 2, RFC 6761


def refusal(catalogue: Catalogue) -> str | None:
    """Return why these sources must not be polled and what to set, or ``None`` where they may be.

    A proxy in the environment is where requests go, as for the functions' own.
    """
    contact = catalogue.portal.contact
    if not _is_reserved(_host(contact)):
        return None
    feeds = [feed for source in catalogue.sources if source.enabled for feed in source.feeds]
    public = [feed for feed in feeds if reaches_public_host(feed)]
    if not public:
        return None
    others = f" and of {len(public) - 1} more" if len(public) > 1 else ""
    return (
        f"portal.contact is {contact}, an address that reaches nobody: the publisher of {public[0]}{others} "
        "could not ask you to stop. Set portal.contact to an address that you read. Nothing was polled."
    )


def reaches_public_host(url: str) -> bool:
    """Tell whether a request for ``url`` goes to the public internet, proxies considered."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    proxy = getproxies().get(parts.scheme)
    if proxy and not proxy_bypass(host):
        host = urlsplit(proxy if "//" in proxy else f"//{proxy}").hostname or ""
    return _is_public(host)


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return not _is_reserved(host)


def _is_reserved(host: str) -> bool:
    return host.lower().rstrip(".").rpartition(".")[2] in _RESERVED


def _host(contact: str) -> str:
    """Return the host of an e-mail address or a URL."""
    if "://" in contact:
        return urlsplit(contact).hostname or ""
    return contact.strip().rpartition("@")[2]
