"""The keys of ``sources.yaml``: the rule of each, which are required, and what is built in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from newswire import own_rules
from newswire import source_rules as rules

_DISPLAY = rules.choice("full", "excerpt", "link")

PORTAL: rules.Rules = {
    "name": rules.text,
    "url": rules.portal_url,
    "tagline": rules.text,
    "language": rules.choice("id", "en"),
    "timezone": rules.timezone,
    "contact": rules.email,
    "dateline": rules.text,
    "notice": rules.notice,
    "google_news": rules.link,
    "websub": rules.link,
    "indexnow": rules.indexnow_key,
    "indexnow_endpoint": rules.link,
}
# What the operator adds to the pages; these stand in ``portal``, too.
OWN: rules.Rules = {
    "logo": own_rules.logo,
    "accent": own_rules.accent,
    "pages": own_rules.pages,
    "head_html": own_rules.head_html,
    "csp": own_rules.csp,
    "pinned": own_rules.pinned,
}
# What ``portal`` says of stored articles; where ``defaults`` says otherwise, that counts.
KEEPING: rules.Rules = {"retention": rules.retention}
PORTAL_REQUIRED = frozenset({"name", "url", "tagline", "language", "timezone", "contact"})

DEFAULTS: rules.Rules = {
    "display": _DISPLAY,
    "full_text_for": rules.duration,
    "index": rules.choice("index", "noindex", "noindex-news"),
    "images": rules.choice("none", "remote", "copy"),
    "others": _DISPLAY,
    "interval": rules.interval,
    "backfill": rules.backfill,
    "request_gap": rules.request_gap,
    "rechecks": rules.rechecks,
    "retention": rules.retention,
    "language": rules.language,
    "timezone": rules.timezone,
}

SOURCE: rules.Rules = {
    "id": rules.identifier,
    "name": rules.text,
    "homepage": rules.homepage,
    "hosts": partial(rules.several, rules.host),
    "feeds": partial(rules.several, rules.link, least=1),
    "category": rules.identifier,
    "sections": own_rules.sections,
    "include": partial(rules.several, rules.text),
    "exclude": partial(rules.several, rules.text),
    "licence": rules.text,
    "contact": rules.email,
    "enabled": rules.flag,
}
SOURCE_REQUIRED = frozenset({"id", "name", "homepage", "feeds", "category"})

BUILT_IN: Mapping[str, Any] = {
    "display": "excerpt",
    "full_text_for": None,
    "index": "noindex-news",
    "images": "remote",
    "others": "link",
    "interval": timedelta(minutes=15),
    "backfill": timedelta(hours=72),
    "request_gap": timedelta(seconds=1),
    "rechecks": tuple(timedelta(hours=hours) for hours in (1, 4, 12, 24, 72, 168)),
    "retention": None,
    "language": "id",
}
OPTIONAL: Mapping[str, Any] = {"hosts": ()}
