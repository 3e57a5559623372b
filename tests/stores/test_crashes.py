"""A sync whose process is killed at any moment: the roster is the one before or the one after, and the journal says which.

Ten kills in each database; a hundred in each with `pytest --hypothesis-profile=nightly tests/stores/test_crashes.py`.
"""

import random
from collections import Counter
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import polars as pl
import pytest
from attrs import frozen
from hypothesis import settings
from stores.killing import Worker, worker
from stores.sqlite_files import rows_of

import guardiansync as gs
from guardiansync.stores import Store, open_store
from guardiansync.testing.district_file import district_file

KILLS = 100 if settings.get_current_profile_name() in ("nightly", "thorough") else 10
"""In each database."""

IN_APPLY = KILLS // 5
"""At least so many of them are to hit while the store is written to."""

ROWS = 20_000
FRAMES = ("accounts", "roles", "students", "guardianships", "undone", "releases", "pins", "denials")


@frozen
class Nightly:
    """What a district delivers on two evenings, the second with two in five guardians changed."""

    students: pl.DataFrame
    files: dict[str, Path]


@pytest.fixture(scope="session")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Nightly:
    folder = tmp_path_factory.mktemp("delivered")
    files = {evening: folder / f"{evening}.csv" for evening in ("first", "second")}
    for evening, changed in zip(files, (0.0, 0.4), strict=True):
        students, data = district_file(ROWS, changed=changed)
        files[evening].write_bytes(data)
    return Nightly(students, files)


@pytest.fixture(scope="session")
def killable() -> Iterator[Worker]:
    with worker() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/roster.db"
    return str(request.getfixturevalue("postgres"))


def told(store: Store, district: str) -> dict[str, pl.DataFrame]:
    """All that a roster says, in the same words in every district of a store."""
    roster = store.roster(gs.District(district))
    said = {"version": pl.DataFrame({"version": [roster.version]})}
    for name in FRAMES:
        frame = getattr(roster, name).drop("scope", strict=False)
        if "account_id" in frame.columns:
            frame = frame.with_columns(pl.col("account_id").cast(pl.Int64) & 0xFFFF_FFFF)  # its number in the district
        said[name] = frame.sort(frame.columns)
    return said


def assert_same(said: dict[str, pl.DataFrame], expected: dict[str, pl.DataFrame], why: str) -> None:
    for name, frame in said.items():
        assert frame.equals(expected[name]), f"{name} {why}"


def test_a_sync_that_is_killed_is_made_whole_or_not_at_all(url: str, delivered: Nightly, killable: Worker) -> None:
    store = open_store(url)
    gs.load_roster(store, gs.District("d-0"), students=delivered.students)
    untouched = told(store, "d-0")
    never_killed, took_s = {}, {}
    for evening, file in delivered.files.items():
        took_s[evening] = killable.sync(url, "d-0", file).took_s
        never_killed[evening] = told(store, "d-0")
    tally: Counter[str] = Counter()
    number = 0
    before = untouched
    for evening, file in cycle(delivered.files.items()):
        if tally["kills"] >= KILLS and tally["apply"] >= IN_APPLY:
            break
        if evening == "first":
            number, before = number + 1, untouched
            gs.load_roster(store, gs.District(f"d-{number}"), students=delivered.students)
        scope = gs.District(f"d-{number}")
        moment = random.uniform(0, took_s[evening])  # noqa: S311 - whatever the moment, the promise is the same
        runs = store.runs(scope).height
        end = killable.sync(url, scope.id, file, moment)
        with store.transaction(scope):
            pass  # a server may still be busy with the dead client's COMMIT: not after its lock is free
        journalled = store.runs(scope).height - runs
        why = f"of the {evening} evening, killed after {moment} s in {end.doing}, runs journalled: {journalled}"
        assert journalled in (0, 1), why
        after = never_killed[evening]
        assert_same(told(store, scope.id), after if journalled else before, why)
        finished = gs.sync(gs.SyncSettings(scope=scope, enabled=True), store, file)
        assert finished.status == ("unchanged" if journalled else "applied"), why
        assert_same(told(store, scope.id), after, f"finished {why}")
        before = after
        if end.doing == "done":
            continue  # it was faster this time, and the kill hit nothing
        tally.update(["kills", "after" if journalled else "before", end.doing])
    assert tally["before"] + tally["after"] == tally["kills"]
    print(f"{type(store).__name__}: {dict(tally)}, neither 0; unharmed syncs took {took_s} s")  # noqa: T201 - for pytest -rP
    if url.startswith("sqlite"):
        assert rows_of(Path(url.removeprefix("sqlite:///")), "PRAGMA integrity_check") == [("ok",)]
        assert rows_of(Path(url.removeprefix("sqlite:///")), "PRAGMA foreign_key_check") == []
