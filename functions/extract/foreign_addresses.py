"""What an address on another site can tell: a platform's, an article's, the same article's."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from newswire.domains import registrable_domain
from newswire.urls import host_of

# They carry everybody's words and links and own none, or only shorten or deliver links. A blog that has a
# registrable domain below one of them (siti.blogspot.com) is a publisher; what stands on a host of a
# provider (siti.netlify.app) is some site's workshop.
_PLATFORM_DOMAINS = (
    "ampproject.org archive.org bing.com bit.ly blogger.com buff.ly disqus.com facebook.com fb.me"
    " feedburner.com flickr.com flipboard.com github.com goo.gl google.com ift.tt instagram.com"
    " livejournal.com lnkd.in linkedin.com medium.com ow.ly pinterest.com reddit.com s.id shutterstock.com"
    " squarespace.com substack.com t.co t.me telegram.me threads.net tiktok.com tinyurl.com tumblr.com"
    " twitter.com typepad.com unsplash.com wa.me weebly.com whatsapp.com wikimedia.org wikipedia.org"
    " wordpress.com wpengine.com x.com youtu.be youtube.com"
)
_PROVIDER_DOMAINS = (
    ".amazonaws.com .azurewebsites.net .cloudfront.net .github.io .herokuapp.com .netlify.app .pages.dev"
    " .pantheonsite.io .vercel.app .web.app .wixsite.com"
)
_PLATFORMS = frozenset(_PLATFORM_DOMAINS.split())
_PROVIDERS = tuple(_PROVIDER_DOMAINS.split())
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d{5,}")
_DAY = re.compile(r"20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])?")  # many articles have that
_LONG_WORD = 4  # characters


def on_one_site(host: str, url: str) -> bool:
    """Return whether a host and an address are of one registrable domain."""
    return registrable_domain(host) == registrable_domain(host_of(url))


def is_platform(url: str) -> bool:
    """Return whether an address is one where everybody writes, or a shortened one: it names no publisher."""
    host = host_of(url)
    return host.endswith(_PROVIDERS) or registrable_domain(host) in _PLATFORMS


def is_article(url: str) -> bool:
    """Return whether an address looks like an article's: its last part has several words, or a number."""
    parts = urlsplit(url)
    last = parts.path.rstrip("/").rpartition("/")[2]
    return len(_WORD.findall(unquote(last))) > 2 or bool(_NUMBER.search(parts.path + parts.query))


def speak_of_one_article(url: str, page: str, title: str) -> bool:
    """Return whether an address has a number of a page's own, or most of its long words, two at least.

    A page's words are those of its address and headline.
    """
    if _numbers(url) & _numbers(page):
        return True
    theirs = max((_words(part) for part in urlsplit(url).path.split("/")), key=len)
    common = theirs & (_words(urlsplit(page).path) | _words(title))
    return len(common) >= 2 and len(common) * 2 > len(theirs)


def _numbers(url: str) -> set[str]:
    parts = urlsplit(url)
    return {one for one in _NUMBER.findall(f"{parts.path}?{parts.query}") if not _DAY.fullmatch(one)}


def _words(text: str) -> set[str]:
    return {word for word in map(str.casefold, _WORD.findall(unquote(text))) if len(word) >= _LONG_WORD}
