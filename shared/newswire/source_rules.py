"""What values ``sources.yaml`` may hold, as functions from text to value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from newswire.languages import primary_language
from newswire.text import contained, is_visible, xml_text
from newswire.urls import ascii_host, clean_link

Rules = Mapping[str, Callable[[object], Any]]

TEXT_LIMIT = 500
ID_LIMIT = 64
RECHECK_LIMIT = 20
# An article may be listed three days before it is first seen, and its page is looked at, or asked for again,
# for seven days from then on; the news sitemap lists it for two.
LEAST_RETENTION = timedelta(days=10)
FEED_LIMIT = 1500  # characters: a feed's URL is part of a table key
_DURATION = re.compile(r"(\d{1,6})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_IDENTIFIER = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_EMAIL = re.compile(r"[^@\s<>\":/?#]+@[^@\s<>\":/?#]+\.[^@\s<>\":/?#]+")
_INDEXNOW_KEY = re.compile(r"[A-Za-z0-9-]{8,128}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


class RuleError(ValueError):
    """A value that its key does not allow; the message says what is allowed."""


def text(value: object) -> str:
    """Allow one line of text, in which something can be seen."""
    if (
        not isinstance(value, str)
        or len(value) > TEXT_LIMIT
        or xml_text(value) != value
        or not is_visible(value)
    ):
        raise RuleError(f"is {shown(value)}; a text of 1 to {TEXT_LIMIT} characters is allowed")
    return contained(" ".join(value.split()))


def choice(*allowed: str) -> Callable[[object], str]:
    """Allow one of the given words."""

    def rule(value: object) -> str:
        if value not in allowed:
            raise RuleError(f"is {shown(value)}; allowed: {', '.join(allowed)}")
        return str(value)

    return rule


def identifier(value: object) -> str:
    """Allow an id that can stand in a URL."""
    if not isinstance(value, str) or len(value) > ID_LIMIT or not _IDENTIFIER.fullmatch(value):
        raise RuleError(
            f"is {shown(value)}; allowed: up to {ID_LIMIT} of a-z, 0-9 and single hyphens between them"
        )
    return value


def link(value: object, limit: int = FEED_LIMIT) -> str:
    """Allow an absolute http(s) URL."""
    cleaned = clean_link(value) if isinstance(value, str) else None
    if cleaned is None or len(cleaned) > limit:
        raise RuleError(
            f"is {shown(value)}; an absolute http(s) URL of at most {limit} characters is allowed"
        )
    return cleaned


def homepage(value: object) -> str:
    """Allow an absolute http(s) URL, kept without a final slash after the host."""
    cleaned = link(value)
    return cleaned.rstrip("/") if cleaned.count("/") == 3 else cleaned


def portal_url(value: object) -> str:
    """Allow the portal's own address: scheme, host and port, nothing after them."""
    cleaned = link(value)
    if cleaned.count("/") != 3 or not cleaned.endswith("/"):
        raise RuleError(
            f"is {shown(value)}; scheme and host without path are allowed, as https://kabar.example"
        )
    return cleaned.rstrip("/")


def host(value: object) -> str:
    """Allow a host name."""
    name = ascii_host(value) if isinstance(value, str) else ""
    if not name or name.startswith("["):
        raise RuleError(f"is {shown(value)}; a host name is allowed, as www.kabar.example")
    return name


def email(value: object) -> str:
    """Allow an e-mail address or an http(s) URL: where a publisher can reach the operator."""
    if isinstance(value, str) and (_EMAIL.fullmatch(value) or clean_link(value)):
        return value
    raise RuleError(f"is {shown(value)}; an e-mail address or a URL is allowed")


def indexnow_key(value: object) -> str:
    """Allow a key of the IndexNow protocol."""
    if not isinstance(value, str) or not _INDEXNOW_KEY.fullmatch(value):
        raise RuleError(f"is {shown(value)}; 8 to 128 of a-z, A-Z, 0-9 and hyphens are allowed")
    return value


