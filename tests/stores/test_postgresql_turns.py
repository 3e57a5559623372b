"""Who waits for whom in PostgreSQL, and what is left of a writer that was killed."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from stores.postgres_server import somebody_else, waiting

from guardiansync.errors import StoreFailed
from guardiansync.settings import District
from guardiansync.stores import open_store
from guardiansync.stores.postgresql import PostgresDatabase
from guardiansync.stores.postgresql_url import Address
from guardiansync.stores.sql import PostgresStore
from guardiansync.testing.changes import a_run, changes_of, contact, end, student
from guardiansync.testing.store_cases import HERE, found, write, write_all

THERE = District("d-2")

APPLY = """
import os, signal, sys
import polars as pl
from guardiansync.model.bulk import Changes
from guardiansync.settings import District
from guardiansync.stores import open_store
from guardiansync.testing.changes import a_run
store = open_store(sys.argv[1])
students = pl.DataFrame({"student_sis_id": [f"{n:06d}" for n in range(20_000)]}).with_columns(
    first_name=pl.lit("Rui"), last_name=pl.lit("Silva"), school=pl.lit("North"), before=pl.lit("void"),
    reason=pl.lit("roster"),
)
here = District("d-1")
with store.transaction(here) as transaction:
    written = transaction.write(Changes(enrol_students=students))
    transaction.record(a_run("r-1", here), written.changes)
    os.kill(os.getpid(), signal.SIGKILL)
"""

CONTACT = """
import sys
from guardiansync.settings import District
from guardiansync.stores import open_store
from guardiansync.testing.changes import contact
from guardiansync.testing.store_cases import write
print("ready", flush=True)
write(open_store(sys.argv[1]), contact("account", sys.argv[2], "phone", "", "5"))
"""


@contextmanager
def meanwhile(work: Any) -> Iterator[threading.Thread]:
    thread = threading.Thread(target=work)
    thread.start()
    yield thread
    thread.join()


def test_districts_do_not_wait_for_each_other(postgres: str) -> None:
    store, other = open_store(postgres), PostgresStore(postgres, wait_s=1)
    with store.transaction(HERE) as transaction:  # neither district is known yet
        made = transaction.write(changes_of([student("1")])).changes
        transaction.record(a_run("r-1", HERE), made)
        with other.transaction(THERE) as their_turn:
            theirs = their_turn.write(changes_of([student("1"), student("2")])).changes
            their_turn.record(a_run("r-2", THERE), theirs)
        assert other.roster(THERE).students.height == 2
        assert other.roster(HERE).students.is_empty()
    assert [(store.roster(scope).version, store.runs(scope).height) for scope in (HERE, THERE)] == [(1, 1), (1, 1)]
    with store.transaction(HERE):
        write_all(other, student("3"), scope=THERE)


def test_a_writer_does_not_wait_for_ever(postgres: str) -> None:
    store, hasty = open_store(postgres), PostgresStore(postgres, wait_s=0.05)
    with store.transaction(HERE), pytest.raises(StoreFailed, match="another writer"), hasty.transaction(HERE):
        pass
    write_all(hasty, student("1"))


def test_rosters_of_one_database_do_not_wait_for_each_other(postgres: str, postgres_store: PostgresStore) -> None:
    with postgres_store.transaction(HERE):
        write_all(PostgresStore(postgres, wait_s=1), student("1"))
    assert postgres_store.roster(HERE).students.is_empty()


def test_threads_take_turns(postgres: str) -> None:
    store = open_store(postgres)
    problems: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for n in range(4):
                write_all(store, student(f"{name}-{n}"))
                write_all(store, student(f"{name}-{n}"), scope=THERE)
                store.roster(HERE)
        except BaseException as problem:  # noqa: BLE001 - it is shown below, in the test's own thread
            problems.append(problem)

    threads = [threading.Thread(target=work, args=(str(n),)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    for scope in (HERE, THERE):
        roster = store.roster(scope)
        assert (roster.version, roster.students.height) == (12, 12)


def test_a_reader_sees_one_state(postgres: str) -> None:
    store = open_store(postgres)
    write_all(store, student("1"))
    with PostgresDatabase(Address.parse(postgres)).reading() as session:
        assert session.number("SELECT count(*) FROM student") == 1
        write_all(store, student("2"))
        assert session.number("SELECT count(*) FROM student") == 1
        assert session.number("SELECT version FROM district") == 1
    assert store.roster(HERE).version == 2


def test_what_an_owner_changes_meanwhile_is_left(postgres: str) -> None:
    store = open_store(postgres)
    ana, ben = found(store)
    lefts: list[object] = []
    change = contact("account", ana, "phone", "", "5")

    def work() -> None:
        lefts.append(write(store, change, contact("account", ben, "phone", "", "6")).left)

    with somebody_else(postgres) as owner:
        owner.execute(f"UPDATE account SET phone = '7' WHERE account_key = {ana}")  # noqa: S608
        with meanwhile(work) as thread:
            waiting(postgres, "transactionid")
            assert thread.is_alive()
            owner.execute("COMMIT")
    assert lefts == [changes_of([change])]
    assert sorted(store.roster(HERE).accounts["phone"]) == ["6", "7"]


def test_owners_wait_no_longer_than_a_transaction(postgres: str) -> None:
    store = open_store(postgres)
    ana, ben = found(store)
    with store.transaction(HERE) as transaction:
        transaction.write(changes_of([contact("account", ana, "phone", "", "5"), student("9")]))
        with somebody_else(postgres) as owner:  # of another account: not at all
            owner.execute(f"UPDATE account SET phone = '7' WHERE account_key = {ben}")  # noqa: S608
            owner.execute(f"SELECT phone FROM account WHERE account_key = {ana}")  # noqa: S608
            assert owner.fetchall() == [("",)]
    assert sorted(store.roster(HERE).accounts["phone"]) == ["5", "7"]


def test_a_claim_meanwhile_waits_its_turn(postgres: str) -> None:
    store = open_store(postgres)
    ana, _ = found(store)
    claim = threading.Thread(target=store.mark_active, args=([ana, "77"],))
    with store.transaction(HERE) as transaction:
        transaction.write(changes_of([contact("account", ana, "email", "ana@example.com", "b@example.com")]))
        claim.start()
        waiting(postgres, "advisory")
    claim.join()
    mine = store.roster(HERE).accounts.filter(account_id=ana)
    assert mine.select("email", "state", "email_verified").row(0) == ("b@example.com", "active", True)


def test_a_writer_killed_before_its_commit_leaves_nothing(postgres: str) -> None:
    store = PostgresStore(postgres, wait_s=10)
    child = subprocess.run([sys.executable, "-c", APPLY, postgres], check=False)
    assert child.returncode == -signal.SIGKILL
    assert store.roster(HERE).version == store.runs(HERE).height == 0
    write_all(store, student("new"))  # its turn is free again
    assert store.roster(HERE).students.height == 1


def test_a_killed_writer_that_waits_lets_go(postgres: str) -> None:
    store = open_store(postgres)
    ana, _ = found(store)
    with somebody_else(postgres) as owner:
        owner.execute(f"UPDATE account SET phone = '7' WHERE account_key = {ana}")  # noqa: S608
        command = [sys.executable, "-c", CONTACT, postgres, ana]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            waiting(postgres, "transactionid")
            child.kill()
        # The server still waits for the owner, in the district's turn, until it looks whether anybody is there.
        write_all(PostgresStore(postgres, wait_s=10), end("001", "G1", ana))
    assert store.roster(HERE).version == 2
