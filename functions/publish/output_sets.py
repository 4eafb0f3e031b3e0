"""Sets of outputs that all show what one of them remembers: a list's feeds and page, those of an archive.

The memory is written first, on the condition that it is as it was read; that decides what the others show.
It notes, too, with which ETags they are about to be stored, so that the next run can replace them, on the
condition that they are just that, without reading them. The note may be wrong: its run may have been killed
before it wrote them. Then the condition fails, and they are read after all, as they are where nothing would
have to be written by the note: it says what was meant, not what is there (docs/decisions/0132). Then they are
written as they were found, if the memory says all that they show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from functions.publish.run import Run
from functions.publish.snapshot import Snapshot
from newswire.bucket import Packed, WriteConflict

NOTE = "outputs"  # in the memory's metadata: the others' ETags in the set's order, without their quotes


def write_set(
    run: Run,
    memory: Snapshot,
    outputs: Mapping[str, bytes],
    marks: Mapping[str, str],
    others: Mapping[str, Snapshot],
    *,
    memory_says_all: bool = True,
    settled: Callable[[], None] = lambda: None,
) -> None:
    """Write a set's outputs by key, the memory with its ``marks`` first.

    ``others`` are outputs as they were before the memory was read, or while there was none. Raise
    :class:`newswire.bucket.WriteConflict` if the memory has changed, or what of the others was read; where
    the memory does not say all that they show, also if they are neither as it notes nor as they are to be:
    who wrote them may have known of something newer, and they have to be read before it is looked up.
    ``settled`` is called as soon as the memory is as it is to be, whatever becomes of the others.
    """
    site = run.site
    packed = {key: site.packed(key, body) for key, body in outputs.items() if key != memory.key}
    etag = site.settled(memory, outputs[memory.key], {**marks, **_note(packed.values())})
    settled()
    known = {**_supposed(memory, list(packed)), **others}
    unsure = [key for key, body in packed.items() if not _is_replaced(run, known.get(key), body)]
    if unsure:
        # Read before the memory is found to be the same still: nobody who wrote it later had written them.
        found = run.concurrently(site.read, unsure)
        if site.read(memory.key).etag != etag:
            raise WriteConflict(f"{memory.key} has changed")
        for one in found:
            if not memory_says_all and site.differs(one, packed[one.key]):
                raise WriteConflict(f"{one.key} is not as noted")
            site.write(one, packed[one.key])


def _is_replaced(run: Run, known: Snapshot | None, body: Packed) -> bool:
    """Bring an output up to date by what is known of it; return whether it is sure to be."""
    if known is None or known.supposed == body.etag:
        return False
    try:
        run.site.write(known, body)
    except WriteConflict:
        if known.supposed is None:
            raise
        return False
    return True


def _note(others: Iterable[Packed]) -> dict[str, str]:
    noted = " ".join(one.etag.strip('"') for one in others)
    return {NOTE: noted} if noted else {}


def _supposed(memory: Snapshot, keys: Sequence[str]) -> dict[str, Snapshot]:
    noted = memory.metadata.get(NOTE, "").split()
    if len(noted) != len(keys):
        return {}
    return {key: Snapshot(key, None, f'"{etag}"') for key, etag in zip(keys, noted, strict=True)}