def timezone(value: object) -> str:
    """Allow a zone of the IANA database."""
    try:
        return ZoneInfo(str(value)).key
    except (ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError of this kind
        pass
    except KeyError:
        pass
    raise RuleError(f"is {shown(value)}; an IANA time zone is allowed, as Asia/Jakarta")


def language(value: object) -> str:
    """Allow an ISO 639 code."""
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value) or primary_language(value) is None:
        raise RuleError(f"is {shown(value)}; an ISO 639 language code is allowed, as id or en")
    return value


def duration(value: object) -> timedelta:
    """Allow a whole number with a unit."""
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise RuleError(f"is {shown(value)}; a whole number with a unit is allowed: 30s, 15m, 72h, 7d")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def interval(value: object) -> timedelta:
    """Allow a polling interval from one minute to one day."""
    found = duration(value)
    if not timedelta(minutes=1) <= found <= timedelta(days=1):
        raise RuleError(f"is {shown(value)}; from 1m to 24h is allowed")
    return found


def backfill(value: object) -> timedelta | None:
    """Allow a duration, or ``all`` for no age limit."""
    return None if value == "all" else duration(value)


def retention(value: object) -> timedelta | None:
    """Allow how long an article is kept, or ``none`` for ever."""
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if value != "none" and (match is None or duration(value) < LEAST_RETENTION):
        raise RuleError(
            f"is {shown(value)}; none, or from {LEAST_RETENTION.days}d is allowed, as 400d: an article may "
            "be listed 3 days before it is first seen, and its page is looked at for 7 days after that"
        )
    return None if match is None else duration(value)


def request_gap(value: object) -> timedelta:
    """Allow a pause between two requests to one host of at most a minute."""
    found = duration(value)
    if found > timedelta(minutes=1):
        raise RuleError(f"is {shown(value)}; from 0s to 60s is allowed")
    return found


def rechecks(value: object) -> tuple[timedelta, ...]:
    """Allow the ages at which an article's page is looked at again; an empty list for never."""
    if not isinstance(value, list) or len(value) > RECHECK_LIMIT:
        raise RuleError(
            f"is {shown(value)}; a list of at most {RECHECK_LIMIT} ages is allowed, as [1h, 24h, 7d], "
            "and [] for never"
        )
    ages = sorted({duration(age) for age in value})
    if ages and not timedelta(minutes=30) <= ages[0] <= ages[-1] <= timedelta(days=30):
        raise RuleError(f"is {shown(value)}; ages from 30m to 30d are allowed")
    return tuple(ages)


def flag(value: object) -> bool:
    """Allow true or false."""
    if value not in ("true", "false"):
        raise RuleError(f"is {shown(value)}; allowed: true, false")
    return value == "true"


def several(rule: Callable[[object], str], value: object, *, least: int = 0) -> tuple[str, ...]:
    """Allow a list, each of whose entries the rule allows; repeated entries count once."""
    if not isinstance(value, list) or len(value) < least:
        raise RuleError(
            f"is {shown(value)}; a list of {'at least one entry' if least else 'entries'} is allowed"
        )
    return tuple(dict.fromkeys(rule(entry) for entry in value))


def notice(value: object) -> str:
    """Allow a text whose only placeholders are {owner}, {portal} and {url}, the owner among them."""
    found = text(value)
    unknown = set(re.findall(r"\{([^{}]*)\}", found)) - {"owner", "portal", "url"}
    if unknown or "{owner}" not in found or re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", found)):
        raise RuleError(
            f"is {shown(value)}; a text with {{owner}}, and {{portal}}, {{url}} if wanted, is allowed"
        )
    return found


def shown(value: object) -> str:
    """Return a value as an error message shows it."""
    if value is None:
        return "empty"
    if isinstance(value, dict):
        return "a mapping"
    text_form = repr(value)
    return text_form if len(text_form) <= 80 else text_form[:77] + "…"
