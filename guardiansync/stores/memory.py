"""A roster in memory: for tests, notebooks and trying things out. It ends with the process."""

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime

import polars as pl
from attrs import evolve, field, frozen

from guardiansync.errors import StoreFailed, UnknownHold, UnknownRun
from guardiansync.model.bulk import Changes
from guardiansync.model.plan import Hold
from guardiansync.model.roster import DENIALS, PINS, RELEASES, UNDONE, AccountState, Roster
from guardiansync.model.run import RUNS, Run, Settled, Written
from guardiansync.settings import Scope
from guardiansync.stores.locking import ThreadLocks
from guardiansync.stores.purging import purgeable, without_details
from guardiansync.stores.tables import (
    ACCOUNT,
    ROLE,
    STUDENT,
    TIE,
    Tables,
    account_key,
    claimed,
    in_force,
    key_range,
    of_one_district,
    to_roster,
)
from guardiansync.stores.undone import HELD_KINDS, taken_back, undone_by
from guardiansync.stores.writing import make


@frozen(eq=False)
class _ScopeRows:
    """One scope's rows; `number` owns their keys."""

    number: int
    role: pl.DataFrame = field(factory=ROLE.to_frame)
    student: pl.DataFrame = field(factory=STUDENT.to_frame)
    tie: pl.DataFrame = field(factory=TIE.to_frame)


@frozen(eq=False)
class _Release:
    run_id: str
    hold: Hold
    actor: str
    released_at: datetime


@frozen(eq=False)
class _District:
    """A district at one moment. Frozen: a new one takes its place, so readers need no lock."""

    number: int
    version: int = 0
    account: pl.DataFrame = field(factory=ACCOUNT.to_frame)
    scopes: Mapping[str, _ScopeRows] = field(factory=dict)
    pin: pl.DataFrame = field(factory=PINS.to_frame)
    denial: pl.DataFrame = field(factory=DENIALS.to_frame)
    runs: tuple[Run, ...] = ()
    journal: Mapping[str, Mapping[Scope, Changes]] = field(factory=dict)
    held: Mapping[str, tuple[Hold, ...]] = field(factory=dict)
    holds: Mapping[tuple[str, str], tuple[str, Hold]] = field(factory=dict)
    releases: Mapping[tuple[str, str], _Release] = field(factory=dict)
    settled: Mapping[str, Settled] = field(factory=dict)


class _MemoryTransaction:
    """One writer's turn: a district of its own until it is put in the place of the old one."""

    def __init__(self, scope: Scope, district: _District) -> None:
        self._scope = scope
        self.district = district

    @property
    def version(self) -> int:
        """The roster's version, what this transaction wrote included."""
        return self.district.version

    def write(self, changes: Changes, scope: Scope | None = None) -> Written:
        """Make changes; see `Transaction.write`."""
        was, name = self.district, str(of_one_district(self._scope, scope))
        rows = was.scopes.get(name) or _ScopeRows(len(was.scopes) + 1)
        tables = Tables(
            was.number,
            account=was.account,
            role=rows.role,
            student=rows.student,
            tie=rows.tie,
            next_account=key_range(was.number)[0] + was.account.height,
            next_role=key_range(rows.number)[0] + rows.role.height,
            next_student=key_range(rows.number)[0] + rows.student.height,
            scope=name,
            pin=was.pin,
            denial=was.denial,
        )
        outcome = make(changes, tables)
        now = outcome.tables
        if not outcome.written.changes.is_empty:
            rows = evolve(rows, role=now.role, student=now.student, tie=now.tie)
            self.district = evolve(
                was,
                version=was.version + 1,
                account=now.account,
                scopes={**was.scopes, name: rows},
                pin=now.pin,
                denial=now.denial,
            )
        return outcome.written

    def record(
        self,
        run: Run,
        changes: Changes,
        holds: Iterable[Hold] = (),
        elsewhere: Mapping[Scope, Changes] | None = None,
    ) -> None:
        """Journal a run; see `Transaction.record`."""
        was = self.district
        held = tuple(sorted((evolve(hold, lines=()) for hold in holds), key=lambda hold: hold.id))
        others = {of_one_district(self._scope, scope): made for scope, made in (elsewhere or {}).items()}
        if run.run_id in was.journal:
            raise StoreFailed(f"Run {run.run_id} is in the journal already. Nothing was written.")
        self.district = evolve(
            was,
            runs=(*was.runs, run),
            journal={**was.journal, run.run_id: {run.scope: changes, **others}},
            held={**was.held, run.run_id: held},
            holds={**was.holds, **{(str(run.scope), hold.id): (run.run_id, hold) for hold in held}},
        )

    def settle(self, settled: Settled) -> None:
        """Keep what a run settled; see `Transaction.settle`."""
        was = self.district
        self.district = evolve(was, settled={**was.settled, str(self._scope): settled})


