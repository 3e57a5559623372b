"""What a store promises: a roster at a version, and all of a plan's changes or none.

A store keeps districts apart: every call names a scope, and nothing it returns or writes belongs to another district.
One district has one lock and one version; a sync of one of its schools moves the version for all of them, because they
share accounts.

**Atomic**: all that one transaction writes and records, in whatever scopes of its district, becomes visible at once when
it is left normally, and never if it is left by an exception, by `KeyboardInterrupt` or by the death of the process. So are
`release`, `mark_active` and `purge`, each in one district.

**Isolated**: writers of one district come one after the other; a writer sees what the one before it committed. A reader
sees one moment between two transactions, from the first row of a call to the last, and waits for no writer. Districts
need not wait for each other.

**The version** says whether what the sync decides from has moved: students, roles, ties, accounts by the sync's own
hand, pins, denials and releases. It starts at 0 and never goes back. What owners do to their accounts (`mark_active`,
and whatever an application lets them edit) does not move it: `write` compares such a detail with what the plan expected
and leaves it where it is something else.

A store of one's own need not write this out: see `guardiansync.stores.own`.
"""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol, runtime_checkable

import polars as pl

from guardiansync.model.bulk import Changes
from guardiansync.model.plan import Hold
from guardiansync.model.roster import Roster
from guardiansync.model.run import Run, Written
from guardiansync.settings import Scope


class Transaction(Protocol):
    """One writer's turn in one district. Left normally it commits; left by an exception it leaves no trace."""

    @property
    def version(self) -> int:
        """The roster's version, read after this writer's turn began: only this writer moves it until it ends."""

    def write(self, changes: Changes, scope: Scope | None = None) -> Written:
        """Make changes, in the order of `Changes.items()`.

        Each change is made only where things still are as it expects (`before`; for removals the active state and the
        account named): what is not so is left and returned. New accounts are invited and managed, get ids of the
        store's own, and the other changes of the same call that name them by the plan's ids follow. New roles and
        ties are managed. A void role, tie or student comes back to life with the details given; blank names keep the
        details it has; one that was revoked, ended or left keeps them whatever is given. Of two changes about the same
        thing in one frame the first that fits is made. `UpdateContact` on a role goes by the role, whichever account
        it names; one of a `VERIFIED` field is left where the contact it is about was. Grants, revokes, starts and ends
        that name the account which a role leaves in the same call follow the role. Moves the version by one unless
        nothing was made.

        Pins are the district's, whichever scope says them; a denial is of the guardian roles of the scope that is
        written to. Either is set where it is as `before` says, blank for none.

        Args:
            changes: What to do.
            scope: Whose rows, if not the transaction's own: another scope of its district. Accounts that are created
                in one call are known to the next by their real ids only.
        """

    def record(
        self,
        run: Run,
        changes: Changes,
        holds: Iterable[Hold] = (),
        elsewhere: Mapping[Scope, Changes] | None = None,
    ) -> None:
        """Put a run into the journal, with what was written in the same transaction or in none. Moves no version.

        Args:
            run: The run, of the transaction's scope.
            changes: What it changed there.
            holds: What it held.
            elsewhere: What it changed in other scopes of the district.
        """


@runtime_checkable
class Store(Protocol):
    """Where rosters are kept."""

    def roster(self, scope: Scope, keys: pl.DataFrame | None = None) -> Roster:
        """Read a scope's roster at one version, consistent in itself.

        Args:
            scope: Whose roster.
            keys: Schema `KEYS`. The district's accounts with a role that shares the email or mobile of one of these
                come too, with all their roles, whichever school they belong to. More accounts than that do no harm.

        Returns:
            This scope's roles, students, guardianships and releases, and their accounts with all their roles.
            Archived, revoked, left and ended come too; what is void does not. The district's pins and denials that
            nobody took back, what stays undone of this scope's runs of the guardian file and the roster sync (see
            `guardiansync.stores.undone`), and the other levels where guardian roles are in force. An unknown scope is
            an empty roster, but for what is the district's.
        """

    def transaction(self, scope: Scope) -> AbstractContextManager[Transaction]:
        """Take the district's turn to write; others wait.

        The turn begins where the `with` statement does, not with the first write: whoever enters second reads the
        version that the first one left.

        Raises:
            StoreFailed: The turn did not come in time, or the database broke. Nothing was written.
        """

    def runs(self, scope: Scope) -> pl.DataFrame:
        """The journal of a scope: schema `RUNS`, the newest first.

        Runs of other scopes that changed something in this one are among them.
        """

    def run_scope(self, run_id: str) -> Scope:
        """Whose run it was.

        Raises:
            UnknownRun: No such run.
        """

    def run_scopes(self, run_id: str) -> tuple[Scope, ...]:
        """Where a run changed something: its own scope first, then others, sorted.

        Raises:
            UnknownRun: No such run.
        """

    def changes(self, run_id: str, scope: Scope | None = None) -> Changes:
        """What a run changed, with real account ids, as the journal keeps it; nothing of it where it was purged.

        Args:
            run_id: Which run.
            scope: Where, if not in the run's own scope.

        Raises:
            UnknownRun: No such run.
        """

    def holds(self, run_id: str) -> tuple[Hold, ...]:
        """What a run held, as the journal keeps it: by id, without the lines of the file.

        Raises:
            UnknownRun: No such run.
        """

    def release(self, hold_id: str, actor: str = "") -> None:
        """Let what a hold withheld go ahead; later rosters carry it in `releases`. Moves the version.

        Raises:
            UnknownHold: No run has journalled such a hold.
        """

    def purge(self, before: datetime) -> int:
        """Drop the journal's details of runs that began before a time: what they changed, and what they held.

        Kept are the runs themselves with their totals, all that is needed for what stands (pins, denials, releases,
        what stays undone: see `guardiansync.stores.purging`), and the roster as it is. Moves no version. A run is no older
        than those that were journalled before it: clocks can run backwards.

        Args:
            before: With a time zone.

        Returns:
            Of how many runs there were details to drop.
        """

    def mark_active(self, account_ids: Iterable[str]) -> None:
        """The owners claimed these accounts: invited becomes active.

        The contact they were invited by, the email or else the mobile, is verified by it. Does not move the version.
        """

    def close(self) -> None:
        """Let go of what the store holds open; it can be used again."""
