"""One side of first_sync.py: syncs a file into a roster, or undoes the last run.

Called by first_sync.py as a process of its own: CSV URL applied|unchanged, or CSV URL undo, or DATABASE URL students to
take over the students of an SQLite roster. Prints what it measured as JSON.
"""

import json
import resource
import sys
import time
from contextlib import suppress
from pathlib import Path

# guardiansync imports these at their first use; here they are over before the clock starts.
import adbc_driver_sqlite.dbapi  # noqa: F401 - imported for its time
import charset_normalizer  # noqa: F401 - imported for its time
import fsspec  # noqa: F401 - imported for its time
import phonenumbers  # noqa: F401 - imported for its time
import polars as pl
import pyarrow.csv  # noqa: F401 - imported for its time

import guardiansync as gs
import guardiansync.stores.sql

with suppress(ImportError):
    import opentelemetry.trace  # noqa: F401 - imported for its time, where it is installed

DISTRICT = gs.District("d-1")


def measure(csv: Path, url: str, act: str) -> dict[str, object]:
    """Open, sync or undo, and close by the clock; then count what is in force."""
    phases: dict[str, float] = {}
    last_mark = time.perf_counter()

    def mark(phase: str, done: int, _total: int) -> None:
        # A phase took from the mark before it to its own; a mark of nothing done yet only begins it.
        nonlocal last_mark
        now = time.perf_counter()
        if done:
            phases[str(phase)] = phases.get(str(phase), 0.0) + now - last_mark
        last_mark = now

    settings = gs.SyncSettings(scope=DISTRICT, enabled=True)
    started, worked = time.perf_counter(), time.process_time()
    store = gs.open_store(url)
    if act == "undo":
        gs.undo(store.runs(DISTRICT)["run_id"][0], store)
    else:
        report = gs.sync(settings, store, upload=csv, on_progress=mark)
        if str(report.status) != act:
            raise SystemExit(f"guardiansync came to something else with {csv.name}: {report}")
    store.close()
    seconds, cpu = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    phases["the rest"] = seconds - sum(phases.values())
    roster = store.roster(DISTRICT)
    return {
        "seconds": seconds,
        "cpu": cpu,
        "peak_kib": peak,
        "roles": _in_force(roster.roles),
        "ties": _in_force(roster.guardianships),
        "phases": phases,
    }


def take_over(database: Path, url: str) -> dict[str, object]:
    """Give another store the students of an SQLite roster."""
    students = gs.open_store(f"sqlite:///{database}").roster(DISTRICT).students
    names = ("student_sis_id", "first_name", "last_name", "school")
    gs.load_roster(gs.open_store(url), DISTRICT, students=students.select(names))
    return {"students": students.height}


def _in_force(frame: pl.DataFrame) -> int:
    return frame.filter(pl.col("state") == "active").height


if __name__ == "__main__":
    first, url, act = sys.argv[1:]
    print(json.dumps(take_over(Path(first), url) if act == "students" else measure(Path(first), url, act)))
