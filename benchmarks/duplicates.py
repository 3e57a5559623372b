"""Times the list of possible duplicates beside Splink's, on the same rosters, and judges both lists.

    pip install -e '.[bench]'
    python benchmarks/duplicates.py
    python benchmarks/duplicates.py --accounts 20000 --runs 1

Each roster is a sample district with slips (`guardiansync.testing.typing_errors`): one guardian in a hundred stands twice,
with one slip. Both sides get the same frames, cleaned; Splink compares names, emails and mobiles, exact and near, on
DuckDB, with blocking rules for each of them. Its model is trained on the roster first, as its documentation says;
its time is given with the training and without. The ratio that counts is to the time without.

Every measured run is a process of its own, so its peak memory is its own; imports are over before its clock starts. The
two sides take turns. This module imports nothing but the standard library, like first_sync.py.
"""

import argparse
import os
import platform
import statistics
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from first_sync import in_own_process, say

SIDES = ("guardiansync", "splink")
STUDENTS_PER_ACCOUNT = 0.86
MOST_TIMES = 5.0


@dataclass
class Measured:
    """One run: how long it took, also in processor time and with training, its peak memory, and how its list is judged."""

    seconds: float
    cpu: float
    with_training: float
    peak_kib: int
    accounts: int
    listed: int
    true: int
    there: int


Results = dict[tuple[int, str], list[Measured]]


def measure(folder: Path, accounts: int, runs: int) -> dict[str, list[Measured]]:
    """Both sides in turn, several times, on a roster of about so many accounts."""
    say(f"making a roster of about {accounts:,} accounts")
    in_own_process("duplicates_side.py", "make", folder, round(accounts * STUDENTS_PER_ACCOUNT))
    results: dict[str, list[Measured]] = {side: [] for side in SIDES}
    for turn in range(runs):
        for side in SIDES if turn % 2 == 0 else SIDES[::-1]:
            one = Measured(**in_own_process("duplicates_side.py", side, folder))
            results[side].append(one)
            say(f"run {turn + 1} of {runs}, {side}: {one.seconds:.2f} s")
    return results


def seconds(runs: list[Measured]) -> float:
    """The median."""
    return statistics.median(one.seconds for one in runs)


def table(results: Results) -> str:
    """Medians, ratios to Splink, and how both lists are judged."""
    lines = [
        f"{'accounts':>10}  {'':<14}{'seconds':>9}{'trained':>9}{'ratio':>7}{'cpu us/account':>16}{'peak MiB':>10}"
        f"{'listed':>9}{'precision':>11}{'recall':>8}"
    ]
    for (accounts, side), runs in results.items():
        taken, one = seconds(runs), runs[0]
        trained = statistics.median(run.with_training for run in runs)
        cpu = statistics.median(run.cpu for run in runs)
        base = seconds(results[accounts, "splink"])
        peak = max(run.peak_kib for run in runs) / 1024
        lines.append(
            f"{one.accounts:>10,}  {side:<14}{taken:>9.2f}{trained:>9.2f}{taken / base:>7.2f}"
            f"{cpu / one.accounts * 1e6:>16.1f}{peak:>10,.0f}"
            f"{one.listed:>9,}{one.true / max(one.listed, 1):>11.3f}{one.true / one.there:>8.3f}"
        )
    return "\n".join(lines)


def main() -> int:
    """Measure and print; 1 if it takes more than five times as long as Splink."""
    parser = argparse.ArgumentParser(description="possible duplicates beside Splink's.")
    parser.add_argument("--accounts", type=int, nargs="*", default=[20_000, 200_000], help="about how many accounts")
    parser.add_argument("--runs", type=int, default=3, help="how often; the median counts")
    parser.add_argument("--folder", type=Path, help="make the temporary folder in this one")
    options = parser.parse_args()

    results: Results = {}
    with tempfile.TemporaryDirectory(prefix="duplicates-", dir=options.folder) as name:
        for accounts in options.accounts:
            for side, runs in measure(Path(name), accounts, options.runs).items():
                results[accounts, side] = runs
    packages = ", ".join(f"{one} {version(one)}" for one in ("guardiansync", "polars", "splink", "duckdb"))
    print(
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {packages}\n"
        f"wall clock without imports; median of {options.runs}, largest peak\n\n{table(results)}\n"
    )
    worst = max(seconds(results[one, "guardiansync"]) / seconds(results[one, "splink"]) for one in options.accounts)
    print(f"at most {worst:.2f} times as long as Splink without its training (target: {MOST_TIMES:.0f})")
    return 0 if worst <= MOST_TIMES else 1


if __name__ == "__main__":
    sys.exit(main())
