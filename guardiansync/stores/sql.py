"""A roster in a database.

A write reads the rows that its changes name, under the lock, compares and sets them as every store of this package does
(`writing`), and puts back what changed. So each kind of change means one thing everywhere, and there is little SQL.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path

import polars as pl

from guardiansync.model.bulk import Changes
from guardiansync.model.plan import Hold
from guardiansync.model.roster import RELEASES, UNDONE, AccountState, Roster
from guardiansync.model.run import Run, Settled, Written
from guardiansync.settings import Scope
from guardiansync.stores import journal, rows
from guardiansync.stores.postgresql import PostgresDatabase
from guardiansync.stores.postgresql_url import Address
from guardiansync.stores.session import Database, Session
from guardiansync.stores.side_by_side import second_half
from guardiansync.stores.sqlite import SqliteFile
from guardiansync.stores.tables import (
    KEY_COLUMNS,
    claimed,
    in_force,
    of_one_district,
    owner_of,
    plain_key,
    to_roster,
    wanted_accounts,
)
from guardiansync.stores.writing import make


class _SqlTransaction:
    """One writer's turn, on the connection that holds the lock.

    One thread saves what is made while the next table is made, and while the journal's frames are packed: a first sync
    takes a third less time. Nobody else uses the session until that is finished.
    """

    def __init__(self, session: Session, scope: Scope, saver: ThreadPoolExecutor) -> None:
        self._session = session
        self._saver = saver
        self._saves: list[Future[None]] = []
        self._own = scope
        self._district, self._scope, self._version = rows.find_or_add(session, scope)

    @property
    def version(self) -> int:
        """The roster's version, what this transaction wrote included."""
        return self._version

    def write(self, changes: Changes, scope: Scope | None = None) -> Written:
        """Make changes; see `Transaction.write`."""
        self.finish()
        where = of_one_district(self._own, scope)
        number = self._number(where)
        tables = rows.named_by(self._session, changes, self._district, number, str(where))
        owner = self._district, number

        def save(table: str, new: pl.DataFrame, changed: pl.DataFrame, columns: Collection[str]) -> None:
            if new.height or changed.height:
                told = changed.select(*KEY_COLUMNS[table], *columns) if changed.height else changed
                self._saves.append(self._saver.submit(rows.save, self._session, owner, table, new, told))

        written = make(changes, tables, save).written
        if not written.changes.is_empty:
            self._version += 1
            move = "UPDATE district SET version = $1 WHERE district_key = $2"
            self._saves.append(self._saver.submit(self._session.run, move, self._version, self._district))
        return written

    def record(
        self,
        run: Run,
        changes: Changes,
        holds: Iterable[Hold] = (),
        elsewhere: Mapping[Scope, Changes] | None = None,
    ) -> None:
        """Journal a run; see `Transaction.record`."""
        frames = journal.packed(changes)
        others = {of_one_district(self._own, scope): journal.packed(made) for scope, made in (elsewhere or {}).items()}
        self.finish()
        numbers = {self._number(scope): packed for scope, packed in others.items()}
        journal.record(self._session, self._scope, run, frames, holds, numbers)

    def settle(self, settled: Settled) -> None:
        """Keep what a run settled; see `Transaction.settle`."""
        self.finish()
        journal.settle(self._session, self._scope, settled)

    def purge(self, before: datetime) -> int:
        """Drop the details of this scope's old runs."""
        self.finish()
        return journal.purge(self._session, self._scope, before)

    def _number(self, scope: Scope) -> int:
        return self._scope if scope == self._own else rows.find_or_add(self._session, scope)[1]

    def finish(self) -> None:
        """Wait until everything is saved.

        Raises:
            StoreFailed: The database refused or broke.
        """
        saves, self._saves = self._saves, []
        for done in saves:
            done.result()


