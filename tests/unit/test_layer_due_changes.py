"""When time alone changes how an article is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newswire.directives import Directives
from newswire.due_changes import next_change
from newswire.sources import Source
from tests.support.articles import article_item
from tests.support.catalogues import source

LISTED = datetime(2025, 6, 2, tzinfo=UTC)
END = "2025-06-02T05:00:00.000Z"
WHOLE_FOR_TWO_HOURS = source(display="full", full_text_for=timedelta(hours=2))


@pytest.mark.parametrize(
    ("owner", "end", "hours", "due"),
    [
        (None, None, 0, None),
        (source(display="full"), None, 0, None),
        (source(display="excerpt", full_text_for=timedelta(hours=2)), None, 0, None),
        (WHOLE_FOR_TWO_HOURS, None, 0, "2025-06-02T02:00:00.000Z"),
        (WHOLE_FOR_TWO_HOURS, None, 2, None),
        (None, END, 0, END),
        (None, END, 5, None),
        (WHOLE_FOR_TWO_HOURS, END, 0, "2025-06-02T02:00:00.000Z"),
        (WHOLE_FOR_TWO_HOURS, END, 2, END),
        (WHOLE_FOR_TWO_HOURS, END, 5, None),
    ],
)
def test_the_next_of_all_changes_is_due(
    owner: Source | None, end: str | None, hours: int, due: str | None
) -> None:
    item = replace(article_item(), directives=Directives(unavailable_after=end))
    assert next_change(item, owner, LISTED + timedelta(hours=hours)) == due
