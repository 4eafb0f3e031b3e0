"""Which addresses a request of ours may reach: public ones, and nothing else.

Publishers' documents choose many of the URLs that we ask. None of them may lead into the operator's
network, the cloud's metadata service or the Lambda runtime's own API. The guard is also the only
parser: a request is built from its :class:`Target`, never from the URL again.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from newswire.urls import ascii_host, ascii_path_and_query, without_dots

URL_LIMIT = 8000  # characters; RFC 9110 section 4.1 asks every server to take as many
_PORTS = {"http": 80, "https": 443}
_AROUND = "".join(map(chr, range(0x21)))  # what stands around a URL in documents (WHATWG URL section 4.4)
_HOST_AND_PORT = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:%]+)(?::([0-9]{0,5}))?")
# IANA's registry of special-purpose addresses, so that the answer is the same on every version of Python;
# multicast; what was class E; and the address at which Azure serves its hosts' configuration.
_SPECIAL_V4 = tuple(
    ipaddress.IPv4Network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)
# All of IPv6 that is routed publicly (RFC 4291 section 2.4 as assigned), and what of it is special: IETF
# protocols with Teredo among them, documentation, 6to4. Outside of it are loopback, mapped, compatible and
# translated IPv4 (both NAT64 prefixes), unique local, link-local, site-local, multicast, segment routing.
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_SPECIAL_V6 = tuple(
    ipaddress.IPv6Network(block) for block in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
_LOCAL_NAMES = frozenset(
    ("localhost", "localdomain", "local", "internal", "intranet", "lan", "home", "corp", "home.arpa", "svc")
)


class AddressRefused(Exception):
    """The request must not be sent; the message says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes and what it asks for; all ASCII.

    ``host`` is in lower case and punycode, without brackets or final dot; ``path`` has the query and no
    fragment, so that it is the origin form of RFC 9112 section 3.2.1.
    """

    scheme: str
    host: str
    port: int
    path: str = "/"

    @property
    def authority(self) -> str:
        """Host and port as the ``Host`` header has them: the scheme's own port is left out."""
        return self._host if self.port == _PORTS[self.scheme] else self.place

    @property
    def place(self) -> str:
        """Host and port, the port always given."""
        return f"{self._host}:{self.port}"

    @property
    def url(self) -> str:
        """The absolute form of RFC 9112 section 3.2.2."""
        return f"{self.scheme}://{self.authority}{self.path}"

    @property
    def _host(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host


@dataclass(frozen=True, slots=True)
class AddressGuard:
    """Judges URLs and addresses.

    ``loopback`` lists ``host:port`` that are allowed although local; ``ports`` what is allowed besides 80
    and 443, on public addresses.
    """

    loopback: frozenset[str] = frozenset()
    ports: frozenset[int] = frozenset()

    def target(self, url: str) -> Target:
        """Return where ``url`` leads; raise :class:`AddressRefused` if its form alone forbids it."""
        target = _parsed(url)
        if self.is_allowed_loopback(target):
            return target
        if target.port not in _PORTS.values() and target.port not in self.ports:
            raise AddressRefused(f"port {target.port} is not allowed; 80 and 443 are")
        _judge_name(target.host)
        return target

    def is_allowed_loopback(self, target: Target) -> bool:
        """Return whether the operator listed this host and port as a loopback server of theirs."""
        return bool(self.loopback) and target.place in self.loopback

    def judge_address(self, target: Target, address: str) -> None:
        """Raise :class:`AddressRefused` unless a connection for ``target`` may go to ``address``."""
        parsed = ipaddress.ip_address(address.partition("%")[0])
        if self.is_allowed_loopback(target) and parsed.is_loopback:
            return
        if not is_public(parsed):
            raise AddressRefused(f"{target.host} leads to {address}, which is not a public address")


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Return whether an address is a plain public one, with no other address inside."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in block for block in _SPECIAL_V4)
    return address in _GLOBAL_V6 and not any(address in block for block in _SPECIAL_V6)


def _parsed(url: str) -> Target:
    if len(url) > URL_LIMIT:
        raise AddressRefused(f"not a URL: longer than {URL_LIMIT} characters")
    try:
        parts = urlsplit(url.strip(_AROUND))
        path, query = ascii_path_and_query(parts)
    except ValueError as error:
        raise AddressRefused(f"not a URL: {error}") from None
    if parts.scheme not in _PORTS or not parts.netloc:
        raise AddressRefused("only http and https URLs with a host are asked")
    if "@" in parts.netloc or "\\" in parts.netloc:
        raise AddressRefused("user info in a URL is not allowed")
    found = _HOST_AND_PORT.fullmatch(parts.netloc)
    if found is None:
        raise AddressRefused(f"not a URL: {parts.netloc!r} is not a host with a port")
    port = int(found[2]) if found[2] else _PORTS[parts.scheme]
    path = without_dots(path)
    return Target(parts.scheme, _host(found[1]), port, f"{path}?{query}" if query else path)


def _host(text: str) -> str:
    try:
        if text[0] == "[":
            return str(ipaddress.IPv6Address(text[1:-1]))
    except ValueError:
        raise AddressRefused(f"{text} is not an IPv6 address") from None
    name = ascii_host(text).rstrip(".")
    if not name:
        raise AddressRefused(f"{text} is not a public host name")
    return name


def _judge_name(host: str) -> None:
    try:
        literal = ipaddress.ip_address(host)
    except ValueError:
        labels = host.split(".")
        if labels[-1] in _LOCAL_NAMES or ".".join(labels[-2:]) in _LOCAL_NAMES:
            raise AddressRefused(f"{host} is a local name") from None
        # A last label of digits or 0x… is what resolvers take for an IPv4 address in disguise.
        if _numeric(labels[-1]) or len(labels) == 1:
            raise AddressRefused(f"{host} is not a public host name") from None
        return
    if not is_public(literal):
        raise AddressRefused(f"{host} is not a public address")


def _numeric(label: str) -> bool:
    return label.isdigit() or (label[:2] == "0x" and all(c in "0123456789abcdef" for c in label[2:]))
