"""One scope's part of an evening: fetching in the threads of the caller's process, all else where the work is done.

Only `Job` and `Done` travel between the two. A job holds the file and not the location, so no login leaves the process that
fetches.
"""

import pickle
import time
from typing import Final, TypeAlias

from attrs import evolve, frozen

from guardiansync.clock import Clock
from guardiansync.daily.result import DailyResult, unexpected
from guardiansync.errors import GuardianSyncError, RosterStepFailed, RosterTooOld, SourceError
from guardiansync.feed import fetch
from guardiansync.model.feed import Fetched
from guardiansync.settings import Location, SyncSettings
from guardiansync.stores import open_store
from guardiansync.stores.last_roster import is_too_old, last_roster
from guardiansync.stores.locking import one_sync
from guardiansync.stores.protocol import Store
from guardiansync.sync import journal_failure, sync

Brought: TypeAlias = Fetched | GuardianSyncError
"""The file, or why there is none."""

_stores: Final[dict[bytes, Store]] = {}
"""The stores that this process has opened, by what opened them."""


@frozen(eq=False)
class Job:
    """What a worker is given.

    Attributes:
        settings: How the sync works, without the location.
        brought: The file, or why there is none.
        store: The store; or, pickled, its URL or a function that opens it.
        actor: Who asked for it, for the journal.
        last: Whether it is not tried again, so that a failure goes into the journal.
    """

    settings: SyncSettings
    brought: Brought
    store: Store | bytes
    actor: str
    last: bool


@frozen
class Done:
    """What a worker gives back.

    Attributes:
        result: What was done.
        seconds: How long it took.
        may_pass: Whether it failed and another try may succeed.
    """

    result: DailyResult
    seconds: float
    may_pass: bool = False


def bring(location: Location, max_bytes: int, seconds_left: float | None) -> tuple[Brought, float]:
    """Fetch a scope's file.

    Args:
        location: Where it lies.
        max_bytes: The largest file that is read.
        seconds_left: After so many seconds nobody waits for it any more; None for no limit but the location's own.

    Returns:
        The file or why there is none, and how long that took.
    """
    began = time.perf_counter()
    brought: Brought
    try:
        brought = fetch(location, max_bytes=max_bytes, seconds_left=seconds_left)
    except GuardianSyncError as error:
        brought = error
    except Exception as error:  # noqa: BLE001 - one district's trouble, whatever it is, is not the next one's
        brought = unexpected(error)
    return brought, time.perf_counter() - began


def perform(job: Job) -> Done:
    """Do what there is to do for one scope. Raises nothing."""
    began = time.perf_counter()
    scope = str(job.settings.scope)
    try:
        result, may_pass = _perform(job), False
    except GuardianSyncError as error:
        result, may_pass = DailyResult.of_error(scope, error), error.may_pass
    except Exception as error:  # noqa: BLE001 - the same
        result, may_pass = DailyResult.of_error(scope, unexpected(error)), False
    return Done(result, time.perf_counter() - began, may_pass)


def _perform(job: Job) -> DailyResult:
    clock = Clock()
    settings, brought = job.settings, job.brought
    store = _opened(job.store)
    try:
        if isinstance(brought, GuardianSyncError) and not isinstance(brought, SourceError):
            raise brought
        stepped = _step(settings, store)
        _require_roster(settings, store, stepped)
        if isinstance(brought, GuardianSyncError):
            raise brought
    except GuardianSyncError as error:
        if job.last or not error.may_pass:
            journal_failure(settings.scope, store, error, clock, job.actor)
        raise
    result = DailyResult.of_report(sync(settings, store, brought, actor=job.actor))
    if stepped is None:
        return result
    return evolve(result, reason=f"{stepped.reason} {result.reason}".strip(), message=str(stepped))


def _opened(store: Store | bytes) -> Store:
    if not isinstance(store, bytes):
        return store
    if store not in _stores:
        opener = pickle.loads(store)  # noqa: S301 - made by `run_daily` # nosec B301
        _stores[store] = open_store(opener) if isinstance(opener, str) else opener()
    return _stores[store]


def _step(settings: SyncSettings, store: Store) -> RosterStepFailed | None:
    """Run the district's own roster import; why it failed."""
    if settings.roster_step is None:
        return None
    with one_sync(store, settings.scope):
        try:
            settings.roster_step(settings, store)
        except GuardianSyncError as error:
            return RosterStepFailed(str(settings.scope), str(error), may_pass=error.may_pass)
        except Exception as error:  # noqa: BLE001 - somebody else's function
            return RosterStepFailed(str(settings.scope), type(error).__name__)
    return None


def _require_roster(settings: SyncSettings, store: Store, stepped: RosterStepFailed | None) -> None:
    """A roster that is young enough for the guardians; one whose import failed tonight only where an age is allowed."""
    if settings.max_roster_age is None:
        if stepped is not None:
            raise stepped
        return
    loaded_at = last_roster(store, settings.scope)
    if is_too_old(loaded_at, settings.max_roster_age):
        raise stepped or RosterTooOld(str(settings.scope), loaded_at, settings.max_roster_age)
