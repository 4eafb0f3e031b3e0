"""HTML that strangers wrote, made harmless: the only module that knows nh3 (ammonia).

An allow-list of elements, attributes and schemes: no script, style, event handler, class, id, form,
embed, data: or javascript: URL survives. nh3 cannot be interrupted and is quadratic in the depth of
nesting, in the attributes of one element and in the characters of a text that it looks at one by one, so
all of these are bounded before it is asked.
"""

from __future__ import annotations

import re
import threading
from functools import cache
from itertools import islice

import nh3

from newswire.article_text import text_of
from newswire.nesting import Nesting
from newswire.text import xml_text
from newswire.urls import absolute, is_plain

MAX_LENGTH = 500_000
"""Characters of HTML that are read; the rest is cut off."""

_MAX_TAG = 8192  # characters; longer ones carry data: URLs or an attack
_MAX_PASSES = 4
_MAX_WORK = 300_000  # open elements, added up over all tags; a very long article has 60,000

# Ampersands, and U+0080 to U+00BF, which begin in UTF-8 as the no-break space does.
_LOOKED_AT = re.compile("[&\x80-\xbf]")
_MAX_LOOKED_AT = 50_000  # a page in French of the greatest length has 15,000
# A reference or a tag that lost its end: it would be escaped, and become longer again.
_CUT_IN_TWO = re.compile(r"&[#a-zA-Z0-9]{0,32}\Z|<[^<>]{0,8192}\Z")

