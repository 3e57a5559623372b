"""What the journal may forget: the details of runs that are old enough and that nothing which stands rests on."""

from collections.abc import Iterable
from datetime import UTC, datetime

import polars as pl

from guardiansync.model.bulk import Changes
from guardiansync.model.change import SCHEMAS, SetDenial, SetPin
from guardiansync.model.plan import RunKind
from guardiansync.stores.undone import HELD_KINDS, taken_back

JOURNALLED = pl.Schema(
    {
        "run_id": pl.String(),
        "kind": pl.String(),
        "undoes": pl.String(),
        "started_at": pl.Datetime("us", "UTC"),
    }
)
"""What is looked at of a scope's runs."""

FORGOTTEN = tuple(name for name in SCHEMAS if name not in (SetPin.FRAME, SetDenial.FRAME))
"""The frames of changes that are dropped. Who said of whom what stays: it is few rows, and `pins` and `denials` show it."""

_WORDS = (RunKind.PIN, RunKind.DENIAL)
"""Runs by which people said something, which they can take back as long as it stands."""


def purgeable(runs: pl.DataFrame, before: datetime) -> list[str]:
    """The runs whose details may go.

    Args:
        runs: Schema `JOURNALLED`: all of one scope's, the oldest first.
        before: Those that began before this.
    """
    words: set[str] = set()
    for run_id, kind, undoes in runs.select("run_id", "kind", "undoes").iter_rows():
        if kind in _WORDS or undoes in words:
            words.add(run_id)
    undos = runs.filter(pl.col("undoes") != "").select("run_id", "undoes")
    of_rules = set(runs.filter(pl.col("kind").is_in([str(kind) for kind in HELD_KINDS]))["run_id"])
    # What stays undone is read from the run that was taken back, for every plan.
    kept = words | (taken_back(undos.iter_rows()) & of_rules)
    # A clock can run backwards: what was journalled after a run is not older than it, whatever it says.
    kept |= set(runs.filter(pl.col("started_at").cum_max() >= before.astimezone(UTC))["run_id"])
    # And that can come to stay undone again as long as one of the runs that took it back can be taken back.
    for run_id, undoes in undos.reverse().iter_rows():
        if run_id in kept:
            kept.add(undoes)
    return [run_id for run_id in runs["run_id"] if run_id not in kept]


def without_details(changes: Changes) -> Changes:
    """What the journal keeps of a purged run's changes."""
    return changes.replace(**{name: SCHEMAS[name].to_frame() for name in FORGOTTEN})


def is_purged(total: int, kept: Iterable[Changes]) -> bool:
    """Whether a run made more changes than the journal has of it.

    Args:
        total: How many changes its row of the journal counts.
        kept: What the journal has of it, in each scope.
    """
    return sum(map(len, kept)) < total
