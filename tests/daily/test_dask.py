"""An evening on a Dask cluster: a real scheduler and real workers, each in a process of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from daily.districts import Districts, OpenSqlite, Tells, district, facts, said, syncs
from distributed import Client

import guardiansync as gs

_START_TIMEOUT_S = 60.0
ROOT = Path(__file__).parents[2]


@contextmanager
def _process(*arguments: str, log: Path) -> Iterator[int]:
    """A process of Dask's command line, gone when the block ends."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    with (
        log.open("wb") as out,
        subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments], stdout=out, stderr=out, env=os.environ | {"PYTHONPATH": path}
        ) as process,
    ):
        try:
            yield process.pid
        finally:
            process.kill()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Client]:
    """A scheduler with two workers of one thread."""
    known = tmp_path / "scheduler.json"
    with ExitStack() as stack:
        start = ["--scheduler-file", str(known), "--no-dashboard"]
        stack.enter_context(
            _process("scheduler", "--host", "127.0.0.1", "--port", "0", *start, log=tmp_path / "scheduler.log")
        )
        for name in ("a", "b"):
            one = ["--nthreads", "1", "--no-nanny", "--local-directory", str(tmp_path), "--name", name]
            stack.enter_context(_process("worker", *one, *start, log=tmp_path / f"worker-{name}.log"))
        until = time.monotonic() + _START_TIMEOUT_S
        while not known.exists():
            assert time.monotonic() < until, (tmp_path / "scheduler.log").read_text()
            time.sleep(0.05)
        client = stack.enter_context(Client(scheduler_file=str(known), set_as_default=False))  # type: ignore[no-untyped-call]
        client.wait_for_workers(2, timeout=_START_TIMEOUT_S)
        yield client


def test_a_worker_that_is_killed_loses_nothing_and_does_nothing_twice(cluster: Client, tmp_path: Path) -> None:
    """One worker is killed while it works on a district; the other one does that again, and everything else."""
    folder, told, released = tmp_path / "evening", tmp_path / "told", tmp_path / "released"
    folder.mkdir()
    told.mkdir()
    scopes = tuple(map(district, range(1, 9)))
    store = gs.open_store(f"sqlite:///{folder}/roster.db")
    districts = Districts(folder, store, *scopes)
    settings = districts.all({scopes[0]: {"roster_step": Tells(told, released)}})
    killed: list[int] = []

    def kill_the_busy_worker(_result: gs.DailyResult) -> None:
        if not killed:
            until = time.monotonic() + _START_TIMEOUT_S
            while not (pids := list(told.iterdir())):
                assert time.monotonic() < until
                time.sleep(0.05)
            killed.append(int(pids[0].name))
            os.kill(killed[0], signal.SIGKILL)
            released.touch()

    summary = gs.run_daily(
        settings,
        OpenSqlite(folder / "roster.db"),
        executor=cluster.get_executor(),  # type: ignore[no-untyped-call]
        on_progress=kill_the_busy_worker,
        retry_after=(0.5,) * 20,
    )
    assert {int(path.name) for path in told.iterdir()} > set(killed)
    assert {row[1] for row in said(summary)} <= {"applied", "unchanged"}
    assert syncs(store, scopes, "applied") == [1] * 8
    assert syncs(store, scopes, "failed") == [0] * 8
    calm = Districts(told, gs.open_store(f"sqlite:///{told}/calm.db"), *scopes)
    gs.run_daily(calm.all({scopes[0]: {"roster_step": Tells(told, released)}}), calm.store)
    assert [facts(store, scope) for scope in scopes] == [facts(calm.store, scope) for scope in scopes]
