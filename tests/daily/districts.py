"""Small districts with real files, and what can be looked at when an evening is over."""

import multiprocessing
import os
import signal
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
from evenings import ANN, BOB, csv

import guardiansync as gs
from guardiansync.settings import Scope
from guardiansync.stores.protocol import Store

STUDENTS = ("S1", "S2")
SOON = (0.01, 0.01)
"""Retries without a wait."""


class Districts:
    """Districts whose files lie in folders.

    Args:
        folder: Where.
        store: Where their rosters are.
        scopes: Whose; each has two students, Ann with both and Bob with one.
    """

    def __init__(self, folder: Path, store: Store, *scopes: Scope) -> None:
        self.folder = folder
        self.store = store
        self.scopes = scopes
        for scope in scopes:
            gs.load_roster(store, scope, students=[{"student_sis_id": student} for student in STUDENTS])
            self.write(scope, f"S1,G1,{ANN},,", f"S2,G1,{ANN},,", f"S1,G2,{BOB},,")

    def write(self, scope: Scope, *rows: str) -> None:
        """Tonight's file."""
        self.place(scope).mkdir(exist_ok=True)
        (self.place(scope) / "guardians.csv").write_bytes(csv(*rows))

    def place(self, scope: Scope) -> Path:
        """The scope's folder."""
        return self.folder / str(scope).replace("/", "-")

    def settings(self, scope: Scope, **changes: Any) -> gs.SyncSettings:
        """A scope's settings."""
        known: dict[str, Any] = {"enabled": True, "location": gs.FileLocation(str(self.place(scope)))}
        return gs.SyncSettings(scope=scope, **known | changes)

    def all(self, changes: Mapping[Any, Mapping[str, Any]] | None = None) -> list[gs.SyncSettings]:
        """The settings of all, with what is other for some."""
        return [self.settings(scope, **(changes or {}).get(scope, {})) for scope in self.scopes]


def district(number: int) -> gs.District:
    """A district's scope."""
    return gs.District(f"d-{number}")


def said(summary: pl.DataFrame) -> list[tuple[str, str, str]]:
    """Scope, status and reason of each row."""
    return summary.select("scope", "status", "reason").rows()


def facts(store: Store, scope: Scope) -> dict[str, list[tuple[object, ...]]]:
    """A roster without its version, each account named by its first role: stores number accounts as they like."""
    roster = store.roster(scope)
    role = pl.concat_str("kind", "sis_id", separator=" ").min()
    names = roster.roles.group_by("account_id").agg(role.alias("name"))
    frames = {name: getattr(roster, name) for name in ("accounts", "roles", "students", "guardianships")}
    return {
        name: sorted(
            (frame.join(names, on="account_id").drop("account_id") if "account_id" in frame.columns else frame).rows()
        )
        for name, frame in frames.items()
    }


def syncs(store: Store, scopes: Iterable[Scope], *statuses: str) -> list[int]:
    """How many runs of the guardians file with these statuses each scope's journal has."""
    return [
        store.runs(scope).filter(kind="guardians").filter(pl.col("status").is_in(statuses)).height for scope in scopes
    ]


# --- roster steps: functions of a module, so that other processes can be told of them --------------------------------


def third_student(settings: gs.SyncSettings, store: Store) -> None:
    """A roster import that brings one student more."""
    gs.load_roster(store, settings.scope, students=[{"student_sis_id": student} for student in (*STUDENTS, "S3")])


def breaks(_settings: gs.SyncSettings, _store: Store) -> None:
    """A roster import that fails, and says whom it failed on."""
    raise RuntimeError("ann@example.org")


def dies(_settings: gs.SyncSettings, _store: Store) -> None:
    """A worker that is killed, each time."""
    if multiprocessing.parent_process() is None:
        raise AssertionError("this is no worker")
    os.kill(os.getpid(), signal.SIGKILL)


class DiesAlways:
    """A worker that is killed, each time, and leaves a mark.

    Args:
        folder: Where.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, settings: gs.SyncSettings, store: Store) -> None:
        """The roster import."""
        (self.folder / f"{os.getpid()}").touch()
        dies(settings, store)


class DiesOnce:
    """A worker that is killed the first time.

    Args:
        mark: A file that is there afterwards.
    """

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __call__(self, settings: gs.SyncSettings, store: Store) -> None:
        """The roster import."""
        third_student(settings, store)
        if not self.mark.exists():
            self.mark.touch()
            dies(settings, store)


class Tells:
    """Says which process it ran in, and waits until it may end.

    Args:
        folder: Where it says so, in a file named by the process.
        released: The file that it waits for.
    """

    def __init__(self, folder: Path, released: Path) -> None:
        self.folder = folder
        self.released = released

    def __call__(self, settings: gs.SyncSettings, store: Store) -> None:
        """The roster import."""
        third_student(settings, store)
        (self.folder / f"{os.getpid()}").touch()
        while not self.released.exists():
            time.sleep(0.05)


class OpenSqlite:
    """Opens the roster where the work is done.

    Args:
        path: The database.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self) -> Store:
        """The store."""
        return gs.open_store(f"sqlite:///{self.path}")
