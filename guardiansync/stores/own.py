"""A store over tables of one's own: what to write is how rows are read and kept, all else is here.

The roster's rules of compare and set (`writing`), the journal, holds, releases, pins, denials and what stays undone are
the same for every store; what differs is where rows lie and what they are called there.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Final, Protocol

import polars as pl
from attrs import evolve

from guardiansync.errors import UnknownHold
from guardiansync.model.bulk import Changes
from guardiansync.model.plan import Hold
from guardiansync.model.roster import ACCOUNTS, GUARDIANSHIPS, ROLES, STUDENTS, RoleKind, Roster
from guardiansync.model.run import Run, Settled, Written
from guardiansync.settings import Scope
from guardiansync.stores.documents import DocumentJournal, Documents
from guardiansync.stores.tables import ACCOUNT, ROLE, STUDENT, TIE, Tables, key_range, of_one_district, to_roster
from guardiansync.stores.writing import make

TIES: Final = pl.Schema({name: dtype for name, dtype in GUARDIANSHIPS.items() if name != "account_id"})
"""A guardianship without its account, which is that of its role."""

_OWNER = 1
_FIRST, _ = key_range(_OWNER)
_ID_COLUMNS = ("account_id", "from_account_id", "into_account_id")


class Place(Documents, Protocol):
    """Your tables, within one transaction.

    Rows travel as frames of the schemas in `guardiansync.model.roster`: text is never null, states are words. Rows in the
    state `void` are as if they had never been, but come back when an undo is undone: keep them, hide them from your users.
    """

    def accounts(self, district: str) -> pl.DataFrame:
        """All accounts of a district: schema `ACCOUNTS`. When writing, with their rows locked until the end."""

    def roles(self, district: str) -> pl.DataFrame:
        """All roles of a district, in all its scopes: schema `ROLES`."""

    def students(self, district: str) -> pl.DataFrame:
        """All students of a district, in all its scopes: schema `STUDENTS`."""

    def guardianships(self, district: str) -> pl.DataFrame:
        """All ties of a district, in all its scopes: schema `TIES`."""

    def add_accounts(self, district: str, rows: pl.DataFrame) -> list[str]:
        """Insert accounts: schema `ACCOUNTS` without the id. Returns their ids, in the order of the rows."""

    def set_accounts(self, district: str, rows: pl.DataFrame) -> None:
        """Update accounts: schema `ACCOUNTS`."""

    def put_roles(self, district: str, rows: pl.DataFrame) -> None:
        """Insert or update roles: schema `ROLES`; scope, kind and sis_id say which."""

    def put_students(self, district: str, rows: pl.DataFrame) -> None:
        """Insert or update students: schema `STUDENTS`; scope and student_sis_id say which."""

    def put_guardianships(self, district: str, rows: pl.DataFrame) -> None:
        """Insert or update ties: schema `TIES`; scope, student_sis_id and guardian_sis_id say which."""


class _Numbered:
    """A district's rows, with the keys that `writing` and `to_roster` work with; they last as long as this."""

    def __init__(self, place: Place, district: str) -> None:
        self._place = place
        self._district = district
        self.journal = DocumentJournal(place, district)
        accounts = place.accounts(district).select(ACCOUNTS.names()).sort("account_id")
        self.account = _with_keys("account_key", accounts)
        self.ids = dict(self.account.select(pl.col("account_key").cast(pl.String), "account_id").iter_rows())
        keys = self.account.select("account_id", "account_key")
        self.role = place.roles(district).select(ROLES.names()).join(keys, on="account_id", maintain_order="left")
        self.student = place.students(district).select(STUDENTS.names())
        self.tie = place.guardianships(district).select(TIES.names())

    def of(self, scope: Scope) -> dict[str, pl.DataFrame]:
        """One scope's tables, the names of things beside their keys, and the district's accounts."""
        role = _with_keys("role_key", self.role.filter(scope=str(scope)).sort("kind", "sis_id"))
        student = _with_keys("student_key", self.student.filter(scope=str(scope)).sort("student_sis_id"))
        guardian = role.filter(kind=str(RoleKind.GUARDIAN)).select("role_key", guardian_sis_id="sis_id")
        tie = (
            self.tie.filter(scope=str(scope))
            .join(guardian, on="guardian_sis_id", maintain_order="left")
            .join(student.select("student_key", "student_sis_id"), on="student_sis_id", maintain_order="left")
        )
        return {
            "account": self.account.select(ACCOUNT.names()),
            "role": role.select(ROLE.names()),
            "student": student.select(STUDENT.names()),
            "tie": tie.select(TIE.names()),
        }

    def roster(self, scope: Scope, keys: pl.DataFrame | None) -> Roster:
        """A scope's roster."""
        others = self.role.filter(pl.col("scope") != str(scope)).with_columns(role_key=pl.lit(0, pl.Int64))
        said = {
            "releases": self.journal.releases(scope),
            "pins": self.journal.said("pin"),
            "denials": self.journal.said("denial"),
            "undone": self.journal.undone(scope),
        }
        elsewhere = others.select(*ROLE.names(), "scope")
        numbered = to_roster(scope, self.journal.version, self.of(scope), elsewhere, keys, said)
        return evolve(
            numbered,
            accounts=_called(numbered.accounts, self.ids),
            roles=_called(numbered.roles, self.ids),
            guardianships=_called(numbered.guardianships, self.ids),
        )

    def write(self, changes: Changes, scope: Scope) -> Written:
        """Make changes, and keep what became of the rows."""
        tables = self.of(scope)
        saved: dict[str, pl.DataFrame] = {}
        fresh: dict[str, pl.DataFrame] = {}

        def finished(table: str, new: pl.DataFrame, changed: pl.DataFrame, _columns: Collection[str]) -> None:
            fresh[table], saved[table] = new, changed

        coded, strange = self._coded(changes)
        outcome = make(
            coded,
            Tables(
                _OWNER,
                **tables,
                next_account=_FIRST + self.account.height,
                next_role=_FIRST + tables["role"].height,
                next_student=_FIRST + tables["student"].height,
                scope=str(scope),
                pin=self.journal.said("pin"),
                denial=self.journal.said("denial"),
            ),
            finished,
        )
        self._keep_accounts(fresh["account"], saved["account"])
        now = outcome.tables
        for put, name in ((self._put_roles, "role"), (self._put_students, "student")):
            put(pl.concat([fresh[name], saved[name]]), scope)
        self._put_ties(pl.concat([fresh["tie"], saved["tie"]]), now, scope)
        for name, rows in (("pin", now.pin), ("denial", now.denial)):
            if fresh[name].height or saved[name].height:
                self.journal.say(name, rows)
        written = outcome.written
        if not written.changes.is_empty:
            self.journal.move()
        names = self.ids | strange
        return Written(_renamed(written.changes, names), _renamed(written.left, names), _called(written.ids, self.ids))

    def _coded(self, changes: Changes) -> tuple[Changes, dict[str, str]]:
        """The changes with keys for ids; and, by what they are called instead, ids that no account has."""
        planned = set(changes["create_accounts"]["account_id"])
        keys = {account_id: key for key, account_id in self.ids.items() if account_id not in planned}
        named = {
            account_id
            for _, frame in changes.items()
            for column in _ID_COLUMNS
            if column in frame.columns
            for account_id in frame[column].unique()
        }
        strange = {account_id: f"?{account_id}" for account_id in named - set(keys) - planned}
        return _renamed(changes, keys | strange), {code: account_id for account_id, code in strange.items()}

    def _keep_accounts(self, new: pl.DataFrame, changed: pl.DataFrame) -> None:
        if new.height:
            real = self._place.add_accounts(self._district, new.drop("account_key"))
            self.ids |= dict(zip(new["account_key"].cast(pl.String), real, strict=True))
        if changed.height:
            self._place.set_accounts(self._district, self._with_ids(changed).select(ACCOUNTS.names()))

    def _put_roles(self, rows: pl.DataFrame, scope: Scope) -> None:
        if rows.height:
            named = self._with_ids(rows).with_columns(scope=pl.lit(str(scope)))
            self._place.put_roles(self._district, named.select(ROLES.names()))

    def _put_students(self, rows: pl.DataFrame, scope: Scope) -> None:
        if rows.height:
            named = rows.with_columns(scope=pl.lit(str(scope)))
            self._place.put_students(self._district, named.select(STUDENTS.names()))

    def _put_ties(self, rows: pl.DataFrame, now: Tables, scope: Scope) -> None:
        if rows.height:
            named = (
                rows.join(now.role.select("role_key", guardian_sis_id="sis_id"), on="role_key")
                .join(now.student.select("student_key", "student_sis_id"), on="student_key")
                .with_columns(scope=pl.lit(str(scope)))
            )
            self._place.put_guardianships(self._district, named.select(TIES.names()))

    def _with_ids(self, rows: pl.DataFrame) -> pl.DataFrame:
        return _called(rows.with_columns(account_id=pl.col("account_key").cast(pl.String)), self.ids)


