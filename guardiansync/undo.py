"""Second thoughts: a run is taken back, a hold is released, and what is long past is forgotten."""

from datetime import datetime

import polars as pl
from attrs import asdict

from guardiansync.by_hand import carry_out, one_version
from guardiansync.clock import Clock
from guardiansync.engine.pins import contradiction, with_changes
from guardiansync.engine.undoing import resting_on, without_what_is_gone
from guardiansync.errors import ContradictoryPins, RunPurged, SettingsError, UndoRefused
from guardiansync.model.change import Change
from guardiansync.model.plan import RunKind
from guardiansync.model.run import Run
from guardiansync.observing import observed
from guardiansync.settings import Scope
from guardiansync.stores.protocol import Store
from guardiansync.stores.purging import is_purged


@observed
def undo(run_id: str, store: Store, *, actor: str = "") -> Run:
    """Take back what a run did, to the value, in every scope it changed. Itself a run, which can be undone.

    What the guardian file or the roster sync had brought about stays undone: later plans hold it until it is released.
    A denial is taken back whatever came after it, and with it the ties whose guardian and student are still there.

    Args:
        run_id: Which run, as its report or the journal names it.
        store: The roster.
        actor: Who asked for it, for the journal.

    Raises:
        UnknownRun: The journal has no such run.
        UndoRefused: Somebody changed since what the run had written, or built on it; nothing is undone.
        RunPurged: `purge` has dropped what the run changed; nothing is undone.
        ContradictoryPins: Pins that were set since contradict one that would stand again. Nothing was undone.
        StalePlan: The roster moved while this was looked at; try again. Nothing was undone.
    """
    clock = Clock()
    scopes = store.run_scopes(run_id)
    before = {scope: store.roster(scope) for scope in scopes}
    made = {scope: store.changes(run_id, scope) for scope in scopes}
    kind, total = _journalled(store, scopes[0], run_id)
    if is_purged(total, made.values()):
        raise RunPurged(run_id)
    taken_back = {scope: changes.inverse() for scope, changes in made.items()}
    if kind is RunKind.DENIAL:
        taken_back = {scope: without_what_is_gone(changes, before[scope]) for scope, changes in taken_back.items()}
    if hanging := tuple(text for scope in scopes for text in resting_on(taken_back[scope], before[scope])):
        raise UndoRefused(run_id, hanging)
    pins = with_changes(before[scopes[0]].pins, taken_back[scopes[0]]["set_pins"])
    if found := contradiction(pins):
        raise ContradictoryPins(scopes[0].district, found)
    return carry_out(
        store,
        RunKind.UNDO,
        taken_back,
        one_version(before.values()),
        clock=clock,
        actor=actor,
        undoes=run_id,
        refusal=lambda left: UndoRefused(run_id, tuple(_named(change) for change in left)),
    )


def release(store: Store, hold_id: str, *, actor: str = "") -> None:
    """Let what a hold withholds go ahead: the next plan obeys it.

    What was held when it was released goes ahead, no more: a larger removal on a later evening waits again.

    Args:
        store: The roster.
        hold_id: Which hold, as plan and report name it.
        actor: Who released it, for the journal.

    Raises:
        UnknownHold: No run has journalled such a hold.
    """
    store.release(hold_id, actor=actor)


def purge(store: Store, *, before: datetime) -> int:
    """Drop the journal's details of runs that began before a time, in all districts: what they changed and held.

    The roster stays as it is, and so do the runs with their totals. What stands keeps what it rests on: pins and denials
    with who said them, releases, and what `undo` took back. A purged run can no longer be undone, `explain` no longer
    shows what it changed, and what it alone held can no longer be released: the next sync holds it anew.

    Args:
        store: The roster.
        before: The time, with a time zone: `datetime.now(UTC) - timedelta(days=400)` in a nightly job keeps some 13 months.

    Returns:
        Of how many runs there were details to drop.

    Raises:
        SettingsError: The time has no time zone.
        StoreError: The store could not write. Each district's journal is as it was, or purged.
    """
    if before.tzinfo is None or before.utcoffset() is None:
        raise SettingsError(
            "before", "a time with a time zone, such as datetime.now(UTC) - timedelta(days=400)", "none"
        )
    return store.purge(before)


def _journalled(store: Store, scope: Scope, run_id: str) -> tuple[RunKind, int]:
    """A run's kind, and how many changes it made."""
    kind, total = store.runs(scope).filter(pl.col("run_id") == run_id).select("kind", "changes").row(0)
    return RunKind(kind), total


def _named(change: Change) -> str:
    """A change in a few words: its kind and its ids, no contact details."""
    ids = (f"{name} {value}" for name, value in asdict(change).items() if name.endswith("_id") and value)
    return f"{type(change).__name__} {', '.join(ids)}"
