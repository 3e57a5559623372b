"""One connection to a database, for one operation: SQL and frames in, frames out, our own exceptions.

What differs between databases stands in the module of each (`sqlite`, `postgresql`); everything here is the same for all.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Protocol, TypeVar

import polars as pl

from guardiansync.errors import StoreError, StoreFailed

if TYPE_CHECKING:
    from adbc_driver_manager import Error
    from adbc_driver_manager.dbapi import Connection, Cursor

Value = str | int | float | bytes
Answer = TypeVar("Answer")

_SPARSE = 2
"""Where a range has so many times more keys than rows are to be set, it is no whole one: not worth counting."""

_WORD = re.compile("[a-z]*")
"""Text that SQL may hold as it is: the words of our own enumerations, and blank."""


class Database(Protocol):
    """A place to connect to."""

    @property
    def where(self) -> str:
        """Its URL, without credentials."""

    def reading(self) -> AbstractContextManager["Session"]:
        """Connect, and see one state of the database until the end."""

    def writing(self) -> AbstractContextManager["Session"]:
        """Connect to write; left normally it commits, by an exception it rolls back.

        Nothing may be written in a district before `Session.take_turn`.
        """

    def locked(self, district: str) -> AbstractContextManager[None]:
        """Hold the lock that says that a sync of the district is under way; see `guardiansync.stores.locking`.

        Raises:
            DistrictBusy: One is under way.
        """

    def close(self) -> None:
        """Let go of what is kept between operations; it can be used again."""


class Session(ABC):
    """What one operation does on its connection.

    Args:
        connection: Open, in autocommit mode.
        where: The database's URL, for messages.
        options: What the driver takes for each statement.
    """

    def __init__(self, connection: "Connection", where: str, options: Mapping[str, str | int] | None = None) -> None:
        self._where = where
        self._cursor: Cursor = connection.cursor()
        if options:
            self._cursor.adbc_statement.set_options(**options)

    def close(self) -> None:
        """Let go of the cursor; the connection is the caller's."""
        self._cursor.close()

    def run(self, sql: str, *values: Value) -> None:
        """Execute one statement. Only the first of several would be run."""
        self._rows(sql, values)

    def value(self, sql: str, *values: Value) -> Value | None:
        """The first cell of the answer; None if there is no row or it is null."""
        rows = self._rows(sql, values)
        return rows[0][0] if rows else None

    def number(self, sql: str, *values: Value) -> int | None:
        """The first cell of the answer where it is a whole number."""
        value = self.value(sql, *values)
        return None if value is None else int(value)

    def frame(self, schema: pl.Schema, sql: str, *values: Value) -> pl.DataFrame:
        """The answer, with its columns cast: databases know neither our types nor those of empty answers."""

        def ask() -> pl.DataFrame:
            self._cursor.execute(sql, values or None)
            return self._cursor.fetch_polars()

        answer = self._translated(ask)
        return answer.select(pl.col(name).cast(dtype) for name, dtype in schema.items())

    def append(self, table: str, rows: pl.DataFrame) -> None:
        """Add rows to a table, whose columns they have in the table's order."""
        if rows.height:
            self._expect(table, rows.height, self._append(table, rows))

    @contextmanager
    def staged(self, name: str, rows: pl.DataFrame) -> Iterator[None]:
        """Put rows into a temporary table that set-based SQL reads."""
        self._ingest(name, rows, temporary=True)
        yield
        self.run(f"DROP TABLE {name}")

    def overwrite(self, table: str, rows: pl.DataFrame, keys: tuple[str, ...]) -> None:
        """Set all columns but the keys of the rows that have the same keys. No two have; all are there."""
        if not rows.height:
            return
        if self._overwrite_range(table, rows, keys):
            return
        values = ", ".join(f"{name} = staged.{name}" for name in rows.columns if name not in keys)
        same = " AND ".join(f"{table}.{key} = staged.{key}" for key in keys)
        with self.staged("staged", rows):
            count = self._count(f"UPDATE {table} SET {values} FROM staged WHERE {same}")  # noqa: S608 - names of our own
            self._expect(table, rows.height, count)

    def _overwrite_range(self, table: str, rows: pl.DataFrame, keys: tuple[str, ...]) -> bool:
        """Set what becomes the same in all rows of a range, as when a first sync is undone; False if it is no such case.

        Rows that are there, no two of the same keys, are a whole range where it has no more rows than they are.
        """
        values = {name: literal_of_all(rows[name]) for name in rows.columns if name not in keys}
        leading = rows[keys[0]]
        if not leading.dtype.is_integer() or None in values.values():
            return False
        first, last = leading.sort().gather([0, -1])
        if last - first > _SPARSE * rows.height:
            return False
        here, ends = f"{keys[0]} BETWEEN $1 AND $2", (first, last)
        if self.number(f"SELECT count(*) FROM {table} WHERE {here}", *ends) != rows.height:  # noqa: S608 - our own
            return False
        told = ", ".join(f"{name} = {literal}" for name, literal in values.items())
        count = self._count(f"UPDATE {table} SET {told} WHERE {here}", *ends)  # noqa: S608 - names of our own
        self._expect(table, rows.height, count)
        return True

    @abstractmethod
    def take_turn(self, district: str) -> None:
        """Wait until no other writer is in this district, and keep others out until the transaction ends.

        Who takes several takes them sorted, so that no two writers wait for each other.
        """

    @abstractmethod
    def lock_accounts(self, keys: pl.DataFrame) -> None:
        """Keep others from changing these accounts until the transaction ends: column `account_key`."""

    @abstractmethod
    def next_number(self, table: str) -> int:
        """The key of the next row of a table whose keys are counted through all districts."""

    @abstractmethod
    def _append(self, table: str, rows: pl.DataFrame) -> int | None:
        """Add rows to a table, and tell how many."""

    @abstractmethod
    def _count(self, change: str, *values: Value) -> int | None:
        """Execute an INSERT or UPDATE, and tell how many rows it was."""

    @abstractmethod
    def _translate(self, error: "Error") -> StoreError:
        """The exception of ours that says what the driver's says."""

    def _rows(self, sql: str, values: tuple[Value, ...]) -> list[tuple[Value | None, ...]]:
        def ask() -> list[tuple[Value | None, ...]]:
            self._cursor.execute(sql, values or None)
            return self._cursor.fetchall()

        return self._translated(ask)

    def _ingest(self, table: str, rows: pl.DataFrame, *, temporary: bool) -> int | None:
        if temporary:
            return self._translated(lambda: self._cursor.adbc_ingest(table, rows, temporary=True))
        return self._translated(lambda: self._cursor.adbc_ingest(table, rows, mode="append"))

    def _expect(self, table: str, expected: int, count: int | None) -> None:
        if count != expected:
            raise StoreFailed(f"{self._where}: {expected} rows of {table} were to be written, but {count} were.")

    def _translated(self, ask: Callable[[], Answer]) -> Answer:
        """Turn the driver's exceptions into ours."""
        from adbc_driver_manager import Error  # noqa: PLC0415 - drivers load when a database is used

        try:
            return ask()
        except Error as error:
            failure = self._translate(error)
        # Out here, the driver's own exception comes along only where the database's module says so.
        raise failure


def literal_of_all(column: pl.Series) -> str | None:
    """The SQL of a value that all rows share; None where they do not, or where it is not safe to write it out."""
    value = column[0]
    is_safe = _WORD.fullmatch(value) if isinstance(value, str) else column.dtype.is_integer()
    return literal(value) if is_safe and not column.null_count() and (column == value).all() else None


def literal(value: str | int) -> str:
    """The SQL of a whole number, a yes or no, or a word of our own."""
    return f"'{value}'" if isinstance(value, str) else str(int(value))
