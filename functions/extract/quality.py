"""Whether what was made of a page can stand for the article. Pure: measures, a grade, a choice.

Calibrated on labelled pages, of which `docs/decisions/0023` tells and `tests/e2e/test_frozen_grades.py` holds
how many are graded poor. Length alone condemns nothing: two sentences of breaking news are an article, and
are so as long as the feed does not say more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from functions.extract.extracted_page import ExtractedPage
from functions.extract.language import language_of
from functions.extract.page_signs import (
    LONGEST_WALL,
    WALLS,
    asks_for_payment,
    is_program_error,
    plain_words,
    wall_of,
)
from functions.extract.poor_reasons import Reason
from functions.extract.text_measures import (
    SENTENCE_ENDS,
    links_of,
    share_of_boilerplate,
)
from functions.extract.topic import is_about
from newswire.article_text import text_of
from newswire.languages import iso_code
from newswire.messages import Hint

_FLOOR = 120  # characters
_A_CLAUSE = 30  # characters
_CLEARLY_LONGER = 2
_CLEARLY_MORE = 500  # characters
_MOSTLY_BOILERPLATE = 0.9
_TEASER = 1000  # characters; pages that declare a paywall and hold more were whole
_LONGEST_TEASER = 1500
_LONGEST_DECLARED_TEASER = 4000

# On these the text is not the article's at all; on others it is, in part or in a poor state.
NO_ARTICLE = frozenset({*WALLS, Reason.FRONT_PAGE, Reason.SECTION})


@dataclass(frozen=True, slots=True)
class Grade:
    """A page's grade: `reasons` for being poor, the most telling first, and the measures.

    `is_article`: the text is the article's, whole or in part. `length` in characters; `link_share` and
    `boilerplate_share` (of text that is no sentences) from 0 to 1. `is_other_language` against the
    source's, by itself no reason: portals have sections in English.
    """

    reasons: tuple[Reason, ...]
    is_article: bool
    length: int
    link_share: float
    boilerplate_share: float
    is_other_language: bool

    @property
    def verdict(self) -> Literal["good", "poor"]:
        """`poor` where there is a reason."""
        return "poor" if self.reasons else "good"


def grade(
    page: ExtractedPage,
    hint: Hint,
    source_language: str | None,
    *,
    is_front_page: bool = False,
    is_section: bool = False,
    is_repeated: bool = False,
) -> Grade:
    """Return the grade of what the extractor made of a page, by what the feed said of it.

    `is_front_page`: the link led to the site's front page; `is_section`: to a folder above the article's;
    `is_repeated`: another article's page of this source had the same text. These two count only where the
    text says nothing of what the feed's title announces: otherwise it is one article under two addresses.
    """
    text, links = page.text, links_of(page.html)
    plain = plain_words(text) if len(text) <= LONGEST_WALL else ""
    # Furniture that was taken out may be all that a wall says of itself.
    signs = plain_words(f"{page.furniture}\n{text}") if plain and page.furniture else plain
    is_on_topic = bool(plain or is_repeated or is_section) and is_about(text, hint.title or page.title)
    boilerplate = share_of_boilerplate(text)
    is_other = _is_in_other_language(page, source_language)
    wall = wall_of(signs, text, page.title, is_on_topic=is_on_topic)
    found = {
        **({wall: True} if wall is not None else {}),
        Reason.FRONT_PAGE: is_front_page,
        Reason.SECTION: is_section and bool(hint.title) and not (is_on_topic or _is_titled(page, hint)),
        Reason.REPEATED: is_repeated and not (hint.title and is_on_topic),
        Reason.PROGRAM: is_program_error(plain),
        Reason.PAYWALL: _is_teaser(text, is_declared=page.paywalled),
        Reason.LANGUAGE: is_other and _feed_speaks(hint, source_language),
        Reason.LINKS: links.are_most_of(text),
        Reason.BOILERPLATE: boilerplate > _MOSTLY_BOILERPLATE and len(text) >= _FLOOR,
        Reason.SHORT: _is_short(text, hint, page.excerpt),
    }
    reasons = tuple(reason for reason, holds in found.items() if holds)
    is_other_pages = Reason.REPEATED in reasons and bool(hint.title)
    is_article = not (is_other_pages or NO_ARTICLE.intersection(reasons))
    return Grade(reasons, is_article, len(text), links.share(text), boilerplate, is_other)


def choose(graded: Grade, hint: Hint, *, has_stored_page: bool) -> Literal["page", "feed"]:
    """Return whose text is the article; never a mixture of both.

    The page's, where it is good. A poor page never replaces the text of a page that is stored already, and
    a page that is no article (a wall, an error) never is one: the feed's words are, be they a headline.
    Otherwise the feed's summary or content is taken, and the poor page only where the feed has neither: a
    teaser or a list under its headline is still what the publisher shows at that address.
    """
    if graded.verdict == "good":
        return "page"
    if has_stored_page or not graded.is_article or hint.summary:
        return "feed"
    return "feed" if text_of(hint.content or "") else "page"


def _is_titled(page: ExtractedPage, hint: Hint) -> bool:
    """Return whether a page bears the feed's title, or that has no words to tell by."""
    return is_about(page.title or "", hint.title) or not is_about(hint.title or "", hint.title)


def _is_teaser(text: str, *, is_declared: bool) -> bool:
    """Judge by the offer at the end; a declaration alone counts for short texts, since many are metered."""
    if is_declared and len(text) < _TEASER:
        return True
    longest = _LONGEST_DECLARED_TEASER if is_declared else _LONGEST_TEASER
    return len(text) <= longest and asks_for_payment(text)


def _is_short(text: str, hint: Hint, description: str | None) -> bool:
    """Below the floor without a sentence, or where more is announced; or less than half the feed's content.

    The page's own description announces only where the feed is silent: many sites have one for all pages.
    """
    enough = max(len(text) * _CLEARLY_LONGER, len(text) + _CLEARLY_MORE)
    if len(text) >= _FLOOR and len(hint.content or "") <= enough:
        return False
    content = text_of(hint.content or "")
    if len(text) >= _FLOOR:
        return len(content) > enough
    announced = max(hint.summary or "", content, key=len) or description or ""
    no_sentence = not any(line.endswith(SENTENCE_ENDS) for line in text.split("\n"))
    return no_sentence or len(announced) >= len(text) + _A_CLAUSE


def _is_in_other_language(page: ExtractedPage, source_language: str | None) -> bool:
    """Return whether the words say so; other languages than these two are only ever declared."""
    expected = iso_code(source_language)
    if expected is None or page.language not in {"en", "id"} - {expected}:
        return False
    return language_of(page.text, expected) != expected


def _feed_speaks(hint: Hint, source_language: str | None) -> bool:
    """Return whether the feed's own words are in the source's language, for certain."""
    words = " ".join((hint.title or "", hint.summary or "", text_of(hint.content or "")))
    return language_of(words, None) == iso_code(source_language)
