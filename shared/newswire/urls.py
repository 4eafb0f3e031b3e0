"""Links as publishers give them, and the one form in which two of them are compared.

The link that is fetched and shown stays the publisher's own. The *identity form* only decides
whether two links are one article; ``docs/architecture.md`` states its rules.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from ipaddress import IPv6Address
from urllib.parse import SplitResult, quote, unquote, unquote_to_bytes, urljoin, urlsplit, urlunsplit

from newswire.domains import registrable_domain
from newswire.text import xml_text

LINK_LIMIT = 2048
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(
    r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?"
)
_VARIANT_HOST = re.compile(r"^(?:www\d?|m|mobile|amp)\.(?=[^.]+\.)")
_AMP_PATH = re.compile(r"^/amp(?=/[^/])|/amp(?:/index)?(?:\.html?)?/?$|\.amp(?=(?:\.html?)?$)", re.IGNORECASE)
_AMP_QUERY = {"amp", "outputtype=amp", "output=amp", "view=amp", "amp=1", "amp=true"}
_TRACKING = re.compile(
    r"(?:utm_\w+|at_(?:medium|campaign|custom\d?)|mc_[ce]id|pk_\w+|mtm_\w+|hsa_\w+|_hs(?:enc|mi)|wt_?mc"
    r"|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|igsh|ocid|_ga|_gl|cmpid"
    r"|ns_campaign|ns_mchannel|xtor|vero_id|s_cid|oly_\w+_id|__twitter_impression)",
    re.IGNORECASE,
)
# Escaped or not, these characters mean the same in a path or query (RFC 3986 section 2.3).
_SAFE_IN_PATH = "/:@!$&'()*+,;=~-._"
_SAFE_IN_QUERY = _SAFE_IN_PATH + "?"


# Links that need no cleaning, which most are: told apart for less than cleaning costs.
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_SAFE = r"[A-Za-z0-9/._~%!$&()*+,=:@-]"
_CLEAN = re.compile(rf"https?://(?:{_LABEL}\.){{1,4}}[a-z]{{2,20}}/{_SAFE}*+(?:\?[?]?{_SAFE}++)?", re.ASCII)


# The same for their hosts, and for links that are their own identity form but for the host's variant.
_PLAIN_HOST = re.compile(r"https?://([a-z0-9.-]*[a-z0-9])(?::[0-9]+)?(?=[/?#]|\Z)", re.ASCII)
_PLAIN_LINK = re.compile(
    rf"https?://((?:{_LABEL}\.)+[a-z]{{2,20}})(/[A-Za-z0-9/:@!$&'()*+,;=~._-]*)", re.ASCII
)
# Ten bits are two characters (RFC 4648 section 6, in lower case); base64's own function takes longer.
_BASE32_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_BASE32 = tuple(first + second for first in _BASE32_LETTERS for second in _BASE32_LETTERS)
_BASE32_SHIFTS = range(70, -1, -10)


def is_plain(link: str) -> bool:
    """Return whether a link is, as most are, so plain that nothing is to be resolved or cleaned in it."""
    return len(link) <= LINK_LIMIT and _CLEAN.fullmatch(link) is not None


def clean_link(link: str, base: str = "") -> str | None:
    """Return ``link`` as an absolute http(s) URL without fragment, or ``None`` if it is not one.

    Relative links are resolved against ``base``. Refused: other schemes, user info, hosts that no
    resolver takes, ports out of range, more than 2,048 characters.
    """
    if is_plain(link):
        return link
    text = xml_text(link).strip().replace("\t", "").replace("\n", "").replace("\r", "")
    if not text or len(text) > LINK_LIMIT:
        return None
    try:
        parts = urlsplit(absolute(base, text))
        host, port = ascii_host(parts.hostname or ""), parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    # In brackets stand addresses of IPv6, and of versions to come, which must not become names.
    is_literal = "[" in parts.netloc and not host.startswith("[")
    if scheme not in _DEFAULT_PORTS or not host or is_literal or "@" in parts.netloc or port == 0:
        return None
    netloc = host if port in (None, _DEFAULT_PORTS[scheme]) else f"{host}:{port}"
    cleaned = urlunsplit(SplitResult(scheme, netloc, *ascii_path_and_query(parts), ""))
    return cleaned if len(cleaned) <= LINK_LIMIT else None


def absolute(base: str, reference: str) -> str:
    """Return what a reference in a document at ``base`` means (RFC 3986 section 5.2).

    ``urljoin`` alone drops the empty segments of a relative path: ``//`` is another path than ``/``. Raise
    ValueError where either is no URL.
    """
    given = urlsplit(reference)
    if given.scheme or given.netloc or not given.path or not (at := urlsplit(base)).netloc:
        return urljoin(base, reference)
    folder = "" if given.path.startswith("/") else at.path.rpartition("/")[0] + "/"
    path = without_dots(folder + given.path)
    return urlunsplit((at.scheme, at.netloc, path, given.query, given.fragment))


def without_dots(path: str) -> str:
    """Return a path that begins with a slash without ``.`` and ``..``, as RFC 3986 section 5.2.4 has it."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    return "/" + "/".join([*kept, ""] if segments[-1] in (".", "..") else kept)


