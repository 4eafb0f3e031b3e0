"""Noting what a run publishes without a stream record behind it, before the first of it is written.

Stream batches come again until all of theirs is published. What a refresh publishes, or a batch beside its
own records, does not: an article that is withdrawn between the run's look at the table and its write is found
nowhere by its withdrawal, and only the run's last look at the table takes it out again. As the run may die
before that look, it says first what it is at.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from functions.publish.changes import Change, change_of
from functions.publish.due_articles import OVERLAP
from functions.publish.run import Run
from functions.publish.settling import ATTEMPTS
from functions.publish.unfinished_changes import KEY, Note, Notes
from newswire.article_item import ArticleItem
from newswire.bucket import WriteConflict


def publish_noted(run: Run, changes: Mapping[str, Change], publish: Callable[[], set[str]]) -> set[str]:
    """Publish changes without records; return what ``publish`` does: the articles that failed.

    Those stay noted if they were: nobody knows what has been written of them.
    """
    plan(run, changes)
    failed = publish()
    finish(run, changes.keys() - failed)
    return failed


def plan(run: Run, changes: Mapping[str, Change]) -> None:
    """Have changes noted before an output first names one of their articles."""
    run.unfinished.planned |= changes


def note_before_adding(run: Run, ids: Collection[str]) -> None:
    """Note all that is planned where one of these articles, which an output is to name now, is among it."""
    own = run.unfinished
    with own.lock:
        if any(one in own.planned and one not in own.noted for one in ids):
            _remember(run, own.noted | own.planned)


def finish(run: Run, ids: Iterable[str]) -> None:
    """Take these articles, which are published, off the note; the site is told with the next, or the last."""
    own = run.unfinished
    for one in ids:
        own.planned.pop(one, None)
        own.noted.pop(one, None)


def close(run: Run) -> None:
    """Leave noted only what this run has not published."""
    own = run.unfinished
    own.planned.clear()
    note = own.kept.by_run.get(own.number) if own.number is not None else None
    if note is not None and note.changes.keys() != own.noted.keys():
        _remember(run, own.noted)


def take_over(run: Run) -> dict[str, Change]:
    """Return what runs that are dead by now have left, as the table has it now; from here on this one has it.

    What cannot be read is recorded and forgotten.
    """
    own = run.unfinished
    _read(run)
    for _ in range(ATTEMPTS):
        abandoned = own.kept.abandoned(run.now, OVERLAP)
        if not abandoned and own.kept.is_whole:
            return {}
        left = _merged(own.kept, abandoned)
        own.kept = own.kept.without(abandoned)
        if _put(run, left):
            return _current(run, left)
    raise _never_told()


def _merged(notes: Notes, numbers: Collection[int]) -> dict[str, Change]:
    merged: dict[str, Change] = {}
    for number in sorted(numbers):
        for one, change in notes.by_run[number].changes.items():
            merged[one] = merged[one].merged(change) if one in merged else change
    return merged


def _current(run: Run, noted: Mapping[str, Change]) -> dict[str, Change]:
    """Return the changes with where the articles are listed by now."""
    records = run.articles.get_many(sorted(noted))
    current = dict(noted)
    for one, record in records.items():
        if isinstance(record, ArticleItem):
            current[one] = noted[one].merged(change_of(record))
        else:
            current[one] = replace(noted[one], slug=record.slug)
    return current


def _remember(run: Run, changes: Mapping[str, Change]) -> None:
    """Have the site remember what this run is at, beside what others are."""
    if run.unfinished.snapshot is None:
        _read(run)
    if not any(_put(run, changes) for _ in range(ATTEMPTS)):
        raise _never_told()


def _put(run: Run, changes: Mapping[str, Change]) -> bool:
    """Return whether this run's note could be written; else what others wrote meanwhile is known now."""
    own = run.unfinished
    number = own.kept.free if own.number is None else own.number
    kept = own.kept.having(number, Note(run.now, dict(changes)))
    try:
        own.snapshot = run.site.replaced(own.snapshot or run.site.read(KEY), kept.to_json())
    except WriteConflict:
        _read(run)
        return False
    own.kept, own.noted, own.number = kept, dict(changes), number if changes else None
    return True


def _read(run: Run) -> None:
    own = run.unfinished
    own.snapshot = run.site.read(KEY)
    own.kept = Notes.from_json(own.snapshot.body)
    if not own.kept.is_whole:
        run.report.failed(KEY, ValueError("holds notes of no form that this release knows"))


def _never_told() -> WriteConflict:
    return WriteConflict(f"{KEY} is being written all the time")
