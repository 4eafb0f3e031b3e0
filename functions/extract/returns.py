"""Pages that go back to what they said before. No I/O, no clock.

Servers that hold two copies of a page answer now with one, now with the other; each answer would be a
revision, for ever. So a wording that an earlier revision had counts only when two looks in a row have found
it: then its publisher has really taken an edit back.
"""

from __future__ import annotations

from dataclasses import replace

from functions.extract.assembly import Story
from functions.extract.text_comparison import fingerprint
from newswire.article_history import PageRecord
from newswire.article_item import ArticleItem


def returned_to(known: ArticleItem, story: Story) -> str | None:
    """Return the fingerprint of the former wording that a story goes back to, unless that was seen twice."""
    mark = fingerprint(story.title or "", story.text)
    is_former = any(edit.fingerprint == mark for edit in known.history)
    is_confirmed = known.page is not None and known.page.returned == mark
    return mark if is_former and not is_confirmed else None


def awaiting(known: ArticleItem, returned: str) -> PageRecord:
    """Return what to remember of a page until that second look, which has to get it whole."""
    last = known.page or PageRecord(known.url)
    return replace(last, etag=None, last_modified=None, sha256=None, missing_since=None, returned=returned)