def ascii_path_and_query(parts: SplitResult) -> tuple[str, str]:
    """Return path (never empty) and query in ASCII; what is escaped already stays as it is."""
    path = quote(parts.path or "/", safe=_SAFE_IN_PATH + "%")
    return path, quote(parts.query, safe=_SAFE_IN_QUERY + "%[]|{}")


def ascii_host(host: str) -> str:
    """Return ``host`` in lower case and punycode, IPv6 as RFC 5952 has it; "" where it cannot be a host."""
    name = host.lower().strip()
    if ":" in name:
        try:
            return f"[{IPv6Address(name).compressed}]" if "%" not in name else ""
        except ValueError:
            return ""
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    return name if len(name) <= 253 and _HOST.fullmatch(name) else ""


def host_of(link: str) -> str:
    """Return the host of an absolute link, lower case and without port; "" if there is none."""
    if plain := _PLAIN_HOST.match(link):
        return plain[1]
    try:
        return (urlsplit(link).hostname or "").rstrip(".")
    except ValueError:
        return ""


def without_tracking(link: str) -> str:
    """Return ``link`` without the parameters that only tell the publisher where a click came from."""
    parts = urlsplit(link)
    kept = [pair for pair in parts.query.split("&") if pair and not _is_tracking(pair)]
    return urlunsplit(parts._replace(query="&".join(kept), fragment=""))


def identity_form(link: str) -> str:
    """Return the form in which links are compared; ``link`` must come from :func:`clean_link`."""
    plain = _PLAIN_LINK.fullmatch(link)
    if plain and "//" not in plain[2] and "amp" not in plain[2].lower():
        return _without_variant(plain[1]) + plain[2].rstrip("/")
    parts = urlsplit(link)
    host = _without_variant(host_of(link))
    if ":" in host:
        host = f"[{host}]"  # or its last number could be a port
    port = f":{parts.port}" if parts.port and parts.port != _DEFAULT_PORTS.get(parts.scheme) else ""
    path = _AMP_PATH.sub("", _normal_escapes(re.sub(r"/{2,}", "/", parts.path), _SAFE_IN_PATH))
    written = (_normal_escapes(pair, _SAFE_IN_QUERY) for pair in parts.query.split("&") if pair)
    pairs = sorted(
        pair for pair in written if not _is_tracking(pair) and pair.rstrip("=").lower() not in _AMP_QUERY
    )
    query = "?" + "&".join(pairs) if pairs else ""
    return f"{host}{port}{path.rstrip('/')}{query}"


@lru_cache(maxsize=256)  # the links of one article are looked at again and again
def article_id(link: str) -> str:
    """Return the 16 characters that stand for every spelling of ``link``."""
    number = int.from_bytes(hashlib.sha256(identity_form(link).encode()).digest()[:10])
    return "".join([_BASE32[number >> shift & 1023] for shift in _BASE32_SHIFTS])


def _without_variant(host: str) -> str:
    """Return a host without the label of a variant, unless it is what tells one owner from another."""
    plain = _VARIANT_HOST.sub("", host)
    return host if plain != host and registrable_domain(host) == host else plain


def _is_tracking(pair: str) -> bool:
    return _TRACKING.fullmatch(unquote(pair.partition("=")[0])) is not None


def _normal_escapes(text: str, safe: str) -> str:
    if "%" not in text:
        return quote(text, safe=safe)
    # "%2F" and "/" differ in a path, "%26" and "&" in a query: reserved characters stay escaped.
    pieces = re.split(r"(%[0-9A-Fa-f]{2})", text)
    return "".join(
        quote(unquote_to_bytes(piece), safe="~-._") if index % 2 else quote(piece, safe=safe)
        for index, piece in enumerate(pieces)
    )
