import signal
import subprocess
import sys
import threading
from pathlib import Path

import polars as pl
import pytest
from stores.sqlite_files import at, by_sqlite3, in_another_process, rows_of

from guardiansync.errors import StoreFailed, StoreUnusable
from guardiansync.model.bulk import Changes
from guardiansync.model.change import Change
from guardiansync.settings import District
from guardiansync.stores import Store, open_store
from guardiansync.stores.session import Session, Value
from guardiansync.stores.sql import SqliteStore
from guardiansync.stores.sqlite import APPLICATION_ID
from guardiansync.testing.changes import (
    a_hold,
    a_run,
    account,
    archive,
    changes_of,
    contact,
    denial,
    end,
    facts,
    merge,
    pin,
    remove,
    revoke,
    role,
    student,
    tie,
)  # fmt: skip
from guardiansync.testing.contract import StoreContract
from guardiansync.testing.store_cases import HERE, LEFT, MADE, found, write, write_all

READ = """
import sys
from guardiansync.settings import District
from guardiansync.stores import open_store
roster = open_store(sys.argv[1]).roster(District("d-1"))
print(roster.version, roster.students.height)
"""

WRITE = """
import os, signal, sys
import polars as pl
from guardiansync.model.bulk import Changes
from guardiansync.settings import District
from guardiansync.stores import open_store
store = open_store(sys.argv[1])
count = int(sys.argv[2])
students = pl.DataFrame({"student_sis_id": [f"{n:06d}" for n in range(count)]}).with_columns(
    first_name=pl.lit("Rui"), last_name=pl.lit("Silva"), school=pl.lit("North"), before=pl.lit("void"),
    reason=pl.lit("roster"),
)
with store.transaction(District("d-1")) as transaction:
    written = transaction.write(Changes(enrol_students=students))
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "roster.db"


class TestSqliteStore(StoreContract):
    @pytest.fixture
    def store(self, file: Path) -> Store:
        return at(file)


@pytest.mark.parametrize("name", ["ana", "null", "O'Brien", "x', 1); DROP TABLE role; --", "?", "José", ""], ids=str)
def test_what_all_rows_share_is_kept_as_it_is(file: Path, name: str) -> None:
    written = write_all(at(file), *(account(f"new-{n}", name=name) for n in range(3)))
    write_all(at(file), *(role(f"G{n}", written.ids["account_id"][n], name=name) for n in range(3)))
    roster = at(file).roster(HERE)
    assert roster.accounts["first_name"].to_list() == [name] * 3
    assert roster.roles["first_name"].to_list() == [name] * 3


# --- few of many: rows are looked up instead of read whole ------------------------------------------------------------


THERE = District("d-2")


def crowd() -> list[Change]:
    changes: list[Change] = []
    for n in range(300):
        changes += [student(f"9{n:03}"), account(f"c-{n}", email=f"c{n}@example.com"), role(f"C{n}", f"c-{n}")]
        changes += [tie(f"9{n:03}", f"C{n}", f"c-{n}")]
    return changes


@pytest.mark.parametrize("case", [*MADE, *LEFT])
def test_few_of_many_are_looked_up(file: Path, case: str) -> None:
    store, model = at(file), open_store("memory://")
    ids = found(store)
    assert found(model) == ids
    for scope in (HERE, THERE):
        write_all(store, *crowd(), scope=scope)
        write_all(model, *crowd(), scope=scope)
    wanted = {**MADE, **LEFT}[case](*ids)
    written, expected = write(store, *wanted), write(model, *wanted)
    assert (written.changes, written.left) == (expected.changes, expected.left)
    assert facts(store.roster(HERE)) == facts(model.roster(HERE))
    assert facts(store.roster(THERE)) == facts(model.roster(THERE))


def test_what_is_looked_up_is_of_this_district(file: Path) -> None:
    store = at(file)
    for scope in (HERE, THERE):
        write_all(store, *crowd(), scope=scope)
    before = store.roster(HERE)
    theirs = before.accounts["account_id"].to_list()
    wanted: list[Change] = [
        archive(theirs[0]),
        contact("account", theirs[1], "phone", "", "5"),
        merge("C2", theirs[2], theirs[3]),
    ]
    written = write(store, *wanted, scope=THERE)
    assert written.left == changes_of(wanted)
    own = store.roster(THERE).roles.filter(pl.col("sis_id") == "C5")["account_id"].item()
    write_all(store, revoke("C5", own), contact("role", own, "sms", "", "5", sis_id="C6"), remove("9007"), scope=THERE)
    write_all(store, end("9008", "C8", str(int(own) + 3)), scope=THERE)
    assert facts(store.roster(HERE)) == facts(before)


# --- other processes, and death ---------------------------------------------------------------------------------------


def test_another_process_reads_what_was_before_while_one_writes(file: Path) -> None:
    store = at(file)
    write_all(store, student("1"))
    with store.transaction(HERE) as transaction:
        transaction.write(changes_of([student("2")]))
        assert in_another_process(READ, f"sqlite:///{file}") == "1 1\n"
    assert in_another_process(READ, f"sqlite:///{file}") == "2 2\n"


def test_a_process_killed_before_its_commit_leaves_nothing(file: Path) -> None:
    child = subprocess.run([sys.executable, "-c", WRITE, f"sqlite:///{file}", "50000"], check=False)
    assert child.returncode == -signal.SIGKILL
    roster = at(file).roster(HERE)
    assert (roster.version, roster.students.height) == (0, 0)
    write_all(at(file), student("1"))


def test_threads_take_turns(file: Path) -> None:
    store = at(file)
    problems: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for n in range(5):
                write_all(store, student(f"{name}-{n}"))
                store.roster(HERE)
        except BaseException as problem:  # noqa: BLE001 - it is shown below, in the test's own thread
            problems.append(problem)

    threads = [threading.Thread(target=work, args=(str(n),)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    roster = store.roster(HERE)
    assert (roster.version, roster.students.height) == (20, 20)


def test_a_writer_does_not_wait_for_ever(file: Path) -> None:
    store = at(file)
    with (
        store.transaction(HERE),
        pytest.raises(StoreFailed, match="another writer"),
        SqliteStore(file, wait_s=0.05).transaction(District("d-2")),
    ):
        pass
    write_all(store, student("1"))


# --- what lies in the file --------------------------------------------------------------------------------------------


def test_the_path_is_that_of_the_folder_it_was_opened_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = open_store("sqlite:///relative.db")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir("elsewhere")
    write_all(store, student("1"))
    assert rows_of(tmp_path / "relative.db", "SELECT count(*) FROM student") == [(1,)]
    assert repr(store) == f"SqliteStore('sqlite:///{tmp_path}/relative.db')"


def test_what_refers_to_something_finds_it(file: Path) -> None:
    store = at(file)
    ana, ben = found(store)
    for case in ("merge", "split", "shared account", "remove"):
        write(store, *MADE[case](ana, ben))
    assert rows_of(file, "PRAGMA foreign_key_check") == []
    for child, key, parent in (
        ("role", "account_key", "account"),
        ("guardianship", "role_key", "role"),
        ("guardianship", "student_key", "student"),
    ):
        assert rows_of(file, f"SELECT * FROM {child} WHERE {key} NOT IN (SELECT {key} FROM {parent})") == []  # noqa: S608
    assert rows_of(file, "PRAGMA journal_mode") == [("wal",)]


def test_other_tools_read_the_journal(file: Path, tmp_path: Path) -> None:
    store = at(file)
    with store.transaction(HERE) as transaction:
        written = transaction.write(changes_of([student("001")]))
        transaction.record(a_run("r-1", HERE), written.changes, [a_hold("h-1", ("001", "G1"))])
    store.release("h-1", "me")
    ((name, frame),) = rows_of(file, "SELECT name, frame FROM run_change")
    assert name == "enrol_students"
    assert isinstance(frame, bytes)
    (tmp_path / "frame.parquet").write_bytes(frame)
    assert pl.read_parquet(tmp_path / "frame.parquet").equals(written.changes["enrol_students"])
    assert rows_of(file, "SELECT hold_id, actor FROM released_hold") == [("h-1", "me")]


def test_a_run_is_recorded_once(file: Path) -> None:
    store = at(file)
    for attempt in (store, open_store("memory://")):
        with attempt.transaction(HERE) as transaction:
            transaction.record(a_run("r-1", HERE), Changes())
        with pytest.raises(StoreFailed):
            again(attempt)
        assert attempt.roster(HERE).students.is_empty()
        assert attempt.runs(HERE).height == 1


def again(store: Store) -> None:
    with store.transaction(HERE) as transaction:
        transaction.write(changes_of([student("1")]))
        transaction.record(a_run("r-1", HERE), Changes())


# --- older versions ---------------------------------------------------------------------------------------------------


def of_version_1(file: Path) -> None:
    """Make a roster as the first version of the tables had it: a district, a student, and a run with a hold."""
    new = file.parent / "new.db"
    with at(new).transaction(HERE) as transaction:
        written = transaction.write(changes_of([student("001")]))
        transaction.record(a_run("r-1", HERE), written.changes, [a_hold("h-1", ("001", "G1"))])
    lines = (Path(__file__).parent / "schema_1.sql").read_text("utf-8").splitlines()
    tables = "\n".join(line for line in lines if not line.startswith("--")).split(";")
    names = ("district", "scope", "student", "run", "run_change", "hold")
    copies = [f"INSERT INTO {name} SELECT * FROM new.{name}" for name in names]  # noqa: S608 - ours
    by_sqlite3(
        file,
        "PRAGMA journal_mode = WAL",
        *(table for table in tables if table.strip()),
        f"PRAGMA application_id = {APPLICATION_ID}",
        "PRAGMA user_version = 1",
        f"ATTACH '{new}' AS new",
        *copies,
    )


def test_a_roster_of_an_older_version_is_brought_up_to_date(file: Path) -> None:
    of_version_1(file)
    store = at(file)
    roster = store.roster(HERE)
    assert roster.students["student_sis_id"].to_list() == ["001"]
    assert store.changes("r-1") == changes_of([student("001")])
    assert [hold.id for hold in store.holds("r-1")] == ["h-1"]
    found(store, District("d-2"))
    write_all(store, pin("G1", "G2"), denial("G1", "001"))
    assert store.roster(HERE).pins.height == store.roster(HERE).denials.height == 1
    tables = "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name"
    assert rows_of(file, tables) == rows_of(file.parent / "new.db", tables)
    assert rows_of(file, "PRAGMA user_version") == [(3,)]
    assert at(file).roster(HERE).pins.height == 1


def test_a_roster_of_the_version_before_is_brought_up_to_date(file: Path) -> None:
    found(at(file))
    tables = rows_of(file, "SELECT sql FROM sqlite_schema ORDER BY name")
    by_sqlite3(file, "DROP TABLE settled", "PRAGMA user_version = 2")
    assert at(file).settled(HERE) is None
    assert at(file).roster(HERE).students.height == 2
    assert rows_of(file, "SELECT sql FROM sqlite_schema ORDER BY name") == tables


def test_bringing_up_to_date_happens_whole_or_not(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    of_version_1(file)
    run = Session.run

    def breaks(session: Session, sql: str, *values: Value) -> None:
        run(session, sql.replace("CREATE TABLE denial", "CREATE TABLE pin"), *values)

    monkeypatch.setattr(Session, "run", breaks)
    with pytest.raises(StoreUnusable, match="pin already exists"):
        at(file)
    monkeypatch.undo()
    assert rows_of(file, "PRAGMA user_version") == [(1,)]
    assert rows_of(file, "SELECT count(*) FROM sqlite_schema WHERE name = 'pin'") == [(0,)]
    assert at(file).roster(HERE).students.height == 1


def test_two_processes_bring_it_up_to_date_once(file: Path) -> None:
    of_version_1(file)
    said = [sys.executable, "-c", READ, f"sqlite:///{file}"]
    readers = [subprocess.Popen(said, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [reader.communicate()[0] for reader in readers] == ["1 1\n"] * 3


def test_reading_asks_an_index_for_what_was_undone(file: Path) -> None:
    found(at(file))
    asked = "SELECT run_id, undoes FROM run WHERE scope_key = 1 AND undoes <> '' ORDER BY run_key"
    assert "USING INDEX undoing_run" in str(rows_of(file, f"EXPLAIN QUERY PLAN {asked}"))
