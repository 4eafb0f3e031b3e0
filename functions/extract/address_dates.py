"""The day of publication that an address names."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_MONTH, _DAY = "0[1-9]|1[0-2]", "0[1-9]|[12][0-9]|3[01]"
_URL_DATE = re.compile(
    rf"(?<![0-9])((?:19|20)[0-9]{{2}})(?:[-/_]({_MONTH}|[1-9])[-/_]({_DAY}|[1-9])|({_MONTH})({_DAY}))(?![0-9])"
)


def day_of_address(url: str) -> str | None:
    """Return the day in an address's path as ISO 8601 has it, None where there is none."""
    path = urlsplit(url).path
    # An archive's address has the moment of the copy before the address of the original.
    found = _URL_DATE.search(path[max(path.rfind("http:/"), path.rfind("https:/"), 0) :])
    if found is None:
        return None
    year, month, day = found[1], found[2] or found[4], found[3] or found[5]
    return f"{year}-{month:0>2}-{day:0>2}"
