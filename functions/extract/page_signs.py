"""Words by which a page shows that it stands in front of the article, or in its place.

A phrase is compared with the page's text in lower case, spaces single and quotes straight; a title sign
with a whole part of the page's title ("Just a moment... | Site"). No phrase contains another of the same
reason, so that the number of phrases found says how sure the finding is.
"""

from __future__ import annotations

import re
from collections import Counter

from functions.extract import wall_words_english, wall_words_indonesian
from functions.extract.poor_reasons import Reason

# Beyond this a page has text enough to be judged by its other measures.
LONGEST_WALL = 4000  # characters
_SHORT = 400
_MEDIUM = 1500
_TITLE_COUNTS = 2
_ON_TOPIC_NEEDS = 2
_TAIL = 400  # characters at a teaser's end, where the offer stands
_TITLE_PARTS = re.compile(r"\s+[|–—·»:-]+\s+")

# Where two reasons have as many phrases, the earlier one is named.
WALLS: dict[Reason, tuple[str, ...]] = {
    reason: (*phrases, *wall_words_indonesian.WALLS[reason])
    for reason, phrases in wall_words_english.WALLS.items()
}
PAYWALL = (*wall_words_english.PAYWALL, *wall_words_indonesian.PAYWALL)
TITLES = {**wall_words_english.TITLES, **wall_words_indonesian.TITLES}

_PROGRAM_ERROR = re.compile(
    r"(?:warning|notice|deprecated|fatal error|parse error): [^\n]{1,300}? in /\S+ on line \d+"
)


def wall_of(plain: str, title: str | None, *, is_on_topic: bool) -> Reason | None:
    """Return what the page of this text (as `plain_words` has it) is in place of an article, if anything.

    One phrase is enough for a page of a sentence or two; longer ones need more, and so does a text that
    speaks of what the feed announced (`is_on_topic`): news may be about logins and cookies.
    """
    if not plain:
        return None
    found = Counter({reason: sum(one in plain for one in phrases) for reason, phrases in WALLS.items()})
    for part in _TITLE_PARTS.split(plain_words(title or "")):
        if (named := TITLES.get(part)) is not None:
            found[named] += _TITLE_COUNTS
    needed = 1 + (len(plain) > _SHORT) + (len(plain) > _MEDIUM) + is_on_topic * _ON_TOPIC_NEEDS
    reason, _ = found.most_common(1)[0]
    return reason if found.total() >= needed else None


def is_program_error(plain: str) -> bool:
    """Return whether most of the text is what PHP prints into a page: "Warning: … in /a/b.php on line 1"."""
    return sum(map(len, _PROGRAM_ERROR.findall(plain))) * 2 > len(plain)


def asks_for_payment(text: str) -> bool:
    """Return whether the text ends with the offer to read on for money."""
    tail = plain_words(text[-_TAIL:])
    return any(phrase in tail for phrase in PAYWALL)


def plain_words(text: str) -> str:
    """Return text as the phrases are written: lower case, single spaces, straight quotes."""
    return " ".join(text.lower().replace("’", "'").split())
