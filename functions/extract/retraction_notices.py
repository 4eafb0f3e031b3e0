"""Pages whose article was replaced by a notice that it was withdrawn.

Only the publisher's own words about this very article count (`functions.extract.retraction_words`), and only
where they stand in place of its text: first of what the page says in sentences, short, and with next to no
other prose. So an article about somebody's retraction, or with a deleted embed or comment in it, is none; nor
is what a page has ready for its buttons (dialogs, messages, hidden elements).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement

from functions.extract.page_tree import walk_of
from functions.extract.retraction_reasons import is_of_other_things
from functions.extract.retraction_words import states_withdrawal

OTHER_PROSE = 500  # characters of sentences beside it: its reasons, the publisher's address
PROSE_BEFORE = 200  # characters of them before it: a cookie notice
_FEW_LINES = 2
_LONG = 80  # characters; what is shorter is a label, a link, a headline
_SENTENCE = 30  # characters, where it ends as one
_SENTENCE_ENDS = (".", "!", "?", ".”", '."')

_UNSEEN = frozenset(
    {"script", "style", "template", "noscript", "title", "textarea", "option", "button", "dialog"}
)
_INLINE_NAMES = "a abbr b bdi br cite code em font i mark q s small span strong sub sup time u wbr"
_INLINE = frozenset(_INLINE_NAMES.split())
_OPEN = frozenset({"html", "body", "main", "article"})  # whatever their names are, they hold the page
_DIALOGS = frozenset({"dialog", "alertdialog", "tooltip", "log"})
_PASSING = re.compile(
    r"(?:^|[\s_-])(?:toasts?|snack-?bar|modal|pop-?up|tooltip|comments?|komentar)(?:$|[\s_-])"
)
# By the names that style sheets and frameworks have for what is not shown, or not yet.
_HIDDEN_CLASSES = frozenset(
    {"hidden", "is-hidden", "d-none", "hide", "invisible", "is-invisible", "sr-only", "screen-reader-text"}
    | {"visually-hidden", "visuallyhidden", "v-cloak", "ng-hide", "ng-cloak", "u-hidden", "display-none"}
)
_CONDITIONS = frozenset(
    {"v-if", "v-else", "v-else-if", "v-show", "v-cloak", "x-show", "x-cloak", "ng-if", "ng-show"}
)
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")


def is_notice(lines: Iterable[str]) -> bool:
    """Return whether the lines of a page, in order, are a notice of its article's withdrawal and no more."""
    found, prose, after = False, 0, 0
    for line in lines:
        if not found and states_withdrawal(line):
            found = True
        elif len(line) >= _LONG or (len(line) >= _SENTENCE and line.endswith(_SENTENCE_ENDS)):
            prose += len(line)
            after += found
            is_explained = after == 1 and is_of_other_things(line.casefold())
            if is_explained or prose > (OTHER_PROSE if found else PROSE_BEFORE):
                return False
    return found


def leaves_room_for_notice(text: str) -> bool:
    """Return whether a page from which this text was taken may be such a notice, so that it is worth a look.

    Where there is no article, a whole page may have become one line.
    """
    return sum(len(line) >= _LONG for line in text.split("\n")) <= _FEW_LINES


def shows_notice(page: HtmlElement) -> bool:
    """Return whether a page is such a notice; an ordinary one is told by its first paragraphs."""
    return is_notice(_lines(page))


def _lines(page: HtmlElement) -> Iterator[str]:
    """Yield the lines of a page as readers see them; one that is a link and no more is of another article."""
    pieces: list[str] = []
    is_linked, links = True, 0
    unseen: HtmlElement | None = None
    walk = walk_of(page)
    for event, element in walk:
        is_start, is_seen = event == "start", element is not unseen
        if is_start and _is_unseen(element):
            walk.skip_subtree()
            unseen = element  # its end is the next event
            continue
        if is_seen and (element.tag not in _INLINE or element.tag == "br"):
            line = " ".join("".join(pieces).split())
            if line and not is_linked:
                yield line
            pieces, is_linked = [], True
        if is_seen and element.tag == "a":
            links += 1 if is_start else -1
        if text := element.text if is_start else element.tail:
            pieces.append(text)
            is_linked = is_linked and (links > 0 or not text.strip())


def _is_unseen(element: HtmlElement) -> bool:
    if element.tag in _UNSEEN:
        return True
    if element.tag in _OPEN:
        return False
    attributes = dict(element.items())
    if not attributes:
        return False
    classes, identity = attributes.get("class", "").lower(), attributes.get("id", "").lower()
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or attributes.get("role") in _DIALOGS
        or not _CONDITIONS.isdisjoint(attributes)
        or not _HIDDEN_CLASSES.isdisjoint(classes.split())
        or _NOT_SHOWN.search(attributes.get("style", "").lower()) is not None
        or _PASSING.search(f"{classes} {identity}") is not None
    )
