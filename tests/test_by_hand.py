"""Whoever writes meanwhile: what people decide is made for one version of the roster, or not at all."""

from collections.abc import Callable

import polars as pl
import pytest
from evenings import ANN, BOB, Evenings

import guardiansync as gs
from guardiansync.stores.memory import MemoryStore
from guardiansync.testing.changes import changes_of, role, student, tie

DISTRICT, NORTH, SOUTH = gs.District("d-1"), gs.School("n", "d-1"), gs.School("s", "d-1")


class Busy(MemoryStore):
    """Somebody else writes after so many rosters were read."""

    left: int | None = None

    def roster(self, scope: gs.District | gs.School, keys: pl.DataFrame | None = None) -> gs.Roster:
        roster = super().roster(scope, keys)
        if self.left is not None:
            self.left -= 1
            if self.left == 0:
                with self.transaction(scope) as turn:
                    turn.write(changes_of([student("S9")]))
        return roster


def two_schools() -> Busy:
    store = Busy()
    north = Evenings(scope=NORTH, store=store)
    north.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    ann = north.role("G1")["account_id"]
    Evenings(scope=SOUTH, store=store)
    with store.transaction(SOUTH) as turn:
        turn.write(changes_of([role("X7", ann), tie("S1", "X7", ann)]))
    return store


def ref(scope: str, sis_id: str) -> gs.RoleRef:
    return gs.RoleRef(scope, "guardian", sis_id)


ACTIONS: dict[str, tuple[int, Callable[[Busy], object]]] = {
    "pin": (2, lambda store: gs.pin_same(store, ref("d-1/n", "G1"), ref("d-1/s", "X7"))),
    "deny": (2, lambda store: gs.deny(store, NORTH, "G1", "S1", "why")),
    "migrate": (3, lambda store: gs.migrate_level(store, DISTRICT, "district")),
    "undo": (2, lambda store: gs.undo(store.runs(NORTH).filter(kind="denial")["run_id"][0], store)),
}
"""What people do in two schools, and how many rosters it reads."""


@pytest.mark.parametrize(
    ("name", "after"), [(name, n) for name, (reads, _) in ACTIONS.items() for n in range(1, reads + 1)]
)
def test_nothing_is_made_where_somebody_wrote_meanwhile(name: str, after: int) -> None:
    act = ACTIONS[name][1]
    store = two_schools()
    if name == "undo":
        gs.deny(store, NORTH, "G1", "S1", "why")
    runs = [store.runs(scope).height for scope in (NORTH, SOUTH, DISTRICT)]
    store.left = after
    with pytest.raises(gs.StalePlan):
        act(store)
    assert store.left <= 0
    assert [store.runs(scope).height for scope in (NORTH, SOUTH, DISTRICT)] == runs
    act(store)
    assert sum(store.runs(scope).height for scope in (NORTH, SOUTH, DISTRICT)) > sum(runs)
