"""Whose tables they are: new ones, older ones, newer ones, somebody else's, and those that are not whole."""

import threading
from pathlib import Path

import pytest
from stores.postgres_server import as_user, execute, fresh_database, fresh_user, schema_of, waiting, with_parameter

from guardiansync.errors import StoreUnusable
from guardiansync.settings import District
from guardiansync.stores import open_store
from guardiansync.stores.migration import Dialect, create, tables_of
from guardiansync.stores.postgresql import in_postgresql
from guardiansync.stores.session import Session, Value
from guardiansync.testing.changes import a_hold, a_run, changes_of, denial, pin, student
from guardiansync.testing.store_cases import HERE, found, write_all

COLUMNS = """
SELECT table_name, column_name, data_type, is_nullable, collation_name, is_identity FROM information_schema.columns
WHERE table_schema = '{}' ORDER BY table_name, column_name
"""

INDEXES = "SELECT replace(indexdef, '{0}.', '') FROM pg_indexes WHERE schemaname = '{0}' ORDER BY 1"


def what_there_is(url: str) -> list[object]:
    """The tables of a schema, their columns and indexes."""
    name = schema_of(url)
    return [execute(url, COLUMNS.format(name)), execute(url, INDEXES.format(name))]


def of_version_1(url: str, new: str) -> None:
    """Make a roster as the first version of the tables would be: a district, a student, and a run with a hold."""
    with open_store(new).transaction(HERE) as transaction:
        written = transaction.write(changes_of([student("001")]))
        transaction.record(a_run("r-1", HERE), written.changes, [a_hold("h-1", ("001", "G1"))])
    name, source = schema_of(url), schema_of(new)
    lines = (Path(__file__).parent / "schema_1.sql").read_text("utf-8").splitlines()
    tables = "\n".join(line for line in lines if not line.startswith("--")).split(";")
    filled = ("district", "scope", "student", "run", "run_change", "hold")
    execute(
        url,
        f"CREATE SCHEMA {name}",
        *(in_postgresql(table) for table in tables if table.strip()),
        *(f"INSERT INTO {table} SELECT * FROM {source}.{table}" for table in filled),  # noqa: S608 - ours
        *(f"SELECT nextval('{table}_{table}_key_seq')" for table in ("district", "scope", "run")),
        "CREATE TABLE guardiansync_schema (version BIGINT PRIMARY KEY)",
        "INSERT INTO guardiansync_schema VALUES (1)",
    )


@pytest.fixture
def older(postgres: str, postgres_server: str) -> tuple[str, str]:
    """The URL of a roster of version 1, and of one of this version."""
    new = with_parameter(postgres_server, f"schema={schema_of(postgres)}_new")
    of_version_1(postgres, new)
    return postgres, new


@pytest.fixture(autouse=True)
def _leaves_no_schema(postgres: str) -> object:
    yield
    execute(postgres, f"DROP SCHEMA IF EXISTS {schema_of(postgres)}_new CASCADE")


def refused(url: str, why: str) -> None:
    """Opening it is refused, and changes nothing."""
    before = what_there_is(url)
    with pytest.raises(StoreUnusable, match=why):
        open_store(url)
    assert what_there_is(url) == before


def test_an_empty_schema_becomes_a_roster(postgres: str) -> None:
    execute(postgres, f"CREATE SCHEMA {schema_of(postgres)}")
    write_all(open_store(postgres), student("1"))
    assert open_store(postgres).roster(HERE).students.height == 1
    assert execute(postgres, "SELECT version FROM guardiansync_schema") == [(3,)]


def test_it_lives_beside_the_tables_of_a_program(postgres_server: str) -> None:
    with fresh_database(postgres_server) as url:
        execute(url, "CREATE TABLE public.role (name TEXT)", "CREATE TABLE public.account (name TEXT)")
        store = open_store(url)
        found(store)
        assert execute(url, "SELECT count(*) FROM guardiansync.account") == [(2,)]
        assert execute(url, "SELECT count(*) FROM public.account") == [(0,)]
        assert "schema=" not in repr(store)


@pytest.mark.parametrize("table", ["role (name TEXT)", "guardiansync_schema (version TEXT)", "schema_version (v TEXT)"])
def test_the_schema_of_another_program_is_left_alone(postgres: str, table: str) -> None:
    execute(postgres, f"CREATE SCHEMA {schema_of(postgres)}", f"CREATE TABLE {table}")
    refused(postgres, "not this library's|not whole")


