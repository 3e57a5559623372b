"""A process whose children sync and can be killed: it has imported everything, so a child begins at once.

It reads one job a line, `[store's URL, district, path of the file]`, and forks for each: nothing of a database or of Polars'
threads may be alive in it before that. A child writes what it does, one word a line, and waits for its death when it is
done. `gone` is this process's own word: the child's last word and its locks are out.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

import adbc_driver_manager.dbapi
import adbc_driver_postgresql.dbapi
import adbc_driver_sqlite.dbapi
import phonenumbers
import polars as pl
import pyarrow.csv

import guardiansync as gs
import guardiansync.stores.sql
from guardiansync.model.run import Phase

IMPORTED = (
    adbc_driver_manager, adbc_driver_postgresql, adbc_driver_sqlite, phonenumbers, pl, pyarrow.csv, guardiansync.stores.sql,
)  # fmt: skip


def say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def work(url: str, district: str, path: str) -> None:
    store = gs.open_store(url)
    settings = gs.SyncSettings(scope=gs.District(district), enabled=True)
    data = Path(path).read_bytes()

    def tell(phase: Phase, done: int, _total: int) -> None:
        say(phase if done == 0 else f"{phase}-over")

    say("begun", os.getpid())
    began = time.perf_counter()
    gs.sync(settings, store, data, actor="worker", on_progress=tell)
    say("done", time.perf_counter() - began)


def child(job: list[str]) -> None:
    try:
        work(*job)
    except BaseException as error:  # noqa: BLE001 - whatever it is, the test shows it
        say("failed", repr(error))
    while True:
        signal.pause()


for line in sys.stdin:
    if (pid := os.fork()) == 0:
        child(json.loads(line))
    os.waitpid(pid, 0)
    say("gone")
