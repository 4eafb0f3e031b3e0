"""The portal's own words in English."""

from __future__ import annotations

from functions.publish.wording import Counted, Wording

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
    read_copy="Read it at {carrier}, which took it from {owner}",
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
    taken_down_text="{portal} has taken this article down and does not carry it any more.",
    retired_title="This article is no longer kept here",
    retired_text=(
        "This article belongs to {owner}. {portal} keeps articles for a limited time only; "
        "this one can still be read at its publisher’s site."
    ),
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
    full_text_hours=Counted(
        "Whole for {count} hours, then an excerpt", "Whole for {count} hour, then an excerpt"
    ),
    paused="Not carried at present",
    credit_promise_title="Our promise to publishers",
    credit_promise=(
        "The text of an article is carried unaltered or not at all. The owner’s name, a link to the"
        " original and a notice of ownership stand on every page and inside every feed. We follow the"
        " publisher’s corrections and retractions."
    ),
    publishers_title="For publishers",
    publishers_lead="Would you rather not be carried by {portal}? Either of these is enough:",
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
    older="Older articles",
    newer="Newer articles",
    calendar="Calendar of {month}",
    all_months="All months",
    # Search page
    search="Search",
    search_lead="Search every article that {portal} carries, by its headline and its first words.",
    search_label="What are you looking for?",
    search_category="Section",
    search_any="All",
    search_none="Nothing found",
    search_one="1 article found",
    search_many="{count} articles found",
    search_reach="among {articles} since {day}.",
    search_loading="Searching…",
    search_failed="Search could not be loaded. Check your connection.",
    search_again="Try again",
    search_more="Show more",
    search_older="Search older articles",
    search_without_script=(
        "Search needs JavaScript, which is off in this browser. You can browse all articles by day:"
    ),
    # Reading: the theme, moments a short while ago, sharing
    themes={"system": "Theme: same as the device", "light": "Theme: light", "dark": "Theme: dark"},
    just_now="just now",
    minutes_ago=Counted("{count} minutes ago", "{count} minute ago"),
    hours_ago=Counted("{count} hours ago", "{count} hour ago"),
    share="Share",
    share_mail="E-mail",
    share_copy="Copy link",
    share_copied="Link copied",
    share_elsewhere="More",
    # An article's credit
    publisher="Publisher",
    original="Original article",
    first_published="First published",
    unaltered="This text is unaltered: how to check it",
    unaltered_text="This is the fingerprint (SHA-256) of the text as it was taken from {owner}:",
    unaltered_check=(
        "Anybody can check it: compute the SHA-256 of the value “text” (UTF-8) in {data}. It is the same as"
        " above for as long as not a letter of the text has changed. “provenance” in the same file says when"
        " and from where the text was taken."
    ),
    article_data="this article’s data",
    # What follows an article
    onward="Read on",
    more_of_category="More in {category}",
    more_of_source="More from {owner}",
    more_of_all="The latest from all sources",
    # Corrections, on an article and on their own page
    corrections="Corrections",
    corrections_lead=(
        "Publishers sometimes correct or withdraw their articles, and {portal} follows them. This is what"
        " changed in the last {days} days, when, and by whom; {most} articles at most."
    ),
    corrected_by="Corrected by {owner}: {fields}",
    corrected_somehow="Corrected by {owner}.",
    withdrawn_by="An article has been withdrawn by {owner}.",
    no_corrections="There have been no corrections in the last {days} days.",
    all_corrections="All corrections",
    corrected={
        "title": "headline",
        "text": "text",
        "authors": "authors",
        "published": "time of publication",
        "image": "picture",
    },
    words_added=Counted("{count} words added", "{count} word added"),
    words_removed=Counted("{count} words removed", "{count} word removed"),
    # About: when a source was last carried
    carried_column="Last carried",
    never_carried="Not yet",
    # About: how a source's feeds do
    health_column="Feed",
    health={
        "delivering": "Delivers, newest article {day}",
        "silent": "Answers, but has had nothing new since {day}",
        "paused": "Paused, as its server asks us to wait (HTTP {status}); last answer {day}",
        "failing": "No usable answer since {day}: {cause}",
        "gone": "Stopped on {day}: the publisher has taken it down for good (HTTP 410)",
    },
    health_undated={
        "delivering": "Delivers",
        "silent": "Answers, but has had nothing new for long",
        "paused": "Paused, as its server asks us to wait (HTTP {status})",
        "failing": "No usable answer so far: {cause}",
        "gone": "Stopped: the publisher has taken it down for good (HTTP 410)",
        "unread": "Not read yet",
    },
    health_causes={
        "missing": "there is nothing at its address (HTTP {status})",
        "refused": "its server refuses us access (HTTP {status})",
        "server_error": "its server reports an error (HTTP {status})",
        "http": "its server answers HTTP {status}",
        "timed_out": "its server takes too long to answer",
        "unreachable": "its server cannot be reached",
        "insecure": "its server offers no secure connection",
        "redirected": "its address leads on and on",
        "too_large": "it is too large",
        "not_a_feed": "what is at its address is no feed",
        "unreadable": "what is at its address cannot be read",
        "ours": "a fault of ours",
    },
    health_partly="{delivering} of {feeds} feeds deliver",
    health_newest=", newest article {day}",
    health_each="Each feed",
)