def test_a_newer_roster_is_left_alone(postgres: str) -> None:
    store = open_store(postgres)
    write_all(store, student("1"))
    execute(postgres, "UPDATE guardiansync_schema SET version = 99")
    refused(postgres, "newer version")
    for ask in (lambda: store.roster(HERE), lambda: write_all(store, student("2"))):
        with pytest.raises(StoreUnusable, match="newer version"):
            ask()
    assert execute(postgres, "SELECT count(*) FROM student") == [(1,)]


def test_a_roster_that_is_not_whole_is_left_alone(postgres: str) -> None:
    store = open_store(postgres)
    execute(postgres, "DROP TABLE guardianship")
    refused(postgres, "missing: guardianship")
    execute(postgres, "DELETE FROM guardiansync_schema", "CREATE TABLE guardianship (x TEXT)")
    refused(postgres, "not whole")
    execute(postgres, f"DROP SCHEMA {schema_of(postgres)} CASCADE")
    with pytest.raises(StoreUnusable, match="tables are gone"):
        store.roster(HERE)


def test_a_roster_of_an_older_version_is_brought_up_to_date(older: tuple[str, str]) -> None:
    url, new = older
    assert tables_of(2) - tables_of(1) == {"pin", "denial", "run_change_elsewhere"}
    assert tables_of(3) - tables_of(2) == {"settled"}
    store = open_store(url)
    assert store.roster(HERE).students["student_sis_id"].to_list() == ["001"]
    assert store.changes("r-1") == changes_of([student("001")])
    assert [hold.id for hold in store.holds("r-1")] == ["h-1"]
    found(store, District("d-2"))
    write_all(store, pin("G1", "G2"), denial("G1", "001"))
    assert store.roster(HERE).pins.height == store.roster(HERE).denials.height == 1
    assert what_there_is(url) == what_there_is(new)
    assert execute(url, "SELECT version FROM guardiansync_schema") == [(3,)]


def test_bringing_up_to_date_happens_whole_or_not(older: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    url, _ = older
    run = Session.run

    def breaks(session: Session, sql: str, *values: Value) -> None:
        run(session, sql.replace("CREATE TABLE denial", "CREATE TABLE pin"), *values)

    monkeypatch.setattr(Session, "run", breaks)
    refused(url, '"pin" already exists')
    monkeypatch.undo()
    assert open_store(url).roster(HERE).students.height == 1


def test_a_half_migrated_roster_is_left_alone(older: tuple[str, str]) -> None:
    url, _ = older
    execute(url, "CREATE TABLE pin (x TEXT)")
    refused(url, "not expected: pin")
    execute(url, "UPDATE guardiansync_schema SET version = 2")
    refused(url, "missing: denial, run_change_elsewhere")


def test_a_store_that_was_open_before_an_older_copy_came_back(postgres: str) -> None:
    store = open_store(postgres)
    execute(postgres, "UPDATE guardiansync_schema SET version = 1")
    with pytest.raises(StoreUnusable, match="open the store again"):
        store.roster(HERE)


def test_it_is_made_once(postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    second = threading.Thread(target=open_store, args=(postgres,))

    def slowly(session: Session, dialect: Dialect) -> None:
        monkeypatch.undo()
        second.start()
        waiting(postgres, "advisory")
        create(session, dialect)

    monkeypatch.setattr("guardiansync.stores.postgresql.create", slowly)
    write_all(open_store(postgres), student("1"))
    second.join()
    assert execute(postgres, "SELECT count(*) FROM guardiansync_schema") == [(1,)]
    assert open_store(postgres).roster(HERE).students.height == 1


def test_who_may_not_make_tables_is_told(postgres: str) -> None:
    with fresh_user(postgres) as user, pytest.raises(StoreUnusable, match=r"may not do that .*docs/stores.md"):
        open_store(as_user(postgres, user))
    assert what_there_is(postgres) == [[], []]


def test_a_read_only_server_can_be_read(postgres: str) -> None:
    write_all(open_store(postgres), student("1"))
    store = open_store(with_parameter(postgres, "options=-cdefault_transaction_read_only%3Don"))
    assert store.roster(HERE).students.height == 1
    with pytest.raises(StoreUnusable, match="read-only"):
        write_all(store, student("2"))


def test_a_database_of_another_encoding_is_refused(postgres_server: str) -> None:
    options = ("TEMPLATE template0", "ENCODING 'LATIN1'", "LOCALE 'C'")
    with fresh_database(postgres_server, *options) as url, pytest.raises(StoreUnusable, match="LATIN1"):
        open_store(url)
