"""Times guardiansync beside the DuckDB script that one would write instead, on the same district's evenings.

    python benchmarks/first_sync.py --rows 1000000

Every measured run is a process of its own, so its peak memory is its own, and starts from a copy of the same database.
The sides take turns, so that whatever else the machine does falls on all; on a busy one the processor time tells more. The clock covers the work itself, from
opening the database to closing it; imports are over before it starts, on both sides.

This module imports nothing but the standard library: a large parent would show in its children's peak memory.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CHANGED = 0.01
FIRST, SAME, UNDO, NEXT = (
    "first sync",
    "the same file again",
    "undo of the first sync",
    f"next evening, {CHANGED:.0%} changed",
)
SECOND = "the same file, read again"
OURS, BARE, KEYS = "guardiansync", "DuckDB script", "DuckDB, with keys"
ALONE = "the finished rows, written alone"
"""Nothing but the accounts, roles and ties of the first sync into the store's tables: what no sync can be faster than."""

LIMITS: dict[str, tuple[float | None, float | None]] = {
    FIRST: (1.5, 1.0),
    SECOND: (None, None),
    SAME: (0.05, None),
    UNDO: (1.5, None),
    NEXT: (0.7, 1.0),
}
"""At most so many times the bare script's time, and that of the one with keys, at 1,000,000 rows into SQLite."""

LIMITS_POSTGRESQL = {**LIMITS, FIRST: (2.5, None)}
MOST_MIB = 1200
BASES = {FIRST: FIRST, SECOND: FIRST, SAME: FIRST, UNDO: FIRST, NEXT: NEXT}
"""Which run of the scripts a step is compared with."""


@dataclass
class Measured:
    """One run: how long it took, how much memory its process had at most, and what there is afterwards."""

    seconds: float
    cpu: float
    peak_kib: int
    roles: int
    ties: int
    phases: dict[str, float]


Results = dict[tuple[str, str], list[Measured]]


