"""The publishers' HTML: each site has its own templates; what fills them is made here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from string import Template

from local.demo.article_metadata import article_meta
from local.demo.newsroom import IMAGE_SIZE, Edition, Publisher
from local.demo.spoken_dates import spoken_date
from local.demo.story_html import Markup, body_html

FEED_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
BLOCKS_BEFORE_RELATED = 3
_UPDATED = {"id": "Diperbarui: ", "en": "Updated: "}
_BY = {"id": "Penulis:", "en": "By"}
_COPIED = {"id": "Sumber artikel", "en": "Source of this article"}
_AND = {"id": " dan ", "en": " and "}


def article_page(edition: Edition, others: Sequence[Edition]) -> bytes:
    """Return the page of one story; ``others`` fill its boxes of further reading."""
    publisher, story = edition.publisher, edition.story
    links = [_link(other.path, other.story.title) for other in others if other.path != edition.path]
    values = _story_values(edition) | {
        "body_start": body_html(edition.blocks[:BLOCKS_BEFORE_RELATED]),
        "body_rest": body_html(edition.blocks[BLOCKS_BEFORE_RELATED:]),
        "updated_note": _updated_note(edition),
        "figure": _figure(edition),
        "byline": _byline(edition),
        "related_link": links[0],
        "popular": Markup("\n".join(f"<li>{link}</li>" for link in links)),
        "tags": Markup(" ".join(_link(f"/{story.section}/", tag) for tag in story.tags)),
    }
    main = _fill(publisher, "article", values)
    return _page(publisher, story.title, article_meta(edition), main)


def listing_page(publisher: Publisher, title: str, shown: Sequence[Edition]) -> bytes:
    """Return the homepage or a section's page: headlines, newest first."""
    teasers = "\n".join(_fill(publisher, "teaser", _story_values(edition)) for edition in shown)
    return _page(publisher, title, Markup(), Markup(f'<div class="listing">\n{teasers}</div>'))


def about_page(publisher: Publisher) -> bytes:
    """Return the page that says that the publisher is invented."""
    main = _fill(publisher, "about", {"publisher": publisher.name})
    return _page(publisher, publisher.tagline, Markup(), main)


def withdrawn_page(edition: Edition) -> bytes:
    """Return what stands in place of a story that was retracted: its headline and the notice."""
    notice = body_html(edition.blocks)
    main = Markup(f"<article>\n<h1>{escape(edition.story.title)}</h1>\n{notice}\n</article>")
    return _page(edition.publisher, edition.story.title, Markup(), main)


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
        "published_iso": edition.published.astimezone(publisher.zone).isoformat(),
        "published_text": spoken_date(edition.published, publisher.zone, publisher.language),
        "thumbnail": _thumbnail(edition),
    }


def _byline(edition: Edition) -> Markup:
    language, authors = edition.publisher.language, edition.story.authors
    if not authors:
        return Markup()
    names = escape(_AND[language].join(authors))
    return Markup(f'{_BY[language]} <span class="author">{names}</span>')


def _figure(edition: Edition) -> Markup:
    """Return the picture with its caption, and where the story comes from if it is another's."""
    original, picture = edition.story.original, edition.story.picture
    source = ""
    if original is not None:
        words = _COPIED[edition.publisher.language]
        source = f'<p class="source"><a href="{escape(original.url)}">{words}</a></p>'
    if picture is None:
        return Markup(source)
    caption = f"<figcaption>{escape(picture.caption)}</figcaption>"
    return Markup(f"<figure>{_image(edition, picture.alt)}{caption}</figure>{source}")


def _thumbnail(edition: Edition) -> Markup:
    if edition.story.picture is None:
        return Markup()
    return Markup(f'<a href="{escape(edition.path)}">{_image(edition, "")}</a>')


def _image(edition: Edition, alt: str) -> str:
    path = (edition.image_url or "").removeprefix(edition.publisher.origin)
    width, height = IMAGE_SIZE
    return f'<img src="{escape(path)}" width="{width}" height="{height}" alt="{escape(alt)}">'


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
