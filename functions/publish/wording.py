"""Every word that the portal itself says: one field each, filled in by a module per language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from newswire.sources import Display, Images, Indexing, Language


@dataclass(frozen=True, slots=True)
class Counted:
    """Words around a ``{count}``; ``one`` is said of a single thing where the language tells it apart."""

    other: str
    one: str | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """One language's words; ``{…}`` are filled in where they are used.

    ``notice`` is the ownership notice, and ``shown`` the sentence that ends it: what we do with the text.
    """

    language: Language
    skip_link: str
    sections: str
    home: str
    latest: str
    top_stories: str
    no_articles: str
    category_lead: str
    source_lead: str
    visit_source: str
    about: str
    feed: str
    byline: str
    updated: str
    elsewhere: str
    read_more: str
    read_original: str
    read_copy: str
    credit_title: str
    notice: str
    shown: Mapping[Display, str]
    follow: str
    licence: str
    gone_title: str
    gone_text: str
    taken_down_text: str
    retired_title: str
    retired_text: str
    moved_text: str
    missing_title: str
    missing_text: str
    back_home: str
    footer: str
    about_lead: str
    sources_title: str
    sources_lead: str
    source_column: str
    display_column: str
    images_column: str
    index_column: str
    licence_column: str
    displays: Mapping[Display, str]
    images: Mapping[Images, str]
    indexings: Mapping[Indexing, str]
    full_text_hours: Counted
    paused: str
    credit_promise_title: str
    credit_promise: str
    publishers_title: str
    publishers_lead: str
    opt_out_contact: str
    opt_out_robots: str
    robots_note: str
    contact_title: str
    # Feeds and channels of a language
    atom_feed: str
    language_title: str
    language_lead: str
    rights: str
    opml: str
    # Archives
    archive: str
    archive_lead: str
    day_title: str
    day_lead: str
    older: str
    newer: str
    calendar: str
    all_months: str
    # Search page
    search: str
    search_lead: str
    search_label: str
    search_category: str
    search_any: str
    search_none: str
    search_one: str
    search_many: str
    search_reach: str
    search_loading: str
    search_failed: str
    search_again: str
    search_more: str
    search_older: str
    search_without_script: str
    # Reading: the theme, moments a short while ago, sharing
    themes: Mapping[str, str]
    just_now: str
    minutes_ago: Counted
    hours_ago: Counted
    share: str
    share_mail: str
    share_copy: str
    share_copied: str
    share_elsewhere: str
    # An article's credit
    publisher: str
    original: str
    first_published: str
    unaltered: str
    unaltered_text: str
    unaltered_check: str
    article_data: str
    # What follows an article
    onward: str
    more_of_category: str
    more_of_source: str
    more_of_all: str
    # Corrections, on an article and on their own page
    corrections: str
    corrections_lead: str
    corrected_by: str
    corrected_somehow: str
    withdrawn_by: str
    no_corrections: str
    all_corrections: str
    corrected: Mapping[str, str]
    words_added: Counted
    words_removed: Counted
    # About: when a source was last carried
    carried_column: str
    never_carried: str
    # About: how a source's feeds do, by the kinds and causes of functions.publish.feed_health
    health_column: str
    health: Mapping[str, str]
    health_undated: Mapping[str, str]
    health_causes: Mapping[str, str]
    health_partly: str
    health_newest: str
    health_each: str
