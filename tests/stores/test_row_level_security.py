"""Policies by district, as a role meets them that does not own the tables."""

from collections.abc import Iterator

import pytest
from stores.postgres_server import as_user, execute, fresh_user, may_use, with_parameter

from guardiansync.errors import StoreUnusable
from guardiansync.model.finding import Findings
from guardiansync.model.plan import RunKind
from guardiansync.model.run import Settled
from guardiansync.settings import District, School, Scope
from guardiansync.stores import Store, open_store
from guardiansync.stores.migration import SCHEMA_VERSION, tables_of
from guardiansync.stores.sql import PostgresStore
from guardiansync.testing.changes import a_hold, a_run, changes_of, contact, denial, facts, pin, role, student, tie
from guardiansync.testing.store_cases import HERE, found, write_all

THERE = District("d-2")


def filled(store: Store, scope: Scope) -> str:
    """A row in every table."""
    ana, _ = found(store, scope)
    write_all(store, pin("G1", "G2", scope=str(scope)), denial("G1", "001"), scope=scope)
    school = School("n", scope.district)
    name = f"r-{scope.district}"
    with store.transaction(scope) as transaction:
        made = transaction.write(changes_of([student("009")])).changes
        there = transaction.write(changes_of([student("001"), role("G1", ana), tie("001", "G1", ana)]), school).changes
        transaction.record(a_run(name, scope), made, [a_hold(f"h-{name}", ("001", "G1"))], {school: there})
        transaction.settle(Settled(name, "basis", transaction.version, 1, 0, Findings()))
    store.release(f"h-{name}")
    return ana


@pytest.fixture
def user(postgres: str) -> Iterator[str]:
    """A role that may read and write, and owns nothing."""
    store = PostgresStore(postgres)
    for scope in (HERE, THERE):
        filled(store, scope)
    with fresh_user(postgres) as name:
        may_use(postgres, name)
        store.separate_districts()
        store.separate_districts()
        yield name


def of(postgres: str, user: str, district: str) -> Store:
    """A store as that role, for one district."""
    url = as_user(postgres, user)
    return open_store(with_parameter(url, f"options=-cguardiansync.district%3D{district}") if district else url)


def seen_by(postgres: str, user: str, district: str) -> dict[str, int]:
    """How many rows of each table that role sees."""
    counts = [f"SELECT '{table}', count(*) FROM {table}" for table in tables_of(SCHEMA_VERSION)]  # noqa: S608 - ours
    as_them = (f"SET LOCAL ROLE {user}", f"SET LOCAL guardiansync.district = '{district}'")
    return dict(execute(postgres, *as_them, " UNION ALL ".join(counts)))


def test_every_table_is_separated(postgres: str, user: str) -> None:
    everything = seen_by(postgres, "postgres", "")
    assert all(everything.values())
    assert not any(seen_by(postgres, user, "").values())
    assert not any(seen_by(postgres, user, "d-3").values())
    half = {table: count // 2 for table, count in everything.items()}
    assert seen_by(postgres, user, "d-1") == seen_by(postgres, user, "d-2") == half


def test_a_role_that_names_no_district_sees_nothing(postgres: str, user: str) -> None:
    store = of(postgres, user, "")
    assert store.roster(HERE).version == 0
    with pytest.raises(StoreUnusable, match="row-level security"):
        write_all(store, student("1"), scope=District("d-3"))


@pytest.mark.parametrize("many", [1, 10_000])
def test_a_role_syncs_its_own_district(postgres: str, user: str, many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guardiansync.stores.postgresql._MANY", many)
    owner, store = open_store(postgres), of(postgres, user, "d-1")
    theirs = owner.roster(THERE)
    assert facts(store.roster(HERE)) == facts(owner.roster(HERE))
    assert store.changes("r-d-1") == owner.changes("r-d-1")
    ana = store.roster(HERE).accounts["account_id"].sort()[0]
    with store.transaction(HERE) as transaction:
        written = transaction.write(changes_of([contact("account", ana, "phone", "", "5"), student("010")])).changes
        assert len(written) == 2
        transaction.record(a_run("new", HERE, kind=RunKind.GUARDIANS), written, [a_hold("h-new", ("010", "G1"))])
    store.release("h-new")
    store.mark_active([ana])
    assert facts(store.roster(HERE)) == facts(owner.roster(HERE))
    assert facts(owner.roster(THERE)) == facts(theirs)
    found(of(postgres, user, "d-3"), District("d-3"))
    assert owner.roster(District("d-3")).students.height == 2


def test_a_role_neither_sees_nor_touches_another_district(postgres: str, user: str) -> None:
    owner, store = open_store(postgres), of(postgres, user, "d-1")
    before = facts(owner.roster(THERE))
    assert not any(facts(store.roster(THERE)).values())
    assert store.runs(THERE).is_empty()
    with pytest.raises(StoreUnusable, match="row-level security"):
        write_all(store, student("1"), scope=District("d-3"))
    theirs = owner.roster(THERE).accounts["account_id"].to_list()
    store.mark_active(theirs)
    as_them = (f"SET LOCAL ROLE {user}", "SET LOCAL guardiansync.district = 'd-1'")
    execute(postgres, *as_them, "UPDATE account SET first_name = 'X' WHERE account_key > 8589934592")
    assert facts(owner.roster(THERE)) == before
    for smuggled in (
        "UPDATE role SET account_key = account_key + 4294967296",
        "UPDATE student SET scope_key = (SELECT max(scope_key) + 1 FROM scope)",
        "UPDATE pin SET district_key = 2",
        "UPDATE account SET account_key = account_key + 4294967296 * 5",
    ):
        with pytest.raises(Exception, match="row-level security"):
            execute(postgres, *as_them, smuggled)


def test_only_the_owner_puts_it_into_force(postgres: str, user: str) -> None:
    store = of(postgres, user, "d-1")
    assert isinstance(store, PostgresStore)
    with pytest.raises(StoreUnusable, match="may not do that"):
        store.separate_districts()
