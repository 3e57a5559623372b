"""SQLite files: how to connect, and how to know that a file is ours.

The driver brings an SQLite of its own. Where Python's `sqlite3` has the same file open in the same process, neither sees
the other's locks and the file gets corrupted; so that is looked for first, and refused. Put the file on a local disk.
"""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import polars as pl
from attrs import field, frozen

from guardiansync.errors import StoreError, StoreFailed, StoreUnusable
from guardiansync.stores.locking import file_lock
from guardiansync.stores.migration import SCHEMA_VERSION, bring_up, create, tables_of
from guardiansync.stores.session import Answer, Session, Value, literal_of_all

if TYPE_CHECKING:
    from adbc_driver_manager import Error
    from adbc_driver_manager.dbapi import Connection

APPLICATION_ID = 0x6753796E
"""Marks an SQLite file as a roster of this library ("gSyn")."""

_PAGE_BYTES = 16_384  # a million rows are written in a tenth less time than with 8192; 32768 would save little more
_BATCH_ROWS = 65_536
_READING_CACHE_KIB = 2_000
_WRITING_CACHE_KIB = 65_536
"""A range that is read once needs no cache; who writes comes back to pages."""

_OPEN_FILES = Path("/proc/self/fd")

_Identity: TypeAlias = tuple[int, int] | None
"""A file's device and inode, by whatever path; None if it is not there."""

_NAMES = pl.Schema({"name": pl.String()})
_FULL = re.compile("database or disk is full|disk I/O error")

_guard = threading.Lock()
_ours: dict[_Identity, set[str]] = {}
"""The descriptors that our own connections hold, by file."""


class _SqliteSession(Session):
    """A connection to an SQLite file. There is one writer at a time, so its turn is everywhere.

    After an error it takes no more statements: a full disk makes SQLite roll back by itself, and whatever came then would
    be kept, each statement for itself.
    """

    _broken = False

    def roll_back(self) -> None:
        """Undo what the transaction did; no more after that."""
        self._broken = False
        with suppress(StoreError):  # SQLite may have done it; what made it so is on its way
            self.run("ROLLBACK")
        self._broken = True

    def _translated(self, ask: Callable[[], Answer]) -> Answer:
        if self._broken:
            raise StoreFailed(f"{self._where}: an earlier statement of this transaction failed. Nothing was written.")
        try:
            return super()._translated(ask)
        except StoreError:
            self._broken = True
            raise

    def take_turn(self, district: str) -> None:
        """Nothing to do: whoever writes keeps everybody else out."""

    def lock_accounts(self, keys: pl.DataFrame) -> None:
        """Nothing to do, for the same reason."""

    def next_number(self, table: str) -> int:
        """The key of the next row."""
        return (self.number(f"SELECT max({table}_key) FROM {table}") or 0) + 1  # noqa: S608 - names of our own

    def _append(self, table: str, rows: pl.DataFrame) -> int | None:
        # Binding is dear by the cell: what is the same in all rows stands in the statement.
        same = {name: shared for name in rows.columns if (shared := literal_of_all(rows[name])) is not None}
        bound = rows.drop(same)
        if not bound.width:
            return self._ingest(table, rows, temporary=False)
        names = ", ".join([*bound.columns, *same])
        values = ", ".join([*("?" for _ in bound.columns), *same.values()])
        before = self.number("SELECT total_changes()") or 0
        self._translated(
            lambda: self._cursor.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({values})",  # noqa: S608 - names and words of our own
                bound,
            )
        )
        return (self.number("SELECT total_changes()") or 0) - before

    def _count(self, change: str, *values: Value) -> int | None:
        self.run(change, *values)
        return self.number("SELECT changes()")

    def _translate(self, error: "Error") -> StoreError:
        text = str(error)
        failure: StoreError
        if "readonly" in text:
            failure = StoreUnusable(
                f"{self._where} is read-only for this user: let them write the file and its folder, where SQLite keeps two "
                "files beside it. Nothing was written."
            )
        elif "locked" in text:
            failure = StoreFailed(
                f"{self._where}: another writer held the database for too long. Nothing was written; try again."
            )
        elif found := _FULL.search(text):
            failure = StoreFailed(
                f"{self._where}: the disk is full, or refuses ({found[0]}). Nothing was written; make room, then try again."
            )
        else:
            failure = StoreFailed(f"{self._where}: the database refused or broke ({text}). Nothing was written.")
        failure.__cause__ = error
        return failure


def _absolute(path: str | Path) -> Path:
    return Path(path).absolute()


