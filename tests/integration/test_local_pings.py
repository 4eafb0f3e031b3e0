"""``make run`` with a hub on this machine: what a subscriber's hub would be told, tried out at home."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qsl

from local.run import PROJECT
from tests.support.web_server import Reply, WebServer

SOURCES = """
portal: {{name: Kabar, url: https://kabar.example, tagline: Kabar, language: id, timezone: Asia/Jakarta,
  contact: redaksi@kabar.example, websub: "{hub}"}}
categories: {{nasional: Nasional}}
sources: [{{id: kabar, name: Kabar, homepage: "http://127.0.0.1:9", feeds: ["http://127.0.0.1:9/rss"],
  category: nasional}}]
"""


def _run(sources: Path, out: Path) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-m", "local.run", "--once", "--sources", sources, "--out", out],
        cwd=PROJECT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(PROJECT), str(PROJECT / "shared")])},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    summary: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return summary


def test_a_hub_on_this_machine_is_told_once_however_often_the_run_is_repeated(
    web: WebServer, tmp_path: Path
) -> None:
    web.replies["/hub"] = Reply(status=204, content_type=None)
    sources, out = tmp_path / "sources.yaml", tmp_path / "out"
    sources.write_text(SOURCES.format(hub=web.url("/hub")), encoding="utf-8")

    first, again = _run(sources, out), _run(sources, out)

    assert first["outputs_written"] != 0
    assert again["outputs_written"] == 0
    (asked,) = web.asked
    told = [value for name, value in parse_qsl(asked.body.decode()) if name == "hub.url"]
    assert "https://kabar.example/feed.xml" in told
    feed = json.loads((out / "site" / "feed.json").read_text(encoding="utf-8"))
    assert feed["hubs"] == [{"type": "WebSub", "url": web.url("/hub")}]
