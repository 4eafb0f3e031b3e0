"""Pages made to crash, hang or blow up what reads them, by what they exaggerate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from tests.support.attack_payloads import END, LEAD, page_with

LARGEST = 2 * 2**20  # bytes, what is read of a page
PARAMS = {
    "task": "page",
    "url": "https://kabar.example/berita/1",
    "content_type": "text/html; charset=utf-8",
    "timezone": "Asia/Jakarta",
    "language": "id",
}
_PARAGRAPH = f"<p>{LEAD} {END}</p>"
_MANY = 30_000
_NESTED = (
    "div span b a ul li dl blockquote q table td pre code h2 form svg math font section article details ruby"
)
_REPEATED = (
    "p h2 a b div option textarea table select form section details li code script style iframe noscript"
)


def _numbered(form: str, count: int) -> str:
    return "".join(form.replace("#", str(number)) for number in range(count))


def _head(markup: str) -> str:
    return page_with("", "body").replace("</head>", f"{markup}</head>")


def _json(text: str) -> str:
    return _head(f"<script type='application/ld+json'>{text}</script>")


def _body(markup: str) -> str:
    return page_with("", "body").replace("</article>", f"{markup}{_PARAGRAPH * 3}</article>")


def _article(key: str, value: str) -> str:
    return _json(f'{{"@type":"NewsArticle","{key}":{value}}}')


def _cells(span: str) -> str:
    return _body("<table>" + f"<tr><td colspan='{span}' rowspan='{span}'>x<td>y" * 60 + "</table>")


def _nested(tag: str) -> str:
    return _body(f"<{tag}>x" * _MANY)


def _repeated(tag: str) -> str:
    return _body(f"<{tag} class='author date' id='comment' href='/a'>Oleh Siti 12 Mei 2024</{tag}>" * _MANY)


def _make() -> Iterator[tuple[str, Callable[[], str]]]:
    for tag in _NESTED.split():
        yield f"nested {tag}", partial(_nested, tag)
    for tag in _REPEATED.split():
        yield f"repeated {tag}", partial(_repeated, tag)
    for span in ("1000", "-1", "1e9", "9" * 20, " 99 ", "१०००", "０", "²", "0x3e8", "100%", "9" * 100_000):
        yield f"spans {span[:20]}, {len(span)} digits", partial(_cells, span)
    yield from _MARKUP.items()
    yield from _HEADS.items()
    yield from _SOURCES.items()


_MARKUP: dict[str, Callable[[], str]] = {
    "tables in tables": lambda: _body("<table><tr><td>x" * _MANY),
    "wide table": lambda: _body("<table><tr>" + "<td>x" * 4000 + "<tr><td>x" * 3000 + "</table>"),
    "long table with one span": lambda: _body(f"<table><tr><td colspan=99>{'<tr><td>x<td>y' * 3000}</table>"),
    "inline elements in a line": lambda: _body("<p>" + "<a href=/x>xx</a> kata <b>y</b> " * 5000 + "</p>"),
    "inline elements in each other": lambda: _body("<p>" + ("<b>" * 45 + "x" + "</b>" * 45) * 200 + "</p>"),
    "misnested": lambda: _body("<b><p><i></b></p></i>x" * 9000),
    "line breaks": lambda: _body("x<br><br>" * _MANY),
    "end tags": lambda: _body("</x></p></div>" * _MANY),
    "attributes": lambda: _body(f"<p {_numbered('a#=1 ', 200_000)}>x</p>"),
    "attributes, bare": lambda: _body(f"<p {_numbered('a#/', 200_000)}>x</p>"),
    "attributes of everything": lambda: _body(f"<p {_numbered('a# ', 300)}>x</p>" * 1200),
    "attributes with brackets": lambda: _body("<p " + _numbered("a#='<b>' ", 150_000) + ">x</p>"),
    "attribute values": lambda: _body(f"<div class='{'date author ' * 2000}'>2024</div>" * 80),
    "long address": lambda: _body(f"<a href='{'../' * 330}'>xx</a>" * 1900),
    "picture in an address": lambda: _body(f"<img src='data:image/png;base64,{'A' * 1_900_000}'>"),
    "words": lambda: _body("<p>" + "kata " * 400_000),
    "one word": lambda: _body("<p>" + "x" * LARGEST),
    "no-break spaces": lambda: _body("<p>" + "x\xa0" * 700_000),
    "quotation marks": lambda: _body("<p>" + "«" * 1_000_000),
    "control characters of Latin-1": lambda: _body("<p>" + "\x81" * 1_000_000),
    "ampersands": lambda: _body("<p>" + "&amp; " * 350_000),
    "combining characters": lambda: _body("<p>a" + "\u0301" * 900_000),
    "white space": lambda: _body("<p>" + "x \t\n" * 500_000),
    "item properties": lambda: _body(
        "<div itemscope itemprop=author>" * 95 + "<b itemprop=name>x</b>" * 5000
    ),
    "dates": lambda: _body("<span class='date meta time'>12 Foo 2024 </span><time>x 2024</time>" * 9000),
    "code": lambda: _body("<pre><code>" + "x<br>" * 9000 + "</code></pre>"),
}
_HEADS: dict[str, Callable[[], str]] = {
    "authors in meta": lambda: _head(_numbered("<meta name='author' content='Siti A#'>", _MANY)),
    "authors in one meta": lambda: _head(f"<meta name=author content='{'Siti and ' * 200_000}'>"),
    "dates in meta": lambda: _head("<meta name=date content='12 Foo 2024 10:10'>" * _MANY),
    "title": lambda: _head(f"<title>{'Harga | beras » turun - ' * 60_000}</title>"),
    "site names": lambda: _head(_numbered("<meta property='og:site_name' content='Kabar # - x'>", 9000)),
    "bases": lambda: _head("<base href='javascript:alert(1)//'><base href='//h'>" * 2000),
    "JSON depth": lambda: _json("[" * 500_000),
    "JSON depth that is closed": lambda: _json("[" * 200_000 + "]" * 200_000),
    "JSON commas": lambda: _json("[" + ("," + " " * 100) * 5000),
    "JSON keys": lambda: _json('{"@type":"NewsArticle",' + _numbered('"k#":1,', 40_000) + '"x":1}'),
    "JSON key again": lambda: _json('{"@type":"NewsArticle",' + '"author":"Siti A",' * 25_000 + '"x":1}'),
    "JSON integer": lambda: _article("datePublished", "9" * 500_000),
    "JSON infinity": lambda: _article("headline", '1e999, "image": {"url": "/a", "width": Infinity}'),
    "JSON half characters": lambda: _article("headline", r'"\ud800 a \udfff", "keywords": ["\udc00"]'),
    "JSON authors": lambda: _article("author", "[" + _numbered('"Siti Aminah #",', 25_000) + "1]"),
    "JSON images": lambda: _article("image", "[" + _numbered('"/logo.jpg?#",', 30_000) + "1]"),
    "JSON type": lambda: _json(f'{{"@type":"{"Article" * 70_000}!"}}'),
    "JSON circle": lambda: _json(
        '{"@graph":[' + _numbered('{"@type":"Article","@id":"n#","author":{"@id":"n#"}},', 4000) + "1]}"
    ),
}
_SOURCES: dict[str, Callable[[], str]] = {
    "opening brackets": lambda: "<" * LARGEST,
    "opening brackets in a page": lambda: _body("<" * LARGEST),
    "tag names": lambda: _body("<a" * (LARGEST // 2)),
    "long tag names": lambda: _body(("<" + "a" * 50) * 39_000),
    "html and html": lambda: "<html" * 400_000,
    "open quotes": lambda: _body("<a b='" * (LARGEST // 6)),
    "declarations": lambda: _body("<!" * (LARGEST // 2)),
    "comments": lambda: _body("<!---->" * 290_000),
    "sections": lambda: _body("<![CDATA[" * 230_000),
    "references": lambda: _body("&amp;" * 400_000),
    "broken references": lambda: _body("&x" * 700_000),
    "entities": lambda: (
        "<!DOCTYPE html ["
        + _numbered("<!ENTITY a# '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'>", 1000)
        + f"]>{_body('&a1;')}"
    ),
    "control characters": lambda: _body("\x00\x01\x1b\x7f\x80" * 100_000),
    "marks": lambda: _body("<p>" + "\U000f0200\U000f0104\U000f0000" * 100_000),
    "plain text": lambda: "kata lain, yang.\n" * 120_000,
    "self-closed root": lambda: "<html " + " " * LARGEST + "/>",
    "frames": lambda: "<frameset>" + "<frame src=x>" * 39_000,
}


def _bytes(make: Callable[[], str]) -> bytes:
    return make().encode()[:LARGEST]


HOSTILE_PAGES = {name: partial(_bytes, make) for name, make in _make()}
"""The pages as bytes, by name; each is made when it is asked for."""
