import polars as pl
import pytest
from evenings import ANN, BOB, Evenings
from hypothesis import given
from hypothesis import strategies as st

import guardiansync as gs
from guardiansync.engine.pins import contradiction, with_changes
from guardiansync.model.change import SCHEMAS
from guardiansync.model.roster import PINS, RoleRef
from guardiansync.stores import Store

NORTH, SOUTH = gs.School("n", "d-1"), gs.School("s", "d-1")
CAT = "Cat,Lee,cat@example.org,4155550154"


def guardian(sis_id: str, scope: str = "d-1") -> gs.RoleRef:
    return gs.RoleRef(scope, "guardian", sis_id)


def three() -> Evenings:
    district = Evenings(staff=["T1,Tom,Ray,tom@example.org,"])
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,", f"S3,G3,{CAT},,")
    return district


def said(store: Store) -> list[tuple[str, ...]]:
    return gs.pins(store, gs.District("d-1")).select("sis_id", "other_sis_id", "verdict").rows()


def test_a_pin_is_one_whichever_way_it_is_said() -> None:
    district = three()
    first = gs.pin_same(district.store, guardian("G2"), guardian("G1"), actor="me")
    assert (first.kind, first.status, first.counts["set_pins"], first.actor) == ("pin", "applied", 1, "me")
    again = gs.pin_same(district.store, guardian("G1"), guardian("G2"))
    assert again.status == "unchanged"
    assert said(district.store) == [("G1", "G2", "same")]
    gs.pin_never_same(district.store, guardian("G2"), guardian("G1"))
    assert said(district.store) == [("G1", "G2", "never_same")]
    assert district.roster.version == 4


def test_a_plan_made_before_a_pin_is_stale() -> None:
    district = three()
    plan = district.plan(f"S1,G1,{ANN},,")
    gs.pin_same(district.store, guardian("G1"), guardian("G2"))
    with pytest.raises(gs.StalePlan):
        gs.apply(plan, district.store)


def test_a_pin_is_taken_back_and_said_again() -> None:
    district = three()
    run = gs.pin_same(district.store, guardian("G1"), gs.RoleRef("d-1", "staff", "T1"))
    undone = gs.undo(run.run_id, district.store)
    assert said(district.store) == []
    assert district.roster.undone.is_empty()
    gs.undo(undone.run_id, district.store)
    assert said(district.store) == [("G1", "T1", "same")]
    with pytest.raises(gs.UndoRefused, match="SetPin"):
        gs.undo(undone.run_id, district.store)


def test_pins_are_listed_with_the_run_that_takes_them_back() -> None:
    district = three()
    gs.pin_same(district.store, guardian("G1"), guardian("G2"), actor="first")
    last = gs.pin_never_same(district.store, guardian("G1"), guardian("G2"), actor="last")
    other = gs.pin_same(district.store, guardian("G2"), guardian("G3"), actor="other")
    listed = gs.pins(district.store, district.scope)
    assert listed.columns == [*PINS, "run_id", "actor", "started_at"]
    assert listed.select("sis_id", "run_id", "actor").rows() == [
        ("G1", last.run_id, "last"),
        ("G2", other.run_id, "other"),
    ]
    undone = gs.undo(other.run_id, district.store)
    redone = gs.undo(undone.run_id, district.store, actor="again")
    assert gs.pins(district.store, district.scope)["run_id"].to_list() == [last.run_id, redone.run_id]
    for run_id in gs.pins(district.store, district.scope)["run_id"]:
        gs.undo(run_id, district.store)
    assert said(district.store) == [("G1", "G2", "same")]


def test_pins_go_over_the_schools_of_a_district() -> None:
    store = gs.open_store("memory://")
    for school, person, line in ((NORTH, "G1", ANN), (SOUTH, "G2", BOB)):
        Evenings(scope=school, store=store).sync(f"S1,{person},{line},,")
    run = gs.pin_same(store, guardian("G2", "d-1/s"), guardian("G1", "d-1/n"))
    assert store.run_scope(run.run_id) == SOUTH
    for scope in (NORTH, SOUTH, gs.District("d-1")):
        assert gs.pins(store, scope).select("scope", "other_scope", "run_id").rows() == [("d-1/n", "d-1/s", run.run_id)]
    with pytest.raises(gs.UnknownId):
        gs.pin_same(store, guardian("G1", "d-1/s"), guardian("G1", "d-1/n"))


