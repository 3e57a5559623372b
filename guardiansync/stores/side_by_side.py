"""A large roster is read by two connections at once, where both see the same state of it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeAlias

import polars as pl

from guardiansync.errors import StoreError
from guardiansync.settings import Scope
from guardiansync.stores import rows
from guardiansync.stores.session import Database, Session

LARGE = 50_000
"""How many roles a scope must have for a second connection to be worth its while."""

Found: TypeAlias = tuple[int | None, int | None, int]
"""The keys of a scope's district and of the scope, and the version."""

Half: TypeAlias = tuple[pl.DataFrame, pl.DataFrame]
"""The students of a scope, and the accounts of its district."""


@contextmanager
def second_half(database: Database, session: Session, scope: Scope, known: Found) -> Iterator[Callable[[], Half]]:
    """Begin to read students and accounts beside what the block reads; called, what is given waits for them.

    Args:
        database: Where to connect to.
        session: The connection that the block reads by; it sees one state.
        scope: Whose roster.
        known: What `rows.find` found there by this connection.
    """

    def read(by: Session) -> Half:
        district, number, _ = known
        return rows.owned(by, "student", number), rows.owned(by, "account", district)

    def read_beside() -> Half | None:
        try:
            with database.reading() as other:
                # Whoever writes what has to fit together moves the version: the same one, the same state.
                return read(other) if rows.find(other, scope) == known else None
        except StoreError:  # such as one connection more than the server allows
            return None

    if not rows.is_large(session, known[1], LARGE):
        yield lambda: read(session)
        return
    with ThreadPoolExecutor(1) as beside:
        reading = beside.submit(read_beside)
        yield lambda: reading.result() or read(session)
