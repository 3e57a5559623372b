"""How old a roster is."""

from datetime import UTC, datetime, timedelta

import polars as pl

from guardiansync.model.plan import HoldReason, RunKind
from guardiansync.model.run import Status
from guardiansync.settings import Scope
from guardiansync.stores.protocol import Store
from guardiansync.stores.undone import taken_back


def last_roster(store: Store, scope: Scope) -> datetime | None:
    """When the last roster sync of a scope began that brought somebody and was not undone; None if there was none."""
    runs = store.runs(scope)
    undos = runs.filter(pl.col("undoes") != "").reverse().select("run_id", "undoes").iter_rows()
    latest = runs.filter(
        pl.col("scope") == str(scope),
        pl.col("kind") == str(RunKind.ROSTER),
        pl.col("status") != str(Status.FAILED),
        ~pl.col("reasons").str.split(" ").list.contains(str(HoldReason.ROSTER_EMPTY)),
        ~pl.col("run_id").is_in(sorted(taken_back(undos))),
    )["started_at"].max()
    return latest if isinstance(latest, datetime) else None


def is_too_old(loaded_at: datetime | None, max_age: timedelta) -> bool:
    """Whether the last roster sync is longer ago than the settings allow; one that never ran is."""
    return loaded_at is None or datetime.now(UTC) - loaded_at > max_age
