"""The names of holds, and what they show of many."""

import polars as pl

import guardiansync as gs
from guardiansync.engine.holds import HoldMaker, hold_id, listed, of_guardians, with_lines
from guardiansync.model.plan import MEMBERS, HoldReason
from guardiansync.model.roster import Roster
from guardiansync.model.rule import Rule

HERE = gs.District("d-1")
TIES = pl.DataFrame([("S2", "G1"), ("S1", "G1"), ("S1", "G2")], schema=MEMBERS, orient="row")


def made(members: pl.DataFrame) -> gs.Hold:
    hold = HoldMaker(Roster.empty(HERE)).make(HoldReason.RECYCLED_ID, Rule.M7, members, "Wait.", "Look.")
    assert hold is not None
    return hold


def test_a_name_is_the_same_from_evening_to_evening_and_from_version_to_version() -> None:
    assert hold_id(HERE, HoldReason.RECYCLED_ID, TIES, ["Ann"]) == "h-69a58ca5b0115639"


def test_a_name_does_not_go_by_the_order_of_members_or_by_how_often_they_are_named() -> None:
    name = hold_id(HERE, HoldReason.RECYCLED_ID, TIES)
    assert hold_id(HERE, HoldReason.RECYCLED_ID, pl.concat([TIES, TIES]).reverse()) == name


def test_what_is_not_the_same_has_another_name() -> None:
    exchanged = TIES.rename(dict(zip(MEMBERS, reversed(MEMBERS), strict=True)))
    names = [
        hold_id(HERE, HoldReason.RECYCLED_ID, TIES, ["Ann"]),
        hold_id(gs.District("d-2"), HoldReason.RECYCLED_ID, TIES, ["Ann"]),
        hold_id(gs.School("d-1", "d-1"), HoldReason.RECYCLED_ID, TIES, ["Ann"]),
        hold_id(HERE, HoldReason.AMBIGUOUS, TIES, ["Ann"]),
        hold_id(HERE, HoldReason.RECYCLED_ID, TIES.head(2), ["Ann"]),
        hold_id(HERE, HoldReason.RECYCLED_ID, exchanged, ["Ann"]),
        hold_id(HERE, HoldReason.RECYCLED_ID, TIES, ["Bob"]),
        hold_id(HERE, HoldReason.RECYCLED_ID, TIES, ["A", "nn"]),
        hold_id(HERE, HoldReason.RECYCLED_ID, TIES),
    ]
    assert len(set(names)) == len(names)


def test_ten_ids_are_said_and_that_there_are_more() -> None:
    ids = [f"G{nth}" for nth in range(11)]
    assert listed(ids[:10]) == "G0, G1, G2, G3, G4, G5, G6, G7, G8, G9"
    assert listed(ids) == "G0, G1, G2, G3, G4, G5, G6, G7, G8, G9, …"


def test_a_hold_names_its_members_once_and_in_order() -> None:
    assert made(of_guardians(["G2", "G1", "G2"])).members.rows() == [("", "G1"), ("", "G2")]
    assert made(TIES).members.rows() == [("S1", "G1"), ("S1", "G2"), ("S2", "G1")]


def test_a_hold_shows_the_first_twenty_lines_that_it_is_about() -> None:
    rows = pl.DataFrame(
        [(line, f"S{line % 3}", f"G{line % 2}") for line in range(60, 0, -1)],
        schema={"line": pl.UInt32, **MEMBERS},
        orient="row",
    )
    whole, one_tie, nobody = with_lines([made(of_guardians(["G1"])), made(TIES), made(of_guardians(["G9"]))], rows)
    assert whole.lines == tuple(range(1, 40, 2))
    assert one_tie.lines == (1, 5, 7, 11, 13, 17, 19, 23, 25, 29, 31, 35, 37, 41, 43, 47, 49, 53, 55, 59)
    assert nobody.lines == ()
    assert with_lines([], rows) == []
