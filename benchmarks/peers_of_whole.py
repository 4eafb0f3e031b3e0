"""From feeds to a site by other tools, in one script: ``python -m benchmarks.peers_of_whole FOLDER``.

Runs by the peers' own Python, hence without anything of Newswire. The feeds come in as JSON,
``[{"url", "name", "category"}]``; counts go out as JSON: `entries`, `pages`, `from_feed`, `files`. reader
keeps the feeds, requests asks the pages, trafilatura makes Markdown of them, Pelican a site of that, and
feedgen the feeds.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
import trafilatura
from feedgen.feed import FeedGenerator
from pelican import Pelican
from pelican.settings import read_settings
from reader import make_reader

from benchmarks import peer_reader

SITE = "https://news.newsweb.test"
WORKERS = 10
NEWEST = 50  # entries of a feed
SETTINGS = {
    "SITENAME": "Frozen Web News",
    "SITEURL": SITE,
    "TIMEZONE": "Asia/Jakarta",
    "DEFAULT_LANG": "en",
    "DEFAULT_PAGINATION": 30,
    "FEED_ALL_ATOM": None,
    "CATEGORY_FEED_ATOM": None,
    "TRANSLATION_FEED_ATOM": None,
    "AUTHOR_FEED_ATOM": None,
    "AUTHOR_FEED_RSS": None,
}


@dataclass(frozen=True, slots=True)
class Story:
    """One entry with the text of its page."""

    slug: str
    title: str
    link: str
    author: str
    category: str
    source: str
    published: datetime
    text: str
    of_page: bool  # else its text is the feed's


def main(arguments: list[str]) -> None:
    """Make the site below FOLDER/site and print what there is."""
    folder = Path(arguments[0])
    feeds = json.load(sys.stdin)
    logging.disable()
    peer_reader.complete()
    stories = list(_stories(feeds, folder / "reader.sqlite"))
    content, site = folder / "content", folder / "site"
    content.mkdir(parents=True)
    for story in stories:
        (content / f"{story.slug}.md").write_text(_markdown(story), encoding="utf-8")
    Pelican(read_settings(override={**SETTINGS, "PATH": str(content), "OUTPUT_PATH": str(site)})).run()
    _write_feeds(stories, site)
    files = sum(path.is_file() for path in site.rglob("*"))
    pages = sum(one.of_page for one in stories)
    told = {"entries": len(stories), "pages": pages, "from_feed": len(stories) - pages, "files": files}
    print(json.dumps(told))


def _stories(feeds: list[dict[str, str]], database: Path) -> Iterator[Story]:
    reader = make_reader(str(database))
    for feed in feeds:
        reader.add_feed(feed["url"])
    reader.update_feeds(workers=WORKERS)
    named = {feed["url"]: feed for feed in feeds}
    entries = list(reader.get_entries())
    with requests.Session() as session, ThreadPoolExecutor(WORKERS) as pool:
        pages = pool.map(lambda entry: _page(session, entry.link), entries)
        for number, (entry, page) in enumerate(zip(entries, pages, strict=True)):
            yield _story(f"{number:05}", entry, page, named[entry.feed_url])


def _page(session: requests.Session, url: str) -> bytes:
    try:
        answer = session.get(url, timeout=30)
    except requests.RequestException:
        return b""
    return answer.content if answer.ok else b""


def _story(slug: str, entry: Any, page: bytes, feed: dict[str, str]) -> Story:
    text = trafilatura.extract(page, url=entry.link, output_format="markdown") if page else None
    content = entry.get_content()
    return Story(
        slug=slug,
        title=" ".join((entry.title or entry.link).split()),
        link=entry.link,
        author=" ".join((entry.authors_str or "").split()),
        category=feed["category"],
        source=feed["name"],
        published=entry.published or entry.updated or datetime.now(UTC),
        text=text or (content.value if content else "") or "",
        of_page=text is not None,
    )


def _markdown(story: Story) -> str:
    head = {
        "Title": story.title,
        "Date": story.published.isoformat(),
        "Category": story.category,
        "Tags": story.source,
        "Authors": story.author,
        "Slug": story.slug,
    }
    lines = [f"{name}: {value}" for name, value in head.items() if value]
    return "\n".join([*lines, "", story.text, "", f"[{story.source}]({story.link})", ""])


def _write_feeds(stories: list[Story], site: Path) -> None:
    newest = sorted(stories, key=lambda story: story.published, reverse=True)
    _write_feed(newest, site, "Frozen Web News")
    for kind in ("category", "source"):
        for name in sorted({getattr(story, kind) for story in stories}):
            _write_feed(
                [one for one in newest if getattr(one, kind) == name], site / "feeds" / kind / name, name
            )


def _write_feed(stories: list[Story], folder: Path, title: str) -> None:
    feed = FeedGenerator()
    feed.id(SITE)
    feed.title(title)
    feed.link(href=SITE)
    feed.description(title)
    for story in stories[:NEWEST]:
        entry = feed.add_entry(order="append")
        entry.id(story.link)
        entry.title(story.title)
        entry.link(href=f"{SITE}/{story.slug}.html")
        entry.published(story.published)
        entry.updated(story.published)
        entry.summary(story.text[:300])
    folder.mkdir(parents=True, exist_ok=True)
    feed.rss_file(str(folder / "feed.xml"))
    feed.atom_file(str(folder / "atom.xml"))


if __name__ == "__main__":
    main(sys.argv[1:])
