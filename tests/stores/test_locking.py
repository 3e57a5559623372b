"""One sync of a district at a time, in whichever process; within one process the contract of stores says it."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from guardiansync.errors import DistrictBusy
from guardiansync.settings import District
from guardiansync.stores import open_store
from guardiansync.stores.locking import file_lock, one_sync

HERE, THERE = District("d-1"), District("d-2")

HOLDS = """
import sys, time
from guardiansync.settings import District
from guardiansync.stores import open_store
with open_store(sys.argv[1]).lock(District("d-1")):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/roster.db"
    return str(request.getfixturevalue("postgres"))


def test_another_process_is_kept_out_until_the_holder_dies(url: str) -> None:
    store: Any = open_store(url)
    with subprocess.Popen([sys.executable, "-c", HOLDS, url], stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            assert child.stdout.readline() == "held\n"
            with pytest.raises(DistrictBusy), store.lock(HERE):
                pytest.fail("two at a time")
            with store.lock(THERE):
                pass
        finally:
            child.kill()
    until = time.monotonic() + 20
    while True:
        try:
            with store.lock(HERE):
                return
        except DistrictBusy:
            assert time.monotonic() < until
            time.sleep(0.05)


def test_nothing_is_left_beside_the_roster(tmp_path: Path) -> None:
    store: Any = open_store(f"sqlite:///{tmp_path}/roster.db")
    before = sorted(path.name for path in tmp_path.iterdir())
    with store.lock(HERE):
        assert len(list(tmp_path.iterdir())) == len(before) + 1
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_many_who_come_and_go_are_never_two_at_a_time(tmp_path: Path) -> None:
    """Who opened the file before the one inside took it away must not take it for the lock."""
    inside, most, entered = 0, 0, 0
    counting = threading.Lock()
    enough = threading.Event()

    def come_and_go() -> None:
        nonlocal inside, most, entered
        while not enough.is_set():
            try:
                with file_lock(tmp_path / "roster.db", "d-1"):
                    with counting:
                        inside += 1
                        most = max(most, inside)
                    time.sleep(0)
                    with counting:
                        inside -= 1
                        entered += 1
                        if entered >= 400:
                            enough.set()
            except DistrictBusy:
                pass

    with ThreadPoolExecutor(4) as threads:
        for one in [threads.submit(come_and_go) for _ in range(4)]:
            one.result()
    assert most == 1


def test_a_store_without_a_lock_is_never_busy() -> None:
    class Plain:
        pass

    store = Plain()
    with one_sync(store, HERE), one_sync(store, HERE):
        pass
