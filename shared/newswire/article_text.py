"""The plain text of an article's HTML: the one definition that hashes and pages rely on.

``article.text == text_of(article.html)`` for every stored article, and a published page carries the
article unaltered when `text_of` of its article element gives the same text again.
"""

from __future__ import annotations

import re
from html import unescape

from newswire.text import collapsed

# Elements that stand on lines of their own (HTML standard, section 15.3 "Rendering: flow content").
_BLOCK_NAMES = (
    "address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figure"
    " footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search section"
    " summary table tbody tfoot thead tr ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_CELLS = frozenset({"td", "th"})
# Captions belong to the image, not to the text; the rest is never shown as text.
_SKIPPED = frozenset({"figcaption", "script", "style", "template", "title"})

# A tag as serialisers write it, attributes in quotation marks. Possessive, and what has no end lasts as long
# as the text (HTML standard, section 13.2.5, "eof-in-tag" and "eof-in-comment"): hence linear.
_TAG = re.compile(
    r"""<(/?)([a-zA-Z][a-zA-Z0-9]*+)(?:[^>"']|"[^"]*+"|'[^']*+')*+(?:>|.*+)|<!--.*?(?:-->|\Z)""", re.DOTALL
)
_GROUPS = 3
_SHOWN_AT_ONCE = re.compile(r"(?:\s|</?(?:p|div)>)*+[^\s<&]")


def text_of(html: str) -> str:
    """Return the text of sanitised HTML: one line per block element or line break, no empty lines.

    White space inside a line collapses to single spaces (in ``pre``, line feeds stay line breaks);
    the cells of a table row share a line. Captions and alternative texts are not included.
    """
    pieces = _TAG.split(html)
    parts = [_data(pieces[0], preformatted=False)]
    skipped = preformatted = 0
    for place in range(1, len(pieces), _GROUPS):
        is_end, name, data = pieces[place], (pieces[place + 1] or "").lower(), pieces[place + 2]
        if name in _BLOCKS:
            parts.append("\n")
        elif name in _CELLS:
            parts.append(" ")
        step = -1 if is_end else 1
        if name in _SKIPPED:
            skipped = max(0, skipped + step)
        elif name == "pre":
            preformatted = max(0, preformatted + step)
        if data and not skipped:
            parts.append(_data(data, preformatted=preformatted > 0))
    return "\n".join(filter(None, map(collapsed, "".join(parts).split("\n"))))


def has_text(html: str) -> bool:
    """Return whether `text_of` has anything to tell, which the beginning of most HTML shows."""
    return _SHOWN_AT_ONCE.match(html) is not None or bool(text_of(html))


def _data(source: str, *, preformatted: bool) -> str:
    text = unescape(source) if "&" in source else source
    return text if preformatted else text.replace("\n", " ")
