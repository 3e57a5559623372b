"""The other side of first_sync.py: runs with_duckdb.sql on a file, into a DuckDB file.

Called by first_sync.py as a process of its own: CSV DATABASE [SCRIPT]. Prints what it measured as JSON.
"""

import json
import resource
import sys
import time
from pathlib import Path

import duckdb

HERE = Path(__file__).parent
SCRIPT = "with_duckdb.sql"


def measure(csv: Path, database: Path, name: str) -> dict[str, object]:
    """Open, run and close by the clock; then count."""
    script = (HERE / name).read_text(encoding="utf-8")
    started, worked = time.perf_counter(), time.process_time()
    with duckdb.connect(str(database)) as connection:
        connection.execute("SET VARIABLE csv = $1", [str(csv)])
        connection.execute(script)
    seconds, cpu = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with duckdb.connect(str(database), read_only=True) as connection:
        ((roles, ties),) = connection.sql("SELECT (SELECT count(*) FROM role), (SELECT count(*) FROM tie)").fetchall()
    return {"seconds": seconds, "cpu": cpu, "peak_kib": peak, "roles": roles, "ties": ties, "phases": {}}


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), Path(sys.argv[2]), *(sys.argv[3:] or [SCRIPT]))))
