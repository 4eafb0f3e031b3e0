"""What an operator can do about a feed or an article that is not had. No I/O.

The reasons are those of fetch and extract; docs/operations.md lists them.
"""

from __future__ import annotations

_BOTH = {
    "HTTP 401": "the server wants a password: ask the publisher for what is public",
    "HTTP 403": "the server refuses us: ask the publisher to let the user agent above in",
    "HTTP 429": "the server wants to be asked less: try again later, with a longer request_gap or interval",
    "HTTP 503": "the server wants to be left alone for now: try again later",
    "host not found": "there is no such host: check its spelling",
    "connection failed": "nothing answers there: check the address, try again later",
    "host busy": "other requests held it up: try again later",
    "domain asked to wait": "it asked to be left alone for now: try again later",
    "unknown encoding": "the server compresses in a way that it was not asked for: tell the publisher",
    "timed out": "there was no answer in time: try again later",
    "TLS failed": "its certificate cannot be trusted: tell the publisher",
    "address refused": "only public hosts are asked, by http or https on ports 80 and 443",
    "too many redirects": "use the address at which they end, if they do",
    "parser died": "the document broke its reader, which was replaced: tell the publisher",
    "parser timed out": "the document took its reader too long: tell the publisher",
}
_FEED = _BOTH | {
    "HTTP 404": "nothing is there: look for the feed's present address on the publisher's site",
    "HTTP 410": "it is gone for good: take the address out of the file",
    "too large": "a feed may have 10 MiB: look for a shorter one",
    "not a feed": "give the address of an RSS, Atom or JSON feed or of a sitemap",
}
_ARTICLE = _BOTH | {
    "HTTP 404": "the feed names a page that is not there: look at another entry before doing anything",
    "HTTP 410": "the publisher took the page away: look at another entry before doing anything",
    "too large": "a page may have 2 MiB: the feed's own text is carried in its place",
    "robots.txt disallows": "only the feed's own text is carried: ask the publisher, or set display: link",
    "TDM reserved": "only the feed's summary is carried: with the publisher's permission, set display: full",
    "bot check": "the page asks who we are: ask the publisher to let the user agent above in",
    "JavaScript required": "the page shows nothing without a browser: the feed's own text is carried",
    "error page": "the page says that it is not there: look at another entry before doing anything",
    "cookie wall": "the page wants consent first: ask the publisher to let the user agent above in",
    "consent page": "the page wants consent first: ask the publisher to let the user agent above in",
    "login wall": "the page is for members: only the feed's own text is carried",
    "behind a paywall": "the page is for subscribers: only the feed's own text is carried",
    "led to the front page": "the article's address is gone: look at another entry before doing anything",
    "no article text found": "the feed's own text is carried in its place; nothing need be done",
    "display: link": "nothing, the file says so: the headline leads to the publisher",
}
_SERVER_ERROR = "the server has a problem of its own: try again later"
_OTHERWISE = "see docs/operations.md"


def of_feed(reason: str) -> str:
    """Return what to do about a feed that failed for this reason."""
    return _FEED.get(reason) or _general(reason)


def of_article(reason: str) -> str:
    """Return what to do about an article whose page is not had for this reason."""
    return _ARTICLE.get(reason) or _general(reason)


def _general(reason: str) -> str:
    return _SERVER_ERROR if reason.startswith("HTTP 5") else _OTHERWISE
