"""Files that are either the old ones or the new ones, whatever happens in between."""

from __future__ import annotations

import os
from pathlib import Path


def replace_file(path: Path, body: bytes, *, durable: bool) -> None:
    """Replace ``path`` in one step: whoever reads it gets the old bytes or the new.

    With ``durable`` the new bytes survive a power cut once the folder is synced, too.
    """
    # Short whatever the name is: a file name may have 255 bytes and no more.
    temporary = path.with_name(f".{os.getpid()}.new")
    with temporary.open("wb") as file:
        file.write(body)
        if durable:
            file.flush()
            os.fsync(file.fileno())
    temporary.replace(path)


def sync_folder(folder: Path) -> None:
    """Make the folder's entries durable: the names, not the bytes behind them."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
