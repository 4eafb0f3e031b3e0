"""Which addresses a request of ours may reach: public ones, and nothing else.

Publishers' documents choose many of the URLs that we ask. None of them may lead into the operator's
network, the cloud's metadata service or the Lambda runtime's own API.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from newswire.urls import ascii_host

_PORTS = {"http": 80, "https": 443}
# Not covered by is_global everywhere: addresses that carry an IPv4 address inside (RFC 4291, 3056,
# 6052, 4380, 8215), multicast, site-local, and NAT64's local prefix.
_EMBEDDING = tuple(
    ipaddress.IPv6Network(block)
    for block in (
        "::/96",
        "::ffff:0:0/96",
        "::ffff:0:0:0/96",
        "2002::/16",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/32",
        "fec0::/10",
    )
)
_RESERVED_V4 = tuple(
    ipaddress.IPv4Network(block)
    for block in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "240.0.0.0/4",
    )
)
_LOCAL_NAMES = (
    "localhost",
    "localdomain",
    "local",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "home.arpa",
    "svc",
)


class AddressRefused(Exception):
    """The request must not be sent; the message says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a URL leads: host in lower case without brackets, port always given."""

    scheme: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class AddressGuard:
    """Judges URLs and addresses. ``loopback`` lists ``host:port`` that are allowed although local."""

    loopback: frozenset[str] = frozenset()

    def target(self, url: str) -> Target:
        """Return where ``url`` leads; raise :class:`AddressRefused` if its form alone forbids it."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise AddressRefused(f"not a URL: {error}") from None
        host = (parts.hostname or "").rstrip(".")
        if parts.scheme not in _PORTS or not host:
            raise AddressRefused("only http and https URLs with a host are asked")
        if "@" in parts.netloc or "\\" in parts.netloc:
            raise AddressRefused("user info in a URL is not allowed")
        target = Target(parts.scheme, host, _PORTS[parts.scheme] if port is None else port)
        if self.is_allowed_loopback(target):
            return target
        if target.port not in _PORTS.values():
            raise AddressRefused(f"port {target.port} is not allowed; 80 and 443 are")
        self._judge_name(host)
        return target

    def is_allowed_loopback(self, target: Target) -> bool:
        """Return whether the operator listed this host and port as a loopback server of theirs."""
        return f"{target.host}:{target.port}" in self.loopback

    def judge_address(self, target: Target, address: str) -> None:
        """Raise :class:`AddressRefused` unless a connection for ``target`` may go to ``address``."""
        parsed = ipaddress.ip_address(address.partition("%")[0])
        if self.is_allowed_loopback(target) and parsed.is_loopback:
            return
        if not is_public(parsed):
            raise AddressRefused(f"{target.host} leads to {address}, which is not a public address")

    def _judge_name(self, host: str) -> None:
        labels = host.split(".")
        if any(host == name or host.endswith("." + name) for name in _LOCAL_NAMES) or not all(labels):
            raise AddressRefused(f"{host} is a local name")
        try:
            literal = ipaddress.ip_address(host)
        except ValueError:
            # A last label of digits or 0x… is what resolvers take for an IPv4 address in disguise.
            if _numeric(labels[-1]) or len(labels) == 1 or not ascii_host(host):
                raise AddressRefused(f"{host} is not a public host name") from None
            return
        if not is_public(literal):
            raise AddressRefused(f"{host} is not a public address")


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Return whether an address is a plain public one."""
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    return not any(address in block for block in _blocks(address))


def _blocks(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> Iterable[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    return _RESERVED_V4 if address.version == 4 else _EMBEDDING


def _numeric(label: str) -> bool:
    return label.isdigit() or (label[:2] == "0x" and all(c in "0123456789abcdef" for c in label[2:]))