class MemoryStore:
    """A roster store that lives in this process; `open_store("memory://")` makes one.

    Args:
        wait_s: How long a writer waits for another one's turn to end, in seconds.
    """

    def __init__(self, wait_s: float = 60.0) -> None:
        self._wait_s = wait_s
        self._districts: dict[str, _District] = {}
        self._turns: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()
        self._syncs = ThreadLocks()

    def __repr__(self) -> str:
        """How many districts it holds."""
        return f"MemoryStore({len(self._districts)} districts)"

    def roster(self, scope: Scope, keys: pl.DataFrame | None = None) -> Roster:
        """Read a scope's roster; see `Store.roster`."""
        district = self._district(scope.district)
        mine = district.scopes.get(str(scope), _ScopeRows(0))
        others = [
            rows.role.with_columns(scope=pl.lit(name)) for name, rows in district.scopes.items() if name != str(scope)
        ]
        released = [
            release.hold.members.select(
                *RELEASES.names()[2:], hold_id=pl.lit(hold_id), reason=pl.lit(str(release.hold.reason))
            ).select(RELEASES.names())
            for (name, hold_id), release in sorted(district.releases.items())
            if name == str(scope)
        ]
        return to_roster(
            scope,
            district.version,
            {"account": district.account, "role": mine.role, "student": mine.student, "tie": mine.tie},
            pl.concat(others) if others else pl.DataFrame(),
            keys,
            {
                "releases": pl.concat([RELEASES.to_frame(), *released]),
                "pins": in_force("pin", district.pin),
                "denials": in_force("denial", district.denial),
                "undone": _undone(district, scope),
            },
        )

    @contextmanager
    def transaction(self, scope: Scope) -> Iterator[_MemoryTransaction]:
        """Take the district's turn to write; see `Store.transaction`.

        Raises:
            StoreFailed: Another writer held the district for longer than `wait_s`.
        """
        with self._turn(scope.district):
            transaction = _MemoryTransaction(scope, self._district(scope.district))
            yield transaction
            self._districts[scope.district] = transaction.district

    def lock(self, scope: Scope) -> AbstractContextManager[None]:
        """Say that a sync of the district is under way; see `guardiansync.stores.locking.Locks`."""
        return self._syncs.held(scope.district)

    def runs(self, scope: Scope) -> pl.DataFrame:
        """The journal of a scope; see `Store.runs`."""
        district = self._district(scope.district)
        rows = [run.as_row() for run in district.runs if scope in district.journal[run.run_id]]
        return pl.DataFrame(rows[::-1], schema=RUNS).sort("started_at", descending=True, maintain_order=True)

    def run_scope(self, run_id: str) -> Scope:
        """Whose run it was; see `Store.run_scope`."""
        return self.run_scopes(run_id)[0]

    def run_scopes(self, run_id: str) -> tuple[Scope, ...]:
        """Where a run changed something; see `Store.run_scopes`."""
        own, *others = self._with_run(run_id).journal[run_id]
        return own, *sorted(others, key=str)

    def changes(self, run_id: str, scope: Scope | None = None) -> Changes:
        """What a run changed; see `Store.changes`."""
        made = self._with_run(run_id).journal[run_id]
        return made.get(scope or next(iter(made)), Changes())

    def holds(self, run_id: str) -> tuple[Hold, ...]:
        """What a run held; see `Store.holds`."""
        return self._with_run(run_id).held[run_id]

    def settled(self, scope: Scope) -> Settled | None:
        """What was last settled of a scope; see `Store.settled`."""
        district = self._district(scope.district)
        found = district.settled.get(str(scope))
        return found if found and found.version == district.version else None

    def release(self, hold_id: str, actor: str = "") -> None:
        """Let what a hold withheld go ahead; see `Store.release`."""
        known = False
        for name, seen in list(self._districts.items()):
            if not any(held == hold_id for _, held in seen.holds):
                continue
            known = True
            with self._turn(name):
                was = self._districts[name]
                released = {
                    key: _Release(run_id, hold, actor, datetime.now(UTC))
                    for key, (run_id, hold) in was.holds.items()
                    if key[1] == hold_id
                }
                self._districts[name] = evolve(was, version=was.version + 1, releases={**was.releases, **released})
        if not known:
            raise UnknownHold(hold_id)

    def purge(self, before: datetime) -> int:
        """Drop the journal's details of old runs; see `Store.purge`."""
        count = 0
        for name in list(self._districts):
            with self._turn(name):
                self._districts[name], dropped = _purged(self._districts[name], before)
            count += dropped
        return count

    def mark_active(self, account_ids: Iterable[str]) -> None:
        """The owners claimed these accounts; see `Store.mark_active`."""
        ids = pl.DataFrame({"account_id": list(account_ids)}, schema={"account_id": pl.String})
        for name, seen in list(self._districts.items()):
            mine = ids.select(account_key=account_key("account_id", seen.number)).drop_nulls()
            if mine.is_empty():
                continue
            with self._turn(name):
                was = self._districts[name]
                invited = was.account.join(mine, on="account_key", how="semi").filter(
                    pl.col("state") == AccountState.INVITED
                )
                account = was.account.update(claimed(invited), on="account_key", how="left")
                self._districts[name] = evolve(was, account=account)

    def close(self) -> None:
        """Nothing to let go of."""

    def _with_run(self, run_id: str) -> _District:
        for district in list(self._districts.values()):
            if run_id in district.journal:
                return district
        raise UnknownRun(run_id)

    def _district(self, name: str) -> _District:
        with self._guard:
            if name not in self._districts:
                self._districts[name] = _District(len(self._districts) + 1)
            return self._districts[name]

    @contextmanager
    def _turn(self, name: str) -> Iterator[None]:
        with self._guard:
            turn = self._turns.setdefault(name, threading.Lock())
        if not turn.acquire(timeout=self._wait_s):
            raise StoreFailed(
                f"Another writer has held district {name} for more than {self._wait_s:g} s. Nothing was written."
            )
        try:
            yield
        finally:
            turn.release()


