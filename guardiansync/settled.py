"""Files that need not be read again: what an earlier run settled holds as long as nothing moves.

A plan follows from the file, the settings, the rules and the roster alone. Where all four are what they were when a run
read the file and had nothing to do, it would come to nothing again, with the same findings. Any doubt, and the file is read:
so it is on the evening after one that changed something, whose findings are another's.
"""

import hashlib
import json
import platform
from functools import cache
from importlib.metadata import version

import polars as pl
from attrs import asdict

from guardiansync.clock import Clock
from guardiansync.model.bulk import Changes
from guardiansync.model.feed import Fetched
from guardiansync.model.plan import Evidence, Plan, Result, RunKind
from guardiansync.model.run import Run, Settled, Status
from guardiansync.report import Report
from guardiansync.settings import SyncSettings
from guardiansync.stores.protocol import Store

_NO_BASIS = ("scope", "location", "enabled", "blackout", "roster_step", "max_roster_age")
"""Settings that say where the file is, whose it is and when it is looked at, not what follows from it."""


def basis_of(fetched: Fetched, settings: SyncSettings) -> str:
    """A digest of all that a plan follows from but the roster.

    Args:
        fetched: The file.
        settings: How it is read and how careful to be, as they are now (`SyncSettings.at`).
    """
    told = asdict(settings, recurse=False, filter=lambda one, _: one.name not in _NO_BASIS)
    told["columns"] = dict(settings.columns)
    said = json.dumps([fetched.sha256, told, _rules()], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


@cache
def _rules() -> list[str]:
    """What the rules are written in: numbers and letters, too, are judged otherwise by another version."""
    return [version("guardiansync"), version("phonenumbers"), pl.__version__, platform.python_version()]


def comes_to_nothing(plan: Plan, run: Run) -> bool:
    """Whether the same file would come to the same: there was nothing to change, and nothing waits."""
    return bool(plan.evidence.basis) and run.status is Status.UNCHANGED


def settlement(plan: Plan, run: Run) -> Settled:
    """What a run that left nothing open says of its file."""
    by_result = dict(plan.rows.group_by("result").len().iter_rows())
    return Settled(
        run_id=run.run_id,
        basis=plan.evidence.basis,
        version=run.version_after,
        rows_used=by_result.get(str(Result.USED), 0),
        rows_skipped=by_result.get(str(Result.SKIPPED), 0),
        findings=plan.findings,
    )


def same_again(fetched: Fetched, settings: SyncSettings, store: Store, clock: Clock, actor: str) -> Report | None:
    """Journal a run that changes nothing, where an earlier one settled this very file and nothing moved since.

    Args:
        fetched: The file.
        settings: The sync's.
        store: The roster.
        clock: Since when.
        actor: Who asked for it.

    Returns:
        The run's report; None where the file must be read.
    """
    basis, settled = basis_of(fetched, settings), store.settled(settings.scope)
    if settled is None or settled.basis != basis:
        return None
    evidence = Evidence(
        name=fetched.name,
        sha256=fetched.sha256,
        size=fetched.size,
        row_count=settled.rows_used + settled.rows_skipped,
        modified_at=fetched.modified_at,
        version=settled.version,
        basis=basis,
    )
    with store.transaction(settings.scope) as turn:
        if turn.version != settled.version:
            return None
        run = Run(
            run_id=clock.run_id,
            scope=settings.scope,
            kind=RunKind.GUARDIANS,
            status=Status.UNCHANGED,
            started_at=clock.started_at,
            duration_s=clock.seconds(),
            actor=actor,
            evidence=evidence,
            version_after=turn.version,
            counts=Changes().counts(),
        )
        turn.record(run, Changes())
    return Report.of_same(settled, run, evidence)
