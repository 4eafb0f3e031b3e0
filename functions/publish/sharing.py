"""Plain links by which readers pass an article on: nobody is asked until one is followed."""

from __future__ import annotations

from urllib.parse import quote

from functions.publish.entries import Entry
from functions.publish.wording import Wording
from newswire.text import xml_text


def share_links(entry: Entry, words: Wording) -> tuple[tuple[str, str], ...]:
    """Return the names and addresses; WhatsApp's is its own "click to chat", the other RFC 6068."""
    title, link = _quoted(entry.title), _quoted(entry.link)
    return (
        ("WhatsApp", f"https://wa.me/?text={title}%20{link}"),
        (words.share_mail, f"mailto:?subject={title}&body={link}"),
    )


def _quoted(text: str) -> str:
    return quote(xml_text(text), safe="")
