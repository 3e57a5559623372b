"""One connection to a database, for one operation: SQL and frames in, frames out, our own exceptions.

What differs between databases stands in the module of each (`sqlite`); everything here is the same for all.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Protocol

import polars as pl

from guardiansync.errors import StoreFailed, StoreUnusable

if TYPE_CHECKING:
    from adbc_driver_manager.dbapi import Connection, Cursor

Value = str | int | float | bytes


class Database(Protocol):
    """A place to connect to."""

    @property
    def where(self) -> str:
        """Its URL, without credentials."""

    def reading(self) -> AbstractContextManager["Session"]:
        """Connect, and see one state of the database until the end."""

    def writing(self) -> AbstractContextManager["Session"]:
        """Connect, and wait for the turn to write; left normally it commits, by an exception it rolls back."""


class Session:
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
        with self.translating():
            self._cursor.execute(sql, values or None)
            self._cursor.fetchall()

    def value(self, sql: str, *values: Value) -> Value | None:
        """The first cell of the answer; None if there is no row or it is null."""
        with self.translating():
            self._cursor.execute(sql, values or None)
            rows = self._cursor.fetchall()
        return rows[0][0] if rows else None

    def number(self, sql: str, *values: Value) -> int | None:
        """The first cell of the answer where it is a whole number."""
        value = self.value(sql, *values)
        return None if value is None else int(value)

    def frame(self, schema: pl.Schema, sql: str, *values: Value) -> pl.DataFrame:
        """The answer, with its columns cast: databases know neither our types nor those of empty answers."""
        with self.translating():
            self._cursor.execute(sql, values or None)
            answer = self._cursor.fetch_polars()
        return answer.select(pl.col(name).cast(dtype) for name, dtype in schema.items())

    def append(self, table: str, rows: pl.DataFrame) -> None:
        """Add rows to a table, whose columns they have in the table's order."""
        if rows.height:
            with self.translating():
                count = self._cursor.adbc_ingest(table, rows, mode="append")
            self._expect(table, rows.height, count)

    @contextmanager
    def staged(self, name: str, rows: pl.DataFrame) -> Iterator[None]:
        """Put rows into a temporary table that set-based SQL reads."""
        with self.translating():
            self._cursor.adbc_ingest(name, rows, temporary=True)
        yield
        self.run(f"DROP TABLE {name}")

    def overwrite(self, table: str, rows: pl.DataFrame, keys: tuple[str, ...]) -> None:
        """Set all columns but the keys of the rows that have the same keys."""
        if not rows.height:
            return
        values = ", ".join(f"{name} = staged.{name}" for name in rows.columns if name not in keys)
        same = " AND ".join(f"{table}.{key} = staged.{key}" for key in keys)
        with self.staged("staged", rows):
            self.run(f"UPDATE {table} SET {values} FROM staged WHERE {same}")  # noqa: S608 - names of our own
            self._expect(table, rows.height, self.number("SELECT changes()"))

    def _expect(self, table: str, expected: int, count: int | None) -> None:
        if count != expected:
            raise StoreFailed(f"{self._where}: {expected} rows of {table} were to be written, but {count} were.")

    @contextmanager
    def translating(self) -> Iterator[None]:
        """Turn the driver's exceptions into ours."""
        from adbc_driver_manager import Error  # noqa: PLC0415 - drivers load when a database is used

        try:
            yield
        except Error as error:
            text = str(error)
            if "readonly" in text:
                raise StoreUnusable(f"{self._where} is read-only for this user. Nothing was written.") from error
            if "locked" in text:
                raise StoreFailed(
                    f"{self._where}: another writer held the database for too long. Nothing was written; try again."
                ) from error
            raise StoreFailed(f"{self._where}: the database refused or broke ({text}). Nothing was written.") from error
