"""Second thoughts: a run is taken back, a hold is released."""

from attrs import asdict

from guardiansync.clock import Clock
from guardiansync.engine.undoing import resting_on
from guardiansync.errors import StalePlan, UndoRefused
from guardiansync.model.change import Change
from guardiansync.model.plan import RunKind
from guardiansync.model.run import Run, Status
from guardiansync.stores.protocol import Store


def undo(run_id: str, store: Store, *, actor: str = "") -> Run:
    """Take back what a run did, to the value. Itself a run, which can be undone.

    Args:
        run_id: Which run, as its report or the journal names it.
        store: The roster.
        actor: Who asked for it, for the journal.

    Raises:
        UnknownRun: The journal has no such run.
        UndoRefused: Somebody changed since what the run had written, or built on it; nothing is undone.
        StalePlan: The roster moved while this was looked at; try again. Nothing was undone.
    """
    clock = Clock()
    scope = store.run_scope(run_id)
    taken_back = store.changes(run_id).inverse()
    before = store.roster(scope)
    if hanging := resting_on(taken_back, before):
        raise UndoRefused(run_id, hanging)
    with store.transaction(scope) as turn:
        if turn.version != before.version:
            raise StalePlan(str(scope), before.version, turn.version)
        written = turn.write(taken_back)
        if not written.left.is_empty:
            raise UndoRefused(run_id, tuple(_named(change) for change in written.left))
        run = Run(
            run_id=clock.run_id,
            scope=scope,
            kind=RunKind.UNDO,
            status=Status.UNCHANGED if written.changes.is_empty else Status.APPLIED,
            started_at=clock.started_at,
            duration_s=clock.seconds(),
            actor=actor,
            version_after=turn.version,
            counts=written.changes.counts(),
            undoes=run_id,
        )
        turn.record(run, written.changes)
    return run


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


def _named(change: Change) -> str:
    """A change in a few words: its kind and its ids, no contact details."""
    ids = (f"{name} {value}" for name, value in asdict(change).items() if name.endswith("_id") and value)
    return f"{type(change).__name__} {', '.join(ids)}"
