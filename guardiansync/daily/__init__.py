"""Many scopes in one evening: one failing district never stops another."""

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from contextlib import closing
from datetime import UTC, datetime, timedelta

import polars as pl

from guardiansync.daily.evening import Evening
from guardiansync.daily.result import SUMMARY, DailyResult, DailyStatus, summary
from guardiansync.daily.workers import StoreSource, Workers
from guardiansync.errors import SettingsError
from guardiansync.settings import SyncSettings

__all__ = ["SUMMARY", "DailyResult", "DailyStatus", "StoreSource", "run_daily"]


def run_daily(
    settings: Iterable[SyncSettings],
    store: StoreSource,
    *,
    executor: Executor | None = None,
    on_progress: Callable[[DailyResult], object] | None = None,
    deadline: datetime | timedelta | None = None,
    retry_after: Sequence[float] = (5.0, 60.0),
    actor: str = "daily",
) -> pl.DataFrame:
    """Run the evening's syncs. Nothing that is wrong with one scope is raised: it is that scope's row.

    Files are fetched by threads of this process; each file then goes to a worker, which runs the scope's `roster_step`,
    looks how old the roster is, and syncs. The scopes of one district come one after the other. Running it again does what
    was not done, and nothing to what was.

    Args:
        settings: One for each scope.
        store: The rosters: a URL for `open_store`, or a function of a module that opens them, and the work is done by
            processes, one for each core; or a store, and it is done by threads of this process.
        executor: Where to do the work instead, such as `Client.get_executor()` of Dask's distributed. It is not shut down.
        on_progress: Called in the caller's thread with each scope's result, as they finish.
        deadline: When it is enough, as a moment with a time zone or as a time from now. What is being written then is
            finished; all else has the status "cut-off".
        retry_after: The seconds to wait before the second try of what may pass (a lost connection, a file that is not
            there yet, a roster that moved, a district that is busy), before the third, and so on. A refused login is never
            tried again.
        actor: Who asked for it, for the journal.

    Returns:
        One row for each scope, in the order they were given, with the attributes of `DailyResult`.

    Raises:
        SettingsError: An argument is none of these, or the workers cannot be told of the store.
        StoreUnusable: The store cannot be opened here.
    """
    each = list(settings)
    ends_at = _ends_at(deadline)
    workers = Workers.chosen(store, executor, len({one.scope.district for one in each}))
    results: dict[int, DailyResult] = {}
    with closing(Evening(each, workers, actor, tuple(retry_after), ends_at).results()) as finished:
        for place, result in finished:
            results[place] = result
            if on_progress is not None:
                on_progress(result)
    return summary(results[place] for place in range(len(each)))


def _ends_at(deadline: datetime | timedelta | None) -> float | None:
    """The deadline by `time.monotonic`."""
    if deadline is None:
        return None
    if isinstance(deadline, datetime) and deadline.tzinfo is not None:
        deadline -= datetime.now(UTC)
    if not isinstance(deadline, timedelta):
        raise SettingsError("deadline", "a datetime with a time zone, or a timedelta from now", repr(deadline))
    return time.monotonic() + deadline.total_seconds()
