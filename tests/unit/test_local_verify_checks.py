"""What is stored and shown is checked from the bytes alone, and whatever is broken is named."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from functions.extract.erasing import stub
from local.verify.verification import Verification
from newswire.article import Image
from newswire.article_item import ArticleItem
from newswire.article_table import Record
from tests.support.publish_articles import make_article
from tests.support.publish_world import World

HTML = (
    "<h2>Harga & pasokan</h2>\n<p>Harga beras <strong>turun</strong> lima persen.</p>\n"
    '<figure><img src="https://a.example/1.jpg" alt="Beras"><figcaption>Beras</figcaption></figure>\n'
    "<ul><li>Satu</li><li>Dua</li></ul><pre>a\n b</pre><table><tbody>"
    "<tr><td>1</td><td>2</td></tr></tbody></table>"
)


@dataclass
class Copied:
    """A world's bytes, to be tampered with."""

    items: dict[str, Record]
    stored: dict[str, bytes]
    shown: dict[str, bytes] = field(default_factory=dict)

    def records(self) -> Mapping[str, Record]:
        return self.items

    def files(self) -> Iterator[tuple[str, bytes]]:
        yield from self.stored.items()

    def pages(self) -> Iterator[tuple[str, bytes]]:
        yield from self.shown.items()

    def faults(self) -> dict[str, list[str]]:
        """Return the files found broken, by check."""
        verification = Verification()
        verification.run(self)
        return {
            check.name: [one.file for one in check.faults] for check in verification.checks if check.faults
        }


def whole(world: World, number: int = 1, owner: str = "harian", **changes: Any) -> ArticleItem:
    article = make_article(world.catalogue, number, owner, html=HTML)
    provenance = replace(article.provenance, page_sha256="a" * 64)
    return world.store(replace(article, provenance=provenance, **changes))


@pytest.fixture
def world() -> World:
    return World()


def copied(world: World) -> Copied:
    return Copied(world.records(), dict(world.files()), dict(world.pages()))


@pytest.fixture
def one(world: World) -> tuple[Copied, ArticleItem]:
    item = whole(world)
    assert world.publish(item) == set()
    return copied(world), item


def page_of(item: ArticleItem) -> str:
    return f"a/{item.slug}-{item.id}.html"


def test_what_the_stages_write_is_whole_in_every_display(world: World) -> None:
    pictured = (Image("https://a.example/1.jpg", "Beras", "Beras", 8, 6),)
    told = make_article(world.catalogue, 8, "harian", origin="feed", reason="HTTP 404")
    items = [
        whole(world, 1),
        whole(world, 2, "warta"),
        whole(world, 3, "tribune"),
        whole(world, 4, images=pictured, canonical_url="https://www.harian.example/4"),
        whole(world, 5, "warta", excerpt=""),
        whole(world, 6, "warta", excerpt="Kata " * 100),
        world.store(replace(told, provenance=replace(told.provenance, final_url=None, status=404))),
    ]
    withdrawn = whole(world, 9)
    assert world.publish(*items, withdrawn) == set()
    world.retract(withdrawn)
    assert world.publish(withdrawn) == set()
    verification = Verification()
    verification.run(world)
    assert [(check.name, check.checked, check.faults) for check in verification.checks] == [
        ("names", 8, []),
        ("forms", 8, []),
        ("texts", 8, []),
        ("hashes", 8, []),
        ("provenance", 8, []),
        ("items", 7, []),
        ("pages", 7, []),  # six articles and a notice: a headline has no page
        ("erased", 0, []),
    ]


def test_an_article_whose_retention_is_over_has_no_page_and_once_erased_no_file(
    one: tuple[Copied, ArticleItem],
) -> None:
    stored, item = one
    page = page_of(item)
    stored.items[item.id] = replace(item, retired="2026-01-02T00:00:00.000Z")
    assert stored.faults() == {"pages": [page]}

    del stored.shown[page]
    assert stored.faults() == {}
    left = dict(stored.stored)
    del stored.stored[item.article_key]
    assert stored.faults() == {}  # it is being erased

    stored.items[item.id] = stub(replace(item, retired="2026-01-02T00:00:00.000Z"))
    assert stored.faults() == {}
    stored.stored |= left
    assert stored.faults() == {"erased": [item.id]}


