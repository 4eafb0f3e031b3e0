"""What cases are made from: the project's own fixtures, every past finding, and the attacks beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from tests.fuzz.cases import Case, read_cases
from tests.support import pictures

PROJECT = Path(__file__).parents[2]
CORPUS = Path(__file__).parent / "corpus"
ATTACKS = PROJECT.parent / "shared" / "attack"  # is not everywhere; only adds to the corpus
_LONGEST = 300_000  # bytes of a seed: from longer ones nothing new comes, slowly


def of(target: str) -> dict[str, Case]:
    """Return the seeds of a target by name, in an order that is always the same."""
    found = read_cases(CORPUS / target) | _OWN.get(target, dict)()
    return {name: case for name, case in found.items() if len(case.body) <= _LONGEST}


def attacks_of(target: str) -> dict[str, Case]:
    """Return the attacks that lie beside the project; none where they do not."""
    patterns = {"feed": ("xml-feeds/*", "hostile/fp-*"), "page": ("hostile/[htn][dr3h]-*",)}.get(target, ())
    paths = [path for pattern in patterns for path in sorted(ATTACKS.glob(pattern)) if path.is_file()]
    return {path.name: Case(path.read_bytes()) for path in paths if path.stat().st_size <= _LONGEST}


def _files(*patterns: str) -> dict[str, Case]:
    paths = [path for pattern in patterns for path in sorted((PROJECT / "tests" / "data").glob(pattern))]
    return {path.name: Case(path.read_bytes()) for path in paths}


def _pages() -> dict[str, Case]:
    return _files("genuine_pages/*.html", "poor_pages/*.html")


def _pictures() -> dict[str, Case]:
    made = {kind: pictures.talkative(kind) for kind in ("JPEG", "PNG", "WEBP")}
    made |= {f"animated {kind}": pictures.animated(kind) for kind in ("GIF", "WEBP")}
    made |= {
        "small": pictures.picture_file(120, 120, "PNG"),
        "png bomb": pictures.png_bomb(20_000, 20_000),
        "gif bomb": pictures.gif_bomb(),
        "webp bomb": pictures.webp_bomb(),
    }
    return {name: Case(body) for name, body in made.items()}


def _messages() -> dict[str, Case]:
    events = [json.loads(path.read_text()) for path in sorted((PROJECT / "events").glob("extract-sqs*.json"))]
    bodies = [record["body"] for event in events for record in event["Records"]]
    return {f"event {number}": Case(body.encode()) for number, body in enumerate(bodies)}


def _sources() -> dict[str, Case]:
    return {"sources.yaml": Case((PROJECT / "sources.yaml").read_bytes())}


_OWN = {
    "feed": lambda: _files("feeds/*"),
    "page": _pages,
    "markup": _pages,
    "image": _pictures,
    "message": _messages,
    "sources": _sources,
}


def _words(text: str) -> tuple[bytes, ...]:
    return tuple(word.encode() for word in re.split(r"\n", text.strip("\n")))


FEED_WORDS = _words(
    """<item>
