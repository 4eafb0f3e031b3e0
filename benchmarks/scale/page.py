"""What was measured, as docs/scale.md has it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from benchmarks import marked_pages
from benchmarks.scale.limits import SCHEDULE, Limits
from benchmarks.scale.outage import OTHERS, Drain, enough, soonest
from benchmarks.scale.pressure import BUSY, Figures, Share, Traffic, shard_seconds
from benchmarks.scale.remedies import remedy

BEGIN, END = "<!-- written by make bench-scale -->", "<!-- end of what make bench-scale wrote -->"
MOST = 0.5


def as_markdown(
    traffic: Traffic, found: Figures, shares: Sequence[Share], drains: Iterable[Drain], limits: Limits
) -> str:
    """Return all tables."""
    return "\n\n".join(
        (
            f"{traffic.feeds:,} feeds, {traffic.articles_a_day:,} articles a day.",
            f"Limits as of {limits.date}: {limits.source}.",
            "## Bars",
            _bars(shares, drains := list(drains)),
            "## How near each limit is",
            f"In a busy quarter of an hour, with {BUSY} times the average of articles.",
            _shares(shares),
            "## After two hours without extract",
            _drains(drains),
            _needed(traffic, found),
            "## What breaks first",
            _breaks(shares),
            "## What was measured",
            _measured(found),
        )
    )


def replaced(page: str, text: str) -> str:
    """Return the page with this text between its marks; raise ``ValueError`` where it has none."""
    return marked_pages.replaced(page, BEGIN, END, text)


def _bars(shares: Sequence[Share], drains: Iterable[Drain]) -> str:
    nearest = shares[0]
    named = f"{nearest.where}, {nearest.what}: {_percent(nearest.at(1))}"
    first = f"- {_met(nearest.at(1) <= MOST)}: no limit above {MOST:.0%}; the nearest is {named}"
    within = f"the backlog of two hours is gone within {SCHEDULE / 60:.0f} minutes in"
    others = [f"- {_met(one.met)}: {within} {one.account.name}: {_minutes(one.seconds)}" for one in drains]
    return "\n".join([first, *others])


def _shares(shares: Iterable[Share]) -> str:
    rows = [
        (share.where, share.what, _number(share.used), _number(share.most), _percent(share.at(1)))
        for share in shares
    ]
    return _table(("where", "what", "used", "limit", "share"), rows)


def _drains(drains: Iterable[Drain]) -> str:
    rows = [
        (
            one.account.name,
            str(one.account.at_once),
            f"{one.articles:,}",
            _minutes(one.seconds),
        )
        for one in drains
    ]
    return _table(("account", "batches at once", "articles that wait", "gone after"), rows)


def _needed(traffic: Traffic, found: Figures) -> str:
    part = found.stages.article
    least = enough(traffic, part)
    if least is None:
        return f"No number of batches at once does it within {SCHEDULE / 60:.0f} minutes."
    return (
        f"Within {SCHEDULE / 60:.0f} minutes it takes {least} batches at once. With the {OTHERS} that "
        f"others may be, the account has to allow {least + OTHERS}. With as many batches as publishers it "
        f"would take {_minutes(soonest(traffic, part))}: the pauses of the largest publisher, and what comes "
        "meanwhile."
    )


def _breaks(shares: Iterable[Share]) -> str:
    rows = [
        (
            f"{share.where}: {share.what}",
            *(_percent(share.at(times)) for times in (1, 10, 100)),
            remedy(share),
        )
        for share in sorted(shares, key=lambda one: -one.at(10))
        if share.at(100) > MOST
    ]
    return _table(("limit", "now", "10 ×", "100 ×", "what to change then"), rows)


def _measured(found: Figures) -> str:
    stages, published = found.stages, found.publishing
    runs = {
        "a scheduled fetch run": found.planning.seconds,
        "a shard of 200 feeds": shard_seconds(stages.poll),
        "a batch of extract": stages.article.batch_seconds,
        "a batch of looks": stages.look.batch_seconds,
        "a new portal's first publish runs, all": sum(run.seconds for run in published.beginning),
        "publish, 17 articles": published.run.seconds,
        "publish, 500 articles": published.batch.seconds,
        "a refresh with nothing due": published.quiet.seconds,
        f"a refresh with {published.due} articles due": published.archiving.seconds,
        "of a refresh, how feeds do": published.feeds.seconds,
    }
    rows = [(name, f"{seconds:.2f}") for name, seconds in runs.items()]
    rows.append(("runs that a new portal's lists take", str(len(published.beginning))))
    return _table(("what", "seconds in Lambda"), rows)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(heads)} |", f"| {' | '.join('---' for _ in heads)} |"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def _met(met: bool) -> str:  # noqa: FBT001 - a word for it
    return "met" if met else "missed"


def _percent(share: float) -> str:
    return f"{share:.1%}" if share < 0.1 else f"{share:,.0%}"


def _number(value: float) -> str:
    return f"{value:,.2f}" if value < 100 else f"{value:,.0f}"


def _minutes(seconds: float | None) -> str:
    return "never" if seconds is None else f"{seconds / 60:.1f} min"


def as_figures(shares: Iterable[Share], drains: Iterable[Drain]) -> Mapping[str, float | None]:
    """Return shares and drains by name, for programs."""
    return {
        **{f"{one.where}: {one.what}": round(one.at(1), 4) for one in shares},
        **{f"drained: {one.account.name}": one.seconds and round(one.seconds) for one in drains},
    }
