"""What follows a takedown: the notices in the site, the versions under them, the edges; and what is told."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence

from local.progress import plural
from local.takedown.command import Talk, Wanted
from local.takedown.deployed import Distribution
from local.takedown.restoring import Restored
from local.takedown.site_files import await_notices, invalidation_paths, purge_replaced
from local.takedown.stores import Stores
from local.terminal import say
from newswire.article_item import Tombstone
from newswire.clock import instant


def after_takedown(
    stores: Stores,
    stones: Sequence[Tombstone],
    wanted: Wanted,
    talk: Talk,
    distribution: Distribution | None,
    seconds: float,
    sleep: Callable[[float], None],
) -> bool:
    """Wait for the notices, then see to what lies under them; return whether all of them are there."""
    pending = await_notices(stores.site, stones, seconds, sleep)
    if pending:
        talk.say(
            f"{len(pending)} of {plural(len(stones), 'notice')} are not in the site yet; publish writes them "
            "within minutes. Run the same command again: it takes nothing down twice, and does the rest"
        )
        talk.say(f"  or, when they are there: {_by_hand(distribution, invalidation_paths(stones))}")
        return False
    if stones:
        talk.say(f"{plural(len(stones), 'notice')} in the site, in place of page, JSON and pictures")
    if wanted.purge:
        replaced = sum(purge_replaced(stores.site, stone) for stone in stones)
        talk.say(f"purged: {talk.purged} versions of files, {replaced} replaced versions in the site")
    if distribution is not None and stones:
        paths = invalidation_paths(stones)
        reference = f"takedown-{stones[0].id}-{instant(stores.now())}"
        identity = distribution.invalidate(paths, reference)
        talk.say(f"invalidation {identity} of {plural(len(paths), 'path')} in distribution {distribution.id}")
    return True


def after_restore(restored: Restored) -> None:
    """Tell what comes back, and how."""
    for ids, told in (
        (restored.back, "here again as before, at the same address"),
        (restored.awaited, "allowed again: nothing was kept, the next entry of a feed makes it anew"),
        (restored.withdrawn, "as before: gone by its publisher's own word, or past its retention"),
        (restored.kept, "down as before, by another order that covers it: restore that, too"),
    ):
        for one in ids:
            say(f"{one} is {told}")


def _by_hand(distribution: Distribution | None, paths: Sequence[str]) -> str:
    if distribution is None:
        return "nothing; this portal has no distribution"
    listed = " ".join(map(shlex.quote, paths))
    return f"aws cloudfront create-invalidation --distribution-id {distribution.id} --paths {listed}"
