"""The fetch function's environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from newswire.settings import Environment


@dataclass(frozen=True, slots=True)
class Settings:
    """What ``template.yaml`` tells the function; ``docs/architecture.md`` lists the variables."""

    feed_table: str
    article_table: str
    article_bucket: str
    article_queue_url: str
    fetch_queue_url: str
    fetch_dead_letter_queue_url: str
    portal_url: str
    loopback_allowed: frozenset[str]
    ports_allowed: frozenset[int]
    clock_offset: timedelta

    @classmethod
    def from_env(cls, values: Mapping[str, str]) -> Settings:
        """Read the environment; raise :class:`~newswire.settings.SettingsError` naming what is wrong."""
        env = Environment(values)
        return cls(
            feed_table=env.required("FEED_TABLE"),
            article_table=env.required("ARTICLE_TABLE"),
            article_bucket=env.required("ARTICLE_BUCKET"),
            article_queue_url=env.required("ARTICLE_QUEUE_URL"),
            fetch_queue_url=env.required("FETCH_QUEUE_URL"),
            fetch_dead_letter_queue_url=env.required("FETCH_DEAD_LETTER_QUEUE_URL"),
            portal_url=env.optional("PORTAL_URL"),
            loopback_allowed=env.pairs("LOOPBACK_ALLOWED"),
            ports_allowed=env.ports("PORTS_ALLOWED"),
            clock_offset=env.seconds("CLOCK_OFFSET"),
        )
