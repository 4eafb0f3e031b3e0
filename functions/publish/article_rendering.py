"""An article's page, what takes its place, and its body in feeds."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from html import escape

from functions.publish.conforming_html import conforming
from functions.publish.corrections import Correction
from functions.publish.credit import Credit
from functions.publish.entries import Entry
from functions.publish.look import Look
from functions.publish.rights import Terms
from functions.publish.sharing import share_links
from functions.publish.structured_data import news_article
from functions.publish.text_images import loaded_late, with_copies, without_plain_http
from newswire.article import Article
from newswire.article_text import text_of
from newswire.image_copies import ImageCopy
from newswire.sanitise import clean_html

MISSING_PAGE = "404.html"


def article_page(
    look: Look,
    entry: Entry,
    terms: Terms,
    article: Article | None,
    copies: Sequence[ImageCopy] = (),
    corrections: Sequence[Correction] = (),
) -> bytes:
    """Return the page of an article that has one; ``article`` is needed to show all of it.

    ``copies`` are those of its pictures that may be shown.
    """
    html = shown_html(terms, article, copies)
    if html and look.portal.url.startswith("https:"):
        html = without_plain_http(html)
    main = entry.image_copy.stem if entry.image_copy else entry.image and entry.image.url
    shown_in_text = bool(main and html and escape(main) in html)
    return look.page(
        "article.html",
        entry.page or "",
        remote_images=terms.images == "remote",
        entry=entry,
        terms=terms,
        html=html,
        whole=article is not None and html is not None and article.origin == "page",
        image=None if shown_in_text else entry.image,
        corrections=corrections,
        digest=_digest(article, html),
        shared=share_links(entry, look.words),
        structured_data=news_article(entry, terms, look.portal, _logo_address(look)),
    )


def feed_body(
    look: Look, entry: Entry, terms: Terms, article: Article | None, copies: Sequence[ImageCopy] = ()
) -> str:
    """Return an article's body in feeds, credit included; ``article`` is needed to show all of it."""
    html = shown_html(terms, article, copies, look.portal.url)
    return look.templates.fill("feed_body.html", entry=entry, html=html)


def shown_html(
    terms: Terms, article: Article | None, copies: Sequence[ImageCopy], portal_url: str | None = None
) -> str | None:
    """Return the article's own HTML, safe once more, or ``None`` where there is none, or none may be shown.

    It conforms to the HTML Standard and is for our page; with ``portal_url``, for what is read elsewhere.
    """
    if article is None or terms.display != "full":
        return None
    html = clean_html(article.html, images=terms.images != "none")
    if not article.text and "<img" not in html:
        return None
    if terms.images == "copy":
        return conforming(with_copies(html, copies, portal_url))
    return conforming(loaded_late(html) if portal_url is None else html)


def _digest(article: Article | None, html: str | None) -> str | None:
    """Return the hash of the text that is shown, where that is the text as it was taken: all of it."""
    if article is None or html is None or not article.text:
        return None
    digest = hashlib.sha256(text_of(html).encode()).hexdigest()
    return digest if digest == article.provenance.text_sha256 else None


def _logo_address(look: Look) -> str | None:
    return f"{look.portal.url}/{look.own.logo.file.key}" if look.own.logo else None


def gone_page(look: Look, key: str) -> bytes:
    """Return what stands in place of a retracted article."""
    text = look.words.gone_text.format(portal=look.portal.name)
    return _message(look, key, look.words.gone_title, text)


def taken_down_page(look: Look, key: str) -> bytes:
    """Return what stands in place of an article that the operator took down: not why, nor on whose word."""
    text = look.words.taken_down_text.format(portal=look.portal.name)
    return _message(look, key, look.words.gone_title, text)


def retired_page(look: Look, key: str, credit: Credit) -> bytes:
    """Return what stands in place of an article that we have kept for as long as we keep articles."""
    text = look.words.retired_text.format(owner=credit.owner, portal=look.portal.name)
    return _message(look, key, look.words.retired_title, text, credit)


def moved_page(look: Look, key: str, entry: Entry | None) -> bytes:
    """Return what stands in place of an article that has no page of ours any more."""
    text = look.words.moved_text.format(portal=look.portal.name)
    return _message(look, key, look.words.gone_title, text, entry.credit if entry else None)


def missing_page(look: Look, key: str = MISSING_PAGE) -> bytes:
    """Return the page for addresses that do not exist, or not any more.

    Of all notices that for every address alone is made anew with each catalogue.
    """
    words = look.words
    return _message(look, key, words.missing_title, words.missing_text, lasting=key != MISSING_PAGE)


def _message(
    look: Look, key: str, title: str, text: str, credit: Credit | None = None, *, lasting: bool = True
) -> bytes:
    return look.page("message.html", key, notice=True, lasting=lasting, title=title, text=text, credit=credit)
