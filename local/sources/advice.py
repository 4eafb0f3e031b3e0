"""What an operator can do about a feed or an article that is not had. No I/O."""

from __future__ import annotations

_ADVICE = {
    "HTTP 401": "the server wants a password or refuses us: ask the publisher for a public feed",
    "HTTP 403": "the server refuses us: ask the publisher to let the user agent above in",
    "HTTP 404": "nothing is there: look for the feed's present address on the publisher's site",
    "HTTP 410": "it is gone for good: take the address out of the file",
    "HTTP 429": "the server wants to be asked less: try again later, with a longer interval",
    "HTTP 503": "the server wants to be left alone for now: try again later",
    "host not found": "no such host: check its spelling",
    "connection failed": "nothing answers there: check the address, try again later",
    "timed out": "no answer in time: try again later",
    "TLS failed": "its certificate cannot be trusted: tell the publisher",
    "address refused": "only public http(s) hosts on ports 80 and 443 are asked: use such an address",
    "too large": "a feed may have 10 MiB and a page 2 MiB: look for a shorter one",
    "too many redirects": "use the address at which they end, if they do",
    "not a feed": "give the address of an RSS, Atom or JSON feed or of a sitemap",
    "parser died": "the document broke its reader, which was replaced: tell the publisher",
    "parser timed out": "the document took its reader too long: tell the publisher",
    "robots.txt disallows": "its summary is all that is carried; ask the publisher, or set display: link",
    "no article text found": "the feed's own text is carried in its place; nothing need be done",
    "display: link": "as the file says: the headline leads to the publisher",
}
_SERVER_ERROR = "the server has a problem of its own: try again later"
_OTHERWISE = "see docs/operations.md"


def advice(reason: str) -> str:
    """Return what to do about a reason, as fetch and extract name it."""
    if reason in _ADVICE:
        return _ADVICE[reason]
    return _SERVER_ERROR if reason.startswith("HTTP 5") else _OTHERWISE
