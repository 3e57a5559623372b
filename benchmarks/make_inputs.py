"""Makes what first_sync.py measures with: two evenings' files, and a database that knows the students.

Called by first_sync.py as a process of its own: FOLDER ROWS CHANGED. Prints the number of students as JSON.
"""

import json
import sys
from pathlib import Path

import guardiansync as gs
from guardiansync.testing.district_file import district_file

DISTRICT = gs.District("d-1")
SEED = 42


def make_inputs(folder: Path, rows: int, changed: float) -> int:
    """Write evening1.csv, evening2.csv and students.db; return the number of students."""
    students, first = district_file(rows, SEED, 0.0)
    (folder / "evening1.csv").write_bytes(first)
    _, second = district_file(rows, SEED, changed)
    (folder / "evening2.csv").write_bytes(second)
    store = gs.open_store(f"sqlite:///{folder / 'students.db'}")
    gs.load_roster(store, DISTRICT, students=students)
    store.close()
    return students.height


if __name__ == "__main__":
    print(json.dumps({"students": make_inputs(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))}))
