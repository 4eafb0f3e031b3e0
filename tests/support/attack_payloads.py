"""Script injections, and pages that carry one of them in every place where a page says something."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape

Parts = tuple[str, str]
"""What a place adds to a page's head, and to its article after the first paragraph."""

LEAD = "Harga beras di pasar induk turun lima persen dalam sepekan terakhir, kata para pedagang hari ini."
MIDDLE = "Pemerintah menyatakan bahwa persediaan cukup sampai akhir tahun dan panen raya sudah dekat."
END = "Para petani berharap bahwa harga gabah tidak ikut turun ketika panen raya tiba bulan depan."
_MORE = "".join(
    f"<p>Pada hari ke-{number} pedagang di pasar menyebutkan bahwa pembeli datang lebih banyak dari biasanya,"
    " dan bahwa mereka membeli dalam jumlah yang lebih besar untuk persediaan di rumah.</p>"
    for number in range(6)
)

# Control characters in the first 1,445 bytes make a page binary.
_PADDING = "<!--" + "." * 1500 + "-->"

OWN_PAYLOADS = (
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "</script><script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src='x' onerror='alert(1)'//",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "java&#10;script:alert(1)",
    "&#106;avascript:alert(1)",
    "\x01javascript:alert(1)",
    " \x00 javascript:alert(1)",
    "javascript&colon;alert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:image/svg+xml,<svg onload=alert(1)>",
    "//evil.example/a.jpg",
    "http://",
    "https:evil",
    "https://user:password@evil.example/",
    'https://evil.example/"><script>alert(1)</script>',
    "https://evil.example/`onerror=alert(1)",
    "https://[::1",
    "blob:https://kabar.example/1",
    "file:///etc/passwd",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a xlink:href='javascript:alert(1)'><text y=1>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<style>*{background:url(javascript:alert(1))}</style>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='javascript:alert(1)'></object>",
    "<embed src='javascript:alert(1)'>",
    "<form action='javascript:alert(1)'><button>x</button></form>",
    "<base href='javascript:alert(1)//'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href='javascript:alert(1)'>",
    "<template><script>alert(1)</script></template>",
    "<textarea><script>alert(1)</script>",
    "<title><script>alert(1)</script>",
    "<plaintext><script>alert(1)</script>",
    "<xmp><script>alert(1)</script></xmp>",
    "<!--<img src='--><img src=x onerror=alert(1)//'>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml-stylesheet href='javascript:alert(1)'?>",
    "<a href='javascript:alert(1)'>x</a>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<table background='javascript:alert(1)'><tr><td background='javascript:alert(1)'>x",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "\u2028alert(1)\u2029",
    "\ud83d<script>alert(1)</script>".encode("utf-8", "replace").decode(),
    "\U000f0200javascript:alert(1)\U000f0104",
    "\U000f0000\U000f0200\U000f0100<script>",
    "{{constructor.constructor('alert(1)')()}}",
    "${alert(1)}",
)
"""One or more of every kind that matters to a page reader, for where the large collection is not at hand."""


def page_with(payload: str, place: str) -> str:
    """Return a page with the payload in that place."""
    head, body = PLACES[place](payload)
    return (
        f"<!DOCTYPE html>{_PADDING}<html lang=id><head><meta charset=utf-8>{head}</head><body><article>"
        f"<p>{LEAD}</p>{body}<p>{MIDDLE}</p>{_MORE}<p>{END}</p></article></body></html>"
    )


def in_the_body(payload: str) -> Parts:
    """Place the payload as markup, between blocks and inside each kind of them."""
    within = ("p", "ul li", "blockquote p", "table tr td", "figure figcaption", "h3", "pre")
    inside = "".join(
        "".join(f"<{tag}>" for tag in tags.split())
        + f"{payload} {MIDDLE}"
        + "".join(f"</{tag}>" for tag in reversed(tags.split()))
        for tags in within
    )
    return ("", payload + inside)


def in_raw_attributes(payload: str) -> Parts:
    """Place the payload in quoted attributes, unescaped, so that its own quotes end them."""
    q = f'"{payload}"'
    body = (
        f"<h1 title={q}>Judul</h1><p>{MIDDLE} <a href={q}>tautan</a> <a href='{payload}'>lain</a></p>"
        f"<figure><img src={q} alt={q}><figcaption>{MIDDLE}</figcaption></figure>"
        f"<time datetime={q}>hari ini</time>"
    )
    return (f"<meta name=author content={q}><meta property=og:title content={q}>", body)


