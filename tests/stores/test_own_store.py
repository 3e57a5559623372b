from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from evenings import ANN, BOB, Evenings
from examples.sqlalchemy_store import AppStore, Base, User, UserRole, prepare_sqlite
from sqlalchemy import Engine, Select, create_engine, select, text
from sqlalchemy.orm import Session
from stores.postgres_server import execute, plain, schema_of

import guardiansync as gs
from guardiansync.errors import StoreFailed
from guardiansync.model.bulk import Changes
from guardiansync.stores import Store
from guardiansync.testing.changes import a_run, archive, changes_of, contact, role, student
from guardiansync.testing.contract import StoreContract
from guardiansync.testing.store_cases import HERE, found, write, write_all


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        engine = create_engine(f"sqlite:///{tmp_path / 'app.db'}")
        prepare_sqlite(engine)
    else:
        url = request.getfixturevalue("postgres")
        execute(url, f"CREATE SCHEMA {schema_of(url)}")
        engine = create_engine(plain(url).replace("postgresql://", "postgresql+psycopg://"))
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        session.add(User(district="d-0", given_name="Old", family_name="Hand", status="enabled"))
    yield engine
    engine.dispose()


class TestAppStore(StoreContract):
    @pytest.fixture
    def store(self, engine: Engine) -> Store:
        return AppStore(engine)


def rows(engine: Engine, wanted: Select[*tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    with Session(engine) as session:
        return [tuple(row) for row in session.execute(wanted)]


def test_the_application_sees_its_own_words(engine: Engine) -> None:
    ana, ben = found(AppStore(engine))
    wanted = select(User.id, User.email, User.mobile, User.status, User.from_sis).where(User.district == "d-1")
    assert sorted(rows(engine, wanted)) == sorted([
        (int(ana), "ana@example.com", None, "invited", True),
        (int(ben), None, "+14155550101", "invited", True),
    ])  # fmt: skip
    assert set(rows(engine, select(UserRole.role, UserRole.state))) == {("parent", "active")}


def test_a_confirmation_keeps_its_time(engine: Engine) -> None:
    store = AppStore(engine)
    ana, _ = found(store)
    store.mark_active([ana])
    when = select(User.status, User.email_confirmed_at, User.mobile_confirmed_at).where(User.id == int(ana))
    confirmed = rows(engine, when)
    assert confirmed[0][0] == "enabled"
    assert confirmed[0][1] is not None
    write_all(store, contact("account", ana, "phone", "", "5"))
    assert rows(engine, when) == confirmed
    write_all(store, contact("account", ana, "email_verified", "true", "false"))
    assert rows(engine, when) == [("enabled", None, None)]


def test_other_users_are_left_alone(engine: Engine) -> None:
    before = rows(engine, select(User).where(User.district == "d-0").with_only_columns(*User.__table__.columns))
    store = AppStore(engine)
    ana, _ = found(store)
    write(store, archive("1"), contact("account", "1", "email", "", "x@example.com"), role("G9", "1"))
    assert rows(engine, select(User).where(User.district == "d-0").with_only_columns(*User.__table__.columns)) == before
    assert ana != "1"


def test_an_account_with_no_roles_left_stays_for_the_undo(engine: Engine) -> None:
    district = Evenings(store=AppStore(engine))
    report = district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    undone = gs.undo(report.run_id, district.store)
    erased = select(User.status).where(User.district == "d-1")
    assert rows(engine, erased) == [("erased",), ("erased",)]
    gs.undo(undone.run_id, district.store)
    assert rows(engine, erased) == [("invited",), ("invited",)]
    assert district.children("G2") == {"S2"}


def test_what_the_database_refuses_is_told_without_its_values(engine: Engine) -> None:
    store = AppStore(engine)
    found(store)
    with Session(engine) as session, session.begin():
        session.execute(text("DROP TABLE child_parents"))
    with pytest.raises(StoreFailed, match=r"OperationalError|ProgrammingError") as failed:
        store.roster(HERE)
    assert failed.value.__cause__ is None
    assert failed.value.__suppress_context__


def test_a_run_is_recorded_once(engine: Engine) -> None:
    store = AppStore(engine)
    for _ in range(2):
        with suppress(StoreFailed), store.transaction(HERE) as transaction:
            transaction.write(changes_of([student("001")]))
            transaction.record(a_run("r-1", HERE), Changes())
    assert store.roster(HERE).version == store.runs(HERE).height == 1
