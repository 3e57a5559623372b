"""A large roster is read by two connections: they see one state of it, whoever writes meanwhile."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import pytest

from guardiansync.errors import StoreFailed
from guardiansync.stores import Store, side_by_side
from guardiansync.stores.session import Session
from guardiansync.stores.sql import SqlStore
from guardiansync.testing.changes import account, facts, role, student, tie
from guardiansync.testing.store_cases import HERE, found, write_all

Meanwhile: TypeAlias = Callable[[int], None]

pytestmark = pytest.mark.parametrize("store", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def database(store: Store) -> SqlStore:
    assert isinstance(store, SqlStore)
    found(store)
    return store


@pytest.fixture
def before_each(database: SqlStore, monkeypatch: pytest.MonkeyPatch) -> Callable[[Meanwhile], None]:
    """Has something done before each connection that reads, told its number; no roster is too small for two."""
    kind = type(database._database)  # noqa: SLF001 - connections are made beneath what stores offer
    connect = kind.reading

    def arrange(meanwhile: Meanwhile) -> None:
        count = 0

        @contextmanager
        def reading(self: Any) -> Iterator[Session]:
            nonlocal count
            count += 1
            meanwhile(count)
            with connect(self) as session:
                yield session

        monkeypatch.setattr(kind, "reading", reading)

    monkeypatch.setattr(side_by_side, "LARGE", 1)
    return arrange


def test_two_read_what_one_reads(
    database: SqlStore, before_each: Callable[[Meanwhile], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    connections: list[int] = []
    before_each(connections.append)
    by_two = database.roster(HERE)
    assert len(connections) == 2
    monkeypatch.setattr(side_by_side, "LARGE", 1_000)
    by_one = database.roster(HERE)
    assert len(connections) == 3
    assert facts(by_two) == facts(by_one)
    assert by_two.version == by_one.version


def test_what_is_written_meanwhile_is_seen_by_neither(
    database: SqlStore, before_each: Callable[[Meanwhile], None]
) -> None:
    before, version = facts(database.roster(HERE)), database.roster(HERE).version

    def write(connection: int) -> None:
        if connection == 2:
            write_all(database, student("9"), account("n"), role("G9", "n"), tie("9", "G9", "n"))

    before_each(write)
    roster = database.roster(HERE)
    assert (facts(roster), roster.version) == (before, version)
    assert database.roster(HERE).version == version + 1


def test_one_reads_it_all_where_there_is_no_second_connection(
    database: SqlStore, before_each: Callable[[Meanwhile], None]
) -> None:
    before = facts(database.roster(HERE))

    def refuse(connection: int) -> None:
        if connection == 2:
            raise StoreFailed("too many connections")

    before_each(refuse)
    assert facts(database.roster(HERE)) == before
