import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest
from stores.sqlite_files import rows_of

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

AS_NOBODY = """
import os, sys
from guardiansync.errors import StoreUnusable
from guardiansync.settings import District
from guardiansync.stores import open_store
from guardiansync.testing.changes import changes_of, student
open_store(sys.argv[2]).roster(District("d-1"))  # loads what this user alone may read
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
store = open_store(sys.argv[1])
print(store.roster(District("d-1")).students.height)
try:
    with store.transaction(District("d-1")) as transaction:
        transaction.write(changes_of([student("2")]))
except StoreUnusable as error:
    print("read-only" in str(error))
"""

OPEN_AS_NOBODY = """
import os, sys
from guardiansync.errors import StoreUnusable
from guardiansync.settings import District
from guardiansync.stores import open_store
open_store(f"sqlite:///{sys.argv[1]}").roster(District("d-1"))  # loads what this user alone may read
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
for path in sys.argv[2:]:
    try:
        open_store(f"sqlite:///{path}")
    except StoreUnusable as error:
        print(error)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "roster.db"


def at(file: Path) -> Store:
    return open_store(f"sqlite:///{file}")


def in_another_process(script: str, *arguments: str) -> str:
    done = subprocess.run([sys.executable, "-c", script, *arguments], check=True, capture_output=True, text=True)
    return done.stdout


def by_sqlite3(file: Path, *statements: str) -> None:
    script = "import sqlite3, sys\nwith sqlite3.connect(sys.argv[1]) as c:\n    [c.execute(s) for s in sys.argv[2:]]"
    in_another_process(script, str(file), *statements)


class TestSqliteStore(StoreContract):
    @pytest.fixture
    def store(self, file: Path) -> Store:
        return at(file)


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


# --- Python's own SQLite ----------------------------------------------------------------------------------------------


@pytest.fixture
def opened_by_sqlite3(file: Path, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    write_all(at(file), student("1"))
    link = tmp_path / "link.db"
    link.symlink_to(file)
    connection = sqlite3.connect(link)
    connection.execute("SELECT count(*) FROM student").fetchall()
    yield connection
    connection.close()


def test_a_file_that_sqlite3_has_open_is_refused(file: Path, opened_by_sqlite3: sqlite3.Connection) -> None:
    with pytest.raises(StoreUnusable, match="another SQLite"):
        at(file)
    opened_by_sqlite3.close()
    assert at(file).roster(HERE).students.height == 1


def test_it_is_noticed_beside_connections_of_our_own(file: Path) -> None:
    store = at(file)
    with store.transaction(HERE):
        assert store.roster(HERE).version == 0
        # A plain open does the same harm: closing it drops the locks that the transaction holds.
        with file.open("rb"), pytest.raises(StoreUnusable, match="another SQLite"):
            store.roster(HERE)


# --- what is not a roster ---------------------------------------------------------------------------------------------


def test_the_database_of_another_program_is_left_alone(file: Path) -> None:
    by_sqlite3(file, "CREATE TABLE role (name TEXT)")
    before = file.read_bytes()
    with pytest.raises(StoreUnusable, match="another program"):
        at(file)
    assert file.read_bytes() == before
    assert [entry.name for entry in file.parent.iterdir()] == [file.name]


def test_a_marked_but_empty_database_of_another_program_is_left_alone(file: Path) -> None:
    by_sqlite3(file, "PRAGMA application_id = 7")
    before = file.read_bytes()
    with pytest.raises(StoreUnusable, match="another program"):
        at(file)
    assert file.read_bytes() == before


def test_a_newer_roster_is_left_alone(file: Path) -> None:
    store = at(file)
    write_all(store, student("1"))
    by_sqlite3(file, "PRAGMA user_version = 99")
    before = file.read_bytes()
    with pytest.raises(StoreUnusable, match="newer version"):
        at(file)
    with pytest.raises(StoreUnusable, match="newer version"):
        store.roster(HERE)
    assert file.read_bytes() == before


def test_a_roster_that_is_not_whole_is_left_alone(file: Path) -> None:
    write_all(at(file), student("1"))
    by_sqlite3(file, "DROP TABLE guardianship", "DROP TABLE pin")
    before = file.read_bytes()
    with pytest.raises(StoreUnusable, match=r"not whole \(missing: guardianship, pin\).* backup"):
        at(file)
    assert file.read_bytes() == before


def test_another_kind_of_file_is_left_alone(file: Path) -> None:
    file.write_text("studentSisId,guardianSisId\n" * 100)
    with pytest.raises(StoreUnusable, match="SQLite database"):
        at(file)
    assert file.read_text() == "studentSisId,guardianSisId\n" * 100


def test_an_empty_file_becomes_a_roster(file: Path) -> None:
    file.touch()
    write_all(at(file), student("1"))
    assert at(file).roster(HERE).students.height == 1


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match="is a folder"):
        at(tmp_path)
    with pytest.raises(StoreUnusable, match="does not exist"):
        at(tmp_path / "nowhere" / "roster.db")
    assert list(tmp_path.iterdir()) == []


@contextmanager
def come_through(folder: Path) -> Iterator[None]:
    """Let another user's process get to a folder of pytest's."""
    opened = [
        parent
        for parent in folder.parents
        if parent.stat().st_uid == os.geteuid() and parent.stat().st_mode & 0o77 == 0
    ]
    for parent in opened:
        parent.chmod(0o711)
    try:
        yield
    finally:
        for parent in opened:
            parent.chmod(0o700)


@pytest.fixture
def two_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """A roster with a student, and where to put another one; anybody may write in both folders."""
    folders = [tmp_path_factory.mktemp(name) for name in ("read-only", "other")]
    for folder in folders:
        folder.chmod(0o777)
    file, other = (folder / "roster.db" for folder in folders)
    write_all(at(file), student("1"))
    with come_through(folders[0]):
        yield file, other


def test_a_read_only_file_can_be_read(two_folders: tuple[Path, Path]) -> None:
    file, other = two_folders
    file.chmod(0o444)
    assert in_another_process(AS_NOBODY, f"sqlite:///{file}", f"sqlite:///{other}") == "1\nTrue\n"
    assert at(file).roster(HERE).version == 1


def test_a_read_only_folder_is_told(two_folders: tuple[Path, Path]) -> None:
    file, other = two_folders
    file.chmod(0o666)
    file.parent.chmod(0o555)
    refused = in_another_process(OPEN_AS_NOBODY, str(other), str(file), str(file.parent / "new.db")).splitlines()
    assert [line.partition(": ")[2].partition(", ")[0] for line in refused] == [
        "let them write the file and its folder",
        "is the path right",
    ]
    assert at(file).roster(HERE).version == 1
    assert [entry.name for entry in file.parent.iterdir()] == [file.name]


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
    assert rows_of(file, "PRAGMA user_version") == [(2,)]
    assert at(file).roster(HERE).pins.height == 1


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
