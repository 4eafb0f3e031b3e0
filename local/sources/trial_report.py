"""What ``test`` prints of a feed and of an article: lines of text, from what was found. No I/O."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import datetime, tzinfo

from local.progress import plural
from local.sources import advice
from local.sources.asking import Reading
from local.sources.polls import Poll
from local.terminal import shown_line
from newswire.http_client import Answer
from newswire.sources import Source

TEXT_LINES = 4
CHILDREN_SHOWN = 5
_WIDTH = 100


def heading(source: Source, agent: str) -> Iterator[str]:
    """Yield who is tried out, and under which name."""
    yield f"{source.name} ({source.id}), {source.homepage}"
    yield from _row("asked as", agent)
    if not source.enabled:
        yield from _row("enabled", "false: it is not polled until that is true")


def feed_lines(poll: Poll, zone: tzinfo) -> Iterator[str]:
    """Yield what is to be said of one feed."""
    yield ""
    yield f"Feed {poll.url}"
    if poll.answer is not None:
        yield from _row("answer", _answer(poll.answer, poll.url))
        if poll.answer.status == 200:
            yield from _row("validators", _validators(poll.answer))
    if poll.reason is not None:
        yield from _row("failed", f"{poll.reason} ({poll.detail})" if poll.detail else poll.reason)
        yield from _row("to do", advice.of_feed(poll.reason))
    yield from _document(poll)
    due = "never" if poll.next_due is None else f"not before {_moment(poll.next_due, zone)}"
    yield from _row("next poll", due)


def left_alone(url: str) -> Iterator[str]:
    """Yield what is to be said of a feed that was not asked."""
    yield ""
    yield f"Feed {url}"
    yield from _row("not asked", "its host wants to be left alone")


def article_lines(reading: Reading, zone: tzinfo) -> Iterator[str]:
    """Yield what is to be said of one article."""
    article, terms = reading.article, reading.terms
    row = _row
    yield ""
    yield f"Article {reading.url}"
    for request in reading.requests:
        yield from row("asked", f"{request.url}: {request.outcome}")
    yield from row("robots.txt", robots_verdict(reading))
    yield from row("title", article.title or "none")
    yield from row("published", _stated(article.published, zone))
    yield from row("authors", ", ".join(article.authors) or "none stated")
    yield from row("language", article.language or "unknown")
    yield from row("text", f"{plural(len(article.text.split()), 'word')}, from the {article.origin}")
    for line in [line for line in article.text.splitlines() if line.strip()][:TEXT_LINES]:
        yield from row("", f"| {line}")
    if article.reason is not None:
        yield from row("no page", article.reason)
        yield from row("to do", advice.of_article(article.reason))
    yield from row("owner", f"{article.owner.name} ({article.owner.id}), {article.owner.homepage}")
    if terms is None:
        yield from row("rights", "not carried")
    else:
        rights = f"display {terms.display}, index {terms.index}, images {terms.images}"
        yield from row("rights", rights + (f", licence {terms.licence}" if terms.licence else ""))


def robots_verdict(reading: Reading) -> str:
    """Return what the site's robots.txt said of the page, or why it was not asked."""
    reason = reading.article.reason or ""
    robots = [one for one in reading.requests if one.url.endswith("/robots.txt")]
    if reason.startswith("robots.txt"):
        return "disallows the page" if reason == "robots.txt disallows" else reason
    if not robots:
        return f"not asked ({reason or 'nothing was asked'})"
    if robots[-1] == reading.requests[-1]:
        return f"could not be had ({robots[-1].outcome}); until it can be, no page is asked"
    return "allows the page"


def _answer(answer: Answer, asked: str) -> str:
    moved = "" if answer.url == asked else f", redirected to {answer.url}"
    permanent = " for good: put that address into the file" if answer.permanent_url == answer.url else ""
    kind = answer.headers.get("content-type", "no type stated")
    return f"HTTP {answer.status}{moved}{permanent}, {kind}, {len(answer.body)} bytes"


def _validators(answer: Answer) -> str:
    said = [
        (name, answer.headers[name.lower()])
        for name in ("ETag", "Last-Modified")
        if name.lower() in answer.headers
    ]
    return (
        ", ".join(f"{name} {value}" for name, value in said) or "none: the whole feed is sent at every poll"
    )


def _document(poll: Poll) -> Iterator[str]:
    if poll.document is None or poll.plan is None:
        return
    yield from _row("format", poll.document.format or "not stated")
    if poll.children:
        yield from _row("leads to", f"{plural(len(poll.children), 'document')}, the first of which is tried:")
        for child in poll.children[:CHILDREN_SHOWN]:
            yield from _row("", child)
        if not poll.document.entries:
            return
    sends, held, skipped = poll.plan.sends, poll.plan.held_back, poll.plan.skipped
    would = f"{len(sends)} would be fetched" + (f", then {held} more" if held else "")
    why = "".join(f"; {count} left out: {reason}" for reason, count in skipped.items())
    yield from _row("entries", f"{len(poll.document.entries)}: {would}{why}")


def _stated(stamp: str | None, zone: tzinfo) -> str:
    return "not stated" if stamp is None else _moment(datetime.fromisoformat(stamp), zone)


def _moment(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def _row(label: str, value: str) -> Iterator[str]:
    """Yield one labelled value on lines of bounded length."""
    for index, line in enumerate(
        textwrap.wrap(shown_line(value), _WIDTH, break_on_hyphens=False, break_long_words=False) or [""]
    ):
        yield f"  {label if index == 0 else '':<11} {line}"
