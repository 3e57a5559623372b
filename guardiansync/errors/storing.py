"""The store cannot do what was asked."""

from guardiansync.errors.root import GuardianSyncError

_SHOWN = 10


class StoreError(GuardianSyncError):
    """The roster store cannot do what was asked. Nothing was written."""

    reason = "store"


class StoreUnusable(StoreError):
    """The store's URL is wrong, its driver is missing, or the database is not one of ours."""


class StoreFailed(StoreError):
    """The database refused or broke in the middle; the transaction was rolled back."""

    may_pass = True


class DistrictBusy(StoreError):
    """Another sync of the district is under way. Nothing was written.

    Attributes:
        district: The district's id.
    """

    reason = "busy"
    may_pass = True

    def __init__(self, district: str) -> None:
        self.district = district
        super().__init__(
            f"Another sync of district {district} is under way: wait for it, or look at its run. Nothing was written."
        )


class StalePlan(StoreError):
    """The roster moved since the plan was made.

    Attributes:
        scope: The scope, as text.
        planned: The version the plan was made for.
        current: The version the store has now.
    """

    reason = "stale-plan"
    may_pass = True

    def __init__(self, scope: str, planned: int, current: int) -> None:
        self.scope = scope
        self.planned = planned
        self.current = current
        super().__init__(
            f"The roster of {scope} moved from version {planned} to {current} since this plan was made: plan again. "
            "Nothing was written."
        )


class UnknownRun(StoreError):
    """The journal has no such run.

    Attributes:
        run_id: What was asked for.
    """

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        super().__init__(f"No run {run_id} is in the journal of this store: runs(scope) lists those that are.")


class UndoRefused(StoreError):
    """Somebody has changed since what the run had written, so it cannot be undone whole. Nothing was undone.

    Attributes:
        run_id: The run.
        conflicts: What changed since: ids, never contact details.
    """

    reason = "undo-refused"

    def __init__(self, run_id: str, conflicts: tuple[str, ...]) -> None:
        self.run_id = run_id
        self.conflicts = conflicts
        shown = "; ".join(conflicts[:_SHOWN]) + ("; …" if len(conflicts) > _SHOWN else "")
        super().__init__(
            f"Run {run_id} cannot be undone: {len(conflicts)} of its changes were changed or built on since ({shown}). "
            "Undo the later runs first, or correct these by hand. Nothing was undone."
        )


class RunPurged(UndoRefused):
    """The journal no longer has what the run changed: `purge` dropped it. Nothing was undone."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        self.conflicts = ()
        StoreError.__init__(
            self,
            f"Run {run_id} cannot be undone: purge has dropped its details from the journal, which keeps its totals. "
            "Correct the school's data and sync again, or take back later runs. Nothing was undone.",
        )


class UnknownHold(StoreError):
    """The journal has no such hold.

    Attributes:
        hold_id: What was asked for.
    """

    def __init__(self, hold_id: str) -> None:
        self.hold_id = hold_id
        super().__init__(f"No hold {hold_id} is in the journal of this store: a plan's holds list those that stand.")


class UnknownId(StoreError):
    """An id that was asked for is not in the roster.

    Attributes:
        kind: What the id is of: guardian, account, student.
        id: What was asked for.
    """

    def __init__(self, scope: str, kind: str, id: str) -> None:  # noqa: A002 - the field's own word
        self.scope = scope
        self.kind = kind
        self.id = id
        super().__init__(f"The roster of {scope} has no {kind} {id}.")
