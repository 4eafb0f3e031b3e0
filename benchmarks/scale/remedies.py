"""What to change where a limit of a larger portal is reached (pure)."""

from __future__ import annotations

from benchmarks.scale.pressure import Share

# By the beginning of what a share is of; the first that fits
_REMEDIES = {
    "fetch: a scheduled run": "a schedule for each part of the catalogue",
    "fetch: seconds of all shards": "MaximumConcurrency of the fetch queue's mapping",
    "extract: seconds of all batches": "ExtractRunsAtOnce, then more memory",
    "publish: seconds of a busy minute": "more memory; then the stream mapping's ParallelizationFactor",
    "publish: a run's seconds": "a smaller BatchSize of the stream's mapping, or more memory",
    "fetch: a shard": "smaller shards",
    "extract: a batch": "a smaller BatchSize of the article queue's mapping",
    "Lambda: bytes": "nothing: Lambda divides larger batches itself",
    "publish: an hourly refresh": "a refresh each quarter of an hour, more memory, a queue of archives",
    "Lambda: runs at once": "a higher quota of concurrency, which AWS gives on request",
    "S3: ": "prefixes by the first letters of the id, so that S3 divides them",
    "ArticleTable: write units a second of by-recheck": "its key by the hour, or one of ten, asked in turn",
    "ArticleTable: write units a second of by-change": "its key by the hour, or one of ten, asked in turn",
    "ArticleTable: write units a second of by-": "its key by the day, lists read from two days",
    "ArticleTable: write units a second of who": "stops beside the sources in memory, checked once a batch",
    "ArticleTable: read units": "nothing: the table divides itself under load, or is warmed up before",
    "ArticleTable: write units": "nothing: the table divides itself under load, or is warmed up before",
    "ArticleTable: stream": "nothing: shards divide with the table's partitions",
    "FeedTable: ": "nothing: the table divides itself under load, or is warmed up before",
    "SQS: ": "several article queues, by publisher",
}


def remedy(share: Share) -> str:
    """Return what to change; raise ``KeyError`` where nobody has thought of it."""
    said = f"{share.where}: {share.what}"
    for begin, text in _REMEDIES.items():
        if said.startswith(begin):
            return text
    raise KeyError(said)
