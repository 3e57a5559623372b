"""Times matching and planning beside a bare Polars script that reads, cleans, joins and groups the same two evenings.

    python benchmarks/planning.py --rows 1000000
    python benchmarks/planning.py --growth

The bare script has no rules: it lower-cases and trims, keeps the digits of numbers, groups the rows by guardian, joins them
to the roster by id and the new ones by name, email and mobile, and compares. Both sides run in this process by turns, over
the same roster frames and the same file; `--growth` runs each size in a process of its own.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import polars as pl

import guardiansync as gs
from guardiansync.engine.plan import make_plan
from guardiansync.testing.district_file import district_file

DISTRICT = gs.District("d-1")
SETTINGS = gs.SyncSettings(scope=DISTRICT, enabled=True)
SEED = 42
CHANGED = 0.01
NAMES = ("first_name", "last_name", "email", "sms")
GROWTH = (100_000, 300_000, 1_000_000, 3_000_000)


def bare_script(data: bytes, roster: gs.Roster) -> dict[str, int]:
    """What one would write instead: no rules, no holds, nothing guarded."""
    rows = (
        pl.read_csv(data, infer_schema=False)
        .fill_null("")
        .rename(
            {"studentSisId": "student", "guardianSisId": "sis_id", "firstName": "first_name", "lastName": "last_name"}
        )
        .with_columns(
            pl.col("first_name", "last_name").str.strip_chars(),
            pl.col("email").str.strip_chars().str.to_lowercase(),
            sms="+1" + pl.col("sms").str.replace_all(r"\D", "").str.tail(10),
        )
    )
    people = rows.group_by("sis_id").agg(pl.col(*NAMES).first())
    roles = roster.roles.filter(pl.col("kind") == "guardian")
    known = people.join(
        roles.select("sis_id", "account_id", *(pl.col(n).alias(f"said_{n}") for n in NAMES)), on="sis_id"
    )
    changed = known.filter(pl.any_horizontal(pl.col(name) != pl.col(f"said_{name}") for name in NAMES))
    new = people.join(roles, on="sis_id", how="anti")
    keys = [
        pl.col("first_name").str.to_lowercase(),
        pl.col("last_name").str.to_lowercase(),
        pl.col("email").str.to_lowercase(),
        pl.col("sms"),
    ]
    linked = new.join(roster.roles, on=keys)
    ties = rows.select("student", "sis_id").unique()
    standing = roster.guardianships.filter(pl.col("state") == "active")
    on = ["student_sis_id", "guardian_sis_id"]
    starts = ties.join(standing, left_on=["student", "sis_id"], right_on=on, how="anti")
    ends = standing.join(ties, left_on=on, right_on=["student", "sis_id"], how="anti")
    gone = roles.join(people, on="sis_id", how="anti")
    return {
        "people": people.height, "changed": changed.height, "new": new.height, "linked": linked.height,
        "starts": starts.height, "ends": ends.height, "gone": gone.height,
    }  # fmt: skip


def timed(work: Callable[[], object]) -> float:
    """How long it takes, in seconds."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure(rows: int, runs: int) -> dict[str, float]:
    """Both sides by turns; the medians."""
    students, first = district_file(rows, SEED, 0.0)
    _, second = district_file(rows, SEED, CHANGED)
    store = gs.open_store("memory://")
    gs.load_roster(store, DISTRICT, students=students)
    gs.sync(SETTINGS, store, first)
    roster = store.roster(DISTRICT)
    feed = gs.read_feed(second, SETTINGS)
    ours, theirs = [], []
    for _ in range(runs):
        ours.append(timed(lambda: make_plan(feed, roster, SETTINGS)))
        theirs.append(timed(lambda: bare_script(second, roster)))
    return {
        "accounts": roster.accounts.height,
        "ours": statistics.median(ours),
        "theirs": statistics.median(theirs),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--growth", action="store_true", help="how the time for a row grows with their number")
    parser.add_argument("--json", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.json:
        print(json.dumps(measure(asked.rows, asked.runs)))
        return
    smallest = 0.0
    for rows in GROWTH if asked.growth else (asked.rows,):
        command = [sys.executable, __file__, "--rows", str(rows), "--runs", str(asked.runs), "--json"]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        per_row_us = found["ours"] / rows * 1e6
        smallest = smallest or per_row_us
        print(
            f"{rows:>9,} rows, {found['accounts']:>9,.0f} accounts: planning {found['ours']:6.2f} s, "
            f"bare script {found['theirs']:6.2f} s, ratio {found['ours'] / found['theirs']:5.2f}; "
            f"{per_row_us:5.2f} us a row ({per_row_us / smallest:4.2f}x); peak {found['peak_mib']:,.0f} MiB"
        )


if __name__ == "__main__":
    main()
