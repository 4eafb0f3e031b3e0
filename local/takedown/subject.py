"""What the operator names: an article by whatever address came to hand, a source, or a host. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from functions.extract.takedowns import URL_PREFIX
from newswire.domains import registrable_domain
from newswire.sources import Catalogue
from newswire.stops import Stop, host_order, source_order
from newswire.urls import article_id, ascii_host, clean_link, host_of

NOTE_LIMIT = 300
_ID = re.compile(r"[a-z2-7]{16}")
_OWN_PATH = re.compile(r"/?(?:a/(?:[^/]*-)?|json/)([a-z2-7]{16})\.(?:html|json)")


class NotAllowed(ValueError):
    """The command cannot be carried out as it was given; the message says what is allowed."""


@dataclass(frozen=True, slots=True)
class Address:
    """An article by its id, and by its address where that was given."""

    id: str
    url: str | None

    @property
    def order(self) -> str:
        """Return the name of the order that takes it down."""
        return URL_PREFIX + self.id


def address_of(text: str, catalogue: Catalogue, portal_url: str = "") -> Address:
    """Return the article that ``text`` names: by any link of its publisher's, our page or JSON, or its id.

    ``portal_url`` is where a stack serves the portal; raise :class:`NotAllowed` where it is none of them.
    """
    given = text.strip()
    own = {host_of(url) for url in (portal_url, catalogue.portal.url) if url} | {catalogue.portal.authority}
    parts = urlsplit(given)
    is_own = parts.hostname is None or parts.hostname in own
    if is_own and (found := _ID.fullmatch(given) or _OWN_PATH.fullmatch(parts.path)):
        return Address(found[found.lastindex or 0], None)
    link = clean_link(given)
    if link is None or host_of(link) in own:
        raise NotAllowed(
            f"URL: is {given[:200]!r}; an http(s) link of a publisher, the address of an article's page or "
            "JSON on the portal, or an article's id (16 characters a-z, 2-7) is allowed"
        )
    return Address(article_id(link), link)


def host_named(text: str) -> str:
    """Return the host that ``text`` names, in lower case and punycode; raise :class:`NotAllowed`."""
    given = text.strip()
    host = host_of(clean_link(given) or "") if "://" in given else ascii_host(given.rstrip("./"))
    if not host or registrable_domain(f"x.{host}") == f"x.{host}":
        raise NotAllowed(
            f"HOST: is {given[:200]!r}; a host such as kabar.example is allowed, which covers all hosts "
            "below it, but no public suffix (com, co.id, blogspot.com), below which are many publishers"
        )
    return host.strip("[]")  # of an IPv6 address


def stop_of_source(source_id: str, catalogue: Catalogue, note: str, at: str, *, purge: bool) -> Stop:
    """Return the stop of a source of the catalogue; raise :class:`NotAllowed` where there is none."""
    source = catalogue.source(source_id)
    if source is None:
        known = ", ".join(sorted(one.id for one in catalogue.sources))
        raise NotAllowed(
            f"SOURCE: is {source_id[:100]!r}; an id in sources.yaml is allowed: {known}. "
            "A publisher that is none of them is stopped by HOST="
        )
    hosts = tuple(dict.fromkeys((host_of(source.homepage), *source.hosts)))
    return Stop(at, note, purge=purge, hosts=hosts)


def order_named(source: str | None, host: str | None) -> str:
    """Return the name of the order of a source or a host."""
    return source_order(source) if source is not None else host_order(host_named(host or ""))


def note_of(reason: str) -> str:
    """Return the operator's words on one line; raise :class:`NotAllowed` where they are none."""
    note = " ".join(reason.split())
    if not 0 < len(note) <= NOTE_LIMIT or not note.isprintable():
        said = "is missing" if not note else f"has {len(note)} characters or some that cannot be printed"
        raise NotAllowed(
            f"REASON: {said}; 1 to {NOTE_LIMIT} printable characters are allowed: who asked for it, and why. "
            "They are kept for you, and shown to nobody"
        )
    return note