</item>
<entry xmlns='http://www.w3.org/2005/Atom'><link href='/a'/><id>x</id><title type='xhtml'><div>a</div></title></entry>
<link>https://kabar.example/3</link>
<link href='//b.example/x' rel='alternate'/>
<guid isPermaLink="true">kabar-1</guid>
<pubDate>Thu, 31 Feb 2026 24:00:00 +9999</pubDate>
<dc:date xmlns:dc='http://purl.org/dc/elements/1.1/'>0000-00-00T00:00:00Z</dc:date>
<ttl>99999999999999999999</ttl>
<ttl>-5</ttl>
<sy:updatePeriod xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>
<skipHours><hour>99</hour></skipHours>
<media:group xmlns:media='http://search.yahoo.com/mrss/'><media:content url='http://[::1/' medium='image'/></media:group>
<enclosure url='http://a.example:99999/a' length='-1' type='image/x'/>
<georss:point xmlns:georss='http://www.georss.org/georss'>1 2 x</georss:point>
<psc:chapters xmlns:psc='http://podlove.org/simple-chapters'><psc:chapter title='a'/></psc:chapters>
<itunes:duration xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'>1:2:3</itunes:duration>
<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='/etc/passwd'/>
<!DOCTYPE rss [<!ENTITY a "&#38;#60;b>"><!ENTITY % p SYSTEM "file:///etc/passwd">]>
<!ENTITY
<?xml version="1.1" encoding="utf-7"?>
<?xml-stylesheet href='x'?>
<![CDATA[
]]>
<!--
-->
--
&a;
&#xD800;
&#1114112;
&#0;
&nbsp;
&amp;lt;script&amp;gt;
xml:base='http://[bad/'
xml:lang='id'
xmlns='http://purl.org/rss/1.0/'
{"version":"https://jsonfeed.org/version/1.1","items":[{"id":1e999,"url":"/x","date_published":"x"}]}
"items":
null
[[[[
NaN
<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>
<sitemapindex><sitemap><loc>https://kabar.example/s.xml</loc></sitemap></sitemapindex>
http://kabar.example/1
<html><head><link rel='alternate' type='application/rss+xml' href='/feed'>"""
)
FEED_HEADERS = tuple(
    ("content-type", value)
    for value in (
        *("application/rss+xml; charset=utf-16", "text/xml; charset=us-ascii", "text/html", "application/json"),
        *("text/xml; charset=undefined", "text/xml;charset=\"idna", "application/xml; charset=hex", "\x00"),
        *("text/xml; charset=unicode_escape", "text/xml; charset=punycode", "text/plain; charset=utf-7"),
    )
)  # fmt: skip
PAGE_WORDS = _words(
    """<article>
</article>
<p>Pemerintah menyatakan bahwa persediaan beras cukup sampai akhir tahun dan panen raya sudah dekat.</p>
<script type='application/ld+json'>{"@type":"NewsArticle","headline":["a",{"b":1}],"author":{"name":[[1]]},"datePublished":1e999,"image":{"url":{"@id":0}}}</script>
{"@graph":[{"@type":["NewsArticle",1],"@id":"#a","author":{"@id":"#a"}}]}
<meta property='article:published_time' content='9999-12-31T23:59:59-14:00'>
<meta name='author' content='Oleh A, B dan C (x@y.z)'>
<meta property='og:image' content='http://[::1'>
<meta name='robots' content='noindex, max-snippet:-99999999999999, unavailable_after: 99 Foo 2026'>
<meta http-equiv='refresh' content='0;url=javascript:x'>
<link rel='canonical' href='http://a.example:99999/'>
<link rel='next' href='?page=2'>
<a rel='next' href='/berita/1?page=2'>2</a>
<base href='//[x'>
<html lang='x-\u0131'>
<time datetime='0000-00-00T99:99'>31 Februari 2026</time>
<div class='byline'>Oleh: Siti
<table><tr><td colspan='99999999' rowspan='-1'>
<svg><script>
<math><mtext><table><mglyph><style>
<template>
<noscript><img src=x onerror=alert(1)>
<textarea>
<plaintext>
<select><option>
<form><form>
<frameset>
<b><p><i></b></p></i>
<h1>
<h6>
<ul><li><ol>
<dl><dt><dd><dl>
<figure><figcaption><figure>
<ruby><rt><rp>
<pre>\n\n
<img src='data:image/png;base64,AAAA' srcset='a 1x, b 99999999999w' width='1e9' height='-1'>
<a href='java\tscript:alert(1)'>
itemscope itemtype='https://schema.org/NewsArticle' itemprop='headline'
<!--
--!>
<![CDATA[
<?php
</script>
</body></html>
&#xD800;
&#0;
&#x80;
&nbsp
&NotEqualTilde;
\u2028
\u202e
\u0000
\ufdd0"""
)
PAGE_HEADERS = (
    *(("content-type", f"text/html; charset={name}") for name in ("utf-16", "utf-7", "hex", "idna", "gb18030")),
    ("content-type", "application/pdf"),
    ("x-robots-tag", "noarchive, unavailable_after: 31 Feb 2026 25:00 PST, newswire: noindex"),
    ("x-robots-tag", ":,,:max-snippet:x," * 50),
)  # fmt: skip
IMAGE_WORDS = (
    *(b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF", b"WEBPVP8X", b"ALPH", b"ANMF", b"VP8 ", b"VP8L"),
    *(b"IDAT", b"iCCP", b"eXIf", b"acTL", b"\xff\xe1\x00\x08Exif\0\0", b"\xff\xe2\x00\x10ICC_PROFILE\0", b"\xff\xda"),
)  # fmt: skip
ROBOTS_WORDS = _words(
    """User-agent: *
User-agent: Newswire
User-agent: newswire/1.0 (x)
Disallow: /
Disallow:
Allow: /*?*$
Allow: /index.html
Disallow: *a*a*a*a*a*a*a*a*a$
Disallow: /%zz%2F%C3%A9$
dissallow /x
Sitemap: https://kabar.example/s.xml
Crawl-delay: 1e999
#
:
\r
\u2028"""
)
RESERVATION_WORDS = _words(
    """[{"location":"/*","tdm-reservation":1,"tdm-policy":"https://kabar.example/p"}]
"location":
"tdm-reservation":true
"tdm-policy":"javascript:x"
1e999
null
[[[[
{"a":"""
)
MESSAGE_WORDS = _words(
    """"schema":"newswire/message/1"
"kind":"recheck"
"hint":null
"hint":{"title":"\\ud800"}
"published":"2026-01-02"
"published":"9999-12-31T23:59:59.999999-23:59"
"enclosures":[{"url":"https://a.example/","type":null,"length":1e9}]
"hint_key":"hints/../x.json"
"url":"javascript:x"
"article_id":"AAAAAAAAAAAAAAAA"
null
1e999
NaN
[[[[
{"a":"""
)
SOURCES_WORDS = _words(
    """&a [*a, *a]
<<: *a
!!python/object/apply:os.system [x]
!!binary aGk=
? {a: b}
- - - -
: :
"\\ud800"
'https://[::1'
0x1F
2026-01-02
.nan
%YAML 9.9
---
...
|
>+
interval: 99999999999999999999h
retention: -1d
sources: {}
categories: []
id: ../x
feeds: [javascript:x]
display: [full]
defaults: {display: 1}"""
)
