"""Words by which a page shows that it stands in front of the article, or in its place.

A phrase is compared with the page's text in lower case, spaces single and quotes straight; a title sign
with a whole part of the page's title ("Just a moment... | Site"). No phrase contains another of the same
reason, so that the number of phrases found says how sure the finding is.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cache

from functions.extract import wall_words_english, wall_words_indonesian
from functions.extract.poor_reasons import Reason
from functions.extract.text_measures import share_of_boilerplate

# Beyond this a page has text enough to be judged by its other measures.
LONGEST_WALL = 4000  # characters
_SHORT = 400
_MEDIUM = 1500
_TITLE_COUNTS = 2
_ON_TOPIC_NEEDS = 2
_MOST_OF_IT = 0.75
_TAIL = 400  # characters at a teaser's end, where the offer stands
_TITLE_PARTS = re.compile(r"\s+[|–—·»:-]+\s+")

# Where two reasons have as many phrases, the earlier one is named.
WALLS: dict[Reason, tuple[str, ...]] = {
    reason: (*phrases, *wall_words_indonesian.WALLS[reason])
    for reason, phrases in wall_words_english.WALLS.items()
}
PAYWALL = (*wall_words_english.PAYWALL, *wall_words_indonesian.PAYWALL)
TITLES = {**wall_words_english.TITLES, **wall_words_indonesian.TITLES}
# Sites ask these questions beside their articles as well; an error or a bot check has no article beside it.
_ASKED_BESIDE = frozenset({Reason.COOKIES, Reason.CONSENT, Reason.LOGIN, Reason.JAVASCRIPT})

_PROGRAM_ERROR = re.compile(
    r"(?:warning|notice|deprecated|fatal error|parse error): [^\n]{1,300}? in /\S+ on line \d+"
)


def wall_of(plain: str, text: str, title: str | None, *, is_on_topic: bool) -> Reason | None:
    """Return what a page is in place of an article, if it is.

    `plain` is its text as `plain_words` has it, with the furniture that was taken out of `text`.

    One phrase is enough for a page of a sentence or two; longer ones need more, and so does a text that
    speaks of what the feed announced (`is_on_topic`): news may be about logins and cookies. And unless its
    title says what it is, a wall says little else: a notice beside what was announced makes none. Promotion
    around a wall is prose as well, but not on the topic.
    """
    if not plain:
        return None
    found = _phrases_in(plain)
    parts = _TITLE_PARTS.split(plain_words(title or ""))
    named = [TITLES[part] for part in parts if part in TITLES]
    for reason in named:
        found[reason] += _TITLE_COUNTS
    needed = 1 + (len(plain) > _SHORT) + (len(plain) > _MEDIUM) + is_on_topic * _ON_TOPIC_NEEDS
    if found.total() < needed:
        return None
    reason, _ = found.most_common(1)[0]
    is_asked = is_on_topic and reason in _ASKED_BESIDE and not named
    return None if is_asked and _is_mostly_prose_of_others(text) else reason


def _phrases_in(plain: str) -> Counter[Reason]:
    """Return how many phrases of each reason a text has, in the reasons' order."""
    found = Counter(dict.fromkeys(WALLS, 0))
    phrases = _by_inner_word()
    for word in phrases.keys() & ["", *plain.split(" ")]:
        for phrase, reason in phrases[word]:
            found[reason] += phrase in plain
    return found


@cache
def _by_inner_word() -> Mapping[str, list[tuple[str, Reason]]]:
    """Return the phrases by the longest of their inner words, "" for those that have none.

    A text that has a phrase has its inner words whole, so that most phrases need not be looked for.
    """
    phrases: defaultdict[str, list[tuple[str, Reason]]] = defaultdict(list)
    for reason, several in WALLS.items():
        for phrase in several:
            phrases[max(phrase.split(" ")[1:-1], key=len, default="")].append((phrase, reason))
    return phrases


def _is_mostly_prose_of_others(text: str) -> bool:
    """Return whether three quarters of a text are prose in lines without any phrase of a wall."""
    others = "\n".join(line for line in text.split("\n") if not _has_phrase(plain_words(line)))
    prose = (1 - share_of_boilerplate(others)) * len(others.encode())
    return prose >= len(text.encode()) * _MOST_OF_IT


def _has_phrase(plain: str) -> bool:
    return any(phrase in plain for phrases in WALLS.values() for phrase in phrases)


def is_program_error(plain: str) -> bool:
    """Return whether most of the text is what PHP prints into a page: "Warning: … in /a/b.php on line 1"."""
    is_named = " on line " in plain  # which costs less than a search
    return is_named and sum(map(len, _PROGRAM_ERROR.findall(plain))) * 2 > len(plain)


def asks_for_payment(text: str) -> bool:
    """Return whether the text ends with the offer to read on for money."""
    tail = plain_words(text[-_TAIL:])
    return any(phrase in tail for phrase in PAYWALL)


def plain_words(text: str) -> str:
    """Return text as the phrases are written: lower case, single spaces, straight quotes."""
    return " ".join(text.lower().replace("’", "'").split())
