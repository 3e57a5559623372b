"""The whole flow on one page: gather, decide, act.

fetched = fetch(location)                  gather: bytes, digest, time
feed    = read_feed(fetched, settings)     rows and findings
before  = store.roster(scope, feed.keys)   what is known, at a version
plan    = make_plan(feed, before, …)       decide: pure
run     = apply(plan, store)               act: one transaction, refused if the roster moved
report  = Report.of(plan, run)
"""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from typing import BinaryIO, TypeAlias

from attrs import evolve

from guardiansync.clock import Clock
from guardiansync.engine.clean import clean_feed
from guardiansync.engine.plan import make_plan
from guardiansync.errors import (
    GuardianSyncError,
    InBlackout,
    LevelMismatch,
    NoLocation,
    NoRoster,
    StalePlan,
    StoreError,
    SyncNotEnabled,
    WrongLevel,
)
from guardiansync.feed import read
from guardiansync.feed.put_away import put_away
from guardiansync.feed.source import fetch, take_upload
from guardiansync.model.bulk import Changes
from guardiansync.model.feed import Feed, Fetched
from guardiansync.model.plan import Plan, RunKind
from guardiansync.model.roster import Roster
from guardiansync.model.run import OnProgress, Phase, Run, Status
from guardiansync.observing import count, observed
from guardiansync.report import Report
from guardiansync.settings import District, Scope, SyncSettings
from guardiansync.settled import basis_of, comes_to_nothing, same_again, settlement
from guardiansync.stores.locking import one_sync
from guardiansync.stores.protocol import Store

Upload: TypeAlias = str | os.PathLike[str] | bytes | BinaryIO | Fetched
"""A file that somebody hands over: its path, its bytes, a binary file, or what was fetched before."""


@observed
def plan(
    settings: SyncSettings, store: Store, upload: Upload | None = None, *, on_progress: OnProgress | None = None
) -> Plan:
    """Look what a sync would do, and change nothing.

    Args:
        settings: Whose sync, where the file lies, how careful to be. Need not be enabled.
        store: The roster.
        upload: A file to take instead of the one at `settings.location`.
        on_progress: Called as the phases go by.

    Raises:
        SourceError: The file could not be fetched.
        UnreadableFile: It is not a guardians file.
        WrongLevel: The daily roster sync runs at another level.
        NoRoster: The store knows no students of the scope.
        LevelMismatch: Guardians of the district stand at another level: `migrate_level` moves them.
        ContradictoryPins: People said of the same roles that they are one person, and that they never are.
        StoreError: The roster could not be read.
    """
    if (wrong := level_error(settings)) is not None:
        raise wrong
    tell = on_progress or _nobody_listens
    return _decide(settings.at(datetime.now(UTC)), store, _fetched(settings, upload, tell), tell)


def _decide(settings: SyncSettings, store: Store, fetched: Fetched, tell: OnProgress) -> Plan:
    feed, before = _gather(settings, store, fetched, tell)
    if before.students.is_empty():
        raise NoRoster(str(settings.scope))
    if before.other_levels:
        raise LevelMismatch(str(settings.scope), before.other_levels)
    decided = make_plan(feed, before, settings)
    count(changes=len(decided.frames), holds=len(decided.holds), findings=len(decided.findings))
    tell(Phase.PLAN, 1, 1)
    return evolve(decided, evidence=evolve(decided.evidence, basis=basis_of(fetched, settings)))


@observed
def apply(plan: Plan, store: Store, *, actor: str = "") -> Run:
    """Make a plan's changes, all in one transaction.

    Args:
        plan: What to change. It is applied only to the version of the roster it was made for.
        store: The roster.
        actor: Who asked for it, for the journal.

    Raises:
        StalePlan: The roster moved since; plan again. Nothing was written.
        StoreError: The store could not write. Nothing was written.
    """
    clock = Clock()
    with store.transaction(plan.scope) as turn:
        if turn.version != plan.evidence.version:
            raise StalePlan(str(plan.scope), plan.evidence.version, turn.version)
        written = turn.write(plan.frames)
        run = Run(
            run_id=clock.run_id,
            scope=plan.scope,
            kind=plan.kind,
            status=_status(plan),
            reasons=plan.reasons,
            started_at=clock.started_at,
            duration_s=clock.seconds(),
            actor=actor,
            evidence=plan.evidence,
            version_after=turn.version,
            counts=written.changes.counts(),
            left=written.left,
        )
        turn.record(run, written.changes, plan.holds)
        if comes_to_nothing(plan, run):
            turn.settle(settlement(plan, run))
    return run


@observed
def sync(
    settings: SyncSettings,
    store: Store,
    upload: Upload | None = None,
    *,
    actor: str = "",
    on_progress: OnProgress | None = None,
) -> Report:
    """Bring the roster in line with the file: plan, then apply.

    A file that an earlier run settled, with nothing moved since, is not read again: see `Report.same_as`.

    Args:
        settings: Whose sync, where the file lies, how careful to be.
        store: The roster.
        upload: A file to take instead of the one at `settings.location`.
        actor: Who asked for it, for the journal.
        on_progress: Called as the phases go by.

    Raises:
        GuardianSyncError: As `plan` and `apply`; `SyncNotEnabled` and `InBlackout` besides. The failed run is in the
            journal.
        DistrictBusy: Another sync of the district is under way. Nothing was done, nor journalled.
    """
    with one_sync(store, settings.scope):
        return _sync(settings, store, upload, actor, on_progress or _nobody_listens)