def test_a_pin_that_contradicts_others_is_refused_whole() -> None:
    district = three()
    gs.pin_same(district.store, guardian("G1"), guardian("G2"))
    gs.pin_same(district.store, guardian("G2"), guardian("G3"))
    before = district.roster.version
    with pytest.raises(gs.ContradictoryPins, match="Nothing was changed") as refused:
        gs.pin_never_same(district.store, guardian("G3"), guardian("G1"))
    assert refused.value.roles == ("guardian G1 of d-1", "guardian G3 of d-1")
    assert district.roster.version == before
    assert len(said(district.store)) == 2


def test_taking_back_what_others_contradict_by_now_is_refused() -> None:
    district = three()
    same = gs.pin_same(district.store, guardian("G1"), guardian("G2"))
    undone = gs.undo(same.run_id, district.store)
    gs.pin_same(district.store, guardian("G2"), guardian("G3"))
    gs.pin_never_same(district.store, guardian("G1"), guardian("G3"))
    with pytest.raises(gs.ContradictoryPins):
        gs.undo(undone.run_id, district.store)
    assert len(said(district.store)) == 2


@pytest.mark.parametrize(
    ("a", "b", "error"),
    [
        (guardian("G1"), guardian("G1"), "twice"),
        (guardian("G1"), guardian("G1", "d-2"), "one district"),
        (gs.RoleRef("d-1", "parent", "G1"), guardian("G2"), "guardian or staff"),
        (guardian("G1", "d-1/"), guardian("G2"), "id"),
    ],
)
def test_pins_that_cannot_be(a: gs.RoleRef, b: gs.RoleRef, error: str) -> None:
    with pytest.raises(gs.SettingsError, match=error):
        gs.pin_same(three().store, a, b)


def test_only_roles_of_the_roster_are_pinned() -> None:
    with pytest.raises(gs.UnknownId) as unknown:
        gs.pin_same(three().store, guardian("G1"), guardian("G9"))
    assert (unknown.value.kind, unknown.value.id) == ("guardian", "G9")


# --- whether it can all be so -----------------------------------------------------------------------------------------

PAIRS = st.tuples(st.integers(1, 6), st.integers(1, 6), st.sampled_from(["same", "never_same"]))


def pins_of(pairs: list[tuple[int, int, str]]) -> pl.DataFrame:
    rows = [("d", "guardian", f"G{min(a, b)}", "d", "guardian", f"G{max(a, b)}", verdict) for a, b, verdict in pairs]
    return pl.DataFrame(rows, schema=PINS, orient="row")


@given(st.lists(PAIRS, max_size=12))
def test_a_contradiction_is_found_where_there_is_one(pairs: list[tuple[int, int, str]]) -> None:
    reached = {n: {n} for n in range(1, 7)}
    for a, b, verdict in pairs:
        if verdict == "same":
            together = reached[a] | reached[b]
            reached.update(dict.fromkeys(together, together))
    apart = {(min(a, b), max(a, b)) for a, b, verdict in pairs if verdict == "never_same"}
    wrong = sorted((f"G{a}", f"G{b}") for a, b in apart if b in reached[a])
    found = contradiction(pins_of(pairs))
    assert found == (tuple(str(RoleRef("d", "guardian", one)) for one in wrong[0]) if wrong else None)


def test_pins_once_changes_are_made() -> None:
    now = pins_of([(1, 2, "same"), (2, 3, "same")])
    told = [("d", "guardian", "G1", "d", "guardian", "G2", "same", "", "pin")]
    told += [("d", "guardian", "G2", "d", "guardian", "G3", "same", "never_same", "pin")]
    changes = pl.DataFrame(told, schema=SCHEMAS["set_pins"], orient="row")
    assert with_changes(now, changes).equals(pins_of([(2, 3, "never_same")]))
