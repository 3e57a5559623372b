"""Many districts, three evenings, some syncs struck by a fault: every roster ends as in a run without faults.

20 districts and one sync in ten in every run, compared where a fault struck. With
`pytest --hypothesis-profile=nightly tests/daily/test_soak.py` 2,000 districts and one sync in twenty, all compared.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import fsspec
import polars as pl
import pytest
from daily.districts import district, facts
from fsspec.implementations.local import LocalFileSystem
from hypothesis import settings as profile

import guardiansync as gs
from guardiansync.settings import Scope
from guardiansync.stores.memory import MemoryStore
from guardiansync.stores.protocol import Store
from guardiansync.testing.district_file import district_file

NIGHTLY = profile.get_current_profile_name() == "nightly"
DISTRICTS, SHARE = (2_000, 0.05) if NIGHTLY else (20, 0.10)
CHANGED = (0.0, 0.2, 0.4)
FAULTS = ("missing", "cut", "grows", "roster", "unreadable", "before", "rolled-back", "answer-lost")
"""On the way to the file, in the roster import, and in the store: before, in and after the transaction."""


class Weather:
    """Which fault strikes which district tonight; each strikes once."""

    def __init__(self) -> None:
        self.due: dict[str, str] = {}
        self.struck: Counter[str] = Counter()
        self.places: set[str] = set()

    def tonight(self, chance: random.Random) -> None:
        self.due = {str(district(nth)): chance.choice(FAULTS) for nth in range(DISTRICTS) if chance.random() < SHARE}

    def strikes(self, scope: str, *faults: str) -> str:
        """The fault that strikes now, if it is one of these."""
        fault = self.due.get(scope, "")
        if fault not in faults:
            return ""
        del self.due[scope]
        self.struck[fault] += 1
        self.places.add(scope)
        return fault


class StormyFiles(LocalFileSystem):  # type: ignore[misc] # it is not typed
    """This machine's files, some evenings not all there."""

    protocol = "stormy"
    cachable = False
    weather: ClassVar[Weather]

    def open(self, path: str, mode: str = "rb", **options: Any) -> Any:
        file = Path(self._strip_protocol(path))
        match self.weather.strikes(file.parent.name, "missing", "cut", "grows"):
            case "missing":
                raise FileNotFoundError(path)
            case "cut":
                whole = file.read_bytes()
                file.write_bytes(whole[: len(whole) // 2])
                opened = super().open(path, mode, **options)
                file.write_bytes(whole)
                return opened
            case "grows":
                with file.open("ab") as more:
                    more.write(b"\n")
            case _:
                pass
        return super().open(path, mode, **options)


class StormyStore(MemoryStore):
    """A roster whose connection breaks, now and then."""

    def __init__(self, weather: Weather) -> None:
        super().__init__()
        self.weather = weather

    def roster(self, scope: Scope, keys: pl.DataFrame | None = None) -> gs.Roster:
        if self.weather.strikes(str(scope), "unreadable"):
            raise gs.StoreFailed("The connection was lost.")
        return super().roster(scope, keys)

    @contextmanager
    def transaction(self, scope: Scope) -> Iterator[Any]:
        fault = self.weather.strikes(str(scope), "before", "rolled-back", "answer-lost")
        if fault == "before":
            raise gs.StoreFailed("The connection was lost.")
        with super().transaction(scope) as turn:
            yield turn
            if fault == "rolled-back":
                raise gs.StoreFailed("The connection was lost.")
        if fault == "answer-lost":
            raise gs.StoreFailed("It is not known whether the changes were written.")


@pytest.fixture
def weather(monkeypatch: pytest.MonkeyPatch) -> Weather:
    weather = Weather()
    monkeypatch.setattr(StormyFiles, "weather", weather, raising=False)
    fsspec.register_implementation("stormy", StormyFiles, clobber=True)
    return weather


@cache
def made(seed: int, evening: int) -> tuple[pl.DataFrame, bytes]:
    return district_file(36, seed=seed, changed=CHANGED[evening])


def settings_of(
    folder: Path, scopes: Sequence[gs.District], evening: int, weather: Weather
) -> Iterator[gs.SyncSettings]:
    for scope in scopes:
        students, file = made(int(scope.id.removeprefix("d-")) % 4, evening)
        place = folder / str(scope)
        place.mkdir(parents=True, exist_ok=True)
        (place / "guardians.csv").write_bytes(file)
        yield gs.SyncSettings(
            scope=scope,
            enabled=True,
            location=gs.FileLocation(f"stormy://{place}"),
            roster_step=imports(students, weather),
        )


def imports(students: pl.DataFrame, weather: Weather) -> Callable[[gs.SyncSettings, Store], object]:
    def step(settings: gs.SyncSettings, store: Store) -> None:
        if weather.strikes(str(settings.scope), "roster"):
            raise gs.StoreFailed("The connection was lost.")
        gs.load_roster(store, settings.scope, students=students)

    return step


def run(
    folder: Path, scopes: Sequence[gs.District], store: Store, weather: Weather, chance: random.Random | None
) -> None:
    for evening in range(len(CHANGED)):
        settings = list(settings_of(folder, scopes, evening, weather))
        if chance is not None:
            weather.tonight(chance)
        summary = gs.run_daily(settings, store, retry_after=(0.01, 0.01))
        assert set(summary["status"]) <= {"applied", "unchanged", "held"}, summary.filter(status="failed")
        assert not weather.due


def test_faults_leave_no_trace_in_any_roster(tmp_path: Path, weather: Weather) -> None:
    calm, stormy = MemoryStore(), StormyStore(weather)
    scopes = [district(nth) for nth in range(DISTRICTS)]
    run(tmp_path / "stormy", scopes, stormy, weather, random.Random(316))  # noqa: S311 - the same faults each time
    assert weather.struck.total() >= DISTRICTS * len(CHANGED) * SHARE / 2
    assert set(weather.struck) == set(FAULTS)
    compared = scopes if NIGHTLY else [scope for scope in scopes if str(scope) in weather.places]
    run(tmp_path / "calm", compared, calm, weather, None)
    for scope in compared:
        assert facts(stormy, scope) == facts(calm, scope)
