"""A month that has ended, as one look found it: what it is joined to, and of which rows (pure)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from functions.publish.search_index import is_joint, joined
from functions.publish.search_rows import SearchRow

Rows = Mapping[str, SearchRow]


@dataclass(frozen=True, slots=True)
class EndedMonth:
    """``listed`` are the partitions that the list names, ``joint`` the joint files that there are.

    ``fresh`` are the rows of the days, and parts of days, that were read after these; ``split`` are those of
    which the parts have the rows; ``unproven`` are joint files that were listed and not compared with their
    days since. A joint file has at most ``most`` rows.
    """

    listed: Mapping[str, int]
    joint: Mapping[str, Rows]
    fresh: Mapping[str, Rows]
    split: Collection[str]
    unproven: Collection[str]
    most: int

    def partitions(self) -> dict[str, int]:
        """Return the partitions that the month is to have, with the number of their articles."""
        counts = self._counts()
        return {
            name: sum(counts[leaf] for leaf in leaves) for name, leaves in joined(counts, self.most).items()
        }

    def unread(self) -> set[str]:
        """Return the days that have to be read before the joint files can be made.

        A listed joint file keeps what it has of days that are not fresh; another one is made of fresh days
        alone. Of a joint file that is not listed nobody knows whether it is about to be, and of an unproven
        one whether a day has changed before it was listed: their days are looked at.
        """
        doubtful = self.joint.keys() - (self.listed.keys() - set(self.unproven))
        needed = {row.day for name in doubtful for row in self.joint[name].values()}
        for name, leaves in joined(self._counts(), self.most).items():
            if is_joint(name):
                needed |= set(leaves) - self._kept(name).keys()
        return needed - self.fresh.keys() - set(self.split)

    def rows(self) -> dict[str, Rows]:
        """Return the rows of every joint file that the month is to have; of the others there, none."""
        made: dict[str, Rows] = {name: {} for name in self.joint}
        for name, leaves in joined(self._counts(), self.most).items():
            if is_joint(name):
                known = {**self._kept(name), **self.fresh}
                made[name] = {one: row for leaf in leaves for one, row in known[leaf].items()}
        return made

    def _counts(self) -> dict[str, int]:
        """Return how many articles each day, or part of a split one, has."""
        counts = {name: count for name, count in self.listed.items() if not is_joint(name)}
        for name in self.joint.keys() & self.listed.keys():
            counts |= {day: len(rows) for day, rows in self._kept(name).items()}
        counts |= {name: len(rows) for name, rows in self.fresh.items()}
        return {name: count for name, count in counts.items() if count and name not in self.split}

    def _kept(self, name: str) -> dict[str, Rows]:
        """Return the rows, by day, of a joint file that is listed."""
        days: dict[str, dict[str, SearchRow]] = {}
        for one, row in self.joint[name].items() if name in self.joint and name in self.listed else ():
            days.setdefault(row.day, {})[one] = row
        return dict(days)