def test_changed_bytes_in_a_file_are_found(one: tuple[Copied, ArticleItem]) -> None:
    stored, item = one
    key = item.article_key
    before, text, after = stored.stored[key].partition(b'"text":')
    stored.stored[key] = before + text + after.replace(b"lima", b"tiga", 1)
    assert stored.faults() == {"names": [key], "texts": [key], "hashes": [key], "pages": [page_of(item)]}


@pytest.mark.parametrize(
    ("change", "checks"),
    [
        (lambda d: d.update(text=d["text"].replace("lima", "tiga")), {"texts", "hashes", "pages"}),
        (lambda d: d.update(html=d["html"].replace("lima", "tiga")), {"texts"}),
        (lambda d: d.update(html=d["html"] + "<p>Iklan</p>"), {"texts"}),
        (lambda d: d["provenance"].update(text_sha256="b" * 64), {"hashes", "items"}),
        (lambda d: d["provenance"].update(page_sha256=None), {"provenance"}),
        (lambda d: d["provenance"].update(page_sha256="A" * 64), {"provenance"}),
        (lambda d: d["provenance"].update(final_url=None), {"provenance"}),
        (lambda d: d["provenance"].update(final_url="javascript:x"), {"provenance"}),
        (lambda d: d["provenance"].update(status=None), {"provenance"}),
        (lambda d: d["provenance"].update(extractor=" "), {"provenance"}),
        (lambda d: d["provenance"].update(fetched="2026-01-02T12:00:00"), {"provenance"}),
        (lambda d: d.update(origin="feed", reason="HTTP 404"), {"provenance", "items"}),
        (lambda d: d.update(title="Judul lain"), {"items"}),
        (lambda d: d["owner"].update(name="Orang lain"), {"items"}),
        (lambda d: d.update(revision=2), {"items"}),
        # The item's excerpt is the one that is shown, and follows the feed without a revision.
        (lambda d: d.update(excerpt="Lain"), set()),
        (lambda d: d.update(canonical_url="https://a.example/1"), {"items"}),
    ],
    ids=map(str, range(17)),
)
def test_a_lie_under_a_true_name_is_found(
    one: tuple[Copied, ArticleItem], change: Callable[[dict[str, Any]], object], checks: set[str]
) -> None:
    stored, item = one
    key = rewritten(stored, item, change)
    found = stored.faults()
    assert found == {check: [page_of(item) if check == "pages" else key] for check in checks}


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(schema="newswire/article/2"),
        lambda d: d.pop("reason"),
        lambda d: d.update(more=1),
        lambda d: d.update(id=d.pop("id")),
        lambda d: d["provenance"].update(more=1),
        lambda d: d["provenance"].update(fetched=d["provenance"].pop("fetched")),
        lambda d: d["provenance"].update(status="200"),
        lambda d: d["provenance"].update(status=True),
        lambda d: d.update(authors=["Siti", None]),
        lambda d: d.update(authors="Siti"),
        lambda d: d.update(images=[{"url": 1, "alt": None, "caption": None, "width": None, "height": None}]),
        lambda d: d.update(images={}),
        lambda d: d.update(owner=None),
        lambda d: d.update(text=None),
        lambda d: d.update(origin="page2"),
        lambda d: d.update(published="kemarin"),
        lambda d: d.update(url="/1"),
        lambda d: d.update(canonical_url="data:,"),
        lambda d: d.update(id="aaaaaaaaaaaaaaaa"),
        lambda d: d.update(revision=0),
        lambda d: d.update(title=""),
    ],
    ids=map(str, range(21)),
)
def test_a_file_that_is_not_in_the_schemas_form_is_found(
    one: tuple[Copied, ArticleItem], change: Callable[[dict[str, Any]], object]
) -> None:
    stored, item = one
    key = rewritten(stored, item, change)
    assert stored.faults() == {"forms": [key], "pages": [page_of(item)]}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_a_file_that_is_no_json_is_found(one: tuple[Copied, ArticleItem], body: bytes) -> None:
    stored, item = one
    stored.stored[item.article_key] = body
    assert stored.faults()["forms"] == [item.article_key]


