"""``images: copy`` in the outputs: ours everywhere, there before they are named, gone when they must."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from lxml import etree, html

from functions.publish.json_feed import remembered
from newswire.article import Image
from newswire.article_item import ArticleItem
from newswire.directives import Directives
from newswire.image_copies import ImageCopy, stem_of
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World

PHOTO = Image("https://www.harian.example/foto.jpg", "Sawah", "Foto: Ani", 4000, 3000)
INSIDE = Image("https://www.harian.example/dalam.jpg")
BODY = f'<p>Satu.</p><figure><img src="{INSIDE.url}"><figcaption>Ket</figcaption></figure><p>Dua.</p>'
IMAGES = {"s": "http://www.google.com/schemas/sitemap-image/1.1"}


def world_of(**changes: Any) -> World:
    return World(catalogue(source("harian", **{"images": "copy", **changes})))


def stored_copy(world: World, item: ArticleItem, image: Image, seed: bytes = b"a") -> ImageCopy:
    """Keep a picture's copy where extract does."""
    bodies = {width: seed * width for width in (320, 640, 1280)}
    copy = ImageCopy(image.url, stem_of(item.id, bodies), tuple(bodies), 960)
    for width, body in bodies.items():
        world.archive.put(copy.key(width), body, content_type="image/webp", cache_control="-")
    return copy


def add(world: World, number: int = 1, **changes: Any) -> ArticleItem:
    """Store an article with copies of its two pictures."""
    item = world.add(number, **{"images": (PHOTO, INSIDE), "html": BODY, **changes})
    copies = (stored_copy(world, item, PHOTO), stored_copy(world, item, INSIDE, b"b"))
    item = replace(item, image_copies=copies)
    world.articles.save(item)
    return item


def standing(world: World) -> set[str]:
    """Return the keys of the pictures that readers get."""
    return {
        key
        for key, stored in world.site.objects.items()
        if key.startswith("images/") and "gone" not in stored.metadata
    }


def keys(*copies: ImageCopy) -> set[str]:
    return {key for copy in copies for key in copy.keys}


def everything(world: World) -> str:
    return "".join(
        body.decode() for key, body in world.written().items() if not key.startswith(("images/", "static/"))
    )


def test_no_output_names_the_publishers_server_for_a_picture() -> None:
    world = world_of()
    item = add(world)

    assert world.publish(item) == set()

    text = everything(world)
    assert "dalam.jpg" not in text
    # A channel's memory remembers of which picture it shows a copy.
    assert "foto.jpg" not in text.replace(f'"copy":{{"url":"{PHOTO.url}"', "")
    assert standing(world) == keys(*item.image_copies)


def test_the_page_lets_browsers_choose_and_reserves_the_space() -> None:
    world = world_of()
    item = add(world)
    world.publish(item)
    main, inside = item.image_copies

    page = html.fromstring(world.page(item))

    (image,) = page.xpath("//figure[@class='main-image']/img")
    assert image.get("src") == f"/{main.key(640)}"
    assert image.get("srcset") == ", ".join(f"/{main.key(width)} {width}w" for width in (320, 640, 1280))
    assert image.get("sizes")
    assert (image.get("width"), image.get("height"), image.get("alt")) == ("1280", "960", "Sawah")
    (second,) = page.xpath("//article//img")
    assert second.get("src") == f"/{inside.key(640)}"
    assert (second.get("width"), second.get("height"), second.get("loading")) == ("1280", "960", "lazy")


def test_the_policy_of_every_page_lets_no_other_server_in() -> None:
    world = world_of()
    world.publish(add(world))

    pages = [body.decode() for key, body in world.written().items() if key.endswith(".html")]
    policies = [html.fromstring(page).xpath("//meta[@http-equiv]/@content")[0] for page in pages]
    assert len(policies) > 3
    assert {policy for policy in policies if "img-src 'self';" not in policy} == set()


def test_a_list_with_both_kinds_of_pictures_lets_publishers_servers_in() -> None:
    world = World(catalogue(source("harian", images="copy"), source("warta", images="remote")))
    remote = world.add(2, "warta", images=(Image("https://www.warta.example/b.jpg"),))
    world.publish(add(world), remote)

    policy = "//meta[@http-equiv]/@content"
    assert "img-src 'self' https:" in html.fromstring(world.site.text("index.html")).xpath(policy)[0]
    assert "img-src 'self';" in html.fromstring(world.site.text("s/harian.html")).xpath(policy)[0]


