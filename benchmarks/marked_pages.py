"""Pages of the documentation of which a command writes what stands between two marks (pure)."""

from __future__ import annotations


def replaced(page: str, begin: str, end: str, text: str) -> str:
    """Return a page with what stands between the marks replaced.

    Raise ``ValueError`` where the page lacks one of them.
    """
    before, found, rest = page.partition(begin)
    _, ended, after = rest.partition(end)
    if not found or not ended:
        raise ValueError(f"the page lacks the line {end if found else begin}")
    return f"{before}{begin}\n\n{text}\n\n{end}{after}"
