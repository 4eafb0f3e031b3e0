"""Keys of objects, items and paths are hashes and plain words: no text leads out of its place."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.messages import Message, MessageError
from newswire.text import slug
from newswire.urls import article_id, clean_link
from tests.support.extract_world import entry
from tests.support.publish_articles import make_article
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World

TRAVERSALS = (
    "../../../etc/passwd",
    "..\\..\\windows",
    "%2e%2e%2f%2e%2e%2fconfig/sources.yaml",
    "/config/sources.yaml",
    "a\x00.html",
    "a.html?x=1#y",
    "..",
    "index.html",
    "‥/‥/config",
    "．．／．．／config",
    "con",
    "?uploads",
    "\r\nx-amz-meta-gone: 1",
)
_KEY = re.compile(r"[a-z0-9]+[a-z0-9-]*(/[a-z0-9-]+)*(\.[a-z0-9]+)*")


@given(st.text())
def test_a_slug_is_one_plain_word_of_a_path(title: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug(title))


@pytest.mark.parametrize("text", TRAVERSALS, ids=ascii)
def test_an_article_id_is_a_hash_whatever_the_link(text: str) -> None:
    link = clean_link(f"https://kabar.example/{text}")
    assert link is None or re.fullmatch(r"[a-z2-7]{16}", article_id(link))


def test_no_title_author_tag_or_address_reaches_a_key_of_the_site() -> None:
    sources = catalogue(source("harian"))
    plain, hostile = World(sources), World(sources)
    for number, text in enumerate(TRAVERSALS):
        article = make_article(sources, number, "harian")
        plain.publish(plain.store(article, slug=f"nomor-{number}"))
        said = replace(article, title=text, authors=(text,), tags=(text,), categories=(text,), excerpt=text)
        hostile.publish(hostile.store(said, slug=f"nomor-{number}"))
    assert hostile.written().keys() == plain.written().keys()
    assert [key for key in hostile.written() if not _KEY.fullmatch(key)] == []


@pytest.mark.parametrize("text", TRAVERSALS, ids=ascii)
def test_a_message_names_no_object_but_a_hint(text: str) -> None:
    message = json.loads(entry("https://kabar.example/1").to_json())
    for key in (text, f"hints/{text}", f"hints/{'0' * 32}.json/{text}", f"hints/{'0' * 32}.json\n"):
        with pytest.raises(MessageError, match="hint_key"):
            Message.from_json(json.dumps({**message, "hint_key": key}))


@pytest.mark.parametrize("text", TRAVERSALS, ids=ascii)
def test_a_message_names_no_article_but_by_its_id(text: str) -> None:
    message = json.loads(entry("https://kabar.example/1").to_json())
    with pytest.raises(MessageError, match="article_id"):
        Message.from_json(json.dumps({**message, "article_id": text}))
