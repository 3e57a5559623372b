"""Pins come first: what people said of two roles, as a sync obeys it."""

import polars as pl
import pytest
from attrs import evolve
from evenings import ANN, BOB, Evenings

import guardiansync as gs
from guardiansync.engine.pinned import Pins

OTHER = "Ann,Lee,other@example.org,,,"


def ref(district: Evenings, sis_id: str, kind: str = "guardian") -> gs.RoleRef:
    return gs.RoleRef(str(district.scope), kind, sis_id)


def same(district: Evenings, one: str, other: str) -> None:
    gs.pin_same(district.store, ref(district, one), ref(district, other), actor="support")


def never(district: Evenings, one: str, other: str) -> None:
    gs.pin_never_same(district.store, ref(district, one), ref(district, other), actor="support")


def test_pinned_the_same_two_ids_share_an_account_whatever_they_say() -> None:
    district = Evenings()
    rows = (f"S1,G1,{ANN},,", f"S2,G2,{OTHER}")
    district.sync(*rows)
    same(district, "G1", "G2")
    report = district.sync(*rows)
    assert report.holds == ()
    assert district.role("G1")["account_id"] == district.role("G2")["account_id"]
    assert district.plan(*rows).is_empty


def test_pinned_the_same_they_count_as_agreeing_and_are_not_parted() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{OTHER}")
    same(district, "G1", "G2")
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{OTHER}")
    rows = (f"S1,G1,{ANN},,", "S2,G2,Ann,Roe,other@example.org,,,")
    assert "should-part" not in district.sync(*rows).reasons
    assert district.role("G1")["account_id"] == district.role("G2")["account_id"]


def test_pinned_the_same_two_claimed_accounts_still_wait() -> None:
    district = Evenings()
    rows = (f"S1,G1,{ANN},,", f"S2,G2,{OTHER}")
    district.sync(*rows)
    district.claim("G1")
    district.claim("G2")
    same(district, "G1", "G2")
    (hold,) = district.sync(*rows).holds
    assert hold.reason == "became-one"
    gs.release(district.store, hold.id)
    district.sync(*rows)
    assert district.role("G1")["account_id"] == district.role("G2")["account_id"]


@pytest.mark.parametrize(("one", "other", "third"), [("G2", "G5", "G1"), ("G3", "G1", "G4")])
def test_pinned_the_same_and_new_again_they_share_an_account_with_who_has_the_key_of_one(
    one: str, other: str, third: str
) -> None:
    district = Evenings()
    rows = (f"S1,{one},{ANN},,", f"S2,{other},{OTHER}")
    run = district.sync(*rows)
    same(district, one, other)
    gs.undo(run.run_id, district.store)
    (hold,) = district.sync(*rows).holds
    gs.release(district.store, hold.id)
    district.sync(*rows, f"S3,{third},{ANN},,")
    assert len({district.role(each)["account_id"] for each in (one, other, third)}) == 1


def _undone_and_released(district: Evenings, run: gs.Report, *rows: str) -> gs.Report:
    """The run is taken back, so that its ids are new again while their pins still stand; then it may be done again."""
    gs.undo(run.run_id, district.store)
    (hold,) = district.sync(*rows).holds
    gs.release(district.store, hold.id)
    return district.sync(*rows)


def test_pinned_the_same_two_ids_that_are_new_again_share_a_new_account() -> None:
    district = Evenings()
    rows = (f"S1,G1,{ANN},,", f"S2,G2,{OTHER}")
    run = district.sync(*rows)
    same(district, "G1", "G2")
    report = _undone_and_released(district, run, *rows)
    assert district.role("G1")["account_id"] == district.role("G2")["account_id"]
    assert report.counts["create_accounts"] == 1