def _purged(district: _District, before: datetime) -> tuple[_District, int]:
    """The district without the details of its old runs, and of how many there were any."""
    rows = pl.DataFrame([run.as_row() for run in district.runs], schema=RUNS)
    going = {run_id for _, runs in rows.group_by("scope", maintain_order=True) for run_id in purgeable(runs, before)}
    journal = {
        run_id: {scope: without_details(made) for scope, made in parts.items()} if run_id in going else parts
        for run_id, parts in district.journal.items()
    }
    released = {(release.run_id, hold_id) for (_, hold_id), release in district.releases.items()}
    held = {
        run_id: tuple(hold for hold in holds if run_id not in going or (run_id, hold.id) in released)
        for run_id, holds in district.held.items()
    }
    last = {(str(run.scope), hold.id): (run.run_id, hold) for run in district.runs for hold in held[run.run_id]}
    dropped = sum(
        journal[run_id] != district.journal[run_id] or held[run_id] != district.held[run_id] for run_id in going
    )
    return evolve(district, journal=journal, held=held, holds=last), dropped


def _undone(district: _District, scope: Scope) -> pl.DataFrame:
    """Schema `UNDONE`: what stays undone of a scope's runs."""
    undos = [(run.run_id, run.undoes) for run in district.runs if run.undoes and run.scope == scope]
    if not undos:
        return UNDONE.to_frame()
    undone = taken_back(undos)
    held = sorted(run.run_id for run in district.runs if run.run_id in undone and run.kind in HELD_KINDS)
    return pl.concat([UNDONE.to_frame(), *(undone_by(one, district.journal[one][scope]) for one in held)])