def test_feeds_sitemaps_and_machines_get_our_address_with_size_and_type() -> None:
    world = world_of()
    item = add(world)
    world.publish(item)
    main, inside = item.image_copies
    address = f"https://kabar.example/{main.key(1280)}"

    for name in ("feed.xml", "atom.xml"):
        (media,) = etree.fromstring(world.site.text(name).encode()).iter(
            "{http://search.yahoo.com/mrss/}content"
        )
        assert dict(media.attrib) == {
            "url": address,
            "type": "image/webp",
            "medium": "image",
            "width": "1280",
            "height": "960",
        }
    (entry,) = json.loads(world.site.text("feed.json"))["items"]
    assert entry["image"] == address
    assert entry["attachments"] == [{"url": address, "mime_type": "image/webp"}]
    assert f'src="https://kabar.example/{inside.key(1280)}"' in entry["content_html"]
    page = html.fromstring(world.page(item))
    assert page.xpath("//meta[@property='og:image']/@content") == [address]
    assert json.loads(page.xpath("//script/text()")[0])["image"][0]["url"] == address
    (sitemap,) = [key for key in world.site.objects if key.startswith("sitemap-2026")]
    assert etree.fromstring(world.site.text(sitemap).encode()).xpath("//s:loc/text()", namespaces=IMAGES) == [
        address
    ]
    data = json.loads(world.site.text(f"json/{item.id}.json"))
    assert (data["image"]["url"], data["image"]["width"]) == (address, 1280)
    assert inside.key(1280) in data["html"]


def test_a_channels_memory_gives_the_copy_back() -> None:
    world = world_of()
    item = add(world)
    world.publish(item)
    run = world.run()

    known = remembered(world.site.objects["feed.json"].body, world.catalogue, run.look.words)

    carried = run.carried(item)
    assert carried is not None
    assert known[item.id].entry.image_copy == carried.entry.image_copy == item.image_copies[0]
    assert known[item.id].entry.image == carried.entry.image


def test_pictures_are_there_before_the_page_and_gone_after_everything_else() -> None:
    world = world_of()
    item = add(world)
    world.publish(item)
    came = world.site.puts.index(f"a/{item.slug}-{item.id}.html")
    assert set(world.site.puts[:came]) >= keys(*item.image_copies)
    world.site.puts.clear()

    world.articles.save(replace(world.retract(item), image_copies=item.image_copies))
    world.publish(item)

    assert standing(world) == set()
    first = min(world.site.puts.index(key) for key in keys(*item.image_copies))
    assert set(world.site.puts[first:]) == keys(*item.image_copies)
    assert {world.site.objects[key].body for key in keys(*item.image_copies)} == {b"\n"}


def test_an_article_that_is_published_again_writes_no_picture_again() -> None:
    world = world_of()
    item = add(world)
    world.publish(item)
    world.site.puts.clear()

    world.publish(item)

    assert world.site.puts == []


def test_a_retraction_before_the_first_publication_leaves_no_way_for_a_slower_run() -> None:
    world = world_of()
    item = add(world)
    slow = world.beside()
    page = f"a/{item.slug}-{item.id}.html"

    def retract(key: str) -> None:
        if key in keys(*item.image_copies):
            slow.site.before_put = lambda _key: None
            world.articles.save(replace(world.retract(item), image_copies=item.image_copies))
            world.publish(item)

    slow.site.before_put = retract
    slow.publish(item)

    assert standing(world) == set()
    assert "gone" in world.site.objects[page].metadata


@pytest.mark.parametrize("by_hand", ["removed", "a tombstone that names no pictures"])
def test_what_an_operator_takes_away_by_hand_takes_its_pictures_along(by_hand: str) -> None:
    world = world_of()
    item = add(world)
    world.publish(item)

    if by_hand == "removed":
        del world.articles.records[item.id]
    else:
        world.retract(item)
    world.publish(item)

    assert standing(world) == set()


def test_no_reader_finds_a_picture_again_after_its_article_was_retracted() -> None:
    world = world_of()
    item = add(world)
    world.publish(item)
    revised = world.revise(item, title="Judul lain")
    slow = world.beside()
    gone = keys(*item.image_copies)

    def check(key: str) -> None:
        assert not gone & standing(world), key

    def retract() -> None:  # when the slow run has asked the table, and looks at the pictures next
        world.articles.after_get = lambda: None
        world.articles.save(replace(world.retract(revised), image_copies=item.image_copies))
        world.publish(revised)
        world.site.after_put = check

    world.articles.after_get = retract
    assert slow.publish(revised) == set()

    assert standing(world) == set()
    assert "gone" in world.site.objects[f"a/{item.slug}-{item.id}.html"].metadata


