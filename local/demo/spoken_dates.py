"""Dates as the publishers' pages print them; the process's locale has no part in it."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Literal

_DAYS = (
    {"id": "Senin", "en": "Monday"},
    {"id": "Selasa", "en": "Tuesday"},
    {"id": "Rabu", "en": "Wednesday"},
    {"id": "Kamis", "en": "Thursday"},
    {"id": "Jumat", "en": "Friday"},
    {"id": "Sabtu", "en": "Saturday"},
    {"id": "Minggu", "en": "Sunday"},
)
_MONTHS = (
    {"id": "Januari", "en": "January"},
    {"id": "Februari", "en": "February"},
    {"id": "Maret", "en": "March"},
    {"id": "April", "en": "April"},
    {"id": "Mei", "en": "May"},
    {"id": "Juni", "en": "June"},
    {"id": "Juli", "en": "July"},
    {"id": "Agustus", "en": "August"},
    {"id": "September", "en": "September"},
    {"id": "Oktober", "en": "October"},
    {"id": "November", "en": "November"},
    {"id": "Desember", "en": "December"},
)


def spoken_date(moment: datetime, zone: timezone, language: Literal["id", "en"]) -> str:
    """Return an aware moment in ``zone``: ``Senin, 5 Januari 2026, 14.05 WIB``."""
    local = moment.astimezone(zone)
    day, month = _DAYS[local.weekday()][language], _MONTHS[local.month - 1][language]
    clock = f"{local:%H.%M}" if language == "id" else f"{local:%H:%M}"
    return f"{day}, {local.day} {month} {local.year}, {clock} {local.tzname()}"
