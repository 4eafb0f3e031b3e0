"""``python -m local.recover``, and ``make recover``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from local.recover.decisions import DIFFERS, GONE, NOTICE_ONLY, SAME, TAKEN_DOWN, WRITTEN, Wish
from local.recover.recovery import LEFT_OUT, Recovery
from local.run import PROJECT
from local.saved_state import StateStore
from local.stack_contents import with_binaries
from local.upkeep.command import parser, run
from local.upkeep.items import Item, Upkeep, exists, walk
from local.upkeep.place import Place
from local.workspace import NoRun
from newswire.tables import Table

_ORDER = (WRITTEN, NOTICE_ONLY, SAME, DIFFERS, GONE, TAKEN_DOWN, LEFT_OUT)


def main(arguments: Sequence[str], project: Path = PROJECT) -> int:
    """Write back what the arguments name, print what became of the items, and return the exit status."""
    options = _options(arguments)
    wish = Wish(frozenset(options.id), damaged=options.damaged, forced=options.force)

    def work(place: Place, upkeep: Upkeep) -> None:
        Recovery(place, wish, upkeep).recover(_restored(options, place))

    return run(options, project, work, _ORDER, ())


def _restored(options: argparse.Namespace, place: Place) -> Iterable[Sequence[Item]]:
    if options.stack:
        source = Table(place.client, options.source)
        if not exists(place.client, source):
            raise NoRun(
                f"there is no table {options.source}: FROM= names the one that a backup was restored into"
            )
        return walk(place.client, source)
    table = next(iter(place.tables.values()))
    state = StateStore(Path(options.source) / "state").load()
    if state is None:
        raise NoRun(f"{options.source} holds no run; FROM= names a copy of a run's folder")
    return ([table.plain(with_binaries(item)) for item in items] for items in state.tables.values())


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    options = parser("recover", "Write back into the tables what they lack of a restored backup.")
    options.add_argument(
        "--from",
        dest="source",
        required=True,
        metavar="TABLE",
        help="the table that a backup was restored into; of a folder, a copy of it",
    )
    options.add_argument("--id", action="append", default=[], help="of this article, what differs as well")
    options.add_argument("--damaged", action="store_true", help="of every item, what differs as well")
    options.add_argument(
        "--force", action="store_true", help="with --id or --damaged: also what has gone since the backup"
    )
    return options.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
