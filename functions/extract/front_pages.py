"""Links that end, after redirects, at a page that is no article's: the site's front page, or a section's."""

from __future__ import annotations

from urllib.parse import urlsplit

from newswire.urls import article_id, host_of


def is_front_page(url: str) -> bool:
    """Return whether a URL is that of its site, whatever tracking it carries, and so of no article."""
    return article_id(url) == article_id("/".join(url.split("/")[:3]) + "/")


def leads_to_front_page(link: str, final_url: str) -> bool:
    """Return whether a link to a page ended, after redirects, at a site's front page."""
    return is_front_page(final_url) and not is_front_page(link)


def leads_upwards(link: str, final_url: str) -> bool:
    """Return whether a link ended at a folder above its own, where a site has its sections.

    Articles are there as well, under an address of fewer parts (``…/judul/amp``).
    """
    asked, had = (urlsplit(url).path.strip("/").split("/") for url in (link, final_url))
    is_above = 0 < len(had) < len(asked) and asked[: len(had)] == had
    return is_above and host_of(link).removeprefix("www.") == host_of(final_url).removeprefix("www.")