def test_pinned_the_same_as_who_is_there_an_id_that_is_new_again_comes_to_their_account() -> None:
    district = Evenings()
    rows = (f"S1,G1,{ANN},,", f"S2,G2,{OTHER}", f"S3,G3,{BOB},,")
    district.sync(rows[0])
    run = district.sync(*rows)
    same(district, "G1", "G2")
    report = _undone_and_released(district, run, *rows)
    assert report.rows.sort("line")["rule"].to_list() == ["M1", "pin", "M4"]
    assert district.role("G1")["account_id"] == district.role("G2")["account_id"]
    assert district.role("G1")["account_id"] != district.role("G3")["account_id"]
    assert district.plan(*rows).is_empty


def test_pinned_apart_from_who_is_there_an_id_that_is_new_again_gets_an_account_of_its_own() -> None:
    district = Evenings()
    rows = (f"S1,G1,{ANN},,", f"S2,G2,{ANN},,", f"S3,G3,{ANN},,")
    district.sync(rows[0])
    run = district.sync(*rows)
    never(district, "G1", "G2")
    report = _undone_and_released(district, run, *rows)
    assert report.rows.sort("line")["rule"].to_list() == ["M1", "M4", "M2"]
    assert district.role("G1")["account_id"] == district.role("G3")["account_id"]
    assert district.role("G1")["account_id"] != district.role("G2")["account_id"]
    assert district.plan(*rows).is_empty


def test_pinned_apart_ids_of_one_key_that_are_new_again_get_two_accounts() -> None:
    district = Evenings()
    rows = (f"S1,G1,{ANN},,", f"S2,G2,{ANN},,", f"S3,G3,{OTHER}")
    run = district.sync(*rows)
    never(district, "G1", "G2")
    _undone_and_released(district, run, *rows)
    assert len({district.role(each)["account_id"] for each in ("G1", "G2", "G3")}) == 3
    assert district.plan(*rows).is_empty


def test_pinned_apart_an_account_is_parted() -> None:
    district = Evenings()
    rows = (f"S1,G1,{ANN},,", f"S2,G2,{ANN},,")
    district.sync(*rows)
    assert district.role("G1")["account_id"] == district.role("G2")["account_id"]
    never(district, "G1", "G2")
    report = district.sync(*rows)
    assert report.holds == ()
    assert report.counts["split_accounts"] == 1
    assert district.role("G1")["account_id"] != district.role("G2")["account_id"]
    assert district.children("G1") == {"S1"}
    assert district.children("G2") == {"S2"}
    assert district.plan(*rows).is_empty


def test_pinned_apart_on_a_claimed_account_a_person_decides() -> None:
    district = Evenings()
    rows = (f"S1,G1,{ANN},,", f"S2,G2,{ANN},,")
    district.sync(*rows)
    district.claim("G1")
    never(district, "G1", "G2")
    assert district.sync(*rows).reasons == ("should-part",)


ROE = "Ann,Roe,ann@example.org,4155550132,,"
ROE_MOVED = "Ann,Roe,roe@example.org,4155550199,,"
POE = "Ann,Poe,ann@example.org,4155550132,,"
POE_MOVED = "Ann,Poe,poe@example.org,4155550177,,"


@pytest.mark.parametrize("mobile", ["4155550199", "4155550177"], ids=["the same key", "agreement only"])
def test_pinned_apart_a_third_role_goes_with_those_it_agrees_with(mobile: str) -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{ANN},,", f"S3,G3,{ANN},,")
    district.claim("G1")  # so that the account keeps its name, and with it G1
    account = district.role("G1")["account_id"]
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{ROE}", f"S3,G3,{ROE}")
    never(district, "G1", "G2")
    rows = (f"S1,G1,{ANN},,", f"S2,G2,{ROE_MOVED}", f"S3,G3,{ROE_MOVED.replace('4155550199', mobile)}")
    assert district.sync(*rows).holds == ()
    assert district.role("G3")["account_id"] == district.role("G2")["account_id"] != account
    assert district.role("G1")["account_id"] == account
    assert district.plan(*rows).is_empty


