"""Addresses of host names, in time."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from newswire.name_resolution import Address, Resolver
from tests.support.http_clients import resolver


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Let look-ups of ``slow.example`` hang until the event is set."""
    over = threading.Event()
    answer = resolver("93.184.215.14")

    def getaddrinfo(host: str, *rest: Any, **options: Any) -> list[Any]:
        if host.startswith("slow"):
            over.wait(10)
        return answer(host, *rest, **options)

    monkeypatch.setattr("socket.getaddrinfo", getaddrinfo)
    yield over
    over.set()


def test_the_addresses_of_a_name_are_the_systems_in_its_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.getaddrinfo", resolver("2606:4700::1 93.184.215.14"))
    assert Resolver().addresses("kabar.example", 443, 5) == [
        Address(socket.AF_INET6, "2606:4700::1", ("2606:4700::1", 443)),
        Address(socket.AF_INET, "93.184.215.14", ("93.184.215.14", 443)),
    ]


def test_a_literal_is_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("socket.getaddrinfo", resolver("10.0.0.1", asked=asked))
    names = Resolver()
    assert names.addresses("8.8.8.8", 80, 5) == [Address(socket.AF_INET, "8.8.8.8", ("8.8.8.8", 80))]
    found = names.addresses("2606:4700::1", 80, 5)
    assert found == [Address(socket.AF_INET6, "2606:4700::1", ("2606:4700::1", 80, 0, 0))]
    assert asked == []


def test_a_name_without_an_address_raises_what_the_system_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", unknown)
    with pytest.raises(socket.gaierror):
        Resolver().addresses("kabar.example", 443, 5)


def test_a_look_up_that_hangs_is_left_and_costs_one_thread(hanging: threading.Event) -> None:
    names = Resolver(threads=2)
    with pytest.raises(TimeoutError, match=r"the look-up of slow\.example took more than its time"):
        names.addresses("slow.example", 443, 0.05)
    for _ in range(3):
        assert names.addresses("kabar.example", 443, 5)[0].host == "93.184.215.14"
    assert not hanging.is_set()


def test_when_all_threads_hang_the_next_waits_its_time_and_all_is_well_afterwards(
    hanging: threading.Event,
) -> None:
    names = Resolver(threads=2)
    for host in ("slow-1.example", "slow-2.example", "kabar.example", "kabar.example"):
        with pytest.raises(TimeoutError):
            names.addresses(host, 443, 0.05)
    hanging.set()
    assert names.addresses("kabar.example", 443, 5)[0].host == "93.184.215.14"


def test_many_look_ups_at_once_take_no_more_threads_than_allowed(hanging: threading.Event) -> None:
    names = Resolver(threads=4)
    before = threading.active_count()
    with ThreadPoolExecutor(32) as pool:
        found = [pool.submit(names.addresses, f"slow-{number}.example", 443, 10) for number in range(32)]
        threading.Event().wait(0.05)
        assert threading.active_count() - before <= 32 + 4
        hanging.set()
        assert {one.result()[0].host for one in found} == {"93.184.215.14"}
