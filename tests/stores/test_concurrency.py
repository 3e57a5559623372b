"""Several syncs, and web requests, at the same moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import adbc_driver_sqlite.dbapi
import polars as pl
import pytest
from evenings import ANN, BOB, Evenings, csv
from stores.postgres_server import execute, somebody_else, waiting

import guardiansync as gs
from guardiansync.model.run import Phase
from guardiansync.stores import Store, open_store
from guardiansync.testing.changes import facts

HERE, THERE = gs.District("d-1"), gs.District("d-2")
ANNS, BOBS = f"S1,G1,{ANN},,", f"S2,G2,{BOB},,"
ANNS_NEWS = "S1,G1,Ann,Lee,ann@example.org,4155550199,,"
BOBS_NEWS = "S2,G2,Bob,Lee,bob@example.org,4155550198,,"


def sync(store: Store, scope: gs.District, *rows: str, before_apply: Callable[[], object] = lambda: None) -> gs.Report:
    def tell(phase: Phase, done: int, _total: int) -> None:
        if (phase, done) == (Phase.APPLY, 0):
            before_apply()

    return gs.sync(gs.SyncSettings(scope=scope, enabled=True), store, csv(*rows), on_progress=tell)


# --- two syncs of one scope ---------------------------------------------------------------------------------------


def test_who_planned_before_the_other_one_wrote_is_refused(store: Store) -> None:
    district = Evenings(store=store)
    planned = gs.plan(gs.SyncSettings(scope=HERE), store, csv(ANNS))
    assert sync(store, HERE, BOBS).status == "applied"
    with pytest.raises(gs.StalePlan, match="plan again"):
        gs.apply(planned, store)
    assert district.guardians() == {"G2"}
    assert sync(store, HERE, ANNS, BOBS).status == "applied"
    assert district.guardians() == {"G1", "G2"}


def test_a_sync_of_a_district_that_is_being_synced_is_refused_at_once(store: Store) -> None:
    district = Evenings(store=store)

    def second() -> None:
        with pytest.raises(gs.DistrictBusy):
            sync(store, HERE, BOBS)

    assert sync(store, HERE, ANNS, before_apply=second).status == "applied"
    assert district.guardians() == {"G1"}
    assert store.runs(HERE).filter(kind="guardians")["status"].to_list() == ["applied"]


def test_syncs_at_once_are_as_if_one_after_the_other(store: Store) -> None:
    district = Evenings(store=store)
    begin = threading.Barrier(3)
    evenings = ((ANNS,), (ANNS, BOBS), (BOBS, ANNS_NEWS))

    def work(rows: tuple[str, ...]) -> tuple[str, tuple[str, ...]] | None:
        begin.wait()
        try:
            return sync(store, HERE, *rows).run_id, rows
        except (gs.StalePlan, gs.DistrictBusy):
            return None

    with ThreadPoolExecutor(3) as threads:
        done = dict(filter(None, threads.map(work, evenings)))
    assert done  # the first to write was refused by nobody
    model = Evenings()
    for run_id in store.runs(HERE).filter(pl.col("run_id").is_in(list(done))).sort("version_after")["run_id"]:
        model.sync(*done[run_id])
    assert facts(district.roster) == facts(model.roster)


# --- two districts ----------------------------------------------------------------------------------------------------


def test_two_districts_at_once_both_finish(store: Store) -> None:
    districts = [Evenings(store=store, scope=scope) for scope in (HERE, THERE)]
    with ThreadPoolExecutor(2) as threads:
        reports = list(threads.map(lambda district: district.sync(ANNS, BOBS), districts))
    assert [report.status for report in reports] == ["applied", "applied"]
    assert [district.guardians() for district in districts] == [{"G1", "G2"}] * 2


# --- web requests -----------------------------------------------------------------------------------------------------


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Store, Callable[[str], object]]:
    """A store, and what runs a statement as a web request does."""
    if request.param == "sqlite":
        file = tmp_path / "roster.db"
        return open_store(f"sqlite:///{file}"), lambda sql: change(file, sql)
    url = request.getfixturevalue("postgres")
    return open_store(url), lambda sql: execute(url, sql)


def test_what_owners_change_after_the_plan_is_left_and_reported(
    database: tuple[Store, Callable[[str], object]],
) -> None:
    store, request = database
    district = Evenings(store=store)
    district.sync(ANNS, BOBS)
    ann, bob = (district.account(one)["account_id"] for one in ("G1", "G2"))
    owners = f"UPDATE account SET sms = '+14155550177' WHERE account_key = {ann}"  # noqa: S608 - ours
    report = sync(store, HERE, ANNS_NEWS, BOBS_NEWS, before_apply=lambda: request(owners))
    assert (report.status, report.left) == ("applied", 1)
    assert "1 changes left" in str(report)
    sms = {one["account_id"]: one["sms"] for one in district.roster.accounts.iter_rows(named=True)}
    assert sms == {ann: "+14155550177", bob: "+14155550198"}
    assert district.role("G1")["sms"] == "+14155550199"


def test_an_apply_that_waits_for_an_owner_holds_up_nobody_else_on_postgresql(postgres: str) -> None:
    store = open_store(postgres)
    here, there = (Evenings(store=store, scope=scope) for scope in (HERE, THERE))
    here.sync(ANNS, BOBS)
    ann, bob = (here.account(one)["account_id"] for one in ("G1", "G2"))
    with ThreadPoolExecutor(2) as threads:
        with somebody_else(postgres) as bobs:
            bobs.execute(f"UPDATE account SET sms = '+14155550188' WHERE account_key = {bob}")  # noqa: S608 - ours
            applied = threads.submit(sync, store, HERE, ANNS_NEWS, BOBS_NEWS)
            waiting(postgres, "transactionid")
            # It is in the middle of its transaction. Another district's sync goes by, and so does who reads.
            assert there.sync(ANNS, BOBS).status == "applied"
            assert here.account("G1")["sms"] == "+14155550132"
            anns = threads.submit(
                execute, postgres, f"UPDATE account SET phone = '5' WHERE account_key = {ann}", "SELECT 1"  # noqa: S608 - ours
            )  # fmt: skip
            waiting(postgres, "transactionid", many=2)
            assert not applied.done()
        report = applied.result()
        anns.result()
    assert (report.status, report.left) == ("applied", 1)
    phones = {one["account_id"]: (one["sms"], one["phone"]) for one in here.roster.accounts.iter_rows(named=True)}
    assert phones == {ann: ("+14155550199", "5"), bob: ("+14155550188", "")}


def change(file: Path, sql: str) -> None:
    with adbc_driver_sqlite.dbapi.connect(str(file), autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
