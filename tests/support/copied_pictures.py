"""Articles with pictures of which copies are stored."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from newswire.article import Image
from newswire.article_item import ArticleItem
from newswire.image_copies import ImageCopy, stem_of
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World

PHOTO = Image("https://www.harian.example/foto.jpg", "Sawah", "Foto: Ani", 4000, 3000)
INSIDE = Image("https://www.harian.example/dalam.jpg")
BODY = f'<p>Satu.</p><figure><img src="{INSIDE.url}"><figcaption>Ket</figcaption></figure><p>Dua.</p>'


def world_of(**changes: Any) -> World:
    return World(catalogue(source("harian", **{"images": "copy", **changes})))


def stored_copy(world: World, item: ArticleItem, image: Image, seed: bytes = b"a") -> ImageCopy:
    """Keep a picture's copy where extract does."""
    bodies = {width: seed * width for width in (320, 640, 1280)}
    copy = ImageCopy(image.url, stem_of(item.id, bodies), tuple(bodies), 960)
    for width, body in bodies.items():
        world.archive.put(copy.key(width), body, content_type="image/webp", cache_control="-")
    return copy


def add_pictured(world: World, number: int = 1, **changes: Any) -> ArticleItem:
    """Store an article with copies of its two pictures."""
    item = world.add(number, **{"images": (PHOTO, INSIDE), "html": BODY, **changes})
    copies = (stored_copy(world, item, PHOTO), stored_copy(world, item, INSIDE, b"b"))
    item = replace(item, image_copies=copies)
    world.articles.save(item)
    return item


def pictures_standing(world: World) -> set[str]:
    """Return the keys_of of the pictures that readers get."""
    return {
        key
        for key, stored in world.site.objects.items()
        if key.startswith("images/") and "gone" not in stored.metadata
    }


def keys_of(*copies: ImageCopy) -> set[str]:
    return {key for copy in copies for key in copy.keys}


def all_text(world: World) -> str:
    return "".join(
        body.decode() for key, body in world.written().items() if not key.startswith(("images/", "static/"))
    )
