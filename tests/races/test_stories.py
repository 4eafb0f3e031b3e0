"""A few of the stories that ``make races`` tells, the same each time."""

from __future__ import annotations

from typing import Any

import pytest

from tests.races import __main__ as command
from tests.races.story import problems_of
from tests.support.interleaving import SharedObjects


@pytest.mark.parametrize("number", range(4))
def test_a_site_that_runs_side_by_side_have_written_ends_as_a_rebuild_of_its_articles(number: int) -> None:
    assert problems_of(number) == []


def test_a_story_tells_of_runs_that_overwrite_what_they_have_not_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put = SharedObjects.put

    def unconditional(site: SharedObjects, key: str, body: bytes, **said: Any) -> str:
        return put(site, key, body, **{**said, "if_match": None, "if_none_match": False})

    monkeypatch.setattr(SharedObjects, "put", unconditional)
    assert problems_of(7) != []


def test_the_command_tells_how_many_stories_were_not_good(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--first", "24", "--stories", "1", "--jobs", "1"]) == 0
    assert capsys.readouterr().out.startswith("1 stories from 24 on, 0 of them not good")
