"""``images: copy`` in the outputs: ours everywhere, and only what may be shown."""

from __future__ import annotations

import json
from dataclasses import replace

from lxml import etree, html

from functions.publish.json_feed import remembered
from newswire.article import Image
from newswire.directives import Directives
from tests.support.copied_pictures import (
    BODY,
    INSIDE,
    PHOTO,
    add_pictured,
    all_text,
    keys_of,
    pictures_standing,
    world_of,
)
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World

IMAGES = {"s": "http://www.google.com/schemas/sitemap-image/1.1"}


def test_no_output_names_the_publishers_server_for_a_picture() -> None:
    world = world_of()
    item = add_pictured(world)

    assert world.publish(item) == set()

    text = all_text(world)
    assert "dalam.jpg" not in text
    # A channel's memory remembers of which picture it shows a copy.
    assert "foto.jpg" not in text.replace(f'"copy":{{"url":"{PHOTO.url}"', "")
    assert pictures_standing(world) == keys_of(*item.image_copies)


def test_the_page_lets_browsers_choose_and_reserves_the_space() -> None:
    world = world_of()
    item = add_pictured(world)
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
    world.publish(add_pictured(world))

    pages = [body.decode() for key, body in world.written().items() if key.endswith(".html")]
    policies = [html.fromstring(page).xpath("//meta[@http-equiv]/@content")[0] for page in pages]
    assert len(policies) > 3
    assert {policy for policy in policies if "img-src 'self';" not in policy} == set()


def test_a_list_with_both_kinds_of_pictures_lets_publishers_servers_in() -> None:
    world = World(catalogue(source("harian", images="copy"), source("warta", images="remote")))
    remote = world.add(2, "warta", images=(Image("https://www.warta.example/b.jpg"),))
    world.publish(add_pictured(world), remote)

    policy = "//meta[@http-equiv]/@content"
    assert "img-src 'self' https:" in html.fromstring(world.site.text("index.html")).xpath(policy)[0]
    assert "img-src 'self';" in html.fromstring(world.site.text("s/harian.html")).xpath(policy)[0]


def test_feeds_sitemaps_and_machines_get_our_address_with_size_and_type() -> None:
    world = world_of()
    item = add_pictured(world)
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
    item = add_pictured(world)
    world.publish(item)
    run = world.run()

    known = remembered(world.site.objects["feed.json"].body, world.catalogue, run.look.words)

    carried = run.carried(item)
    assert carried is not None
    assert known[item.id].entry.image_copy == carried.entry.image_copy == item.image_copies[0]
    assert known[item.id].entry.image == carried.entry.image


def test_with_an_excerpt_only_the_main_picture_is_served() -> None:
    world = world_of(display="excerpt")
    item = add_pictured(world)

    world.publish(item)

    assert pictures_standing(world) == keys_of(item.image_copies[0])


def test_a_page_that_wants_no_previews_shows_no_copy() -> None:
    world = world_of()
    item = replace(add_pictured(world), directives=Directives(max_image_preview="none"))
    world.articles.save(item)

    world.publish(item)

    assert pictures_standing(world) == set()
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
    item = add_pictured(world)
    main, inside = item.image_copies
    for key in main.keys:
        del world.archive.objects[key]

    assert world.publish(item) == set()

    assert pictures_standing(world) == keys_of(inside)
    assert ("image is missing", {"article_id": item.id, "key": main.keys[0]}) in world.log.lines


def test_the_articles_of_others_are_never_copied() -> None:
    world = World(catalogue(source("harian", images="copy", others="full")))
    item = world.add(1, "@lain.example", images=(PHOTO,))
    world.publish(item)

    assert pictures_standing(world) == set()
    assert "foto.jpg" not in all_text(world)


def test_readers_keep_a_picture_and_the_cdn_forgets_it_soon() -> None:
    world = world_of()
    item = add_pictured(world)
    world.publish(item)

    for key in keys_of(*item.image_copies):
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
