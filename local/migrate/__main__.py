"""``python -m local.migrate``, and ``make migrate``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from local.local_run import ARTICLES
from local.migrate.decisions import LATER, MIGRATED, OTHER, SAME, UNREADABLE, verdict
from local.run import PROJECT
from local.upkeep.command import parser, run
from local.upkeep.items import Upkeep, walk
from local.upkeep.place import Place

_ORDER = (MIGRATED, SAME, OTHER, LATER, UNREADABLE)


def main(arguments: Sequence[str], project: Path = PROJECT) -> int:
    """Migrate what the arguments name, print what became of the items, and return the exit status."""
    options = parser("migrate", "Give stored items the attributes that this release gives to new ones.")
    return run(options.parse_args(arguments), project, migrate, _ORDER, (UNREADABLE,))


def migrate(place: Place, upkeep: Upkeep) -> None:
    """Migrate every article's item; a run that was killed is begun again and writes what is left."""
    table = place.tables[ARTICLES]
    for page in walk(place.client, table):
        for item in page:
            upkeep.settle(table, item["pk"], item, verdict)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
