"""What an article's new look says that its stored revision does not. No I/O, no clock."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from functions.extract.assembly import Story, published_by
from functions.extract.text_comparison import comparable, fingerprint, words_changed
from newswire.article import Article
from newswire.article_history import Edit
from newswire.text import one_line, shorten

TITLE_LIMIT = 500
SHOWN_TITLE = 200  # characters of a headline in the history
SAME_MOMENT = timedelta(minutes=1)
_CORRECTED = frozenset({"title", "text", "authors", "published", "image"})
_SIZE = re.compile(r"[-_@](?:\d{2,4}x\d{2,4}|\d{2,4}w|[23]x|scaled)(?=\.|$)")


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed materially, by name of field; none: the story is no revision.

    ``is_correction`` tells whether the publisher changed what readers are told, as against how much of it
    we came to have; only a correction is shown as one.
    """

    fields: tuple[str, ...] = ()
    is_correction: bool = False
    words_added: int = 0
    words_removed: int = 0
    title_before: str | None = None
    title_after: str | None = None

    def of_pages(self, before: Sequence[str], after: Sequence[str]) -> Changes:
        """Return the changes of a text that was of further pages ``before`` and is of those ``after``."""
        is_other = "text" in self.fields and len(before) != len(after)
        return replace(self, fields=(*self.fields, "pages")) if is_other else self

    def edit(self, stored: Article, key: str, at: str) -> Edit:
        """Return the history's entry for the revision that follows ``stored``, whose file is ``key``."""
        return Edit(
            revision=stored.revision + 1,
            at=at,
            replaced=key,
            fields=self.fields,
            words_added=self.words_added,
            words_removed=self.words_removed,
            fingerprint=fingerprint(stored.title, stored.text),
            title_before=self.title_before,
            title_after=self.title_after,
            correction=self.is_correction,
        )


def changes(stored: Article, story: Story) -> Changes:
    """Return what a story says otherwise than the stored revision.

    - ``title``, ``text``: another wording by :func:`~functions.extract.text_comparison.comparable`; markup
      alone, counters and links to other articles are the site's, not the author's.
    - ``authors``: other names, in whatever order and case. None at all says nothing: a byline that
      cannot be read is as likely.
    - ``published``: another moment; a zone or seconds are a spelling of the same one.
    - ``image``: another main picture, by the name of its file: its size, its query and the order of
      pictures change with every layout, and pictures of other articles come and go.
    - ``pages``: beside ``text``, where that is of more or of fewer pages (:meth:`Changes.of_pages`).
    - ``origin`` and, of a feed's text, ``reason``: we have the page now, or know better why not. No
      correction: its publisher changed nothing.

    Never a revision: ``updated``, tags, categories and language alone, captions, and the excerpt, which
    follows its feed without one (:func:`is_rewritten`): publishers write a new summary along with a new
    text, and feeds bring it later than the page. A text that another extractor reads differently is taken
    over, but is a correction only where the page itself says that it was updated.
    """
    title = one_line(story.title or "", TITLE_LIMIT)
    found = {
        "title": comparable(stored.title) != comparable(title),
        "text": stored.text != story.text and comparable(stored.text) != comparable(story.text),
        "authors": bool(story.authors) and _names(stored.authors) != _names(story.authors),
        "published": _moved(stored.published, published_by(story.published, stored.first_seen)),
        "image": _has_other_image(stored, story),
        "origin": stored.origin != story.origin,
        "reason": story.origin == "feed" and stored.reason != story.reason,
    }
    fields = tuple(name for name, is_changed in found.items() if is_changed)
    ours = _ours(stored, story)
    added, removed = words_changed(stored.text, story.text) if found["text"] else (0, 0)
    return Changes(
        fields=fields,
        is_correction=bool(_CORRECTED.intersection(fields) - ours),
        words_added=added,
        words_removed=removed,
        title_before=shorten(stored.title, SHOWN_TITLE) if found["title"] else None,
        title_after=shorten(title, SHOWN_TITLE) if found["title"] else None,
    )


def is_rewritten(before: str, after: str) -> bool:
    """Return whether an excerpt says something else than before; one cut shorter than the other does not."""
    old, new = (comparable(text.rstrip("… .")) for text in (before, after))
    return bool(new) and not (old.startswith(new) or (bool(old) and new.startswith(old)))


def _ours(stored: Article, story: Story) -> frozenset[str]:
    """Return the fields that differ because we read otherwise or more, not because anybody corrected them."""
    if stored.origin != story.origin:
        return _CORRECTED - {"title"}
    if story.origin == "page" and stored.reason is not None and stored.reason != story.reason:
        return _CORRECTED - {"title", "published"}  # others of an article's pages were had
    known = {"authors": stored.authors, "published": stored.published, "image": stored.images}
    learned = frozenset(name for name, before in known.items() if not before)
    same_reader = stored.provenance.extractor == story.provenance.extractor
    if same_reader or _moved(stored.updated, story.updated):
        return learned
    return learned | (_CORRECTED - {"title", "published"})


def _names(authors: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(comparable, authors))


def _moved(before: str | None, after: str | None) -> bool:
    if before is None or after is None:
        return after is not None
    return abs(datetime.fromisoformat(after) - datetime.fromisoformat(before)) >= SAME_MOMENT


def _has_other_image(stored: Article, story: Story) -> bool:
    before = [_picture(image.url) for image in stored.images]
    after = [_picture(image.url) for image in story.images]
    if not before or not after:
        return bool(before) != bool(after)
    return after[0] not in before and before[0] not in after


def _picture(url: str) -> str:
    """Return what stays of a picture's address when a site shows it in another size."""
    path = urlsplit(url).path
    name = _SIZE.sub("", posixpath.basename(path.rstrip("/"))).casefold()
    return posixpath.splitext(name)[0] or path
