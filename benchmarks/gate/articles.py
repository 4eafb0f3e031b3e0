"""What an article asks of AWS: its first commit, looks at its page, a revision."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from benchmarks.gate.counts import Counts
from benchmarks.gate.deployed import Deployed, deployed
from benchmarks.gate.polls import SCHEDULED, show
from local.lambda_events import sqs_event
from local.received import take_all
from newswire.article_item import article_pk
from newswire.urls import article_id
from tests.support.aws_stack import ARTICLE_TABLE
from tests.support.web_server import Reply

_PUBLISHER, _NEWEST = "kabar", 20
_QUEUE = "arn:aws:sqs:ap-southeast-3:123456789012:articles.fifo"
_HEAD = """\
<!doctype html><html lang="id"><head><meta charset="utf-8"><title>{title}</title>
<meta property="og:site_name" content="Kabar"><meta name="author" content="Siti Rahma">
<meta property="article:published_time" content="2026-01-05T07:00:00+07:00"></head>
<body><header><nav><a href="/">Beranda</a> <a href="/ekonomi">Ekonomi</a></nav></header>
<article><h1>{title}</h1>{text}</article><footer><p>Hak cipta Kabar 2026</p></footer></body></html>"""
_TEXT = (
    "Kapal pustaka kembali berlayar ke tujuh pulau setelah delapan bulan menjalani perbaikan di galangan.",
    "Persinggahan pertama adalah pulau yang paling timur, tempat anak-anak sudah menunggu di dermaga.",
    "Sebagian buku disampul ulang dengan kertas bekas kalender agar tidak cepat rusak oleh udara laut.",
    "Dananya berasal dari kas dinas, iuran koperasi nelayan, dan sumbangan pembaca di setiap dermaga.",
    "Setiap pulau mendapat dua hari penuh sekali dalam enam pekan, dan tanggalnya diumumkan lewat radio.",
    "Murid-murid menyiapkan daftar pertanyaan tentang burung laut, mesin perahu, dan cara membuat garam.",
)


def counted() -> Counts:
    """Return the counts of one article's life, and of the second article of a site that is known."""
    with deployed(_PUBLISHER) as stack:
        first, second = _messages(stack)[:2]
        address = json.loads(first["Body"])["url"]
        _publish(stack, address, "")
        _publish(stack, json.loads(second["Body"])["url"], "Pelabuhan berikutnya menyiapkan rak buku.")
        return {
            "article of a site never asked": _extract(stack, first),
            "article of a known site": _extract(stack, second),
            "look at a page, 304": _look(stack, address, ""),
            "look at a page, sent again and unchanged": _look(stack, address, "", tag='"again"'),
            "look at a page, revised": _look(stack, address, "Kapal juga membawa satu layar lipat."),
        }


def _messages(stack: Deployed) -> list[Any]:
    """Poll; return what fetch has put into the queue."""
    show(stack, _PUBLISHER, _NEWEST)
    stack.invoke("fetch", SCHEDULED)
    return list(take_all(stack.stack.sqs, stack.stack.queue_url))


def _publish(stack: Deployed, address: str, more: str, tag: str = "") -> None:
    words = [" ".join((one, *_TEXT[:number], more)) for number, one in enumerate(_TEXT)]
    text = "".join(f"<p>{one}</p>" for one in words)
    title = f"Kapal Pustaka Berlayar Lagi {address.rpartition('/')[2]}"
    body = _HEAD.format(title=title, text=text).encode()
    reply = Reply(body, content_type="text/html; charset=utf-8", etag=tag or f'"{len(body)}"')
    stack.web.replies[address] = reply


def _extract(stack: Deployed, message: Any) -> dict[str, int]:
    return stack.invoke("extract", sqs_event([message], _QUEUE))


def _look(stack: Deployed, address: str, more: str, tag: str = "") -> dict[str, int]:
    """Let time pass until the article's next look is due; return the counts of that look."""
    _publish(stack, address, more, tag)
    due = stack.stack.items(ARTICLE_TABLE)[article_pk(article_id(address))]["recheck_at"]
    stack.now = datetime.fromisoformat(due) + timedelta(minutes=1)
    looks = [one for one in _messages(stack) if json.loads(one["Body"])["kind"] == "recheck"]
    (look,) = [one for one in looks if json.loads(one["Body"])["url"] == address]
    return _extract(stack, look)
