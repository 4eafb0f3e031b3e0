"""What a publisher's page says of its story to machines: meta elements, Open Graph, JSON-LD."""

from __future__ import annotations

import json
from html import escape

from local.demo.newsroom import IMAGE_SIZE, Edition
from local.demo.story_html import Markup


def article_meta(edition: Edition) -> Markup:
    """Return the elements of a page's head that tell machines about its story."""
    publisher, story = edition.publisher, edition.story
    properties = {
        "og:type": "article",
        "og:site_name": publisher.name,
        "og:locale": {"id": "id_ID", "en": "en_GB"}[publisher.language],
        "og:title": story.title,
        "og:description": edition.summary,
        "og:url": edition.canonical_url,
        **_picture_properties(edition),
        "article:published_time": edition.published.astimezone(publisher.zone).isoformat(),
        "article:modified_time": edition.updated.astimezone(publisher.zone).isoformat(),
        "article:section": publisher.sections[story.section],
    }
    lines = [
        f'<link rel="canonical" href="{escape(edition.canonical_url)}">',
        f'<meta name="description" content="{escape(edition.summary)}">',
        *(f'<meta name="author" content="{escape(name)}">' for name in story.authors),
        *(f'<meta property="{name}" content="{escape(value)}">' for name, value in properties.items()),
        *(f'<meta property="article:tag" content="{escape(tag)}">' for tag in story.tags),
        f'<script type="application/ld+json">{_json_ld(edition)}</script>',
    ]
    return Markup("\n".join(lines))


def _json_ld(edition: Edition) -> str:
    publisher, story = edition.publisher, edition.story
    authors = [{"@type": "Person", "name": name} for name in story.authors]
    logo = {"@type": "ImageObject", "url": f"{publisher.origin}/logo.svg"}
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
        **({"author": authors} if authors else {}),
        "publisher": {"@type": "NewsMediaOrganization", "name": publisher.name, "logo": logo},
        **_picture_document(edition),
    }
    # "</script>" in a value would end the element: HTML section 4.12.1.3.
    return json.dumps(document, ensure_ascii=False).replace("<", "\\u003c")


def _picture_properties(edition: Edition) -> dict[str, str]:
    if (picture := edition.story.picture) is None:
        return {}
    return {
        "og:image": edition.image_url or "",
        "og:image:width": str(IMAGE_SIZE[0]),
        "og:image:height": str(IMAGE_SIZE[1]),
        "og:image:alt": picture.alt,
    }


def _picture_document(edition: Edition) -> dict[str, object]:
    if (picture := edition.story.picture) is None:
        return {}
    width, height = IMAGE_SIZE
    image = {"@type": "ImageObject", "url": edition.image_url, "caption": picture.caption}
    return {"image": [image | {"width": width, "height": height}]}
