"""The portal's own words in English."""

from __future__ import annotations

from functions.publish.wording import Wording

ENGLISH = Wording(
    language="en",
    skip_link="Skip to content",
    sections="Sections",
    home="Home",
    latest="Latest",
    top_stories="Top stories",
    no_articles="There are no articles on this page yet.",
    category_lead="The latest in {category}, from trusted sources.",
    source_lead="The latest articles of {owner} on {portal}.",
    visit_source="Visit {owner}",
    about="About us",
    feed="RSS feed",
    byline="By {authors}",
    updated="Updated",
    elsewhere="read at the publisher’s site",
    read_more="Read the full story at {owner}",
    read_original="Read the original at {owner}",
    read_copy="Read it at {carrier}, which has taken it from {owner}",
    credit_title="Where this article comes from",
    notice=(
        "This article comes from and belongs to {owner}. {portal} gathers articles from trusted sources"
        " in one place. The content is the responsibility of its source."
    ),
    shown={
        "full": "{portal} has changed nothing in it.",
        "excerpt": "{portal} shows only an excerpt of it.",
        "link": "{portal} shows only its headline and link.",
    },
    follow="Follow {portal} on Google News",
    licence="Licence: {licence}",
    gone_title="This article is no longer available",
    gone_text="This article has been withdrawn and is no longer carried by {portal}.",
    moved_text="This article is not carried by {portal}, but can be read at its publisher’s site.",
    missing_title="Page not found",
    missing_text="There is no such address, or its page is no longer carried.",
    back_home="Back to the front page",
    footer="{portal} gathers articles from trusted sources. Every article belongs to its source.",
    about_lead=(
        "{portal} gathers articles from trusted sources in one place. Every article is carried unaltered,"
        " with its owner’s name and a link to the original."
    ),
    sources_title="Our sources",
    sources_lead="This is how the articles of each source are shown.",
    source_column="Source",
    display_column="Shown",
    images_column="Images",
    index_column="Search engines",
    licence_column="Licence",
    displays={"full": "Whole article", "excerpt": "Excerpt and link", "link": "Headline and link"},
    images={"none": "No images", "remote": "From the publisher’s server", "copy": "Copied to our server"},
    indexings={"index": "May be indexed", "noindex": "Not indexed", "noindex-news": "Not for Google News"},
    full_text_hours="whole for {hours} hours, then an excerpt",
    paused="not carried at present",
    credit_promise_title="Our promise to publishers",
    credit_promise=(
        "The text of an article is carried unaltered or not at all. The owner’s name, a link to the"
        " original and a notice of ownership stand on every page and inside every feed. We follow the"
        " publisher’s corrections and retractions."
    ),
    publishers_title="For publishers",
    publishers_lead="You would rather not be carried by {portal}? Either of these is enough:",
    opt_out_contact="Write to {contact}. Your articles will leave our pages, feeds and sitemaps.",
    opt_out_robots="Disallow our robot in your site’s robots.txt:",
    robots_note="Our robot introduces itself as {agent} and obeys robots.txt under the name {token}.",
    contact_title="Contact",
    # Feeds and channels of a language
    atom_feed="Atom feed",
    language_title="News in {language}",
    language_lead="The latest articles in {language}, from trusted sources.",
    rights="Belongs to {owner}.",
    opml="The feeds of all our sources as an OPML file",
    # Archives
    archive="Archive",
    archive_lead="Every article that {portal} has carried, by month.",
    day_title="Archive of {day}",
    day_lead="Articles of {channel}, {day}.",
    older="Older",
    newer="Newer",
    calendar="Calendar of {month}",
    all_months="All months",
)
