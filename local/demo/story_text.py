"""The text of a story as it is written in its file: blocks divided by empty lines.

``## `` begins a subheading, ``> `` a quote, ``- `` each item of a list, ``| `` each line of a table, the
first of which is its head.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CELL = " | "

BlockKind = Literal["paragraph", "heading", "list", "quote", "table"]
_MARKS: dict[str, BlockKind] = {"## ": "heading", "- ": "list", "> ": "quote", "| ": "table"}


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, subheading, list, quote or table of a story; plain text.

    A list has a row for each item, a table one for each line, the head first, with ``CELL`` between cells;
    everything else has one row.
    """

    kind: BlockKind
    rows: tuple[str, ...]

    @property
    def text(self) -> str:
        """What is read of it: a line for each row."""
        return "\n".join(row.replace(CELL, " ") for row in self.rows)


def blocks_of(text: str) -> tuple[Block, ...]:
    """Return the blocks of a story's text."""
    pieces = [piece.strip() for piece in text.split("\n\n")]
    return tuple(_block(piece) for piece in pieces if piece)


def _block(piece: str) -> Block:
    for mark, kind in _MARKS.items():
        if piece.startswith(mark):
            rows = (line.removeprefix(mark).removesuffix(" |") for line in piece.splitlines())
            return Block(kind, tuple(rows))
    return Block("paragraph", (piece,))
