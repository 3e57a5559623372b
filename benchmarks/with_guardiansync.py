"""One side of first_sync.py: syncs a file into an SQLite roster.

Called by first_sync.py as a process of its own: CSV DATABASE. Prints what it measured as JSON.
"""

import json
import resource
import sys
import time
from pathlib import Path

# guardiansync imports these at their first use; here they are over before the clock starts.
import adbc_driver_sqlite.dbapi  # noqa: F401 - imported for its time
import charset_normalizer  # noqa: F401 - imported for its time
import fsspec  # noqa: F401 - imported for its time
import phonenumbers  # noqa: F401 - imported for its time
import polars as pl
import pyarrow.csv  # noqa: F401 - imported for its time

import guardiansync as gs

DISTRICT = gs.District("d-1")


def measure(csv: Path, database: Path) -> dict[str, object]:
    """Open, sync and close by the clock; then count what is in force."""
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
    started = time.perf_counter()
    store = gs.open_store(f"sqlite:///{database}")
    report = gs.sync(settings, store, upload=csv, on_progress=mark)
    store.close()
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if str(report.status) != "applied":
        raise SystemExit(f"guardiansync did not apply {csv.name}: {report}")

    phases["the rest"] = seconds - sum(phases.values())
    roster = store.roster(DISTRICT)
    return {
        "seconds": seconds,
        "peak_kib": peak,
        "roles": _in_force(roster.roles),
        "ties": _in_force(roster.guardianships),
        "phases": phases,
    }


def _in_force(frame: pl.DataFrame) -> int:
    return frame.filter(pl.col("state") == "active").height


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), Path(sys.argv[2]))))