def test_a_picture_that_was_replaced_goes_and_comes_back_with_its_article() -> None:
    world = world_of()
    item = add(world)
    world.publish(item)
    main, inside = item.image_copies
    newer = stored_copy(world, item, INSIDE, b"c")
    copies = (main, newer, replace(inside, former=True, url="https://www.harian.example/lama.jpg"))

    world.publish(revised := world.revise(item, image_copies=copies))
    assert standing(world) == keys(main, newer)

    world.publish(world.revise(revised, image_copies=item.image_copies))
    assert standing(world) >= keys(main, inside)


@pytest.mark.parametrize(
    "changes", [{"images": "none"}, {"images": "remote"}, {"enabled": False}, {"display": "link"}]
)
def test_a_changed_setting_takes_the_pictures_down_and_back(changes: dict[str, Any]) -> None:
    world = world_of()
    item = add(world)
    world.publish(item)
    before = world.catalogue

    world.catalogue = catalogue(source("harian", **{"images": "copy", **changes}))
    world.refresh()
    assert standing(world) == set()

    world.catalogue = before
    world.refresh()
    assert standing(world) == keys(*item.image_copies)
    assert world.written() == world.rebuilt().written()


def test_with_an_excerpt_only_the_main_picture_is_served() -> None:
    world = world_of(display="excerpt")
    item = add(world)

    world.publish(item)

    assert standing(world) == keys(item.image_copies[0])


def test_a_page_that_wants_no_previews_shows_no_copy() -> None:
    world = world_of()
    item = replace(add(world), directives=Directives(max_image_preview="none"))
    world.articles.save(item)

    world.publish(item)

    assert standing(world) == set()
    assert "<img" not in world.page(item)


def test_an_article_whose_picture_could_not_be_copied_has_none() -> None:
    world = world_of()
    item = world.add(1, images=(PHOTO, INSIDE), html=BODY)

    world.publish(item)

    assert "<img" not in world.page(item)
    assert "og:image" not in world.page(item)
    assert "Ket" not in world.page(item)
    assert json.loads(world.site.text("feed.json"))["items"][0].get("image") is None


def test_a_copy_that_is_not_in_the_archive_costs_only_itself() -> None:
    world = world_of()
    item = add(world)
    main, inside = item.image_copies
    for key in main.keys:
        del world.archive.objects[key]

    assert world.publish(item) == set()

    assert standing(world) == keys(inside)
    assert ("image is missing", {"article_id": item.id, "key": main.keys[0]}) in world.log.lines


def test_the_articles_of_others_are_never_copied() -> None:
    world = World(catalogue(source("harian", images="copy", others="full")))
    item = world.add(1, "@lain.example", images=(PHOTO,))
    world.publish(item)

    assert standing(world) == set()
    assert "foto.jpg" not in everything(world)


def test_one_picture_in_two_articles_goes_with_one_of_them_only() -> None:
    world = world_of()
    first, second = add(world, 1), add(world, 2)
    world.publish(first, second)

    world.articles.save(replace(world.retract(first), image_copies=first.image_copies))
    world.publish(first)

    assert standing(world) == keys(*second.image_copies)


def test_readers_keep_a_picture_and_the_cdn_forgets_it_soon() -> None:
    world = world_of()
    item = add(world)
    world.publish(item)

    for key in keys(*item.image_copies):
        assert world.site.headers[key] == ("public, max-age=31536000, s-maxage=300, immutable", False)
        assert world.site.objects[key].content_type == "image/webp"


def test_a_page_with_tls_shows_no_picture_of_the_text_without_and_feeds_keep_it() -> None:
    plain = '<figure><img src="http://www.harian.example/lama.jpg"><figcaption>Ket</figcaption></figure>'
    world = world_of(images="remote")
    item = world.add(html=f"<p>Satu.</p>{plain}")

    assert world.publish(item) == set()

    assert "lama.jpg" not in world.page(item)
    assert "Ket" not in world.page(item)
    assert "http://www.harian.example/lama.jpg" in world.site.text("feed.xml")