_INLINE = (
    "a abbr b bdi bdo br cite code del dfn em i ins kbd mark q rp rt ruby s samp small strong sub sup u"
    " var wbr"
)
_BLOCKS = "blockquote caption dd div dl dt h2 h3 h4 h5 h6 hr li ol p pre table tbody td tfoot th thead tr ul"
_FIGURES = "figure figcaption img"
_DROPPED_WHOLE = (
    "audio button canvas datalist embed head iframe map math noembed noframes noscript object plaintext"
    " script select style svg template textarea title video xmp"
)
# Containers that would become landmarks of our page; they only separate. Its h1 is the headline.
_CONTAINERS = (
    "address applet article aside center details dialog dir fieldset footer form header hgroup legend main"
    " marquee menu nav section summary"
)
_RENAMED = {"h1": "h2"} | dict.fromkeys(_CONTAINERS.split(), "div")
_ATTRIBUTES = {
    "*": {"dir", "lang"},
    "a": {"href"},
    "abbr": {"title"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_IMAGE_ATTRIBUTES = {"alt", "height", "src", "width"}
_NUMBERS = frozenset({"colspan", "height", "rowspan", "start", "width"})
_LARGEST_SPAN = 20
_SCHEMES = {"href": ("http://", "https://", "mailto:"), "src": ("http://", "https://")}
_IGNORED_IN_URL = re.compile(r"[\t\n\r]")  # WHATWG URL standard, section 4.4

# A tag as the HTML standard's tokeniser sees it (section 13.2.5); possessive, hence linear.
_ATTRIBUTE = r"""[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+)?+"""
_TAG = re.compile(rf"<(/?)([a-zA-Z][^\s/>]*+)((?:{_ATTRIBUTE})*+[\s/]*+>?)")
_RENAMED_TAG = re.compile(rf"</?(?:{'|'.join(_RENAMED)})(?:[\s/>]|\Z)", re.IGNORECASE)
# In nh3's own output, where attributes are always quoted: what is left of an image without an address,
# and line feeds that the next parser would swallow one by one.
_LEFTOVERS = re.compile(r'<img(?: (?!src=)[a-z]+="[^"]*")*>|(?<=<pre>)\n+')


def clean_html(html: str, *, images: bool = True, base: str = "") -> str:
    """Return the harmless part of an HTML fragment; cleaning it again changes nothing.

    Links must be absolute (http, https, mailto) and get ``rel="nofollow noopener"``; images must be
    http or https and are loaded without a referrer. What is relative is resolved against `base`, without
    one it is dropped. Without `images`, figures lose images and captions. "" for markup that is nested
    deeper than any article's.
    """
    markup, is_own = xml_text(html[: MAX_LENGTH + 1]), False
    cleaner = _cleaner(images=images, resolves=bool(base))
    # What a parser makes of the result must be the result: markup that changes from parse to parse is
    # how sanitisers are passed. Honest markup is stable at once. Escaped and closed it is longer and nested
    # deeper than it was, hence bounded each time.
    for _ in range(_MAX_PASSES):
        readable = _readable(markup)
        bounded = readable if is_own and _is_small(readable) else _bounded(readable)
        if bounded is None:
            return ""
        cleaned = _LEFTOVERS.sub("", xml_text(cleaner.clean(bounded, base)).replace("\r", "\n"))
        if cleaned == markup:
            return cleaned
        markup, is_own = cleaned, True
    return ""


def clean_text(html: str) -> str:
    """Return the text of the harmless part of an HTML fragment, as `text_of` has it.

    No attribute says anything of it, and as text it is never parsed again: hence one pass suffices.
    """
    markup = xml_text(html[: MAX_LENGTH + 1])
    if "<" not in markup and "&" not in markup:
        return text_of(markup[:MAX_LENGTH])
    bounded = _bounded(_readable(markup))
    return "" if bounded is None else text_of(xml_text(_text_cleaner().clean(bounded)))


class _Cleaner:
    """nh3 with our rules. Making one takes as long as cleaning a long text, hence one for all bases."""

    def __init__(self, *, images: bool, resolves: bool) -> None:
        self._base = threading.local()
        # A caption is no part of the text (newswire.article_text), so it goes with its image.
        self._nh3 = nh3.Cleaner(
            tags={*_INLINE.split(), *_BLOCKS.split(), *(_FIGURES.split() if images else ())},
            clean_content_tags={*_DROPPED_WHOLE.split(), *(() if images else ("figcaption",))},
            attributes=_ATTRIBUTES | ({"img": _IMAGE_ATTRIBUTES} if images else {}),
            attribute_filter=self._attribute,
            # A publisher's server learns that its picture is wanted, not which page of ours is read. One
            # attribute only: nh3 adds several in an order that changes from process to process.
            set_tag_attribute_values={"img": {"referrerpolicy": "no-referrer"}} if images else {},
            url_schemes={"http", "https", "mailto"},
            url_relative="pass_through"
            if resolves
            else "deny",  # _attribute makes them absolute or drops them
            link_rel="nofollow noopener",
        )

    def clean(self, html: str, base: str) -> str:
        """Return what nh3 makes of the markup; what is relative is resolved against `base`."""
        self._base.url = base
        return self._nh3.clean(html)

    def _attribute(self, tag: str, name: str, value: str) -> str | None:
        return _attribute(self._base.url, tag, name, value)


@cache
def _cleaner(*, images: bool, resolves: bool) -> _Cleaner:
    return _Cleaner(images=images, resolves=resolves)


@cache
def _text_cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags={*_INLINE.split(), *_BLOCKS.split(), *_FIGURES.split()},
        clean_content_tags=set(_DROPPED_WHOLE.split()),
        attributes={},
        link_rel=None,
    )


def _attribute(base: str, tag: str, name: str, value: str) -> str | None:
    """Return the attribute's value, or None to drop it."""
    if name in {"href", "src"}:
        if is_plain(value):
            return value
        address = _absolute(_IGNORED_IN_URL.sub("", value).strip(), base)
        return address if address.lower().startswith(_SCHEMES[name]) else None
    if name in _NUMBERS:
        number = int(value) if value.isascii() and value.isdigit() and len(value) < 6 else None
        if number is None or (tag in {"td", "th"} and number > _LARGEST_SPAN):
            return None
    return value


def _absolute(address: str, base: str) -> str:
    if not base or not address or address.startswith("#"):
        return address
    try:
        return absolute(base, address)
    except ValueError:
        return ""


def _readable(html: str) -> str:
    """Cut the markup off at its greatest length, or after so many characters that nh3 looks at one by one."""
    if len(html) <= _MAX_LOOKED_AT:
        return html
    too_many = next(islice(_LOOKED_AT.finditer(html), _MAX_LOOKED_AT, None), None)
    end = min(MAX_LENGTH, len(html) if too_many is None else too_many.start())
    return html if end >= len(html) else _CUT_IN_TWO.sub("", html[:end])


def _is_small(html: str) -> bool:
    """Return whether nh3's output is within all bounds; most is, and this is cheap to tell."""
    tags = html.split("<")
    return len(tags) ** 2 <= _MAX_WORK and max(map(len, tags)) < _MAX_TAG


def _bounded(html: str) -> str | None:
    """Return the markup without monstrous tags and with containers renamed; None if it nests too deep."""
    # Few tags cannot nest too deep, nor can one be longer than all of the markup.
    if len(html) <= _MAX_TAG and html.count("<") ** 2 <= _MAX_WORK and not _RENAMED_TAG.search(html):
        return html
    nesting, work = Nesting(), 0

    def measured(tag: re.Match[str]) -> str:
        nonlocal work
        if work > _MAX_WORK:
            return ""
        name = tag[2].lower()
        work += nesting.depth()
        nesting.tag(name, is_end=bool(tag[1]))
        if len(tag[0]) > _MAX_TAG:
            return ""
        return f"<{tag[1]}{_RENAMED[name]}{tag[3]}" if name in _RENAMED else tag[0]

    bounded = _TAG.sub(measured, html)
    return bounded if work <= _MAX_WORK else None