def _sync(settings: SyncSettings, store: Store, upload: Upload | None, actor: str, tell: OnProgress) -> Report:
    clock = Clock()
    try:
        settings = settings.at(clock.started_at)
        _require_may_run(settings, clock)
        fetched = _fetched(settings, upload, tell)
        report = same_again(fetched, settings, store, clock, actor) or _read_and_apply(
            settings, store, fetched, actor, tell
        )
    except GuardianSyncError as error:
        journal_failure(settings.scope, store, error, clock, actor)
        raise
    return report.with_later(
        put_away(None if upload is not None else settings.location, report.evidence, report.run_id)
    )


def _read_and_apply(settings: SyncSettings, store: Store, fetched: Fetched, actor: str, tell: OnProgress) -> Report:
    decided = _decide(settings, store, fetched, tell)
    tell(Phase.APPLY, 0, 1)
    run = apply(decided, store, actor=actor)
    count(changes=sum(run.counts.values()), left=len(run.left))
    tell(Phase.APPLY, 1, 1)
    return Report.of(decided, run)


def read_feed(data: Upload, settings: SyncSettings | None = None) -> Feed:
    """Read a guardians file: its rows, cleaned, and what was found on the way.

    Args:
        data: The file: a path, bytes, a binary file, or what was fetched.
        settings: `columns`, `encoding`, `region` and `phone_column` of these; without, the defaults.

    Raises:
        UnreadableFile: It is not a guardians file.
    """
    settings = settings or SyncSettings(scope=_ANY_SCOPE)
    fetched = _taken(data, settings)
    raw = read(
        fetched,
        columns=settings.columns,
        encoding=settings.encoding,
        max_bytes=settings.max_bytes,
        phone_column=settings.phone_column,
    )
    return clean_feed(raw, fetched, settings)


_ANY_SCOPE = District("any")


# --- the small parts ----------------------------------------------------------------------------------------------


def _nobody_listens(_phase: Phase, _done: int, _total: int) -> None:
    pass


def _require_may_run(settings: SyncSettings, clock: Clock) -> None:
    if not settings.enabled:
        raise SyncNotEnabled(str(settings.scope))
    if until := settings.blackout_until(clock.started_at):
        raise InBlackout(str(settings.scope), until)
    if (wrong := level_error(settings)) is not None:
        raise wrong


def level_error(settings: SyncSettings) -> WrongLevel | None:
    """Why these settings are not those of a sync at the daily roster sync's level; None if they are."""
    daily, level = settings.daily_sync_level, settings.scope.level
    return None if daily in (None, level) else WrongLevel(str(settings.scope), level, str(daily))


def _gather(settings: SyncSettings, store: Store, fetched: Fetched, tell: OnProgress) -> tuple[Feed, Roster]:
    """The file and the roster. Neither needs the other but for a school, so a district's are read side by side."""
    tell(Phase.READ, 0, 1)
    if settings.scope.level == "school":
        feed = read_feed(fetched, settings)
        count(rows=feed.row_count, rows_skipped=feed.skipped_count)
        tell(Phase.READ, 1, 1)
        tell(Phase.ROSTER, 0, 1)
        before = store.roster(settings.scope, feed.keys)
        tell(Phase.ROSTER, 1, 1)
    else:
        # The store stays in the caller's thread: not every database connection may change threads.
        with ThreadPoolExecutor(max_workers=1) as reader:
            reading = reader.submit(read_feed, fetched, settings)
            tell(Phase.ROSTER, 0, 1)
            before = store.roster(settings.scope)
            tell(Phase.ROSTER, 1, 1)
            feed = reading.result()
        count(rows=feed.row_count, rows_skipped=feed.skipped_count)
        tell(Phase.READ, 1, 1)
    return feed, before


def _taken(upload: Upload, settings: SyncSettings) -> Fetched:
    return upload if isinstance(upload, Fetched) else take_upload(upload, max_bytes=settings.max_bytes)


def _fetched(settings: SyncSettings, upload: Upload | None, tell: OnProgress) -> Fetched:
    if upload is not None:
        return _taken(upload, settings)
    if settings.location is None:
        raise NoLocation(str(settings.scope))
    return fetch(
        settings.location,
        max_bytes=settings.max_bytes,
        on_progress=lambda done, total: tell(Phase.FETCH, done, total),
    )


def _status(plan: Plan) -> Status:
    if plan.holds:
        return Status.HELD
    return Status.UNCHANGED if plan.is_empty else Status.APPLIED


def journal_failure(scope: Scope, store: Store, error: GuardianSyncError, clock: Clock, actor: str) -> None:
    """Put a run that failed into the journal."""
    # Where the journal is what broke, the first error is the one to tell.
    with suppress(StoreError), store.transaction(scope) as turn:
        run = Run(
            run_id=clock.run_id,
            scope=scope,
            kind=RunKind.GUARDIANS,
            status=Status.FAILED,
            reasons=(error.reason,),
            started_at=clock.started_at,
            duration_s=clock.seconds(),
            actor=actor,
            version_after=turn.version,
            message=str(error),
        )
        turn.record(run, Changes())