class SqlStore:
    """A roster store in a database; each operation has a connection of its own.

    Args:
        database: Where to connect to.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def __repr__(self) -> str:
        """Where it is, without credentials."""
        return f"{type(self).__name__}({self._database.where!r})"

    def roster(self, scope: Scope, keys: pl.DataFrame | None = None) -> Roster:
        """Read a scope's roster; see `Store.roster`.

        Raises:
            StoreFailed: The database refused or broke.
        """
        with self._database.reading() as session:
            known = district, number, version = rows.find(session, scope)
            if district is None:
                return Roster.empty(scope)
            others = rows.elsewhere(session, district, number)
            if others.height:
                role = rows.owned(session, "role", number)
                wanted = wanted_accounts(role, others, keys)
                account = rows.named(session, "account", district, lambda: wanted)
                student = rows.owned(session, "student", number)
                tie = rows.owned(session, "guardianship", number)
            else:
                with second_half(self._database, session, scope, known) as students_and_accounts:
                    role = rows.owned(session, "role", number)
                    tie = rows.owned(session, "guardianship", number)
                    student, account = students_and_accounts()
            said = {
                "releases": RELEASES.to_frame() if number is None else journal.releases(session, number),
                "pins": in_force("pin", rows.said(session, "pin", district)),
                "denials": in_force("denial", rows.said(session, "denial", district)),
                "undone": UNDONE.to_frame() if number is None else journal.undone(session, number),
            }
        tables = {"account": account, "role": role, "student": student, "tie": tie}
        return to_roster(scope, version, tables, others, keys, said)

    @contextmanager
    def transaction(self, scope: Scope) -> Iterator[_SqlTransaction]:
        """Take the turn to write; see `Store.transaction`.

        Raises:
            StoreFailed: The database refused or broke, or another writer held it for too long.
        """
        with self._database.writing() as session, ThreadPoolExecutor(1) as saver:
            session.take_turn(scope.district)
            turn = _SqlTransaction(session, scope, saver)
            yield turn
            turn.finish()

    def lock(self, scope: Scope) -> AbstractContextManager[None]:
        """Say that a sync of the district is under way; see `guardiansync.stores.locking.Locks`."""
        return self._database.locked(scope.district)

    def runs(self, scope: Scope) -> pl.DataFrame:
        """The journal of a scope; see `Store.runs`."""
        with self._database.reading() as session:
            return journal.runs(session, scope)

    def run_scope(self, run_id: str) -> Scope:
        """Whose run it was; see `Store.run_scope`."""
        with self._database.reading() as session:
            return journal.run_scope(session, run_id)

    def run_scopes(self, run_id: str) -> tuple[Scope, ...]:
        """Where a run changed something; see `Store.run_scopes`."""
        with self._database.reading() as session:
            return journal.run_scopes(session, run_id)

    def changes(self, run_id: str, scope: Scope | None = None) -> Changes:
        """What a run changed; see `Store.changes`."""
        with self._database.reading() as session:
            return journal.changes(session, run_id, scope)

    def holds(self, run_id: str) -> tuple[Hold, ...]:
        """What a run held; see `Store.holds`."""
        with self._database.reading() as session:
            return journal.holds(session, run_id)

    def settled(self, scope: Scope) -> Settled | None:
        """What was last settled of a scope; see `Store.settled`."""
        with self._database.reading() as session:
            return journal.settled(session, *rows.find(session, scope)[1:])

    def release(self, hold_id: str, actor: str = "") -> None:
        """Let what a hold withheld go ahead; see `Store.release`."""
        with self._database.writing() as session:
            journal.release(session, hold_id, actor)

    def purge(self, before: datetime) -> int:
        """Drop the journal's details of old runs; see `Store.purge`."""
        with self._database.reading() as session:
            scopes = journal.with_runs_before(session, before)
        count = 0
        for scope in scopes:
            with self.transaction(scope) as turn:
                count += turn.purge(before)
        return count

    def mark_active(self, account_ids: Iterable[str]) -> None:
        """The owners claimed these accounts; see `Store.mark_active`."""
        ids = pl.DataFrame({"account_id": list(account_ids)}, schema={"account_id": pl.String})
        keys = ids.select(account_key=plain_key("account_id")).drop_nulls().unique()
        with self._database.writing() as session:
            for district in rows.take_turns(session, keys.select(owner_of("account_key").unique()).to_series()):
                session.lock_accounts(keys.filter(owner_of("account_key") == district))
                account = rows.named(session, "account", district, lambda: keys)
                invited = account.join(keys, on="account_key", how="semi").filter(
                    pl.col("state") == AccountState.INVITED
                )
                rows.overwrite(session, "account", claimed(invited))

    def close(self) -> None:
        """Let go of what is kept between operations; see `Store.close`."""
        self._database.close()


class SqliteStore(SqlStore):
    """A roster in an SQLite file on a local disk; `open_store("sqlite:///roster.db")` makes one.

    Any number of threads and processes may use the file through this class at once. Do not open it with Python's
    `sqlite3` in the same process: that would corrupt it, and is refused where it can be seen.

    Args:
        path: The file; made if it is not there.
        wait_s: How long a writer waits for another one, in seconds.

    Raises:
        StoreUnusable: The file cannot be a roster, is another program's, or a newer library's. Nothing was written.
    """

    def __init__(self, path: str | Path, wait_s: float = 60.0) -> None:
        file = SqliteFile(path, wait_s)
        file.prepare()
        super().__init__(file)


class PostgresStore(SqlStore):
    """A roster in a schema of a PostgreSQL database; `open_store("postgresql://user:password@host/database")` makes one.

    Writers of one district take turns; districts do not wait for each other.

    Args:
        url: The database; `?schema=name` names another schema in it than `guardiansync`.
        wait_s: How long a writer waits for another one, in seconds.

    Raises:
        StoreUnusable: The URL is wrong, the driver is not installed, or the database cannot be reached, is somebody
            else's, or a newer library's. Nothing was written.
    """

    def __init__(self, url: str, wait_s: float = 60.0) -> None:
        database = PostgresDatabase(Address.parse(url), wait_s)
        database.prepare()
        super().__init__(database)
        self._postgres = database

    def separate_districts(self) -> None:
        """Put row-level security into force, for roles that do not own the tables: see `row_level_security.sql`.

        Such a role sees and writes one district, the one that it names by `SET guardiansync.district = 'd-42'`. Call it
        as the owner of the tables, and again after each update of this library.

        Raises:
            StoreUnusable: This user does not own the tables.
        """
        self._postgres.separate_districts()
