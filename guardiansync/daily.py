"""Many scopes in one evening: one failing district never stops another."""

import time
from collections.abc import Iterable
from typing import Final

import polars as pl

from guardiansync.errors import GuardianSyncError
from guardiansync.model.run import Status
from guardiansync.settings import SyncSettings
from guardiansync.stores.protocol import Store
from guardiansync.sync import sync

SUMMARY: Final = pl.Schema(
    {
        "scope": pl.String(),
        "status": pl.String(),
        "reason": pl.String(),
        "rows": pl.Int64(),
        "changes": pl.Int64(),
        "findings": pl.Int64(),
        "seconds": pl.Float64(),
        "run_id": pl.String(),
        "message": pl.String(),
    }
)
"""One row for each scope, in the order they were given."""


def run_daily(settings: Iterable[SyncSettings], store: Store, *, actor: str = "daily") -> pl.DataFrame:
    """Run the evening's syncs, one after another.

    Args:
        settings: One for each scope. A sync that is not enabled, or that fails, is a row of the summary.
        store: The rosters.
        actor: Who asked for it, for the journal.

    Returns:
        One row for each scope: scope, status, reason, rows, changes, findings, seconds, run_id, message.
    """
    return pl.DataFrame([_one(each, store, actor) for each in settings], schema=SUMMARY, orient="row")


def _one(settings: SyncSettings, store: Store, actor: str) -> tuple[object, ...]:
    began = time.perf_counter()
    scope = str(settings.scope)
    try:
        report = sync(settings, store, actor=actor)
    except Exception as error:  # noqa: BLE001 - one district's trouble, whatever it is, is not the next one's
        # What an exception of somebody else says may hold personal data.
        reason, message = "unexpected", type(error).__name__
        if isinstance(error, GuardianSyncError):
            reason, message = error.reason, str(error)
        return scope, str(Status.FAILED), reason, 0, 0, 0, time.perf_counter() - began, "", message
    changes = sum(count for name, count in report.counts.items() if not name.startswith("rows"))
    return (
        scope,
        str(report.status),
        " ".join(report.reasons),
        report.counts["rows"],
        changes,
        len(report.findings),
        time.perf_counter() - began,
        report.run_id,
        "",
    )
