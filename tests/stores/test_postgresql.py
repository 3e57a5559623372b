import sys
import traceback

import adbc_driver_postgresql
import polars as pl
import pytest
from adbc_driver_manager import AdbcStatusCode, OperationalError
from stores.postgres_server import (
    as_user,
    execute,
    fresh_database,
    fresh_schema,
    fresh_user,
    may_use,
    schema_of,
    with_parameter,
)

from guardiansync.errors import StoreFailed, StoreUnusable
from guardiansync.model.bulk import Changes
from guardiansync.settings import District
from guardiansync.stores import Store, open_store
from guardiansync.stores.sql import PostgresStore
from guardiansync.testing.changes import a_hold, a_run, account, changes_of, end, facts, role, student, tie
from guardiansync.testing.contract import StoreContract
from guardiansync.testing.store_cases import HERE, LEFT, MADE, found, write, write_all

THERE = District("d-2")


class TestPostgresStore(StoreContract):
    @pytest.fixture
    def store(self, postgres_store: Store) -> Store:
        return postgres_store


@pytest.fixture
def crowded(postgres_store: Store) -> tuple[Store, Store, tuple[str, str]]:
    """A store of many rows, the same in memory, and the ids of Ana's and Ben's accounts in both."""
    model = open_store("memory://")
    ids = found(postgres_store)
    assert found(model) == ids
    many = [
        change
        for n in range(300)
        for change in (
            student(f"9{n:03}"),
            account(f"c-{n}", email=f"c{n}@example.com"),
            role(f"C{n}", f"c-{n}"),
            tie(f"9{n:03}", f"C{n}", f"c-{n}"),
        )
    ]
    for scope in (HERE, THERE):
        write_all(postgres_store, *many, scope=scope)
        write_all(model, *many, scope=scope)
    return postgres_store, model, ids


def test_few_of_many_are_looked_up(crowded: tuple[Store, Store, tuple[str, str]]) -> None:
    store, model, ids = crowded
    for case in ("update account", "end", "split", "merge and leave", "deny", "tie is there", "another email"):
        wanted = {**MADE, **LEFT}[case](*ids)
        written, expected = write(store, *wanted), write(model, *wanted)
        assert (written.changes, written.left) == (expected.changes, expected.left)
    for scope in (HERE, THERE):
        assert facts(store.roster(scope)) == facts(model.roster(scope))


