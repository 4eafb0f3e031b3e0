"""The publishers' HTML: each site has its own templates; what fills them is made here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from string import Template

from local.demo.newsroom import IMAGE_SIZE, Block, Edition, Publisher
from local.demo.spoken_dates import spoken_date

FEED_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
BLOCKS_BEFORE_RELATED = 3
_UPDATED = {"id": "Diperbarui: ", "en": "Updated: "}
_AND = {"id": " dan ", "en": " and "}


class Markup(str):
    """Text that is HTML already; every other string is escaped when it fills a template."""

    __slots__ = ()


def article_page(edition: Edition, others: Sequence[Edition]) -> bytes:
    """Return the page of one story; ``others`` fill its boxes of further reading."""
    publisher, story = edition.publisher, edition.story
    links = [_link(other.path, other.story.title) for other in others if other.path != edition.path]
    values = _story_values(edition) | {
        "body_start": body_html(edition.blocks[:BLOCKS_BEFORE_RELATED]),
        "body_rest": body_html(edition.blocks[BLOCKS_BEFORE_RELATED:]),
        "updated_note": _updated_note(edition),
        "image_alt": story.alt,
        "image_caption": story.caption,
        "related_link": links[0],
        "popular": Markup("\n".join(f"<li>{link}</li>" for link in links)),
        "tags": Markup(" ".join(_link(f"/{story.section}/", tag) for tag in story.tags)),
    }
    main = _fill(publisher, "article", values)
    return _page(publisher, story.title, _article_meta(edition), main)


def listing_page(publisher: Publisher, title: str, shown: Sequence[Edition]) -> bytes:
    """Return the homepage or a section's page: headlines, newest first."""
    teasers = "\n".join(_fill(publisher, "teaser", _story_values(edition)) for edition in shown)
    return _page(publisher, title, Markup(), Markup(f'<div class="listing">\n{teasers}</div>'))


def about_page(publisher: Publisher) -> bytes:
    """Return the page that says that the publisher is invented."""
    main = _fill(publisher, "about", {"publisher": publisher.name})
    return _page(publisher, publisher.tagline, Markup(), main)


def body_html(blocks: Sequence[Block]) -> Markup:
    """Return the story's paragraphs and subheadings as HTML."""
    tags = {"paragraph": "p", "heading": "h2"}
    elements = (
        f"<{tags[block.kind]}>{escape(block.text, quote=False)}</{tags[block.kind]}>" for block in blocks
    )
    return Markup("\n".join(elements))


def _page(publisher: Publisher, title: str, meta: Markup, main: Markup) -> bytes:
    sections = (_link(f"/{key}/", name) for key, name in publisher.sections.items())
    values = {
        "page_title": title,
        "publisher": publisher.name,
        "tagline": publisher.tagline,
        "feed_type": FEED_TYPES[publisher.feed_format],
        "feed_url": publisher.feed_path,
        "menu": Markup("\n".join(f"<li>{link}</li>" for link in sections)),
        "meta": meta,
        "main": main,
    }
    return _fill(publisher, "shell", values).encode()


def _fill(publisher: Publisher, name: str, values: Mapping[str, str]) -> Markup:
    template = Template((publisher.folder / f"{name}.html").read_text(encoding="utf-8"))
    safe = {key: value if isinstance(value, Markup) else escape(value) for key, value in values.items()}
    return Markup(template.substitute(safe))


def _story_values(edition: Edition) -> dict[str, str]:
    publisher, story = edition.publisher, edition.story
    return {
        "url": edition.path,
        "title": story.title,
        "summary": edition.summary,
        "section": publisher.sections[story.section],
        "section_url": f"/{story.section}/",
        "authors": _AND[publisher.language].join(story.authors),
        "published_iso": edition.published.astimezone(publisher.zone).isoformat(),
        "published_text": spoken_date(edition.published, publisher.zone, publisher.language),
        "image_url": f"/images/{story.image}",
        "image_width": str(IMAGE_SIZE[0]),
        "image_height": str(IMAGE_SIZE[1]),
    }


def _updated_note(edition: Edition) -> Markup:
    if edition.updated == edition.published:
        return Markup()
    publisher = edition.publisher
    stamp = edition.updated.astimezone(publisher.zone).isoformat()
    date = spoken_date(edition.updated, publisher.zone, publisher.language)
    words = escape(_UPDATED[publisher.language] + date)
    return Markup(f' <time class="updated" datetime="{stamp}">{words}</time>')


def _link(path: str, text: str) -> Markup:
    return Markup(f'<a href="{escape(path)}">{escape(text)}</a>')


def _article_meta(edition: Edition) -> Markup:
    publisher, story = edition.publisher, edition.story
    properties = {
        "og:type": "article",
        "og:site_name": publisher.name,
        "og:locale": {"id": "id_ID", "en": "en_GB"}[publisher.language],
        "og:title": story.title,
        "og:description": edition.summary,
        "og:url": edition.url,
        "og:image": edition.image_url,
        "og:image:width": str(IMAGE_SIZE[0]),
        "og:image:height": str(IMAGE_SIZE[1]),
        "og:image:alt": story.alt,
        "article:published_time": edition.published.astimezone(publisher.zone).isoformat(),
        "article:modified_time": edition.updated.astimezone(publisher.zone).isoformat(),
        "article:section": publisher.sections[story.section],
    }
    lines = [
        f'<link rel="canonical" href="{escape(edition.url)}">',
        f'<meta name="description" content="{escape(edition.summary)}">',
        f'<meta name="author" content="{escape(", ".join(story.authors))}">',
        *(f'<meta property="{name}" content="{escape(value)}">' for name, value in properties.items()),
        *(f'<meta property="article:tag" content="{escape(tag)}">' for tag in story.tags),
        f'<script type="application/ld+json">{_json_ld(edition)}</script>',
    ]
    return Markup("\n".join(lines))


def _json_ld(edition: Edition) -> str:
    publisher, story = edition.publisher, edition.story
    logo = {"@type": "ImageObject", "url": f"{publisher.origin}/logo.svg"}
    image = {"@type": "ImageObject", "url": edition.image_url, "caption": story.caption}
    width, height = IMAGE_SIZE
    document = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": edition.url,
        "headline": story.title,
        "description": edition.summary,
        "inLanguage": publisher.language,
        "articleSection": publisher.sections[story.section],
        "keywords": list(story.tags),
        "datePublished": edition.published.astimezone(publisher.zone).isoformat(),
        "dateModified": edition.updated.astimezone(publisher.zone).isoformat(),
        "author": [{"@type": "Person", "name": name} for name in story.authors],
        "publisher": {"@type": "NewsMediaOrganization", "name": publisher.name, "logo": logo},
        "image": [image | {"width": width, "height": height}],
    }
    # "</script>" in a value would end the element: HTML section 4.12.1.3.
    return json.dumps(document, ensure_ascii=False).replace("<", "\\u003c")
