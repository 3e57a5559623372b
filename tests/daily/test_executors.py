"""Where an evening's work is done: processes, executors of somebody else, and what may travel there."""

import os
import pickle
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from daily.districts import (
    DiesAlways,
    DiesOnce,
    Districts,
    OpenSqlite,
    dies,
    district,
    facts,
    said,
    syncs,
    third_student,
)
from evenings import ANN

import guardiansync as gs
from guardiansync.stores.memory import MemoryStore
from guardiansync.testing.sftp_server import SftpServer

ONE, TWO, THREE = map(district, (1, 2, 3))


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workers, however many cores the machine has."""
    monkeypatch.setattr("guardiansync.daily.workers.cores", lambda: 2)


@pytest.fixture
def elsewhere() -> Executor:
    """Somebody's pool of processes."""
    return ProcessPoolExecutor(1, get_context("spawn"))


def url(districts: Districts) -> str:
    return f"sqlite:///{districts.folder}/roster.db"


def test_processes_do_the_same_as_threads_and_no_login_travels(
    three: Districts, sftp: SftpServer, tmp_path: Path
) -> None:
    sftp.folder.joinpath("guardians.csv").write_bytes((three.place(ONE) / "guardians.csv").read_bytes())
    changes: dict[Any, dict[str, Any]] = {
        ONE: {"location": sftp.location()},
        TWO: {"roster_step": third_student},
        THREE: {"roster_step": lambda *_: None},
    }
    summary = gs.run_daily(three.all(changes), url(three))
    assert said(summary) == [("d-1", "applied", ""), ("d-2", "applied", ""), ("d-3", "failed", "settings")]
    assert "roster_step" in summary["message"][2]
    (tmp_path / "other").mkdir()
    threads = Districts(tmp_path / "other", gs.open_store("memory://"), ONE, TWO)
    gs.run_daily(threads.all({TWO: {"roster_step": third_student}}), threads.store)
    for scope in (ONE, TWO):
        assert facts(three.store, scope).keys() == facts(threads.store, scope).keys()
        assert families(three, scope) == families(threads, scope)


def families(districts: Districts, scope: gs.District) -> list[tuple[object, ...]]:
    return gs.families(districts.store, scope).drop("account_id").rows()


def test_a_worker_that_is_killed_loses_nothing_and_does_nothing_twice(three: Districts, tmp_path: Path) -> None:
    killer = {TWO: {"roster_step": DiesOnce(tmp_path / "died")}}
    summary = gs.run_daily(three.all(killer), url(three))
    assert (tmp_path / "died").exists()
    assert {row[1] for row in said(summary)} <= {"applied", "unchanged"}
    assert syncs(three.store, three.scopes, "applied") == [1, 1, 1]
    assert syncs(three.store, three.scopes, "failed") == [0, 0, 0]


def test_a_district_that_kills_each_worker_takes_no_other_with_it(three: Districts) -> None:
    summary = gs.run_daily(three.all({TWO: {"roster_step": dies}}), url(three))
    assert said(summary)[1] == ("d-2", "failed", "worker-died")
    assert syncs(three.store, three.scopes, "applied") == [1, 0, 1]


def test_where_no_worker_lives_nobody_goes_on_starting_them(tmp_path: Path) -> None:
    (tmp_path / "died").mkdir()
    districts = Districts(tmp_path, gs.open_store(f"sqlite:///{tmp_path}/roster.db"), *map(district, range(12)))
    killers = {scope: {"roster_step": DiesAlways(tmp_path / "died")} for scope in districts.scopes}
    summary = gs.run_daily(districts.all(killers), url(districts))
    assert {row[1:] for row in said(summary)} == {("failed", "worker-died")}
    assert len(list((tmp_path / "died").iterdir())) <= 6


def test_somebodys_executor_is_told_how_to_open_the_store(three: Districts, elsewhere: Executor) -> None:
    with elsewhere:
        summary = gs.run_daily(three.all(), OpenSqlite(three.folder / "roster.db"), executor=elsewhere)
        assert [row[1] for row in said(summary)] == ["applied"] * 3
        assert elsewhere.submit(os.getpid).result() != os.getpid()  # it was not shut down


@pytest.mark.parametrize(
    ("store", "word"),
    [
        (MemoryStore(), "a store"),
        ("memory://", "ends with its process"),
        ("postgresql://sync:hunter2@db.example/school", "no queue carries the password"),
        ("postgresql://sync@db.example/school?password=hunter2", "no queue carries the password"),
        (lambda: MemoryStore(), "function of a module"),  # noqa: PLW0108 - a function that is not a module's
        (3, "function of a module"),
    ],
)
def test_what_workers_elsewhere_cannot_be_told_is_refused(elsewhere: Executor, store: Any, word: str) -> None:
    with elsewhere, pytest.raises(gs.SettingsError, match=word) as caught:
        gs.run_daily([gs.SyncSettings(scope=ONE)], store, executor=elsewhere)
    assert "hunter2" not in str(caught.value)


class Inspects(Executor):
    """Does the work at once, as another process would: from what was pickled."""

    def __init__(self) -> None:
        self.carried: list[bytes] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.carried.append(pickle.dumps(partial(fn, *args, **kwargs)))
        done: Future[Any] = Future()
        done.set_result(pickle.loads(self.carried[-1])())  # noqa: S301 - made above
        return done


def test_what_is_sent_to_workers_holds_the_file_and_no_secret(three: Districts, sftp: SftpServer) -> None:
    (sftp.folder / "guardians.csv").write_bytes((three.place(ONE) / "guardians.csv").read_bytes())
    executor = Inspects()
    settings = [
        three.settings(ONE, location=sftp.location()),
        three.settings(TWO, location=sftp.location(private_key=sftp.private_key)),
    ]
    summary = gs.run_daily(settings, OpenSqlite(three.folder / "roster.db"), executor=executor)
    assert said(summary) == [("d-1", "applied", ""), ("d-2", "applied", "")]
    assert all(ANN.encode() in carried for carried in executor.carried)
    for secret in (sftp.password, sftp.private_key, sftp.login + "@"):
        assert not any(secret.encode() in carried for carried in executor.carried)


class Loses(Executor):
    """Loses each job so many times."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.inside = Inspects()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if self.times:
            self.times -= 1
            lost: Future[Any] = Future()
            lost.set_exception(ConnectionError("the worker is gone"))
            return lost
        return self.inside.submit(fn, *args, **kwargs)


@pytest.mark.parametrize(("times", "status"), [(1, "applied"), (2, "failed")])
def test_a_job_that_somebodys_executor_lost_is_given_again(three: Districts, times: int, status: str) -> None:
    executor, opener = Loses(times), OpenSqlite(three.folder / "roster.db")
    summary = gs.run_daily([three.settings(ONE)], opener, executor=executor, retry_after=(0.01,))
    assert (summary["status"][0], summary["reason"][0]) == (status, "worker-died" if status == "failed" else "")


def test_a_database_that_is_none_is_told_at_once(three: Districts, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("this is no database" * 100)
    with pytest.raises(gs.StoreUnusable):
        gs.run_daily(three.all(), f"sqlite:///{tmp_path}/text")
