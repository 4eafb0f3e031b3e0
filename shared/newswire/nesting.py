"""How deep elements nest in markup as it is written: at least as deep as a browser's parser nests them.

Elements that stay open by rule or habit (``p``, ``td``) are not counted. An end tag ends what the
HTML standard lets it end (section 13.2.6.4.7, "in body"): one that ends nothing must not hide that elements
pile up.
"""

from __future__ import annotations

from collections import Counter

# Left open by rule or habit, so that an opening tag says nothing about depth.
_UNCLOSED = "br col hr img input link meta option p source tbody td tfoot th thead tr wbr"
_FLAT = frozenset(_UNCLOSED.split())
# Section 13.2.6.4.7: what another of its kind ends, if nothing but these stands between.
_ITEMS = {"li": {"li"}, "dd": {"dd", "dt"}, "dt": {"dd", "dt"}}
_BETWEEN_ITEMS = {"address", "div"}
_OF_RUBY = frozenset({"rp", "rt"})  # left open as well, where they belong
# Section 13.2.4.3: opened again in each block where their end tag is missing.
_FORMATTING_NAMES = "a b big code em font i nobr s small strike strong tt u"
_FORMATTING = frozenset(_FORMATTING_NAMES.split())
_ORDINARY_NAMES = (
    "abbr acronym audio bdi bdo canvas cite data datalist del dfn ins kbd label map mark meter output picture"
    " progress q rb rbc rp rt rtc ruby samp slot span sub sup time var video"
)
_ORDINARY = frozenset(_ORDINARY_NAMES.split())


class Nesting:
    """The elements that are open after so many tags."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._number: Counter[str] = Counter()

    def depth(self) -> int:
        """Return how many elements are open."""
        return len(self._open)

    def tag(self, name: str, *, is_end: bool) -> None:
        """Take the next tag, its name in lower case."""
        if name in _FLAT or (name in _OF_RUBY and self._number["ruby"]):
            return
        if is_end:
            if self._open and self._open[-1] == name:  # as in all sound markup
                self._open.pop()
                self._number[name] -= 1
            elif self._number[name]:
                self._end(name, {name})
            return
        if name in _ITEMS:
            self._end(name, _ITEMS[name], is_next=True)
        self._open.append(name)
        self._number[name] += 1

    def _end(self, name: str, ended: set[str], *, is_next: bool = False) -> None:
        """End the last open one of these names; ``is_next``: because another item begins."""
        if not any(self._number[one] for one in ended):
            return
        place = len(self._open) - 1
        while self._open[place] not in ended:
            if _stops(self._open[place], name, is_next=is_next):
                return
            place -= 1
        kept = [inner for inner in self._open[place + 1 :] if _stays(inner, name)]
        self._number.subtract(self._open[place:])
        self._number.update(kept)
        self._open[place:] = kept


def _stops(inner: str, ended: str, *, is_next: bool) -> bool:
    """Return whether an end does not reach beyond an open element."""
    if inner in _FORMATTING or inner in _ORDINARY:
        return False
    return inner not in _BETWEEN_ITEMS if is_next else inner == "table" or ended in _ORDINARY


def _stays(inner: str, ended: str) -> bool:
    """Return whether an element stays open, or is opened again, when one around it ends."""
    return inner in _FORMATTING or (ended in _FORMATTING and inner not in _ORDINARY)
