"""The other side of first_sync.py: runs with_duckdb.sql on a file, into a DuckDB file.

Called by first_sync.py as a process of its own: CSV DATABASE. Prints what it measured as JSON.
"""

import json
import resource
import sys
import time
from pathlib import Path

import duckdb

SCRIPT = Path(__file__).with_suffix(".sql")


def measure(csv: Path, database: Path) -> dict[str, object]:
    """Open, run and close by the clock; then count."""
    script = SCRIPT.read_text(encoding="utf-8")
    started = time.perf_counter()
    with duckdb.connect(str(database)) as connection:
        connection.execute("SET VARIABLE csv = $1", [str(csv)])
        connection.execute(script)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with duckdb.connect(str(database), read_only=True) as connection:
        ((roles, ties),) = connection.sql("SELECT (SELECT count(*) FROM role), (SELECT count(*) FROM tie)").fetchall()
    return {"seconds": seconds, "peak_kib": peak, "roles": roles, "ties": ties, "phases": {}}


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), Path(sys.argv[2]))))