def test_many_rows_are_copied(postgres_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guardiansync.stores.postgresql._MANY", 1)
    model = open_store("memory://")
    ids = found(postgres_store)
    assert found(model) == ids
    for case in ("shared account", "create, grant, start", "pin", "deny"):
        write_all(postgres_store, *MADE[case](*ids))
        write_all(model, *MADE[case](*ids))
    with postgres_store.transaction(HERE) as transaction:
        transaction.record(a_run("r-1", HERE), Changes())
    assert postgres_store.runs(HERE)["run_id"].to_list() == ["r-1"]
    assert facts(postgres_store.roster(HERE)) == facts(model.roster(HERE))
    with pytest.raises(StoreFailed, match="NUL"):
        write(postgres_store, student("9\0"))


def test_texts_compare_by_their_bytes(postgres: str, postgres_server: str) -> None:
    open_store(postgres)
    schema = schema_of(postgres)
    columns = execute(
        postgres_server,
        f"SELECT DISTINCT collation_name FROM information_schema.columns WHERE table_schema = '{schema}' "  # noqa: S608
        "AND data_type = 'text'",
    )
    assert columns == [("C",)]


def test_other_tools_read_the_journal(postgres: str) -> None:
    store = open_store(postgres)
    with store.transaction(HERE) as transaction:
        written = transaction.write(changes_of([student("001")]))
        transaction.record(a_run("r-1", HERE), written.changes, [a_hold("h-1", ("001", "G1"))])
    ((name, frame),) = execute(postgres, "SELECT name, frame FROM run_change")
    assert name == "enrol_students"
    assert pl.read_parquet(frame).equals(written.changes["enrol_students"])


def test_a_run_is_recorded_once(postgres_store: Store) -> None:
    def record() -> None:
        with postgres_store.transaction(HERE) as transaction:
            transaction.write(changes_of([student("1")]))
            transaction.record(a_run("r-1", HERE), Changes())

    record()
    before = postgres_store.roster(HERE)
    with pytest.raises(StoreFailed, match="run_run_id_key"):
        record()
    assert postgres_store.roster(HERE).version == before.version


# --- what an exception says -------------------------------------------------------------------------------------------


def shown(error: BaseException) -> str:
    """Everything that a log can show of an exception, but for the lines of these tests."""
    return (
        "".join(traceback.format_exception(error, limit=0))
        + repr(error)
        + repr(error.__context__)
        + repr(error.__cause__)
    )


def test_a_nul_is_refused(postgres_store: Store) -> None:
    ana, _ = found(postgres_store)
    for changes in ([student("3", name="Ana\0")], [role("G\0", ana)], [account("n", email="a\0")]):
        with pytest.raises(StoreFailed, match="NUL"):
            write(postgres_store, student("4"), *changes)
    assert postgres_store.roster(HERE).students.height == 2


def test_what_stands_in_rows_is_not_shown(postgres: str) -> None:
    store = open_store(postgres)
    execute(postgres, "ALTER TABLE account ADD CHECK (first_name <> 'Anabel')")
    with pytest.raises(StoreFailed, match="account_first_name_check") as caught:
        write(store, account("n", name="Anabel", email="anabel@example.com"))
    assert "anabel" not in shown(caught.value).lower()
    assert store.roster(HERE).version == 0


def test_what_the_server_refuses_to_copy_is_told(postgres_server: str) -> None:
    with fresh_database(postgres_server) as database, fresh_schema(database) as url, fresh_user(url) as user:
        found(open_store(url))
        may_use(url, user)
        execute(url, f"REVOKE TEMPORARY ON DATABASE {database.partition('?')[0].rpartition('/')[2]} FROM PUBLIC")
        with pytest.raises(StoreUnusable, match="permission denied to create temporary tables"):
            write(open_store(as_user(url, user)), student("9"))
        assert open_store(url).roster(HERE).version == 1


def test_a_failure_that_is_caught_commits_nothing(postgres_store: Store) -> None:
    def swallow() -> None:
        with postgres_store.transaction(HERE) as transaction:
            transaction.write(changes_of([student("1")]))
            transaction.write(changes_of([student("2\0")]))
            with pytest.raises(StoreFailed, match="NUL"):
                transaction.write(changes_of([student("3")]))

    with pytest.raises(StoreFailed, match="aborted"):
        swallow()
    assert postgres_store.roster(HERE).students.is_empty()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:s3@cret@host/db", "postgresql://me:s3/cret@host/db", "postgresql://me:s3?cret@host/db",
        "postgresql://me:s3 cret@host/db", "postgresql://me:s3%cret@host/db", "postgresql://me:s3%00cret@host/db",
        "postgresql://me:5/cret@host/db", "postgresql://me:5?cret@host/db", "postgresql://me:cret@ho st/db",
        "postgresql://me:cret@host:port/db", "postgresql://me:cret@host/db?cret", "postgresql://host/db?password=a@cret",
        "postgresql://me:cret@host/db?schema=Pg", "postgresql://me:cret@host/db?schema=pg_x",
        "postgresql://me:cret@host/db?schema=a;drop", "postgresql://me:cret@host/db?schema=",
    ],
)  # fmt: skip
def test_malformed_urls_are_refused(url: str) -> None:
    with pytest.raises(StoreUnusable, match="not a PostgreSQL URL") as caught:
        open_store(url)
    assert "cret" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:s3cret@127.0.0.1:1/db", "postgres://me:s%33cret@127.0.0.1:1/db",
        "postgresql://127.0.0.1:1/db?user=me&password=s3cret", "postgresql://me:s3cret@127.0.0.1:1/db?schema=roster",
        "postgresql://me:s3cret@[::1]:1/db", "postgresql://me:s3cret@127.0.0.1:1,127.0.0.1:2/db",
        "postgresql://me:s3cret@127.0.0.1:1/db?no_such=s3cret",
    ],
)  # fmt: skip
def test_credentials_are_not_shown(url: str) -> None:
    with pytest.raises(StoreUnusable, match="cannot be reached") as caught:
        open_store(url)
    assert "127.0.0.1" in str(caught.value) or "::1" in str(caught.value)
    assert not {"s3cret", "s%33cret"} & set(shown(caught.value).replace('"', " ").replace(":", " ").split())
    assert "s3cret" not in str(caught.value)


def test_should_the_driver_ever_show_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(uri: str) -> None:
        raise OperationalError(f"IO: [libpq] Failed to connect: no {uri}", status_code=AdbcStatusCode.IO)

    monkeypatch.setattr(adbc_driver_postgresql, "connect", refuse)
    with pytest.raises(StoreUnusable, match=r"no postgresql://me:\*\*\*@host/db") as caught:
        open_store("postgresql://me:s%33cret@host/db?password=s3cret")
    assert "s3cret" not in shown(caught.value)


def test_a_repr_shows_where(postgres: str) -> None:
    store = PostgresStore(with_parameter(postgres, "password=s3cret"))
    assert "s3cret" not in repr(store) + repr(vars(store))
    assert repr(store).startswith("PostgresStore('postgresql://")
    assert f"schema={schema_of(postgres)}" in repr(store)
    assert "postgres@" not in repr(store)


def test_a_missing_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "adbc_driver_postgresql", None)
    with pytest.raises(StoreUnusable, match=r"pip install 'guardiansync\[postgres\]'"):
        open_store("postgresql://host/db")


def test_a_server_that_went_away(postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(postgres)
    monkeypatch.setenv("PGPORT", "1")
    store.close()
    with pytest.raises(StoreFailed, match="cannot be reached"):
        store.roster(HERE)
    monkeypatch.undo()
    assert store.roster(HERE).version == 0


def test_a_connection_that_breaks(postgres: str) -> None:
    store = open_store(postgres)
    ana, _ = found(store)
    mine = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in%'"
    )

    def broken() -> None:
        with store.transaction(HERE) as transaction:
            transaction.write(changes_of([end("001", "G1", ana)]))
            transaction.record(a_run("r-1", HERE), Changes())
            assert execute(postgres, mine + " AND application_name = 'guardiansync'") == [(True,)]
            transaction.write(changes_of([end("002", "G1", ana)]))

    with pytest.raises(StoreFailed):
        broken()
    assert store.roster(HERE).version == 1
    assert store.runs(HERE).is_empty()