def in_own_process(script: str, *arguments: object) -> dict[str, Any]:
    """Run a script beside this one in a fresh interpreter; return the JSON it prints."""
    done = subprocess.run(
        [sys.executable, str(HERE / script), *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


class Rosters:
    """Where guardiansync's rosters come from: copies of an SQLite file, or fresh schemas of a PostgreSQL database.

    Args:
        folder: Holds `students.db`.
        server: The PostgreSQL database's URL; "" for SQLite. Its schemas stay when all is done.
    """

    def __init__(self, folder: Path, server: str) -> None:
        self.folder = folder
        self.server = server
        self._count = 0

    def fresh(self, name: str = "roster.db") -> str:
        """The URL of a roster that knows the students and nothing else; in SQLite, a file of that name."""
        self._count += 1
        students = self.folder / "students.db"
        if self.server:
            url = f"{self.server}{'&' if '?' in self.server else '?'}schema=bench_{os.getpid()}_{self._count}"
            in_own_process("with_guardiansync.py", students, url, "students")
            return url
        for old in self.folder.glob(f"{name}*"):
            old.unlink()
        shutil.copyfile(students, self.folder / name)
        return f"sqlite:///{self.folder / name}"


def measure(rosters: Rosters, runs: int) -> Results:
    """All steps on each side in turn, several times, each time from a fresh copy of what it starts from."""
    results: Results = {}
    folder = rosters.folder
    first, second = (folder / f"evening{nth}.csv" for nth in (1, 2))

    def run(step: str, side: str, script: str, *arguments: object) -> None:
        os.sync()
        one = Measured(**in_own_process(script, *arguments))
        results.setdefault((step, side), []).append(one)
        say(f"{step}, {side}: {one.seconds:.2f} s, {one.cpu:.2f} s of processor time")

    def ours() -> None:
        url = rosters.fresh()
        for step, csv, act in (
            (FIRST, first, "applied"),
            (SECOND, first, "unchanged"),
            (SAME, first, "unchanged"),
            (NEXT, second, "applied"),
        ):
            run(step, OURS, "with_guardiansync.py", csv, url, act)
        url = rosters.fresh()
        in_own_process("with_guardiansync.py", first, url, "applied")
        run(FIRST, ALONE, "with_rows_alone.py", url, rosters.fresh("alone.db"))
        run(UNDO, OURS, "with_guardiansync.py", first, url, "undo")

    def theirs() -> None:
        for side, sql in ((BARE, "with_duckdb.sql"), (KEYS, "with_duckdb_keys.sql")):
            database = folder / f"{sql}.db"
            database.unlink(missing_ok=True)
            for step, csv in ((FIRST, first), (NEXT, second)):
                run(step, side, "with_duckdb.py", csv, database, sql)

    for turn in range(runs):
        say(f"run {turn + 1} of {runs}")
        # Whoever comes second finds the files in the page cache: so they swap.
        for side in (ours, theirs) if turn % 2 == 0 else (theirs, ours):
            side()
    return results


def median(results: Results, step: str, side: str, name: str = "seconds") -> float:
    """The median of what was measured."""
    return float(statistics.median(getattr(one, name) for one in results[step, side]))


def table(results: Results, limits: dict[str, tuple[float | None, float | None]]) -> str:
    """Medians, ratios to the two scripts beside their limits, and the largest peaks."""
    lines = [f"{'':<34}{'seconds':>8}{'cpu s':>8}{'/ bare':>8}{'limit':>7}{'/ keys':>8}{'limit':>7}{'peak MiB':>10}"]
    for step, (to_bare, to_keys) in limits.items():
        cells = []
        for side, limit in ((BARE, to_bare), (KEYS, to_keys)):
            ratio = median(results, step, OURS) / median(results, BASES[step], side)
            cells.append(f"{ratio:>8.2f}{'' if limit is None else f'{limit:g}':>7}")
        lines.append(_line(step, results, step, OURS, "".join(cells)))
    lines += [
        _line(f"  {side}, {step.split(',')[0]}", results, step, side, " " * 30)
        for side in (BARE, KEYS)
        for step in (FIRST, NEXT)
    ]
    lines.append(
        _line(
            f"  {ALONE}",
            results,
            FIRST,
            ALONE,
            f"{_ratio(results, ALONE, BARE):>8.2f}{'':>7}{_ratio(results, ALONE, KEYS):>8.2f}{'':>7}",
        )
    )
    peak = max(one.peak_kib for (_, side), runs in results.items() if side == OURS for one in runs) / 1024
    return "\n".join([*lines, f"largest peak of guardiansync: {peak:,.0f} MiB (limit {MOST_MIB:,})"])


def _ratio(results: Results, side: str, other: str) -> float:
    return median(results, FIRST, side) / median(results, FIRST, other)


def _line(title: str, results: Results, step: str, side: str, ratios: str) -> str:
    peak = max(one.peak_kib for one in results[step, side]) / 1024
    seconds, cpu = (median(results, step, side, name) for name in ("seconds", "cpu"))
    return f"{title:<34}{seconds:>8.2f}{cpu:>8.2f}{ratios}{peak:>10,.0f}"


def phases(results: Results) -> str:
    """Where guardiansync's time goes, by the phases that it reports."""
    first, second = results[FIRST, OURS], results[NEXT, OURS]
    lines = ["phases of guardiansync, median seconds", f"  {'':<12}{'first sync':>12}{'next evening':>14}"]
    for phase in dict.fromkeys([*first[0].phases, *second[0].phases]):
        cells = [statistics.median(one.phases.get(phase, 0.0) for one in runs) for runs in (first, second)]
        lines.append(f"  {phase:<12}{cells[0]:>12.2f}{cells[1]:>14.2f}")
    return "\n".join(lines)


def differences(results: Results) -> list[str]:
    """What the sides disagree about: nothing, if they did the same job."""
    wrong = []
    for step in (FIRST, NEXT):
        found = {side: {(one.roles, one.ties) for one in results[step, side]} for side in (OURS, BARE, KEYS)}
        if step == FIRST:
            found[ALONE] = {(one.roles, one.ties) for one in results[step, ALONE]}
        if len(set().union(*found.values())) != 1:
            wrong.append(f"NOT the same job, {step}: (roles, ties) are {found}")
    if {(one.roles, one.ties) for one in results[UNDO, OURS]} != {(0, 0)}:
        wrong.append("NOT undone: there are roles or ties left")
    return wrong


def say(text: str) -> None:
    """Tell how far it is, apart from the result."""
    print(text, file=sys.stderr, flush=True)


def main() -> int:
    """Measure and print; 1 if the two sides did not do the same job."""
    parser = argparse.ArgumentParser(description="guardiansync beside the DuckDB script one would write instead.")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the district's file")
    parser.add_argument("--runs", type=int, default=3, help="how often; the median counts")
    parser.add_argument("--phases", action="store_true", help="show where guardiansync's time goes")
    parser.add_argument("--store", default="", help="a PostgreSQL database's URL: rosters in fresh schemas there")
    parser.add_argument("--folder", type=Path, help="make the temporary folder in this one: choose a local disk")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory(prefix="first-sync-", dir=options.folder) as name:
        folder = Path(name)
        say("making the files")
        students = in_own_process("make_inputs.py", folder, options.rows, CHANGED)["students"]
        size = (folder / "evening1.csv").stat().st_size
        results = measure(Rosters(folder, options.store), options.runs)

    packages = ", ".join(f"{name} {version(name)}" for name in ("guardiansync", "polars", "duckdb"))
    print(
        f"{options.rows:,} rows ({size / 1e6:.0f} MB), {students:,} students\n"
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {packages}\n"
        f"wall clock of the work alone, imports excluded on both sides; median of {options.runs}, largest peak\n\n"
        f"{table(results, LIMITS_POSTGRESQL if options.store else LIMITS)}\n"
    )
    if options.phases:
        print(f"{phases(results)}\n")
    wrong = differences(results)
    print("\n".join(wrong) or "All did the same job: the same numbers of roles and ties on both evenings.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
