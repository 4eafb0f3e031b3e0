"""Which proxy a request goes through: HTTP_PROXY, HTTPS_PROXY and NO_PROXY decide.

What the guard allows on loopback is asked directly, or through LOOPBACK_PROXY and no other: in a container
that is where the loopback of the machine around it can be reached.

A proxy's own address is the operator's choice and is not judged; what it is asked for is.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies_environment, proxy_bypass

from newswire.address_guard import Target

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where a proxy listens. ``headers`` say to it, and to nobody else, who we are."""

    scheme: str
    host: str
    port: int
    headers: Mapping[str, str]


class Proxies:
    """The proxies that the environment names; ``loopback`` is LOOPBACK_PROXY."""

    def __init__(self) -> None:
        named = getproxies_environment()  # every variable that ends in _PROXY and is not empty
        self._proxies = {scheme: _proxy(scheme, url) for scheme, url in named.items() if scheme in _PORTS}
        self.loopback = _proxy("loopback", named["loopback"]) if "loopback" in named else None

    def of(self, target: Target) -> Proxy | None:
        """Return the proxy of a target, ``None`` where it is asked directly."""
        proxy = self._proxies.get(target.scheme)
        return None if proxy is None or proxy_bypass(target.place) else proxy


def _proxy(scheme: str, url: str) -> Proxy:
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError(f"{scheme.upper()}_PROXY is not the URL of an http or https proxy")
    headers = {}
    if parts.username is not None:
        words = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Proxy-Authorization"] = f"Basic {b64encode(words.encode()).decode()}"
    return Proxy(parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme], headers)
