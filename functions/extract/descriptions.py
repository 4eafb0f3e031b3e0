"""A page's description of its article, which many systems escape twice, or copy with its markup."""

from __future__ import annotations

import re
from html import unescape

_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
_INLINE = "a|abbr|b|big|cite|code|em|font|i|img|mark|q|s|small|span|strong|sub|sup|u"
_BLOCKS = "blockquote|br|div|figure|h[1-6]|hr|li|ol|p|pre|table|tbody|td|th|tr|ul"
# The last one may be cut off with the description.
_REST = r"(?:\s[^<>]*|\s*/)?(?:>|$)"
_INLINE_TAG = re.compile(rf"</?(?:{_INLINE}){_REST}", re.IGNORECASE)
_BLOCK_TAG = re.compile(rf"</?(?:{_BLOCKS}){_REST}", re.IGNORECASE)
# Markup begins with a block, ends an element or has attributes; tags alone are what a text speaks of.
_MARKUP = re.compile(
    rf"\s*<(?:{_BLOCKS})\b|.*?(?:</(?:{_INLINE}|{_BLOCKS})\s*>|<(?:{_INLINE}|{_BLOCKS})\s+[a-z-]+=)",
    re.IGNORECASE | re.DOTALL,
)


def plain_description(stated: str) -> str:
    """Return a description as the words that its author wrote: references resolved, known tags left out.

    A title in angle brackets stays, and so do tags that the text is about.
    """
    text = unescape(stated) if _REFERENCE.search(stated) else stated
    if "<" not in text or not _MARKUP.match(text):
        return text
    return _BLOCK_TAG.sub(" ", _INLINE_TAG.sub("", text))
