"""The publish function's environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from newswire.settings import Environment


@dataclass(frozen=True, slots=True)
class Settings:
    """What ``template.yaml`` tells the function; ``docs/architecture.md`` lists the variables."""

    article_table: str
    feed_table: str
    article_bucket: str
    site_bucket: str
    ping_table: str
    portal_url: str
    clock_offset: timedelta
    local_run: bool

    @classmethod
    def from_env(cls, values: Mapping[str, str]) -> Settings:
        """Read the environment; raise :class:`~newswire.settings.SettingsError` naming what is wrong."""
        env = Environment(values)
        return cls(
            article_table=env.required("ARTICLE_TABLE"),
            feed_table=env.required("FEED_TABLE"),
            article_bucket=env.required("ARTICLE_BUCKET"),
            site_bucket=env.required("SITE_BUCKET"),
            ping_table=env.required("PING_TABLE"),
            portal_url=env.optional("PORTAL_URL"),
            clock_offset=env.seconds("CLOCK_OFFSET"),
            local_run=bool(env.optional("LOCAL_RUN")),
        )