@frozen
class SqliteFile:
    """One database file.

    Attributes:
        path: Where it lies; absolute, so that a later change of folder does not matter.
        wait_s: How long a writer waits for another one, in seconds.
    """

    path: Path = field(converter=_absolute)
    wait_s: float = 60.0

    @property
    def where(self) -> str:
        """Its URL."""
        return f"sqlite:///{self.path}"

    def prepare(self) -> None:
        """Make the tables where the file is new or empty; bring an older version's up to date.

        Raises:
            StoreUnusable: The file cannot be a roster, is another program's, or a newer library's; it is untouched.
        """
        if self.path.is_dir():
            raise StoreUnusable(f"{self.where} is a folder: name the database file in it, such as …/roster.db.")
        if not self.path.parent.is_dir():
            raise StoreUnusable(f"{self.where}: the folder {self.path.parent} does not exist; make it first.")
        try:
            with self._connected() as session:
                there = set(session.frame(_NAMES, "SELECT name FROM sqlite_schema WHERE type = 'table'")["name"])
        except StoreFailed as error:
            raise StoreUnusable(f"{error} Is it an SQLite database that this user may read and write?") from error
        if missing := tables_of(SCHEMA_VERSION) - there:
            raise StoreUnusable(
                f"{self.where}: the roster's tables are not whole (missing: {', '.join(sorted(missing))}), as after a copy or "
                "an update that broke off: restore them from a backup. Nothing was written."
            )

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Connect, and see one state of the database until the end."""
        with self._connected() as session:
            session.run("BEGIN")
            try:
                yield session
            finally:
                session.roll_back()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Connect, and wait for the turn to write; left normally it commits, by an exception it rolls back."""
        with self._connected(_WRITING_CACHE_KIB) as session:
            session.run("BEGIN IMMEDIATE")
            try:
                yield session
                session.run("COMMIT")
            except BaseException:
                session.roll_back()
                raise

    def locked(self, district: str) -> AbstractContextManager[None]:
        """Hold the district's lock, by a file beside the database."""
        return file_lock(self.path, district)

    def close(self) -> None:
        """Nothing is held open between operations."""

    def _version(self, session: Session) -> int:
        """The version of the tables; 0 where the file holds nothing yet.

        Raises:
            StoreUnusable: It holds what this library cannot use.
        """
        mark = session.number("PRAGMA application_id")
        version = session.number("PRAGMA user_version") or 0
        if mark == APPLICATION_ID:
            if version > SCHEMA_VERSION:
                raise StoreUnusable(
                    f"{self.where} was made by a newer version of this library (schema {version}; this one knows "
                    f"{SCHEMA_VERSION}): update guardiansync. Nothing was written."
                )
            return version
        if mark or version or session.number("SELECT count(*) FROM sqlite_schema"):
            raise StoreUnusable(
                f"{self.where} is a database of another program: name a file of its own for the roster. Nothing was written."
            )
        return 0

    def _bring_up(self, session: _SqliteSession) -> None:
        """Make the tables, or bring those of an older version of this library up to date."""
        if not self._version(session):
            session.run(f"PRAGMA page_size = {_PAGE_BYTES}")
            session.run("PRAGMA journal_mode = WAL")
        session.run("BEGIN IMMEDIATE")
        try:
            version = self._version(session)  # another process may have been faster
            if not version:
                create(session)
                session.run(f"PRAGMA application_id = {APPLICATION_ID}")
            else:
                bring_up(session, version)
            session.run(f"PRAGMA user_version = {SCHEMA_VERSION}")
            session.run("COMMIT")
        except BaseException:
            session.roll_back()
            raise

    @contextmanager
    def _connected(self, cache_kib: int = _READING_CACHE_KIB) -> Iterator[_SqliteSession]:
        """Connect for one operation, to a database that is there and ours."""
        connection, file = self._connect()
        try:
            session = _SqliteSession(connection, self.where, {"adbc.sqlite.query.batch_rows": _BATCH_ROWS})
            try:
                for option in (
                    f"busy_timeout = {int(self.wait_s * 1000)}",
                    "foreign_keys = ON",
                    "synchronous = FULL",
                    f"cache_size = -{cache_kib}",
                    "temp_store = MEMORY",
                ):
                    session.run(f"PRAGMA {option}")
                if self._version(session) < SCHEMA_VERSION:
                    self._bring_up(session)
                yield session
            finally:
                session.close()
        finally:
            _disconnect(connection, file)

    def _connect(self) -> tuple["Connection", _Identity]:
        from adbc_driver_manager import Error  # noqa: PLC0415 - drivers load when a database is used
        from adbc_driver_sqlite.dbapi import connect  # noqa: PLC0415 - the same

        with _guard:
            file = _identity(self.path)
            if _descriptors(file) - _ours.get(file, set()):
                raise StoreUnusable(
                    f"{self.where} is open in this process through another SQLite, Python's sqlite3 perhaps; together "
                    "they would corrupt it. Close it there, or look at the file from another process."
                )
            try:
                connection = connect(str(self.path), autocommit=True)
            except Error as error:
                raise StoreUnusable(
                    f"{self.where} cannot be opened: is the path right, and may this user write the file and its folder?"
                ) from error
            file = _identity(self.path)
            _ours[file] = _descriptors(file)
        return connection, file


def _disconnect(connection: "Connection", file: _Identity) -> None:
    with _guard:
        connection.close()
        # SQLite keeps a descriptor while another connection of this process holds a lock on the file: still ours.
        kept = _ours.pop(file, set()) & _descriptors(file)
        if kept:
            _ours[file] = kept


def _identity(path: Path) -> _Identity:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _descriptors(file: _Identity) -> set[str]:
    """This process's open descriptors of a file; none where the system does not tell."""
    if file is None or not _OPEN_FILES.is_dir():
        return set()
    return {entry.name for entry in _OPEN_FILES.iterdir() if _identity(entry) == file}
