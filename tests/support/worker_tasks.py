"""What a worker's child is told to run: one function that does whatever its parameters say."""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import struct
import sys
import time
import warnings
from typing import Any

_KEPT: list[bytes] = []


def run(body: bytes, params: dict[str, Any]) -> dict[str, Any]:  # noqa: C901, PLR0912 - a branch a misdeed
    """Do what ``params["do"]`` names."""
    match params["do"]:
        case "echo":
            return {
                "size": len(body),
                "text": body[:100].decode("latin-1"),
                "pid": os.getpid(),
                "params": params,
            }
        case "environment":
            return {"environment": dict(os.environ)}
        case "raise":
            raise LookupError("no such thing" * 100)
        case "hang":
            time.sleep(60)
        case "spin":
            while True:
                pass
        case "segfault":
            ctypes.string_at(0)
        case "exit":
            os._exit(3)
        case "allocate":
            return {"size": len(bytearray(2 * 1024**3))}
        case "keep":
            _KEPT.append(b"x" * params["size"])
        case "print":
            print("<!-- to standard output -->")  # noqa: T201 - what some libraries do
            sys.stdout.flush()
            os.write(1, b"\x00\x00\x00\x02{}")
            warnings.warn("a library's opinion", stacklevel=1)
        case "long":
            return {"text": "x" * params["size"]}
        case "unserialisable":
            return {"object": object()}
        case "lie":
            _write_frame(params["answer"].encode())
            time.sleep(60)
    return {}


def _write_frame(answer: bytes) -> None:
    """Answer as a child would that was taken over: on every pipe that it finds."""
    for descriptor in range(3, 20):
        try:
            os.write(descriptor, struct.pack("!I", len(answer)) + answer)
        except OSError:
            continue


def _semaphore() -> str:
    try:
        import multiprocessing

        multiprocessing.get_context("spawn").Lock()
    except OSError as error:
        return str(error)
    return "works"


class RefusedSemaphore:
    """`_multiprocessing.SemLock` as Lambda has it."""

    SEM_VALUE_MAX = 2147483647

    def __init__(self, *_: object) -> None:
        raise OSError(38, "Function not implemented")


def without_semaphores(body: bytes, params: dict[str, Any]) -> dict[str, Any]:
    """Parse a feed as in Lambda, where there is no /dev/shm and hence no semaphore."""
    importlib.import_module("_multiprocessing").__dict__["SemLock"] = RefusedSemaphore
    from functions.fetch import feed_documents

    if params["task"] == "check":
        return {"semaphore": _semaphore()}
    return feed_documents.run(body, params)


def pages(body: bytes, params: dict[str, Any]) -> dict[str, Any]:
    """Read a page as the extract function does, unless its body names what a hostile one does."""
    from functions.extract import page_worker

    for do in ("hang", "segfault", "allocate", "spin", "exit", "lie"):
        if f"<!-- {do} -->".encode() in body:
            return run(body, {"do": do, "answer": json.dumps({"result": _LIES})})
    return page_worker.run(body, params)


_LIES = {"text": "a", "html": "<script>alert(1)</script>", "extractor": "evil/1"}


def feeds(body: bytes, params: dict[str, Any]) -> dict[str, Any]:
    """Parse a feed as the fetch function does, unless its body names what a hostile one makes of a parser."""
    from functions.fetch import feed_documents

    for name, do in ((b"HANG", "hang"), (b"SEGFAULT", "segfault"), (b"MEMORY", "allocate")):
        if name in body:
            return run(body, {"do": do})
    return feed_documents.run(body, params)
