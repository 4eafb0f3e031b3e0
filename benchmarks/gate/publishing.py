"""What publish runs ask of AWS: about one article, about fifty, and where nothing is to be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from benchmarks.gate.counts import Counts
from benchmarks.gate.deployed import Deployed, deployed
from newswire.article_item import ArticleItem
from newswire.attribute_values import marshalled
from newswire.bucket import Bucket
from newswire.sources import Catalogue
from newswire.sources_file import load_catalogue
from newswire.tables import Table
from tests.support.aws_stack import ARTICLE_BUCKET, ARTICLE_TABLE
from tests.support.publish_articles import NOW, item_of, make_article

_PUBLISHERS = ("harian", "warta", "antara")
_STORED, _MANY = 150, 50
_REFRESH = {"trigger": "schedule", "task": "refresh"}
_Written = tuple[ArticleItem | None, ArticleItem]
_PARAGRAPH = "<p>Warga pesisir menyambut kapal perintis yang singgah setiap dua pekan di dermaga lama.</p>"


def counted() -> Counts:
    """Return the counts of runs over a portal that has its articles already."""
    with deployed(*_PUBLISHERS) as stack:
        stack.now = NOW
        sources = load_catalogue(stack.stack.objects()["config/sources.yaml"].decode())
        stack.invoke("publish", _REFRESH)
        stored = [_stored(stack, sources, number) for number in range(_STORED, 0, -1)]
        newest = stored.pop()
        stack.invoke("publish", _batch(stored))
        many = stored[-_MANY:]
        one_new = stack.invoke("publish", _batch([newest]))
        one_revised = stack.invoke("publish", _batch(_revised(stack, [newest])))
        revised = _batch(_revised(stack, many))
        return {
            "publish one new article": one_new,
            "publish one revised article": one_revised,
            f"publish {_MANY} revised articles": stack.invoke("publish", revised),
            f"publish {_MANY} articles, nothing changed": stack.invoke("publish", revised),
            "publish's refresh, nothing changed": stack.invoke("publish", _REFRESH),
        }


def _stored(stack: Deployed, sources: Catalogue, number: int) -> _Written:
    """Store an article as extract does; return that there was none, and its item."""
    owner = _PUBLISHERS[number % len(_PUBLISHERS)]
    article = make_article(sources, number, owner, title=f"Artikel {number}", html=_PARAGRAPH * 5)
    item = item_of(article, sources, f"articles/{article.id}/{article.provenance.text_sha256}.json")
    archive = Bucket(stack.stack.s3, ARTICLE_BUCKET)
    archive.put(item.article_key, article.to_json(), content_type="application/json")
    _save(stack, item)
    return None, item


def _revised(stack: Deployed, stored: Sequence[_Written]) -> list[_Written]:
    """Give articles a further version with another headline; return what they were and are."""
    changed = [
        (before, replace(before, version=before.version + 1, revision=before.revision + 1, title=title))
        for _, before in stored
        for title in [f"{before.title}, diperbarui {before.version}"]
    ]
    for _, after in changed:
        _save(stack, after)
    return list(changed)


def _save(stack: Deployed, item: ArticleItem) -> None:
    Table(stack.stack.dynamodb, ARTICLE_TABLE).put_unconditionally(item.to_item())


def _batch(written: Sequence[_Written]) -> dict[str, Any]:
    """Return the stream's event of these writes."""
    return {"Records": [_record(number, *images) for number, images in enumerate(written, 1)]}


def _record(number: int, before: ArticleItem | None, after: ArticleItem) -> dict[str, Any]:
    old = {} if before is None else {"OldImage": _image(before)}
    change = {"SequenceNumber": str(number), "NewImage": _image(after), **old}
    return {"eventName": "MODIFY" if old else "INSERT", "dynamodb": change}


def _image(item: ArticleItem) -> dict[str, Any]:
    return {name: marshalled(value) for name, value in item.to_item().items()}
