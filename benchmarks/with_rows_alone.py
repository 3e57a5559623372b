"""What writing costs by itself: a roster's finished rows go into the tables of another one, and nothing else is done.

Called by first_sync.py as a process of its own: SOURCE TARGET, the URLs of a roster after its first sync and of one that
knows the students. Prints what it measured as JSON.
"""

import json
import resource
import sys
import time

import adbc_driver_sqlite.dbapi  # noqa: F401 - imported for its time

import guardiansync as gs
from guardiansync.stores import rows
from guardiansync.stores.sql import SqlStore

DISTRICT = gs.District("d-1")


def measure(source: str, target: str) -> dict[str, object]:
    """Read without a clock; write all in one transaction, by the clock."""
    with _opened(source)._database.reading() as session:  # noqa: SLF001 - beneath what the library offers
        district, scope, _ = rows.find(session, DISTRICT)
        account = rows.owned(session, "account", district)
        role = rows.owned(session, "role", scope)
        tie = rows.owned(session, "guardianship", scope)
    started, worked = time.perf_counter(), time.process_time()
    store = _opened(target)
    with store._database.writing() as session:  # noqa: SLF001 - the same
        session.take_turn(DISTRICT.district)
        owner = rows.find_or_add(session, DISTRICT)[:2]
        for name, frame in (("account", account), ("role", role), ("tie", tie)):
            rows.save(session, owner, name, frame, frame.clear())
    store.close()
    seconds, cpu = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"seconds": seconds, "cpu": cpu, "peak_kib": peak, "roles": role.height, "ties": tie.height, "phases": {}}


def _opened(url: str) -> SqlStore:
    store = gs.open_store(url)
    if not isinstance(store, SqlStore):
        raise SystemExit(f"{url} is no database")
    return store


if __name__ == "__main__":
    print(json.dumps(measure(*sys.argv[1:])))
