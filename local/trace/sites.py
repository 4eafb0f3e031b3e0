"""What is known of the site that an article is on: its rules, its domain's back-off, whose it is."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from functions.extract import reservations, robots
from local.trace.store import Facts, Store
from newswire import backoff
from newswire.backoff import Backoff, domain_of
from newswire.domains import registrable_domain
from newswire.ownership import owning_source
from newswire.sources import Catalogue
from newswire.stops import STOPS_PK, Stops
from newswire.urls import host_of


def site_facts(store: Store, url: str) -> Facts:
    """Return what robots.txt, the TDM file and the domain's back-off say of asking for an address now."""
    parts = urlsplit(url)
    site = f"{parts.scheme}://{parts.netloc}"
    pks = (f"robots#{site}", f"tdmrep#{site}", backoff.PK_PREFIX + domain_of(url))
    items = store.items("FeedTable", pks)
    asked = items.get(pks[0])
    reserved = items.get(pks[1])
    return {
        "site": site,
        "robots.txt": "not asked yet" if asked is None else _robots(asked, url),
        "tdm file": "not asked yet" if reserved is None else _tdm(reserved, url),
        "back-off": _backoff(items.get(pks[2]), store.now),
        "stops": _stops(store, url),
    }


def owner_facts(url: str, catalogue: Catalogue) -> Facts:
    """Return which source owns an address, and what it lets us do."""
    source = owning_source(url, catalogue)
    if source is None:
        return {"source": None, "domain": registrable_domain(host_of(url))}
    return {
        "source": source.id,
        "name": source.name,
        "enabled": source.enabled,
        "display": source.display,
        "index": source.index,
        "images": source.images,
        "include": list(source.include),
        "exclude": list(source.exclude),
        "feeds": list(source.feeds),
    }


def _robots(item: Mapping[str, Any], url: str) -> Facts:
    rules = [robots.Rule(*one) for one in _unpacked(item)]
    return {"allows": robots.allows(rules, url), **_fetched(item)}


def _tdm(item: Mapping[str, Any], url: str) -> Facts:
    found = reservations.reservation_at([reservations.Rule(*one) for one in _unpacked(item)], url)
    return {"reserved": found.reserved, "policy": found.policy, **_fetched(item)}


def _unpacked(item: Mapping[str, Any]) -> list[list[Any]]:
    rules: list[list[Any]] = json.loads(zlib.decompress(bytes(item["rules"]))) if "rules" in item else []
    return rules


def _fetched(item: Mapping[str, Any]) -> Facts:
    expires = datetime.fromtimestamp(int(item["expires"]), UTC)
    return {"status": item.get("status"), "fetched": item.get("fetched"), "until": expires.isoformat()}


def _backoff(item: Mapping[str, Any] | None, now: datetime) -> Facts | str:
    if item is None:
        return "none"
    found = Backoff.from_item(item)
    return {
        "holds": found.until > now,
        "until": found.until.isoformat(),
        "refusals": found.refusals,
        "reason": found.reason,
    }


def _stops(store: Store, url: str) -> Facts:
    """Return what the operator noted of publishers that said stop, where it is this address's."""
    stops = Stops.from_item(store.items("ArticleTable", [STOPS_PK]).get(STOPS_PK))
    order = stops.of_url(url, store.catalogue)
    return {} if order is None else {order: stops.noted[order].to_map()}
