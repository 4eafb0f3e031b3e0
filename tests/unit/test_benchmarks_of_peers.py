"""Other extractors may hang, crash and ask the network; a stand-in does so here."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import pytest

from benchmarks.extractors import NoPeers, extractor
from tests.support.labelled_pages import page


def test_without_the_peers_environment_a_peer_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(NoPeers, match='make benchmark ARGS="quality"'):
        extractor("newspaper4k", tmp_path / "python")


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        ("all(True for _ in iter(int, 1))", "too slow"),
        ("import time; time.sleep(9)", "too slow"),
        ("import os; os._exit(3)", "died: exit code 3"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "died: signal SIGSEGV"),
        ("raise ValueError('no\\n text')", "ValueError: no text"),
        ("import socket; socket.create_connection(('127.0.0.1', 9))", "OSError: an extractor wanted"),
    ],
    ids=["busy", "asleep", "exits", "crashes", "raises", "asks the network"],
)
def test_a_peer_that_fails_on_a_page_has_extracted_nothing_of_it_and_goes_on(
    body: str, failure: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.extractors.PEER_SECONDS", 0.3)
    python = stand_in(tmp_path, f"if url.endswith('/bad'): {body}")
    (tmp_path / "page.gz").write_bytes(gzip.compress(b"<p>Berita</p>"))
    names = ("good", "bad", "good")
    pages = [page(url=f"https://k.example/{name}", file=tmp_path / "page.gz") for name in names]
    with extractor("readability-lxml", python) as extract:
        found = [extract(one) for one in pages]
    assert [one.fields.get("text", "").strip() for one in found] == ["Berita", "", "Berita"]
    assert found[1].failure is not None
    assert found[1].failure.startswith(failure)


def test_a_peer_that_does_not_start_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "page.gz").write_bytes(gzip.compress(b"<p>Berita</p>"))
    python = stand_in(tmp_path, "end of the line")
    with extractor("readability-lxml", python) as extract, pytest.raises(NoPeers, match="does not start"):
        extract(page(file=tmp_path / "page.gz"))


def stand_in(folder: Path, on_page: str) -> Path:
    """Return a Python whose readability gives the page's own text, after doing this."""
    module = f"""
class Document:
    def __init__(self, source, url):
        {on_page}
        self.source = source
    def author(self): return "[no-author]"
    def short_title(self): return ""
    def summary(self): return self.source
"""
    (folder / "readability.py").write_text(module, encoding="utf-8")
    python = folder / "python"
    python.write_text(
        f'#!/bin/sh\nPYTHONPATH="$PYTHONPATH:{folder}" exec "{sys.executable}" "$@"\n', encoding="utf-8"
    )
    python.chmod(0o755)
    return python
