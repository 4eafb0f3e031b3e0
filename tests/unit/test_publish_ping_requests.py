"""What a hub and an IndexNow endpoint are sent, by the letter; and what the outputs say of them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

import pytest
from lxml import etree

from functions.publish import ping_requests
from newswire.sources_file import SourcesError, load_catalogue
from tests.support.catalogues import SOURCES_YAML
from tests.support.publish_catalogues import catalogue, portal
from tests.support.publish_world import World

KEY = "5f0c1d3e-9b7a4c60"
HUB = "https://hub.example/?a=1&b=2"
ATOM_LINK = "{http://www.w3.org/2005/Atom}link"


def _portal_yaml(line: str) -> str:
    assert "\nportal:\n" in f"\n{SOURCES_YAML}"
    return f"\n{SOURCES_YAML}".replace("\nportal:\n", f"\nportal:\n  {line}\n").removeprefix("\n")


def test_a_hub_is_told_of_several_topics_in_one_form() -> None:
    service = ping_requests.websub(HUB)
    topics = ["https://kabar.example/feed.xml", "https://kabar.example/c/a b/feed.json?x=&y"]
    assert service.media_type == "application/x-www-form-urlencoded"
    assert parse_qsl(service.body(topics).decode(), keep_blank_values=True) == [
        ("hub.mode", "publish"),
        *(("hub.url", topic) for topic in topics),
    ]


def test_search_engines_are_told_host_key_place_of_the_key_and_urls() -> None:
    service = ping_requests.indexnow(portal(url="https://kabar.example:8443"), KEY)
    body = json.loads(service.body(["https://kabar.example:8443/a/x.html"]))
    assert service.endpoint == "https://api.indexnow.org/indexnow"
    assert service.media_type == "application/json; charset=utf-8"
    assert service.most == 10_000
    assert body == {
        "host": "kabar.example:8443",
        "key": KEY,
        "keyLocation": f"https://kabar.example:8443/{KEY}.txt",
        "urlList": ["https://kabar.example:8443/a/x.html"],
    }


def test_the_key_is_published_as_a_file_of_its_own_name() -> None:
    world = World(catalogue(indexnow=KEY))
    world.refresh()
    assert world.site.text(f"{KEY}.txt") == KEY
    assert world.site.objects[f"{KEY}.txt"].content_type == "text/plain; charset=utf-8"


def test_every_feed_names_the_hub_and_itself() -> None:
    world = World(catalogue(websub=HUB))
    world.add(1)
    world.refresh()
    for key, body in world.written().items():
        if key.endswith("feed.xml"):
            links = [dict(link.attrib) for link in etree.fromstring(body).iter(ATOM_LINK)]
            assert {"rel": "hub", "href": HUB} in links
            assert [link["href"] for link in links if link["rel"] == "self"] == [
                f"https://kabar.example/{key}"
            ]
        if key.endswith("feed.json"):
            feed: dict[str, Any] = json.loads(body)
            assert feed["hubs"] == [{"type": "WebSub", "url": HUB}]
            assert feed["feed_url"] == f"https://kabar.example/{key}"


def test_nothing_of_either_is_there_unless_it_is_wanted() -> None:
    world = World()
    world.add(1)
    world.refresh()
    outputs = world.written()
    assert b"hub" not in outputs["feed.xml"]
    assert "hubs" not in json.loads(outputs["feed.json"])
    assert [key for key in outputs if key.endswith(".txt")] == ["robots.txt"]


@pytest.mark.parametrize("key", ["abcd-EF9", "a" * 128])
def test_a_key_of_the_protocol_is_allowed(key: str) -> None:
    assert load_catalogue(_portal_yaml(f"indexnow: {key}")).portal.indexnow == key


@pytest.mark.parametrize("key", ["short-1", "a" * 129, "with_underscore", "../robots", '"kunci baru"'])
def test_another_key_is_an_error_that_says_what_is_allowed(key: str) -> None:
    with pytest.raises(SourcesError, match="8 to 128 of a-z, A-Z, 0-9 and hyphens are allowed"):
        load_catalogue(_portal_yaml(f"indexnow: {key}"))


@pytest.mark.parametrize("name", ["websub", "indexnow_endpoint"])
def test_hub_and_endpoint_are_urls(name: str) -> None:
    found = load_catalogue(_portal_yaml(f"{name}: https://ping.example/x")).portal
    assert getattr(found, name) == "https://ping.example/x"
    with pytest.raises(SourcesError, match=rf"portal\.{name}: .* an absolute http\(s\) URL"):
        load_catalogue(_portal_yaml(f"{name}: ping.example"))
