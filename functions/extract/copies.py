"""A story that was read from a copy: who owns it, what of it may be kept, and where its original stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from functions.extract.assembly import NoPage, Story, tell
from functions.extract.originals import CopySigns, Original, original_of
from newswire.article_item import Copy
from newswire.messages import Hint
from newswire.ownership import display_of, owner_of
from newswire.sources import Catalogue, Source
from newswire.urls import article_id


def copied_from(story: Story, catalogue: Catalogue) -> Original | None:
    """Return whose article the story is where its page is a copy, else None."""
    if not story.attributions:
        return None  # as of most pages
    return original_of(CopySigns(_page(story), story.title or "", story.attributions), catalogue)


def copy_of(story: Story, site_name: str | None, catalogue: Catalogue) -> Copy | None:
    """Return what the item of such a story says of it."""
    original = copied_from(story, catalogue)
    if original is None:
        return None
    site = owner_of(_page(story), site_name, catalogue)
    return Copy(site=site.name, evidence=original.evidence, original=original.url)


def original_ids(story: Story, catalogue: Catalogue) -> list[str]:
    """Return the id under which the original is stored, if it is.

    Only to be looked up: a copy speaks for its own addresses, and never makes one of another site mean it.
    """
    original = copied_from(story, catalogue)
    return [article_id(original.url)] if original is not None and original.url else []


def within_rights(
    story: Story, hint: Hint, carriers: Iterable[Source], language: str, catalogue: Catalogue
) -> Story:
    """Return what may be kept of a story: where its true owner lets us only link, not the copy's text."""
    original = copied_from(story, catalogue)
    if original is None or display_of(catalogue.source(original.owner.id), carriers) != "link":
        return story
    page = story.provenance
    no_page = NoPage("display: link", datetime.fromisoformat(page.fetched), page.status, page.final_url)
    told = tell(story.url, hint, no_page, language, summary_only=True)
    return replace(
        told,
        title=told.title or story.title,
        published=told.published or story.published,
        attributions=story.attributions,
    )


def _page(story: Story) -> str:
    return story.provenance.final_url or story.url
