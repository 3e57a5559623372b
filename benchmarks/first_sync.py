"""Times guardiansync beside the DuckDB script that one would write instead, on the same district's two evenings.

    python benchmarks/first_sync.py --rows 1000000

Every measured run is a process of its own, so its peak memory is its own, and starts from a copy of the same database.
The two sides take turns, so that whatever else the machine does falls on both. The clock covers the work itself, from
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
EVENINGS = {1: "first sync", 2: f"next evening, {CHANGED:.0%} changed"}


@dataclass
class Measured:
    """One run: how long it took, how much memory its process had at most, and what there is afterwards."""

    seconds: float
    peak_kib: int
    roles: int
    ties: int
    phases: dict[str, float]


@dataclass
class Side:
    """One of the two that are compared.

    Attributes:
        name: What the table calls it.
        script: What runs it.
        starts_from: The database that its first evening starts from, if there is one.
    """

    name: str
    script: str
    starts_from: str = ""


OURS = Side("guardiansync", "with_guardiansync.py", starts_from="students.db")
THEIRS = Side("DuckDB script", "with_duckdb.py")
Results = dict[tuple[int, str], list[Measured]]


def in_own_process(script: str, *arguments: object) -> dict[str, Any]:
    """Run a script beside this one in a fresh interpreter; return the JSON it prints."""
    done = subprocess.run(
        [sys.executable, str(HERE / script), *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def measure(folder: Path, runs: int) -> Results:
    """Both evenings on each side in turn, several times, each time from a fresh copy of what it starts from."""
    results: Results = {(evening, side.name): [] for evening in EVENINGS for side in (OURS, THEIRS)}
    for turn in range(runs):
        # Whoever comes second finds the files in the page cache: so they swap.
        for side in (OURS, THEIRS) if turn % 2 == 0 else (THEIRS, OURS):
            database = folder / "roster.db"
            for old in folder.glob("roster.db*"):
                old.unlink()
            if side.starts_from:
                shutil.copyfile(folder / side.starts_from, database)
            for evening in EVENINGS:
                os.sync()
                one = Measured(**in_own_process(side.script, folder / f"evening{evening}.csv", database))
                results[evening, side.name].append(one)
                say(f"run {turn + 1} of {runs}, evening {evening}, {side.name}: {one.seconds:.2f} s")
    return results


def table(results: Results) -> str:
    """Medians, ratios to the script, and the largest peaks."""
    lines = [f"{'':<26}{'seconds':>9}{'ratio':>8}{'peak MiB':>10}{'roles':>12}{'ties':>12}"]
    for evening, title in EVENINGS.items():
        lines.append(title)
        base = statistics.median(one.seconds for one in results[evening, THEIRS.name])
        for side in (OURS, THEIRS):
            runs = results[evening, side.name]
            seconds = statistics.median(one.seconds for one in runs)
            peak = max(one.peak_kib for one in runs) / 1024
            counts = f"{runs[0].roles:>12,}{runs[0].ties:>12,}"
            lines.append(f"  {side.name:<24}{seconds:>9.2f}{seconds / base:>8.2f}{peak:>10,.0f}{counts}")
    return "\n".join(lines)


def phases(results: Results) -> str:
    """Where guardiansync's time goes, by the phases that it reports."""
    first, second = results[1, OURS.name], results[2, OURS.name]
    lines = ["phases of guardiansync, median seconds", f"  {'':<12}{'first sync':>12}{'next evening':>14}"]
    for phase in dict.fromkeys([*first[0].phases, *second[0].phases]):
        cells = [statistics.median(one.phases.get(phase, 0.0) for one in runs) for runs in (first, second)]
        lines.append(f"  {phase:<12}{cells[0]:>12.2f}{cells[1]:>14.2f}")
    return "\n".join(lines)


def differences(results: Results) -> list[str]:
    """What the two sides disagree about: nothing, if they did the same job."""
    wrong = []
    for evening, title in EVENINGS.items():
        ours, theirs = ({(one.roles, one.ties) for one in results[evening, side.name]} for side in (OURS, THEIRS))
        if len(ours | theirs) != 1:
            wrong.append(f"NOT the same job, {title}: (roles, ties) are {sorted(ours)} and {sorted(theirs)}")
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
    parser.add_argument("--folder", type=Path, help="make the temporary folder in this one: choose a local disk")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory(prefix="first-sync-", dir=options.folder) as name:
        folder = Path(name)
        say("making the files")
        students = in_own_process("make_inputs.py", folder, options.rows, CHANGED)["students"]
        size = (folder / "evening1.csv").stat().st_size
        results = measure(folder, options.runs)

    packages = ", ".join(f"{name} {version(name)}" for name in ("guardiansync", "polars", "duckdb"))
    print(
        f"{options.rows:,} rows ({size / 1e6:.0f} MB), {students:,} students\n"
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {packages}\n"
        f"wall clock of the work alone, imports excluded on both sides; median of {options.runs}, largest peak\n\n"
        f"{table(results)}\n"
    )
    if options.phases:
        print(f"{phases(results)}\n")
    wrong = differences(results)
    print("\n".join(wrong) or "Both did the same job: the same numbers of roles and ties on both evenings.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
