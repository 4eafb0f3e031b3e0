"""From measured parts of a day to dollars a month. No I/O.

A month has thirty days. What is not measured is stated: here the share of a processor that a function's
memory buys, in ``unconditional`` what is billed whether or not anything happens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from benchmarks.billing import unconditional
from benchmarks.billing.amounts import Amounts
from benchmarks.billing.prices import Prices
from benchmarks.billing.scenario import Measured, Phase, Scenario
from newswire.source_keys import BUILT_IN

DAYS = 30
TICKS_A_DAY = 96
REFRESHES_A_DAY = 24
LOOKS_AN_ARTICLE = len(BUILT_IN["rechecks"])
FULL_PROCESSOR = 1769  # MB ("Configure Lambda function memory")
INDEX_ENTRY = 200  # bytes of an entry that has keys only, 100 of overhead among them
INDEXES_AN_ARTICLE = 6
GB = 1e9
UNCONDITIONAL = "whether or not anything happens"


@dataclass(frozen=True, slots=True)
class Bill:
    """Dollars a month by service, and by part of the work, at list prices.

    ``allowances``: what CloudWatch's allowances take off that. ``own``: what the stored objects alone cost,
    each article's own file, pages and items written once and kept. ``stored``: every write of an object or an
    item that was made, and keeping them.
    """

    articles: int
    services: Amounts[str] = field(default_factory=Amounts)
    parts: Amounts[str] = field(default_factory=Amounts)
    own: float = 0.0
    stored: float = 0.0
    allowances: float = 0.0

    @property
    def total(self) -> float:
        """Dollars a month."""
        return sum(self.services.values())

    @property
    def idle(self) -> float:
        """Dollars of a month in which the feeds are asked and have nothing."""
        return sum(self.parts[part] for part in (UNCONDITIONAL, "poll", "refresh"))

    def a_thousand(self, dollars: float) -> float:
        """Return what is left of dollars a month for a thousand articles."""
        return dollars / self.articles * 1000


def times_a_day(name: str, scenario: Scenario, phase: Phase) -> float:
    """Return how often a measured part is done in a day of the whole portal.

    Polls are those of the feeds that were simulated; a refresh is always the whole portal's.
    """
    share = scenario.feeds / scenario.served
    articles = scenario.articles_a_day
    looks = LOOKS_AN_ARTICLE * articles
    wanted = {
        "poll": TICKS_A_DAY * share,
        "extract": articles,
        "publish": articles,
        "archive": articles,
        "refresh": REFRESHES_A_DAY,
        "look": looks,
    }
    return wanted[name] / phase.times


def bill(scenario: Scenario, measured: Measured, prices: Prices) -> Bill:
    """Return a month's bill."""
    articles = scenario.articles_a_day * DAYS
    services: Amounts[str] = Amounts()
    parts: Amounts[str] = Amounts()
    stored = 0.0
    for name, phase in measured.phases.items():
        often = times_a_day(name, scenario, phase) * DAYS
        for service, dollars in _priced(phase, measured.memory, prices).items():
            services[service] += dollars * often
            parts[name] += dollars * often
        stored += often * _writes(phase, prices)
    fixed = unconditional.dollars(_metrics(measured), prices)
    services.plus(fixed)
    parts[UNCONDITIONAL] = sum(fixed.values())
    kept = _kept(scenario, measured, prices)
    services["storage"] = kept
    parts["storage"] = kept
    own = _own(measured, prices) * articles + kept
    return Bill(
        articles, services, parts, own, stored + kept, unconditional.allowed(_metrics(measured), prices)
    )


def wall_seconds(seconds: float, cpu: float, memory: float) -> float:
    """Return how long a function runs with so much memory that took ``seconds`` here, ``cpu`` of them busy.

    Below a full processor its work takes longer; what it waits for does not.
    """
    waiting = max(seconds - cpu, 0.0)
    return waiting + cpu / min(memory / FULL_PROCESSOR, 1.0)


def gigabyte_seconds(phases: Mapping[str, Phase], function: str, memory: int) -> float:
    """Return what a function's measured runs would be billed with so much memory."""
    seconds = sum(phase.seconds[function] for phase in phases.values())
    cpu = sum(phase.cpu[function] for phase in phases.values())
    return wall_seconds(seconds, cpu, memory) * memory / 1024


def _priced(phase: Phase, memory: Mapping[str, int], prices: Prices) -> Amounts[str]:
    dollars: Amounts[str] = Amounts()
    for (_, unit), number in phase.bill.items():
        if unit == "log bytes":
            # Kept for the template's thirty days; that CloudWatch compresses them is left out.
            dollars["logs"] += number / GB * (prices.dollars["Logs GB"] + prices.dollars["Logs GB-month"])
        elif unit in prices.dollars:
            dollars[_service(unit)] += number * prices.dollars[unit]
    for function, seconds in phase.seconds.items():
        size = memory[function]
        wall = wall_seconds(seconds, phase.cpu[function], size)
        price = prices.dollars["Lambda GB-s, arm64"]
        dollars["Lambda, GB-s"] += wall * size / 1024 * price
    return dollars


def _service(unit: str) -> str:
    if unit.startswith("SQS"):
        return "SQS"
    return {"DynamoDB write unit": "DynamoDB writes", "DynamoDB read unit": "DynamoDB reads"}.get(unit, unit)


def _writes(phase: Phase, prices: Prices) -> float:
    wanted = ("S3 PUT", "DynamoDB write unit")
    return sum(number * prices.dollars[unit] for (_, unit), number in phase.bill.items() if unit in wanted)


def _own(measured: Measured, prices: Prices) -> float:
    """Return what an article's own objects and items cost to write once."""
    extract = measured.phases["extract"]
    units = sum(
        n
        for (stage, unit), n in extract.bill.items()
        if (stage, unit) == ("ExtractFunction", "DynamoDB write unit")
    )
    objects = 3 * extract.times  # its file, its page and its JSON
    return (
        objects * prices.dollars["S3 PUT"] + units * prices.dollars["DynamoDB write unit"]
    ) / extract.times


def _metrics(measured: Measured) -> int:
    return len(set().union(*(phase.metrics for phase in measured.phases.values())))


def _kept(scenario: Scenario, measured: Measured, prices: Prices) -> float:
    """Return what keeping one month's articles for a month costs, and a day of replaced versions."""
    extract, publish = measured.phases["extract"], measured.phases["publish"]
    own = _bytes(extract.sizes, "articles") + _bytes(publish.sizes, "a") + _bytes(publish.sizes, "json")
    items = sum(size for (kind, _), size in extract.sizes.items() if kind == "ArticleTable")
    items += INDEXES_AN_ARTICLE * INDEX_ENTRY * extract.times
    months = scenario.articles_a_day * DAYS / extract.times / GB
    writing = [phase for name in ("publish", "archive") if (phase := measured.phases.get(name))]
    written = sum(phase.bill["PublishFunction", "bytes put"] / phase.times for phase in writing)
    replaced = written * scenario.articles_a_day / GB
    table = prices.dollars["DynamoDB GB-month"] + prices.dollars["DynamoDB PITR GB-month"]
    return (
        own * months * prices.dollars["S3 GB-month"]
        + items * months * table
        + replaced * prices.dollars["S3 GB-month"]
    )


def _bytes(sizes: Mapping[tuple[str, str], float], folder: str) -> float:
    """Return the bytes of what lies in a folder of its bucket."""
    return sum(
        size for (kind, key), size in sizes.items() if kind == "S3" and key.split("/", 2)[1:2] == [folder]
    )