def test_pinned_apart_a_third_role_that_agrees_with_both_stays_on_the_account() -> None:
    district = Evenings()
    rows = tuple(f"S{n},G{n},{ANN},," for n in (1, 2, 3))
    district.sync(*rows)
    account = district.role("G3")["account_id"]
    never(district, "G1", "G2")
    report = district.sync(*rows)
    assert report.holds == ()
    assert report.counts["split_accounts"] == 1
    assert district.role("G3")["account_id"] == account
    assert district.plan(*rows).is_empty


def test_pinned_apart_a_third_role_that_comes_to_agree_with_nobody_is_asked_about() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{ANN},,", f"S3,G3,{ANN},,")
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{ANN},,", f"S3,G3,{POE}")
    never(district, "G1", "G2")
    rows = (f"S1,G1,{ANN},,", f"S2,G2,{ANN},,", f"S3,G3,{POE_MOVED}")
    (hold,) = district.sync(*rows).holds
    assert hold.reason == "should-part"
    gs.release(district.store, hold.id)
    assert district.sync(*rows).holds == ()
    assert len({district.role(one)["account_id"] for one in ("G1", "G2", "G3")}) == 3
    assert district.plan(*rows).is_empty


def test_pinned_the_same_a_release_does_not_cover_what_is_said_later() -> None:
    district = Evenings()
    rows = (f"S1,G1,{ANN},,", f"S2,G2,{OTHER}")
    district.sync(*rows)
    district.claim("G1")
    district.claim("G2")
    same(district, "G1", "G2")
    (hold,) = district.sync(*rows).holds
    gs.release(district.store, hold.id)
    (later,) = district.sync(f"S1,G1,{ANN},,", "S2,G2,Ann,Roe,other@example.org,,,").holds
    assert later.reason == hold.reason
    assert later.id != hold.id


def test_pinned_the_same_and_come_to_the_key_of_a_third_the_pin_is_what_counts() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{OTHER}", f"S3,G3,{BOB},,")
    same(district, "G1", "G2")
    rows = (f"S1,G1,{ANN},,", "S2,G2,Ann,Lee,ann@example.org,4155550132,,", f"S3,G3,{BOB},,")
    district.sync(*rows)
    assert district.role("G1")["account_id"] == district.role("G2")["account_id"]
    assert district.plan(*rows).is_empty


def test_pinned_apart_equal_keys_never_join() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{OTHER}")
    never(district, "G1", "G2")
    report = district.sync(f"S1,G1,{ANN},,", f"S2,G2,{ANN},,")
    assert report.holds == ()
    assert district.role("G1")["account_id"] != district.role("G2")["account_id"]


def test_pins_taken_back_are_no_pins() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{OTHER}")
    run = gs.pin_never_same(district.store, ref(district, "G1"), ref(district, "G2"), actor="support")
    gs.undo(run.run_id, district.store)
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{ANN},,")
    assert district.role("G1")["account_id"] == district.role("G2")["account_id"]


def test_pins_through_others_hold_too_and_contradictions_raise() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{OTHER}", f"S3,G3,{BOB},,")
    same(district, "G1", "G2")
    never(district, "G2", "G3")
    with pytest.raises(gs.ContradictoryPins):
        same(district, "G1", "G3")


def test_pins_that_contradict_each_other_in_the_store_stop_the_sync_and_are_named() -> None:
    district = Evenings()
    rows = (f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    district.sync(*rows)
    same(district, "G1", "G2")
    before = district.roster
    both = pl.concat([before.pins, before.pins.with_columns(verdict=pl.lit("never_same"))])
    with pytest.raises(
        gs.ContradictoryPins, match="The pins of d-1 contradict each other: guardian G1 of d-1 and"
    ) as refused:
        Pins.of(evolve(before, pins=both))
    assert (refused.value.scope, refused.value.roles) == ("d-1", ("guardian G1 of d-1", "guardian G2 of d-1"))
