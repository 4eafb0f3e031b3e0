"""What of a document's entries crosses the pipe, and that nothing is lost by what does not."""

from __future__ import annotations

import json

import pytest

from functions.fetch import clean_entries
from functions.fetch.clean_entries import AT_ONCE, MARKUP_AT_ONCE, for_parent, sanitised
from functions.fetch.feed_documents import run
from functions.fetch.feed_entry import FeedDocument, FeedEntry, plain_form

ENTRY = FeedEntry(
    "g", "https://kabar.example/1", "Berita", summary="<b>Satu</b> &amp; dua", content="<p class='x'>Tiga</p>"
)
FEED = b"""<rss version='2.0'><channel><title>K</title><item><title>Berita</title><guid>g</guid>
<link>https://kabar.example/1</link><description>&lt;b&gt;Satu&lt;/b&gt; dua</description>
</item></channel></rss>"""


def parsed(seen: str | None) -> FeedEntry:
    params = {"task": "parse", "url": "https://kabar.example/rss", "timezone": "Asia/Jakarta", "seen": seen}
    (entry,) = FeedDocument.from_document(json.loads(json.dumps(run(FEED, params)))).entries
    return entry


def test_a_new_entry_is_sanitised_and_has_the_hash_of_what_the_feed_said() -> None:
    (clean,) = for_parent([ENTRY], frozenset())
    assert (clean.form, clean.summary, clean.content) == ("clean", "Satu & dua", "<p>Tiga</p>")
    assert clean.content_hash() == ENTRY.content_hash()


def test_of_a_known_entry_crosses_what_decides_whether_it_is_sent() -> None:
    (outline,) = for_parent([ENTRY], {ENTRY.content_hash()})
    assert (outline.guid, outline.url, outline.title) == (ENTRY.guid, ENTRY.url, ENTRY.title)
    assert (outline.form, outline.summary, outline.content) == ("outline", None, None)
    assert outline.content_hash() == ENTRY.content_hash()


def test_an_entry_without_a_link_or_with_that_of_another_is_not_sanitised() -> None:
    nowhere = FeedEntry("h", None, summary="x")
    assert [one.form for one in for_parent([ENTRY, ENTRY, nowhere], frozenset())] == [
        "clean",
        "outline",
        "outline",
    ]


def test_what_might_take_long_is_sanitised_when_it_is_asked_for() -> None:
    long = FeedEntry("l", "https://kabar.example/l", content="x" * (MARKUP_AT_ONCE + 1))
    many = [FeedEntry(None, f"https://kabar.example/{number}") for number in range(AT_ONCE + 1)]
    forms = [one.form for one in for_parent([long, *many], frozenset())]
    assert forms == ["said", *["clean"] * AT_ONCE, "said"]


def test_an_entry_at_which_the_sanitiser_panics_costs_no_document(monkeypatch: pytest.MonkeyPatch) -> None:
    class Panic(BaseException):
        pass

    def panics(*_: object, **__: object) -> str:
        raise Panic

    monkeypatch.setattr(clean_entries, "clean_html", panics)
    assert list(for_parent([ENTRY], frozenset())) == [ENTRY]


def test_what_is_sanitised_unasked_is_what_is_sanitised_when_asked() -> None:
    said = parsed(None)
    asked = run(b"", {"task": "sanitise", "entries": [plain_form(said)]})["entries"]
    assert parsed("") == FeedEntry.from_document(asked[0]) == sanitised(said, said.content_hash())
    assert parsed(said.content_hash().hex()).form == "outline"