def in_the_text(payload: str) -> Parts:
    """Place the payload as proper text of title, headline, byline, caption and paragraphs."""
    text, value = escape(payload, quote=False), escape(payload)
    body = (
        f"<h1>{text}</h1><div class=byline>Oleh <a rel=author href='{value}'>{text}</a></div>"
        f"<figure><img src='{value}' alt='{value}' srcset='{value} 2x'>"
        f"<figcaption>{text}</figcaption></figure>"
        f"<p>{MIDDLE} {text} <b>{text}</b> <a href='{value}'>{text} tautan</a></p><h2>{text}</h2>"
        f"<ul><li>{text}<li>{MIDDLE}</ul><blockquote>{text} {MIDDLE}</blockquote><pre>{text}\n{text}</pre>"
        f"<table><tr><th>{text}<th>{text}<tr><td colspan='{value}'>{text}<td>{text}</table>"
    )
    return (f"<title>{text}</title><link rel=canonical href='{value}'>", body)


def in_json_ld(payload: str) -> Parts:
    """Place the payload in every value of its JSON-LD that is read."""
    picture = f"https://kabar.example/a.jpg?{payload}"
    node = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": payload,
        "description": payload,
        "author": [{"@type": "Person", "name": payload, "url": payload}, payload, "Siti Aminah"],
        "image": [payload, {"@type": "ImageObject", "url": picture, "caption": payload, "width": payload}],
        "datePublished": payload,
        "dateModified": payload,
        "keywords": [payload, "beras"],
        "articleSection": payload,
        "inLanguage": payload,
        "mainEntityOfPage": payload,
        "publisher": {"@type": "Organization", "name": payload, "logo": payload},
    }
    script = json.dumps(node).replace("</", "<\\/").replace("<!--", "<\\u0021--")
    declared = f"<meta property=og:image content='{escape(picture)}'>"
    title = f"<h1>{escape(payload, quote=False)}</h1>"
    return (f"{declared}<script type=application/ld+json>{script}</script>", title)


def in_meta_elements(payload: str) -> Parts:
    """Place the payload in every meta element that is read, and as the base of its links."""
    value = escape(payload)
    names = (
        "og:title twitter:title author article:author og:image og:image:alt og:image:width og:url"
        " og:site_name og:description description article:published_time article:modified_time"
        " article:section article:tag keywords news_keywords og:locale robots tdm-reservation"
        " application-name twitter:image"
    )
    metas = "".join(
        f"<meta {kind}='{name}' content='{value}'>" for name in names.split() for kind in ("property", "name")
    )
    body = f"<p>{MIDDLE} <a href='/a'>tautan</a> <a href='b?c'>lain</a></p><img src=c.jpg alt='{value}'>"
    return (f"<base href='{value}'>{metas}", body)


def in_microdata(payload: str) -> Parts:
    """Place the payload in every item property that is read."""
    value = escape(payload)
    names = "headline image datePublished dateModified keywords articleSection author url"
    body = "".join(f"<meta itemprop={name} content='{value}'>" for name in names.split())
    person = f"<span itemprop=author itemscope><b itemprop=name>{value}</b></span>"
    item = f"<div itemscope itemtype='https://schema.org/NewsArticle'>{body}{person}"
    return ("", f"{item}<img itemprop=image src='{value}'></div>")


def in_every_value(payload: str) -> Parts:
    """Place the payload in everything that is text or a value: whatever is preferred to what, it wins."""
    kinds = (in_json_ld, in_meta_elements, in_microdata, in_the_text)
    parts = [place(payload) for place in kinds]
    return "".join(head for head, _ in parts), "".join(body for _, body in parts)


PLACES: dict[str, Callable[[str], Parts]] = {
    "body": in_the_body,
    "raw attributes": in_raw_attributes,
    "text": in_the_text,
    "JSON-LD": in_json_ld,
    "meta elements": in_meta_elements,
    "microdata": in_microdata,
    "every value": in_every_value,
}
