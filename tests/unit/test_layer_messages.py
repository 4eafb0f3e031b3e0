"""The queue message between fetch and extract: docs/architecture.md, `newswire/message/1`."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from newswire.messages import Enclosure, Hint, Message, MessageError

HINT = Hint(
    title="Harga beras turun",
    published="2025-06-02T07:00:00+07:00",
    updated="2025-06-02T08:00:00+07:00",
    authors=("Siti", "Budi"),
    categories=("ekonomi",),
    summary="Ringkasan",
    content="<p>Isi</p>",
    image="https://kabar.example/a.jpg",
    language="id",
    rights="© Kabar",
    via_title="Kabar Lain",
    via_url="https://lain.example/rss",
    enclosures=(Enclosure("https://kabar.example/a.mp3", "audio/mpeg", 7),),
)
MESSAGE = Message(
    kind="entry",
    source="kabar",
    feed="kabar https://kabar.example/rss",
    polled="2025-06-02T00:00:00.000Z",
    article_id="qponpqpxiz3ljxwx",
    url="https://kabar.example/berita/1",
    hint_hash=HINT.hash(),
    hint=HINT,
)


def document(**changes: Any) -> str:
    return json.dumps({**json.loads(MESSAGE.to_json()), **changes})


def test_a_message_says_what_the_architecture_page_lists() -> None:
    assert json.loads(MESSAGE.to_json()) == {
        "schema": "newswire/message/1",
        "kind": "entry",
        "source": "kabar",
        "feed": "kabar https://kabar.example/rss",
        "polled": "2025-06-02T00:00:00.000Z",
        "article_id": "qponpqpxiz3ljxwx",
        "url": "https://kabar.example/berita/1",
        "hint_hash": HINT.hash(),
        "hint": {
            "title": "Harga beras turun",
            "published": "2025-06-02T07:00:00+07:00",
            "updated": "2025-06-02T08:00:00+07:00",
            "authors": ["Siti", "Budi"],
            "categories": ["ekonomi"],
            "summary": "Ringkasan",
            "content": "<p>Isi</p>",
            "image": "https://kabar.example/a.jpg",
            "language": "id",
            "rights": "© Kabar",
            "via_title": "Kabar Lain",
            "via_url": "https://lain.example/rss",
            "enclosures": [{"url": "https://kabar.example/a.mp3", "type": "audio/mpeg", "length": 7}],
        },
        "hint_key": None,
        "reason": None,
    }


@pytest.mark.parametrize(
    "message",
    [
        MESSAGE,
        replace(MESSAGE, hint=None, hint_key=f"hints/{HINT.hash()}.json"),
        replace(MESSAGE, hint=None, reason="hint rejected by the queue: InvalidMessageContents"),
        Message(
            "recheck", "", "", "2025-06-02T00:00:00.000Z", "qponpqpxiz3ljxwx", MESSAGE.url, Hint().hash()
        ),
    ],
    ids=["whole", "by-reference", "bare", "recheck"],
)
def test_a_message_is_read_back_as_it_was_written(message: Message) -> None:
    assert Message.from_json(message.to_json()) == message


def test_a_message_is_ascii_whatever_the_feed_says() -> None:
    hint = Hint(title="Café 😀 \x00\x0b\ud800\uffff", summary="\x1b[31m")
    body = replace(MESSAGE, hint=hint).to_json()
    assert body.isascii()
    assert body.isprintable()
    assert Message.from_json(body).hint == hint


def test_equal_hints_have_equal_hashes_and_others_have_not() -> None:
    assert HINT.hash() == replace(HINT).hash()
    assert len(HINT.hash()) == 32
    different = {
        replace(HINT, title="x").hash(),
        replace(HINT, authors=()).hash(),
        HINT.hash(),
        Hint().hash(),
    }
    assert len(different) == 4


def test_a_hint_without_the_newer_keys_is_read_and_has_the_hash_of_one_with_them_empty() -> None:
    older = {"title": "Harga beras turun", "authors": ["Siti"], "categories": []}
    read = Hint.from_document(older)
    assert read == Hint(title="Harga beras turun", authors=("Siti",))
    assert (read.via_url, read.enclosures) == (None, ())
    written = json.loads(read.to_json())
    assert written["enclosures"] == []
    assert Hint.from_document(written).hash() == read.hash()
    before = {name: value for name, value in written.items() if name not in ("via_url", "enclosures")}
    assert read.hash() == sha256(json.dumps(before, separators=(",", ":")).encode()).hexdigest()[:32]


def test_only_a_repeated_send_shares_its_deduplication_id() -> None:
    """A second feed, a revision, another article and a later poll must reach extract."""
    others = [
        replace(MESSAGE, feed="lain https://lain.example/rss"),
        replace(MESSAGE, hint_hash="0" * 32),
        replace(MESSAGE, article_id="a" * 16),
        replace(MESSAGE, polled="2025-06-02T00:15:00.000Z"),
        replace(MESSAGE, kind="recheck"),
    ]
    ids = {message.deduplication_id() for message in (MESSAGE, *others)}
    assert len(ids) == len(others) + 1
    assert replace(MESSAGE, hint=None, reason="bare").deduplication_id() == MESSAGE.deduplication_id()
    assert all(len(one) <= 128 for one in ids)


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("", "message is not JSON"),
        ("hello", "message is not JSON"),
        ("[" * 100_000, "message is not JSON"),
        ("[]", "message schema is 'list'; 'newswire/message/1' is allowed"),
        ("null", "message schema is 'NoneType'; 'newswire/message/1' is allowed"),
        ("{}", "message schema is None; 'newswire/message/1' is allowed"),
        (
            document(schema="newswire/message/2"),
            "message schema is 'newswire/message/2'; 'newswire/message/1' is allowed",
        ),
        (document(kind="delete"), "message kind is 'delete'; 'entry' and 'recheck' are allowed"),
        (document(kind=None), "message key 'kind' is missing"),
        (document(source=7), "message key 'source' is not a string"),
        (document(reason=7), "message key 'reason' is not a string"),
        (document(url="javascript:alert(1)"), "message url is not an absolute http(s) link"),
        (document(hint="text"), "hint is str; an object is allowed"),
        (
            document(article_id="../../x"),
            "message key 'article_id' is '../../x'; [a-z2-7]{16} is allowed",
        ),
        (
            document(hint_key="config/sources.yaml"),
            r"message key 'hint_key' is 'config/sources.yaml'; hints/[0-9a-f]{32}\.json is allowed",
        ),
        (
            document(polled="zzz"),
            r"message key 'polled' is 'zzz'; \d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z is allowed",
        ),
        (
            document(hint={"updated": "2026-13-45"}),
            "hint.updated is '2026-13-45'; an RFC 3339 date with an offset is allowed",
        ),
        (
            document(hint={"published": "2026-01-05T08:00:00"}),
            "hint.published is '2026-01-05T08:00:00'; an RFC 3339 date with an offset is allowed",
        ),
        (document(hint={"title": 7}), "hint.title is not a string or null"),
        (document(hint={"authors": "Siti"}), "hint.authors is not a list of strings"),
        (document(hint={"authors": ["Siti", None]}), "hint.authors is not a list of strings"),
        (document(hint={"enclosures": "x"}), "hint.enclosures is not a list of objects"),
        (document(hint={"enclosures": [7]}), "hint.enclosures is not a list of objects"),
        (
            document(hint={"enclosures": [{"url": "https://kabar.example/a.mp3"}]}),
            "hint.enclosures is not a list of objects with url, type and length",
        ),
        (
            document(hint={"enclosures": [{"url": "javascript:x", "type": None, "length": None}]}),
            "hint.enclosures: url is not an absolute http(s) link",
        ),
        (
            document(hint={"enclosures": [{"url": "https://kabar.example/a", "type": 7, "length": None}]}),
            "hint.enclosures: type is a string or null, length a number or null",
        ),
        (
            document(hint={"enclosures": [{"url": "https://kabar.example/a", "type": "", "length": True}]}),
            "hint.enclosures: type is a string or null, length a number or null",
        ),
    ],
)
def test_a_message_that_cannot_be_ours_is_refused_with_what_is_wrong(body: str, complaint: str) -> None:
    with pytest.raises(MessageError) as raised:
        Message.from_json(body)
    assert str(raised.value) == complaint


def test_an_unknown_key_of_the_hint_is_named_with_what_is_allowed() -> None:
    with pytest.raises(MessageError, match=r"^hint has unknown keys \['titel'\]; allowed are \['authors', "):
        Message.from_json(document(hint={"titel": "x"}))
