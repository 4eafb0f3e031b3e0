"""The articles that the operator wants to lead the home page, as long as they are carried."""

from __future__ import annotations

from collections.abc import Iterable

from functions.publish.carried import Carried
from functions.publish.channels import Channel
from newswire.sources import Catalogue


def pinned_on(catalogue: Catalogue, channel: Channel) -> tuple[str, ...]:
    """Return the ids that are pinned on a channel's page."""
    return catalogue.own.pinned if channel.kind == "portal" else ()


def pinned_among(carried: Iterable[Carried], catalogue: Catalogue, channel: Channel) -> list[Carried]:
    """Return those of the articles that are pinned on a channel's page, in the operator's order."""
    known = {one.item.id: one for one in carried}
    return [known[one] for one in pinned_on(catalogue, channel) if one in known]
