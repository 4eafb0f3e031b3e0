"""Reasons for which a page is poor."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why a page is poor, as it is recorded, counted and shown."""

    BOT_CHECK = "bot check"
    JAVASCRIPT = "JavaScript required"
    ERROR = "error page"
    COOKIES = "cookie wall"
    CONSENT = "consent page"
    LOGIN = "login wall"
    FRONT_PAGE = "led to the front page"
    SECTION = "led to a section's page"
    REPEATED = "same text as another page"
    PROGRAM = "error messages of a program"
    PAYWALL = "behind a paywall"
    LANGUAGE = "another language than the feed's"
    LINKS = "mostly links"
    BOILERPLATE = "mostly boilerplate"
    SHORT = "too short"
