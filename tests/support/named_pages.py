"""The articles' pages that lists, feeds and sitemaps name, and whether they are there."""

from __future__ import annotations

import re

from newswire.article_item import ArticleItem
from newswire.bucket import StoredObject
from tests.support.publish_world import World

OUR_PAGES = re.compile(r"https://kabar\.example/(a/[^<\"\\]+\.html)")


def named_pages(world: World) -> set[str]:
    """Return the article pages that any feed, list or sitemap names."""
    lists = [body for key, body in world.written().items() if not key.startswith("a/")]
    inside = {key for body in lists for key in re.findall(r"/(a/[^<\"\\]+\.html)", body.decode())}
    return inside | {key for body in lists for key in OUR_PAGES.findall(body.decode())}


def missing_pages(world: World) -> set[str]:
    """Return those of them that are not there, or are notices by now."""

    def there(stored: StoredObject | None) -> bool:
        return stored is not None and "gone" not in stored.metadata

    return {key for key in named_pages(world) if not there(world.site.objects.get(key))}


def mixed_articles(world: World, count: int = 12) -> list[ArticleItem]:
    """Store articles of owners of every kind in turn."""
    owners = ["harian", "warta", "tribune", "@lain.example"]
    return [world.add(number, owners[number % 4]) for number in range(count)]
