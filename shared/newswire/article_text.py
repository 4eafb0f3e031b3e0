"""The plain text of an article's HTML: the one definition that hashes and pages rely on.

``article.text == text_of(article.html)`` for every stored article, and a published page carries the
article unaltered when `text_of` of its article element gives the same text again.
"""

from __future__ import annotations

from html.parser import HTMLParser

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


def text_of(html: str) -> str:
    """Return the text of sanitised HTML: one line per block element or line break, no empty lines.

    White space inside a line collapses to single spaces (in ``pre``, line feeds stay line breaks);
    the cells of a table row share a line. Captions and alternative texts are not included.
    """
    reader = _TextReader()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line)


class _TextReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._skipped = 0
        self._preformatted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the base class's
        self._separate(tag)
        self._skipped += tag in _SKIPPED
        self._preformatted += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        self._separate(tag)
        self._skipped -= tag in _SKIPPED and self._skipped > 0
        self._preformatted -= tag == "pre" and self._preformatted > 0

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.parts.append(data if self._preformatted else data.replace("\n", " "))

    def _separate(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in _CELLS:
            self.parts.append(" ")
