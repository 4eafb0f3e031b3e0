"""The outputs that follow from the catalogue alone: about, 404, robots.txt, OPML, the sitemap of sections."""

from __future__ import annotations

from collections.abc import Mapping

from functions.publish import opml, sitemaps
from functions.publish.archive_pages import MONTHS_PAGE
from functions.publish.article_rendering import missing_page
from functions.publish.channels import all_channels
from functions.publish.corrections import PAGE as CORRECTIONS_PAGE
from functions.publish.look import Look
from functions.publish.own_pages import own_page_outputs
from functions.publish.ping_requests import key_file
from functions.publish.sitemaps import Row
from newswire.http_client import user_agent

ABOUT_PAGE = "about.html"
SEARCH_PAGE = "search.html"
ROBOTS_TOKEN = "Newswire"  # noqa: S105 - the name under which robots.txt addresses us


def portal_outputs(look: Look) -> dict[str, bytes]:
    """Return these outputs by key."""
    return {
        ABOUT_PAGE: about_page(look, {}),
        "404.html": missing_page(look),
        SEARCH_PAGE: search_page(look),
        "robots.txt": look.templates.fill("robots.txt").encode(),
        opml.KEY: opml.document(look.catalogue),
        **own_page_outputs(look),
        sitemaps.SECTIONS_KEY: sections_sitemap(look),
        **key_file(look.portal),
    }


def about_page(look: Look, carried: Mapping[str, str | None]) -> bytes:
    """Return who carries whom, under which rights, and how to be left out.

    ``carried`` has the day (``YYYY-MM-DD``) under which each source was last carried, where there is one.
    """
    portal = look.portal
    return look.page(
        "about.html",
        ABOUT_PAGE,
        title=look.words.about,
        description=look.words.about_lead.format(portal=portal.name),
        sources=look.catalogue.sources,
        carried=carried,
        carried_id=carried_id,
        robots_token=ROBOTS_TOKEN,
        user_agent=user_agent(portal.url),
        contact_link=portal.contact if "://" in portal.contact else f"mailto:{portal.contact}",
    )


def search_page(look: Look) -> bytes:
    """Return the page that looks for articles; what it finds comes from search's files."""
    return look.page(
        "search.html",
        SEARCH_PAGE,
        searches=True,
        title=look.words.search,
        description=look.words.search_lead.format(portal=look.portal.name),
        sources=look.catalogue.sources,
    )


def carried_id(source_id: str) -> str:
    """Return the name of the place on the about page that tells when a source was last carried."""
    return f"carried-{source_id}"


def sections_sitemap(look: Look) -> bytes:
    """Return the sitemap of the pages that always exist."""
    channels = [channel.page for channel in all_channels(look.catalogue) if channel.kind != "portal"]
    own = [page.key for page in look.own.pages]
    return sitemaps.url_set(
        Row(f"{look.portal.url}/{key}")
        for key in ["", *channels, MONTHS_PAGE, CORRECTIONS_PAGE, ABOUT_PAGE, *own]
    )
