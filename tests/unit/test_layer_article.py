"""The article JSON (design section 7) and the article's item (docs/architecture.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from newswire.article import SCHEMA, Article, Image, LaterRelease
from newswire.article_item import ArticleItem, Copy, alias_pk, article_pk
from newswire.directives import Directives
from tests.support.articles import article, article_item

KEYS = (
    "schema id revision url canonical_url owner title authors published updated first_seen listed language "
    "categories tags excerpt text html images origin reason provenance"
)

EVERYTHING = Directives(
    noindex=True,
    noarchive=True,
    noimageindex=True,
    max_snippet=160,
    max_image_preview="standard",
    unavailable_after="2025-07-01T00:00:00.000Z",
    tdm_reserved=True,
    tdm_policy="https://kabar.example/policy.json",
)


def test_the_file_has_the_keys_of_the_contract_in_their_order() -> None:
    document = json.loads(article().to_json())
    assert " ".join(document) == KEYS
    assert list(document["owner"]) == ["id", "name", "homepage"]
    assert list(document["images"][0]) == ["url", "alt", "caption", "width", "height"]
    assert list(document["provenance"]) == [
        "fetched",
        "status",
        "final_url",
        "page_sha256",
        "text_sha256",
        "extractor",
    ]
    assert document["schema"] == "newswire/article/1"


def test_unknown_values_are_null_and_never_left_out() -> None:
    document = json.loads(article().to_json())
    assert document["canonical_url"] is None
    assert document["images"][0]["caption"] is None


def test_the_file_is_utf8_with_one_final_newline_and_the_same_bytes_every_time() -> None:
    body = replace(article(), title="Café “harga” 😀").to_json()
    assert "Café “harga” 😀".encode() in body
    assert body.endswith(b"}\n")
    assert body.count(b"\n") == 1
    assert body == replace(article(), title="Café “harga” 😀").to_json()


def test_an_article_is_read_back_as_it_was_written() -> None:
    assert Article.from_json(article().to_json()) == article()


@pytest.mark.parametrize(
    ("body", "found"),
    [(b"{}", "None"), (b'{"schema": "newswire/article/2"}', "'newswire/article/2'"), (b"[]", "None")],
)
def test_a_file_of_another_schema_is_refused_by_name(body: bytes, found: str) -> None:
    with pytest.raises(ValueError, match="article file has schema") as raised:
        Article.from_json(body)
    assert str(raised.value) == f"article file has schema {found}; only 'newswire/article/1' can be read"


def test_the_item_has_the_attributes_of_the_architecture_page() -> None:
    item = article_item().to_item()
    assert {name: item[name] for name in ("pk", "type", "state", "portal", "listed_id", "owner_id")} == {
        "pk": "article#qponpqpxiz3ljxwx",
        "type": "article",
        "state": "live",
        "portal": "all",
        "listed_id": "2025-06-02T00:00:00.000Z#qponpqpxiz3ljxwx",
        "owner_id": "kabar",
    }
    assert item["owner"] == {"id": "kabar", "name": "Kabar Nusantara", "homepage": "https://kabar.example"}
    assert item["via"] == {
        "kabar https://kabar.example/rss": {
            "source": "kabar",
            "url": "https://kabar.example/berita/1",
            "polled": "2025-06-02T00:05:00.000Z",
            "updated": None,
            "hints": ["h1", "h2"],
        }
    }


def test_what_is_not_due_stays_out_of_the_sparse_indexes() -> None:
    assert not {"recheck", "recheck_at", "change", "next_change"} & article_item().to_item().keys()
    due = replace(
        article_item(), recheck_at="2025-06-03T00:00:00.000Z", next_change="2025-06-04T00:00:00.000Z"
    )
    item = due.to_item()
    assert (item["recheck"], item["recheck_at"]) == ("due", "2025-06-03T00:00:00.000Z")
    assert (item["change"], item["next_change"]) == ("due", "2025-06-04T00:00:00.000Z")


@pytest.mark.parametrize(
    "item",
    [
        article_item(),
        replace(article_item(), image=None, via={}, recheck_at="2025-06-03T00:00:00.000Z"),
        replace(article_item(), image=Image("https://kabar.example/b.jpg"), language=None, published=None),
        replace(article_item(), directives=EVERYTHING),
        replace(article_item(), signature="A" * 64),
        replace(article_item(), copy=Copy("Kumpulan", "Telah tayang di Kabar")),
    ],
    ids=["whole", "without-image", "image-without-size", "with-directives", "signed", "copied"],
)
def test_an_item_is_read_back_as_it_was_written(item: ArticleItem) -> None:
    assert ArticleItem.from_item(item.to_item()) == item


def test_only_what_a_page_says_stands_in_its_item() -> None:
    assert "directives" not in article_item().to_item()
    asked = Directives(max_snippet=0, tdm_reserved=False)
    assert replace(article_item(), directives=asked).to_item()["directives"] == {
        "max_snippet": 0,
        "tdm_reserved": False,
    }
    stored = article_item().to_item() | {"directives": {"max_snippet": Decimal(160)}}
    assert ArticleItem.from_item(stored).directives == Directives(max_snippet=160)


def test_what_a_former_release_cannot_read_stands_beside_the_directives_that_it_can() -> None:
    """It reads items whose directives are those of its own words, and passes over other attributes."""
    item = replace(article_item(), directives=Directives(noindex=True, noimageindex=True)).to_item()
    assert (item["directives"], item["noimageindex"]) == ({"noindex": True}, True)
    alone = replace(article_item(), directives=Directives(noimageindex=True)).to_item()
    assert ("directives" in alone, alone["noimageindex"]) == (False, True)
    assert "noimageindex" not in article_item().to_item()


def test_directives_of_a_later_release_are_passed_over() -> None:
    stored = article_item().to_item() | {"directives": {"noindex": True, "noecho": True}}
    assert ArticleItem.from_item(stored).directives == Directives(noindex=True)


def test_article_and_alias_share_a_table_under_different_keys() -> None:
    assert (article_pk("abc"), alias_pk("abc")) == ("article#abc", "alias#abc")


def test_a_file_of_a_former_schema_is_upgraded_step_by_step_as_it_is_read() -> None:
    present = article()
    document = json.loads(present.to_json())
    # A made-up past: the headline was called "name", before that "caption".
    document["caption"] = document.pop("title")
    body = json.dumps({**document, "schema": "newswire/article/-1"}).encode()

    def named(before: Mapping[str, Any]) -> Mapping[str, Any]:
        rest = {key: value for key, value in before.items() if key != "caption"}
        return {**rest, "schema": "newswire/article/0", "name": before["caption"]}

    def titled(before: Mapping[str, Any]) -> Mapping[str, Any]:
        rest = {key: value for key, value in before.items() if key != "name"}
        return {**rest, "schema": SCHEMA, "title": before["name"]}

    upgrades = {"newswire/article/-1": named, "newswire/article/0": titled}
    assert Article.from_json(body, upgrades) == present
    with pytest.raises(LaterRelease):
        Article.from_json(body)


@pytest.mark.parametrize("body", [b"{}", b"[]", b'"x"', b"{", b'{"schema": null}'])
def test_what_has_no_schema_is_of_no_release(body: bytes) -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - its kind is what is asked
        Article.from_json(body)
    assert not isinstance(raised.value, LaterRelease)
