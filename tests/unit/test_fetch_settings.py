"""The fetch function's environment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from functions.fetch.settings import Settings
from newswire.settings import SettingsError

REQUIRED = {
    "FEED_TABLE": "feeds",
    "ARTICLE_TABLE": "articles",
    "ARTICLE_BUCKET": "bucket",
    "ARTICLE_QUEUE_URL": "https://sqs.example/q.fifo",
    "FETCH_QUEUE_URL": "https://sqs.example/fetch",
    "FETCH_DEAD_LETTER_QUEUE_URL": "https://sqs.example/dead",
}


def test_what_the_template_leaves_empty_has_a_meaning() -> None:
    settings = Settings.from_env({**REQUIRED, "PORTAL_URL": "", "LOOPBACK_ALLOWED": ""})
    assert settings == Settings(
        feed_table="feeds",
        article_table="articles",
        article_bucket="bucket",
        article_queue_url="https://sqs.example/q.fifo",
        fetch_queue_url="https://sqs.example/fetch",
        fetch_dead_letter_queue_url="https://sqs.example/dead",
        portal_url="",
        loopback_allowed=frozenset(),
        ports_allowed=frozenset(),
        clock_offset=timedelta(0),
    )


def test_the_local_run_may_move_the_clock_and_allow_its_own_servers() -> None:
    more = {"PORTAL_URL": "http://localhost:8000", "LOOPBACK_ALLOWED": "localhost:81", "CLOCK_OFFSET": "3600"}
    settings = Settings.from_env({**REQUIRED, **more})
    assert settings.portal_url == "http://localhost:8000"
    assert settings.loopback_allowed == {"localhost:81"}
    assert settings.clock_offset == timedelta(hours=1)


@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_a_variable_that_is_missing_is_named(name: str) -> None:
    with pytest.raises(
        SettingsError, match=f"^environment variable {name} is not set; template.yaml sets it$"
    ):
        Settings.from_env({key: value for key, value in REQUIRED.items() if key != name})