class _OwnTransaction:
    """One writer's turn."""

    def __init__(self, place: Place, scope: Scope) -> None:
        self._place = place
        self._scope = scope
        self._journal = DocumentJournal(place, scope.district)

    @property
    def version(self) -> int:
        """The roster's version, what this transaction wrote included."""
        return self._journal.version

    def write(self, changes: Changes, scope: Scope | None = None) -> Written:
        """Make changes; see `Transaction.write`."""
        where = of_one_district(self._scope, scope)
        return _Numbered(self._place, where.district).write(changes, where)

    def record(
        self,
        run: Run,
        changes: Changes,
        holds: Iterable[Hold] = (),
        elsewhere: Mapping[Scope, Changes] | None = None,
    ) -> None:
        """Journal a run; see `Transaction.record`."""
        others = {of_one_district(self._scope, scope): made for scope, made in (elsewhere or {}).items()}
        self._journal.record(run, {run.scope: changes, **others}, holds)

    def settle(self, settled: Settled) -> None:
        """Keep what a run settled; see `Transaction.settle`."""
        self._journal.settle(self._scope, settled)


class OwnStore(ABC):
    """A store over tables of your own. Write `reading`, `writing`, `mark_active`, and a `Place`.

    All of a district is read for each roster and each write: simple, and right for hundreds of thousands of rows. A store
    for millions reads what changes name, as `guardiansync.stores.sql` does.
    """

    @abstractmethod
    def reading(self) -> AbstractContextManager[Place]:
        """A transaction that sees one state of the database until its end, and writes nothing."""

    @abstractmethod
    def writing(self, district: str) -> AbstractContextManager[Place]:
        """A transaction that no other writer of this district is in; others wait, readers do not.

        What is read in it is what the last writer committed. Left normally it commits, by any exception it rolls back.
        """

    @abstractmethod
    def mark_active(self, account_ids: Iterable[str]) -> None:
        """The owners claimed these accounts; see `Store.mark_active`. It may wait for a writer of their district."""

    def roster(self, scope: Scope, keys: pl.DataFrame | None = None) -> Roster:
        """Read a scope's roster; see `Store.roster`."""
        with self.reading() as place:
            return _Numbered(place, scope.district).roster(scope, keys)

    @contextmanager
    def transaction(self, scope: Scope) -> Iterator[_OwnTransaction]:
        """Take the district's turn to write; see `Store.transaction`."""
        with self.writing(scope.district) as place:
            yield _OwnTransaction(place, scope)

    def runs(self, scope: Scope) -> pl.DataFrame:
        """The journal of a scope; see `Store.runs`."""
        with self.reading() as place:
            return DocumentJournal(place, scope.district).runs(scope)

    def run_scope(self, run_id: str) -> Scope:
        """Whose run it was; see `Store.run_scope`."""
        return self.run_scopes(run_id)[0]

    def run_scopes(self, run_id: str) -> tuple[Scope, ...]:
        """Where a run changed something; see `Store.run_scopes`."""
        with self.reading() as place:
            return DocumentJournal.of_run(place, run_id).run_scopes(run_id)

    def changes(self, run_id: str, scope: Scope | None = None) -> Changes:
        """What a run changed; see `Store.changes`."""
        with self.reading() as place:
            return DocumentJournal.of_run(place, run_id).changes(run_id, scope)

    def holds(self, run_id: str) -> tuple[Hold, ...]:
        """What a run held; see `Store.holds`."""
        with self.reading() as place:
            return DocumentJournal.of_run(place, run_id).holds(run_id)

    def settled(self, scope: Scope) -> Settled | None:
        """What was last settled of a scope; see `Store.settled`."""
        with self.reading() as place:
            return DocumentJournal(place, scope.district).settled(scope)

    def release(self, hold_id: str, actor: str = "") -> None:
        """Let what a hold withheld go ahead; see `Store.release`."""
        with self.reading() as place:
            districts = DocumentJournal.districts_of_hold(place, hold_id)
        released = False
        for district in districts:
            with self.writing(district) as place:
                released |= DocumentJournal(place, district).release(hold_id, actor)
        if not released:
            raise UnknownHold(hold_id)

    def purge(self, before: datetime) -> int:
        """Drop the journal's details of old runs; see `Store.purge`."""
        with self.reading() as place:
            districts = DocumentJournal.districts(place)
        count = 0
        for district in districts:
            with self.writing(district) as place:
                count += DocumentJournal(place, district).purge(before)
        return count

    def close(self) -> None:  # noqa: B027 - nothing to do unless a store says otherwise
        """Let go of what the store holds open; override it if there is anything."""


def _with_keys(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.int_range(_FIRST, _FIRST + rows.height, dtype=pl.Int64).alias(name))


def _called(frame: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    return frame.with_columns(pl.col("account_id").replace_strict(names, return_dtype=pl.String))


def _renamed(changes: Changes, names: Mapping[str, str]) -> Changes:
    frames = {
        name: frame.with_columns(pl.col(column).replace(names) for column in _ID_COLUMNS if column in frame.columns)
        for name, frame in changes.items()
        if frame.height
    }
    return Changes(**frames)
