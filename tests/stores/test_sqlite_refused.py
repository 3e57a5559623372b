"""Files that are no roster, or that must not be opened here: refused, untouched, with what to do."""

import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from stores.sqlite_files import at, by_sqlite3, in_another_process

from guardiansync.errors import StoreUnusable
from guardiansync.testing.changes import (
    student,
)  # fmt: skip
from guardiansync.testing.store_cases import HERE, write_all

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


@pytest.fixture
def two_folders() -> Iterator[tuple[Path, Path]]:
    """A roster with a student, and where to put another one; anybody may write in both folders."""
    # Not pytest's own folders: another user's process must get there.
    with tempfile.TemporaryDirectory(prefix="sqlite-") as top:
        Path(top).chmod(0o755)
        folders = [Path(top) / name for name in ("read-only", "other")]
        for folder in folders:
            folder.mkdir()
            folder.chmod(0o777)
        file, other = (folder / "roster.db" for folder in folders)
        write_all(at(file), student("1"))
        yield file, other
        folders[0].chmod(0o777)


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
