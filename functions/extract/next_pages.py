"""Which further pages an article has, by the links of its pager. Pure; runs inside the worker.

Only what marks an article's own pages counts: its own address with a page's number or "all" in the query or
at the end of the path, behind a link that says so and that has nothing to do with comments or lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from newswire.urls import absolute, without_tracking

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MOST_PAGES = 5
"""Pages of one article that are asked for, the first included."""

_NUMBERED = frozenset({"hal", "halaman", "page", "pageno", "pg"})
_WHOLE = _NUMBERED | {"full", "pages", "showpage", "single", "singlepage", "view"}
_ALL = frozenset({"all", "full", "semua"})
_SWITCHES = frozenset({"full", "single", "singlepage"})
_ON = frozenset({"1", "true", "yes"})
# What some link must contain for the others to be looked at: almost no page has any.
_SIGNS = (
    *(
        "page=2",
        "page=all",
        "page=semua",
        "pages=all",
        "pageno=2",
        "hal=2",
        "hal=all",
        "halaman=2",
        "halaman=all",
    ),
    *(
        "pg=2",
        "view=all",
        "view=full",
        "full=1",
        "full=true",
        "single=1",
        "single=true",
        "singlepage=",
    ),
)
_MOST_TARGETS = 2000
_NEXT_IN_HEAD = "head/link[@rel='next'][@href]"
_MAY_LEAD = re.compile(
    r"[?&;](?:hal|halaman|pages?|pageno|pg|full|showpage|single(?:page)?|view)=(?:\d{1,2}|all|full|semua|true|yes)\b"
    r"|/(?:\d{1,2}|all)/?(?:[?#]|$)",
    re.IGNORECASE,
)
_ONWARD = re.compile(
    r"\W*(?:halaman|hal|page|seite|página|pagina)?\W*(?:selanjutnya|berikutnya|lanjut(?:kan)?|next|suivante?|weiter"
    r"|nächste|siguiente|próxima|successiva)?\W*(?:halaman|page|seite)?\W*(?P<number>\d{0,2})\W*"
)
_OTHERS = re.compile(
    r"comment|komentar|kommentar|disqus|repl(?:y|ies)|related|terkait|arsip|archive|indeks", re.IGNORECASE
)
_MOST_LINKS = 100
_Address = tuple[str, str, tuple[tuple[str, str], ...]]


class Pager(NamedTuple):
    """Links to an article's further pages: to all of it on one page, and to single ones in order."""

    whole: str | None
    further: tuple[str, ...]


NO_PAGER = Pager(None, ())


def pager_of(page: HtmlElement, anchors: Sequence[HtmlElement], url: str) -> Pager:
    """Return what leads on from an article's first page, which is at `url`; from any other page, nothing.

    `anchors` are all `a` elements of the page.
    """
    links = [anchor.get("href") or "" for anchor in anchors[:_MOST_TARGETS]]
    if not _has_sign([*links, *_next_in_head(page)], urlsplit(url).path):
        return NO_PAGER
    own, own_mark = _split(url)
    if own_mark != 1:
        return NO_PAGER
    whole: str | None = None
    numbered: dict[int, str] = {}
    for target, text in _links(page, anchors, url):
        mark = _mark(target, own)
        if isinstance(mark, str):
            whole = whole or target
        elif mark is not None and _says(text, mark):
            numbered.setdefault(mark, target)
    return Pager(whole, tuple(_in_sequence(numbered)))


def _has_sign(links: list[str], path: str) -> bool:
    """Return whether one of a page's links looks like a pager's; most links have no query, and are short."""
    queries = "\n".join([link for link in links if "=" in link]).lower()
    for sign in _SIGNS:
        if sign in queries:
            return True
    paths, own = "\n".join(links).lower(), path.rstrip("/").lower()
    return f"{own}/2" in paths or f"{own}/all" in paths


def _next_in_head(page: HtmlElement) -> list[str]:
    return [link.get("href") for link in page.iterfind(_NEXT_IN_HEAD)] if page.tag == "html" else []


def _in_sequence(numbered: dict[int, str]) -> Iterable[str]:
    """Yield pages 2, 3, … up to the first that no link leads to."""
    for number in range(2, MOST_PAGES + 1):
        if number not in numbered:
            return
        yield numbered[number]


def _links(page: HtmlElement, anchors: Iterable[HtmlElement], url: str) -> Iterable[tuple[str, str]]:
    """Yield addresses and texts of the links that may be a pager's, that of the page's head first."""
    for address in _next_in_head(page):
        if target := _target(url, address):
            yield target, "next"
    candidates = (link for link in anchors if _MAY_LEAD.search(link.get("href") or ""))
    for link in islice(candidates, _MOST_LINKS):
        text = " ".join(link.text_content()[:100].lower().split())
        said = [link.get("href").partition("#")[2], text, *_names_around(link)]
        target = _target(url, link.get("href"))
        if target and not any(map(_OTHERS.search, said)):
            yield target, text


def _names_around(link: HtmlElement) -> Iterable[str]:
    for element in (link, *link.iterancestors()):
        if element.tag != "body":
            yield f"{element.get('class', '')} {element.get('id', '')}"


def _says(text: str, number: int) -> bool:
    """Return whether a link's text is that number, or goes on from the first page to the second."""
    said = _ONWARD.fullmatch(text)
    if said is None or not text:
        return False
    return int(said["number"]) == number if said["number"] else number == 2


def _target(base: str, link: str) -> str | None:
    try:
        parts = urlsplit(absolute(base, link.strip()))
    except ValueError:
        return None
    return without_tracking(urlunsplit(parts)) if parts.scheme in {"http", "https"} else None


def _mark(target: str, own: _Address) -> int | str | None:
    """Return which page of the article an address means: its number or "all"; None: it is none of it."""
    (host, path, query), mark = _split(target)
    if (host, query) != (own[0], own[2]):
        return None
    if path == own[1]:
        return mark
    # Path marks: …/judul/2, …/judul/all; some sites have both kinds: …/judul/10?showpage=all
    end = path.removeprefix(f"{own[1]}/").lower()
    if mark == "all":
        return mark if end.isdecimal() and len(end) < 3 else None
    if end in _ALL:
        return "all"
    return int(end) if len(end) < 3 and end.isascii() and end.isdecimal() else None


def _split(url: str) -> tuple[_Address, int | str]:
    """Return an address without the mark of its page in the query, and the mark; 1 where there is none."""
    parts = urlsplit(url)
    mark: int | str = 1
    rest = []
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        key, said = name.lower(), value.lower()
        if (key in _WHOLE and said in _ALL) or (key in _SWITCHES and said in _ON):
            mark = "all"
        elif key in _NUMBERED and len(said) < 3 and said.isascii() and said.isdecimal():
            mark = int(said)
        else:
            rest.append((name, value))
    return (parts.netloc.lower(), parts.path.rstrip("/"), tuple(sorted(rest))), mark
