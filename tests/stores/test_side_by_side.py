"""A large roster is read by two connections: they see one state of it, whoever writes meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from guardiansync.stores import Store, open_store, side_by_side
from guardiansync.stores.session import Session
from guardiansync.stores.sqlite import SqliteFile
from guardiansync.testing.changes import account, facts, role, student, tie
from guardiansync.testing.store_cases import HERE, found, write_all


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = open_store(f"sqlite:///{tmp_path}/roster.db")
    found(store)
    return store


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """How often somebody connects to read, where no roster is too small to be read by two."""
    made: list[object] = []
    connect = SqliteFile.reading

    @contextmanager
    def counted(self: SqliteFile) -> Iterator[Session]:
        made.append(self)
        with connect(self) as session:
            yield session

    monkeypatch.setattr(side_by_side, "LARGE", 1)
    monkeypatch.setattr(SqliteFile, "reading", counted)
    return made


def test_two_read_what_one_reads(store: Store, connections: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    by_two = store.roster(HERE)
    assert len(connections) == 2
    monkeypatch.setattr(side_by_side, "LARGE", 1_000)
    by_one = store.roster(HERE)
    assert len(connections) == 3
    assert facts(by_two) == facts(by_one)
    assert by_two.version == by_one.version


@pytest.mark.usefixtures("connections")
def test_what_is_written_meanwhile_is_seen_by_neither(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    before, version = facts(store.roster(HERE)), store.roster(HERE).version
    connect, readers = SqliteFile.reading, 0

    @contextmanager
    def second_is_late(self: SqliteFile) -> Iterator[Session]:
        nonlocal readers
        readers += 1
        if readers == 2:
            write_all(store, student("9"), account("n"), role("G9", "n"), tie("9", "G9", "n"))
        with connect(self) as session:
            yield session

    monkeypatch.setattr(SqliteFile, "reading", second_is_late)
    roster = store.roster(HERE)
    assert (facts(roster), roster.version) == (before, version)
    monkeypatch.setattr(SqliteFile, "reading", connect)
    assert store.roster(HERE).version == version + 1
