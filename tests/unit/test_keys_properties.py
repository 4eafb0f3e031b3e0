"""Slugs and keys: plain, bounded, the same each time, another for another id, and telling their id."""

from __future__ import annotations

import json
import re
import string
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from functions.publish.article_data import data_key
from functions.publish.entries import page_key
from newswire.domains import registrable_domain
from newswire.feed_keys import feed_key, parent_tag
from newswire.image_copies import stem_of
from newswire.messages import Hint, Message
from newswire.queue import GROUP_LIMIT, group_id
from newswire.text import SLUG_LIMIT, slug
from newswire.urls import article_id, clean_link, host_of, identity_form

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
SQS_CHARACTERS = frozenset(string.ascii_letters + string.digits + string.punctuation)
TITLES = st.text(st.characters(), max_size=200) | st.text("aA1 -_./\\%:é米\u202e\x00", max_size=200)
IDS = st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=16, max_size=16)
LINKS = (
    st.text(st.characters(), max_size=60)
    .map(lambda text: clean_link(f"https://{text}") or clean_link(f"https://kabar.example/{text}"))
    .filter(lambda link: link is not None)
    .map(str)
)


@given(TITLES)
def test_a_slug_is_of_plain_words_bounded_and_its_own_slug(title: str) -> None:
    made = slug(title)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", made)
    assert len(made) <= SLUG_LIMIT
    assert slug(title) == slug(made) == made


@given(TITLES, TITLES, IDS, IDS)
def test_a_pages_key_tells_its_id_and_no_two_articles_share_one(
    title: str, other_title: str, one: str, other: str
) -> None:
    key = page_key(slug(title), one)
    assert re.fullmatch(r"a/[a-z0-9-]{1,80}-[a-z2-7]{16}\.html", key)
    assert key.removesuffix(".html")[-16:] == one
    assert data_key(one) == f"json/{one}.json"
    if one != other:
        assert key != page_key(slug(other_title), other)
        assert data_key(one) != data_key(other)
        assert stem_of(one, {320: b"x"}) != stem_of(other, {320: b"x"})
    assert re.fullmatch(r"[a-z]+/[a-z2-7]{16}/[0-9a-f]{20}", stem_of(one, {320: b"x"}))


@given(LINKS, LINKS)
def test_an_id_is_of_sixteen_plain_characters_and_follows_from_the_identity_alone(
    one: str, other: str
) -> None:
    assert re.fullmatch(r"[a-z2-7]{16}", article_id(one))
    assert (article_id(one) == article_id(other)) == (identity_form(one) == identity_form(other))


@given(LINKS)
def test_a_group_is_one_that_the_queue_takes(link: str) -> None:
    group = group_id(registrable_domain(host_of(link)))
    assert 0 < len(group) <= GROUP_LIMIT
    assert set(group) <= SQS_CHARACTERS


@given(st.from_regex(r"[a-z][a-z0-9-]{0,30}", fullmatch=True), LINKS, st.none() | LINKS)
def test_a_feeds_key_tells_its_source_its_address_and_who_listed_it(
    source: str, url: str, listed_by: str | None
) -> None:
    parent = None if listed_by is None else parent_tag(listed_by)
    parts = feed_key(source, url, parent).split(" ")
    assert parts == ([source, url] if parent is None else [source, url, parent])
    assert parent is None or re.fullmatch(r"[a-z2-7]{10}", parent)


HINTS = st.builds(
    Hint,
    title=st.none() | TITLES,
    authors=st.lists(TITLES, max_size=2).map(tuple),
    summary=st.none() | TITLES,
    content=st.none() | TITLES,
)


@given(LINKS, HINTS, HINTS)
def test_a_message_reads_back_and_names_its_hint_by_what_it_says(link: str, hint: Hint, other: Hint) -> None:
    polled = "2026-01-02T12:00:00.000Z"
    message = Message(
        "entry", "kabar", feed_key("kabar", link), polled, article_id(link), link, hint.hash(), hint
    )
    body = message.to_json()
    assert body.isascii()
    assert body.isprintable()
    assert Message.from_json(body) == message
    assert re.fullmatch(r"[0-9a-f]{64}", message.deduplication_id())
    assert (hint.hash() == other.hash()) == (hint == other)
    by_reference = replace(message, hint=None, hint_key=f"hints/{hint.hash()}.json")
    assert Message.from_json(by_reference.to_json()) == by_reference
    assert Hint.from_document(json.loads(hint.to_json())) == hint
