"""Links of an OPML file as ``sources.yaml`` takes them, and the site that a feed belongs to. No I/O."""

from __future__ import annotations

from collections.abc import Sequence

from newswire.domains import registrable_domain
from newswire.source_rules import RuleError, homepage, link
from newswire.urls import host_of

# One domain with the feeds of many publishers: it says nothing of whose a feed is.
_FEED_SERVICES = {"feedburner.com", "feedproxy.google.com", "feedblitz.com", "rss.app"}


def feed_link(written: str) -> str:
    """Return a feed's URL, also of ``feed://host/…`` and ``feed:https://…``, which some programs write.

    Raise :class:`~newswire.source_rules.RuleError` where it is none.
    """
    rest = written[5:] if written[:5].lower() == "feed:" else written
    return link(f"http:{rest}" if rest.startswith("//") else rest)


def stated_homepage(written: str) -> str | None:
    """Return a homepage as the file keeps it, ``None`` where the text is none."""
    try:
        return homepage(written) if written else None
    except RuleError:
        return None


def guessed_homepage(feeds: Sequence[str], domain: str) -> str:
    """Return the front page of a feed's own host where that is a site's, else of the feeds' domain."""
    for feed in feeds:
        if host_of(feed) in (domain, f"www.{domain}"):
            return "/".join(feed.split("/")[:3])
    return f"{feeds[0].partition(':')[0]}://{domain}"


def is_of_service(feed: str) -> bool:
    """Tell whether a feed is on a domain that serves those of many publishers."""
    host = host_of(feed)
    return host in _FEED_SERVICES or registrable_domain(host) in _FEED_SERVICES