@pytest.mark.parametrize("name", ["x.json", "articles/qponpqpxiz3ljxwx/1.json", "articles/../x.json"])
def test_a_file_of_another_name_is_found(one: tuple[Copied, ArticleItem], name: str) -> None:
    stored, item = one
    stored.stored[name] = stored.stored[item.article_key]
    assert stored.faults()["names"] == [name]


def test_an_item_whose_file_is_missing_is_found(one: tuple[Copied, ArticleItem]) -> None:
    stored, item = one
    del stored.stored[item.article_key]
    assert stored.faults() == {"items": [item.article_key], "pages": [page_of(item)]}


def test_an_earlier_revision_is_a_file_like_any_other(one: tuple[Copied, ArticleItem]) -> None:
    stored, item = one
    before = stored.stored[item.article_key]
    rewritten(stored, item, lambda d: d.update(categories=["Pangan"]))
    stored.stored[item.article_key] = before
    assert stored.faults() == {}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"lima persen", b"tiga persen"),
        (b"Satu", b""),
        (b"</article>", b"<p>Iklan</p></article>"),
        (b'<article class="article-text"', b'<article class="other"'),
        (b"</article>", b'</article><article class="article-text">Iklan</article>'),
        (b"</article>", b'</article><div class="article-excerpt"><p>Iklan</p></div>'),
    ],
)
def test_a_page_with_another_text_is_found(one: tuple[Copied, ArticleItem], old: bytes, new: bytes) -> None:
    stored, item = one
    page = page_of(item)
    head, article, rest = stored.shown[page].partition(b"<article")
    assert old in article + rest
    stored.shown[page] = head + (article + rest).replace(old, new, 1)
    assert stored.faults() == {"pages": [page]}


@pytest.mark.parametrize(
    "new", [b"Harga beras naik", b"", b"Harga & pasokan Harga beras turun lima persen. Lagi"]
)
def test_an_excerpt_that_is_not_the_stored_ones_beginning_is_found(world: World, new: bytes) -> None:
    item = whole(world, 1, "warta", excerpt="Harga beras turun")
    world.publish(item)
    stored = copied(world)
    page = page_of(item)
    stored.shown[page] = stored.shown[page].replace(b"<p>Harga beras turun</p>", b"<p>" + new + b"</p>")
    assert stored.faults() == {"pages": [page]}


def test_a_page_of_no_article_or_of_a_retracted_one_is_found(
    world: World, one: tuple[Copied, ArticleItem]
) -> None:
    stored, item = one
    page = page_of(item)
    stored.items[item.id] = world.retract(item)
    assert stored.faults() == {"pages": [page]}
    del stored.items[item.id]
    assert stored.faults() == {"pages": [page]}


def test_a_notice_that_shows_text_is_found(world: World) -> None:
    item = whole(world)
    world.publish(item)
    world.retract(item)
    world.publish(item)
    stored = copied(world)
    assert stored.faults() == {}
    page = page_of(item)
    stored.shown[page] = stored.shown[page].replace(
        b"</main>", b'<article class="article-text">x</article></main>'
    )
    assert stored.faults() == {"pages": [page]}


def rewritten(stored: Copied, item: ArticleItem, change: Callable[[dict[str, Any]], object]) -> str:
    """Change a file as somebody would who knows how files are named; return its new key."""
    document = json.loads(stored.stored.pop(item.article_key))
    change(document)
    body = (json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
    key = f"articles/{item.id}/{hashlib.sha256(body).hexdigest()}.json"
    stored.stored[key] = body
    stored.items[item.id] = replace(item, article_key=key)
    return key
