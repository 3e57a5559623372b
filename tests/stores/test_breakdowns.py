"""What breaks in the middle of apply: the roster is as it was, the error says what to do, and the next sync finishes."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from attrs import frozen
from stores.postgres_server import execute
from stores.sqlite_files import rows_of

import guardiansync as gs
from guardiansync.errors import StoreFailed
from guardiansync.stores import Store, open_store
from guardiansync.stores.sqlite import SqliteFile
from guardiansync.testing.changes import facts
from guardiansync.testing.district_file import district_file

Facts: TypeAlias = dict[str, list[tuple[object, ...]]]

HERE = gs.District("d-1")
SETTINGS = gs.SyncSettings(scope=HERE, enabled=True)
STUDENTS, FIRST = district_file(1_000)
_, SECOND = district_file(1_000, changed=0.4)

SMALL_FILES = """
import resource, signal, sys
from pathlib import Path
import guardiansync as gs
store = gs.open_store(sys.argv[1])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    gs.sync(gs.SyncSettings(scope=gs.District("d-1"), enabled=True), store, Path(sys.argv[2]).read_bytes())
except gs.StoreFailed as error:
    print(error)
"""


@pytest.fixture(scope="session")
def evenings() -> tuple[Facts, Facts]:
    """What is known after the first and after the second evening where nothing breaks."""
    model = open_store("memory://")
    gs.load_roster(model, HERE, students=STUDENTS)
    known = []
    for data in (FIRST, SECOND):
        gs.sync(SETTINGS, model, data)
        known.append(facts(model.roster(HERE)))
    return known[0], known[1]


@frozen
class Evening:
    """The second evening, in a store that has the first.

    Attributes:
        store: The store.
        before: What is known by then.
        after: What is to be known after it.
    """

    store: Store
    before: Facts
    after: Facts

    def __attrs_post_init__(self) -> None:
        gs.load_roster(self.store, HERE, students=STUDENTS)
        gs.sync(SETTINGS, self.store, FIRST)

    def breaks(self, why: str) -> None:
        version = self.store.roster(HERE).version
        with pytest.raises(StoreFailed, match=why):
            gs.sync(SETTINGS, self.store, SECOND)
        self.is_as_before(version)

    def is_as_before(self, version: int) -> None:
        roster = self.store.roster(HERE)
        assert (facts(roster), roster.version) == (self.before, version)
        assert "applied" not in self.store.runs(HERE)["status"][:-2]

    def is_finished_by_the_next(self) -> None:
        assert gs.sync(SETTINGS, self.store, SECOND).status == "applied"
        assert facts(self.store.roster(HERE)) == self.after


# --- SQLite -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "roster.db"


@pytest.fixture
def evening(file: Path, evenings: tuple[Facts, Facts]) -> Evening:
    return Evening(open_store(f"sqlite:///{file}"), *evenings)


@pytest.mark.parametrize("pages", [0, 1, 2])
def test_a_database_that_may_not_grow(
    evening: Evening, file: Path, pages: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite says "full", and rolls back by itself: what is written after that must not be kept."""
    ((now,),) = rows_of(file, "PRAGMA page_count")
    connected = SqliteFile.__dict__["_connect"]

    def small(self: SqliteFile) -> object:
        connection, identity = connected(self)
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count = {now + pages}")  # type: ignore[operator]
        return connection, identity

    monkeypatch.setattr(SqliteFile, "_connect", small)
    evening.breaks("disk is full, .*; make room")
    monkeypatch.undo()
    assert rows_of(file, "PRAGMA integrity_check") == [("ok",)]
    evening.is_finished_by_the_next()


@pytest.mark.parametrize("size", [0, 100_000])
def test_a_disk_that_is_full(evening: Evening, file: Path, tmp_path: Path, size: int) -> None:
    (tmp_path / "guardians.csv").write_bytes(SECOND)
    version = evening.store.roster(HERE).version
    done = subprocess.run(
        [sys.executable, "-c", SMALL_FILES, f"sqlite:///{file}", str(tmp_path / "guardians.csv"), str(size)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert "make room, then try again" in done.stdout
    evening.is_as_before(version)
    evening.is_finished_by_the_next()


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


@pytest.fixture
def served(postgres_store: Store, _many_times: str, evenings: tuple[Facts, Facts]) -> Iterator[tuple[Evening, str]]:
    yield Evening(postgres_store, *evenings), _many_times
    execute(_many_times, "DROP FUNCTION IF EXISTS breaks CASCADE")


def breaking(url: str, what: str, table: str, when: str = "") -> None:
    """Let something happen where rows come into a table, or when they are committed."""
    execute(
        url,
        f"CREATE FUNCTION breaks() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {what}; RETURN NULL; END $$",
        f"CREATE {when and 'CONSTRAINT'} TRIGGER breaks AFTER INSERT ON {table} {when} "
        f"FOR EACH {'ROW' if when else 'STATEMENT'} EXECUTE FUNCTION breaks()",
    )


GONE = "PERFORM pg_terminate_backend(pg_backend_pid())"


@pytest.mark.parametrize("table", ["account", "guardianship"])
def test_a_connection_that_is_lost(served: tuple[Evening, str], table: str) -> None:
    evening, url = served
    breaking(url, GONE, table)
    evening.breaks("connection was lost; try again")
    execute(url, "DROP FUNCTION breaks CASCADE")
    evening.is_finished_by_the_next()


def test_a_server_whose_disk_is_full(served: tuple[Evening, str]) -> None:
    evening, url = served
    breaking(url, "RAISE disk_full", "role")
    evening.breaks("disk of the server is full; make room")
    execute(url, "DROP FUNCTION breaks CASCADE")
    evening.is_finished_by_the_next()


def test_a_connection_that_is_lost_while_it_commits(served: tuple[Evening, str]) -> None:
    evening, url = served
    breaking(url, GONE, "run", "DEFERRABLE INITIALLY DEFERRED")
    evening.breaks(r"not known whether .*store\.runs")
    execute(url, "DROP FUNCTION breaks CASCADE")
    evening.is_finished_by_the_next()
