"""What every store promises of people's words: pins, denials, what was undone, what waits; a part of `StoreContract`."""
# ruff: noqa: S101, PLR2004 - these are tests, though they live in the package

import polars as pl
import pytest
from attrs import evolve

from guardiansync.errors import StoreFailed, UnknownRun
from guardiansync.model.bulk import Changes
from guardiansync.model.change import Change
from guardiansync.model.plan import RunKind
from guardiansync.model.roster import DENIALS, PINS, UNDONE
from guardiansync.settings import District, School, Scope
from guardiansync.stores.protocol import Store
from guardiansync.testing.changes import (
    a_hold,
    a_run,
    account,
    changes_of,
    contact,
    denial,
    end,
    facts,
    merge,
    pin,
    remove,
    rename,
    revoke,
    role,
    student,
    tie,
)  # fmt: skip
from guardiansync.testing.store_cases import HERE, found, write, write_all

NORTH, SOUTH = School("n", "d-1"), School("s", "d-1")


def run_of(
    store: Store, run_id: str, *changes: Change, scope: Scope = HERE, kind: RunKind = RunKind.GUARDIANS
) -> Changes:
    """Write and journal, in a transaction of its own."""
    with store.transaction(scope) as transaction:
        written = transaction.write(changes_of(changes))
        assert written.left.is_empty, written.left
        transaction.record(a_run(run_id, scope, kind=kind), written.changes)
    return written.changes


def undo_of(store: Store, run_id: str, undoes: str, scope: Scope = HERE) -> None:
    """Take a run back as `undo` does."""
    with store.transaction(scope) as transaction:
        written = transaction.write(store.changes(undoes).inverse())
        assert written.left.is_empty, written.left
        transaction.record(a_run(run_id, scope, kind=RunKind.UNDO, undoes=undoes), written.changes)


class VerdictContract:
    """Promises about what people said. Override `store`."""

    @pytest.fixture
    def store(self) -> Store:
        """An empty store."""
        raise NotImplementedError

    def test_pins_are_of_the_district(self, store: Store) -> None:
        """Whichever scope says them, all scopes of the district see them, sorted; other districts do not."""
        first, second = pin("G2", "G3", scope="d-1/n"), pin("G1", "G2", after="never_same")
        write_all(store, first, scope=NORTH)
        assert store.roster(HERE).version == 1
        write_all(store, second, scope=SOUTH)
        for scope in (HERE, NORTH, SOUTH, School("t", "d-1")):
            roster = store.roster(scope)
            assert roster.pins.schema == PINS
            assert roster.pins.rows() == [
                ("d-1", "guardian", "G1", "d-1", "guardian", "G2", "never_same"),
                ("d-1/n", "guardian", "G2", "d-1/n", "guardian", "G3", "same"),
            ]
            assert roster.version == 2
        assert store.roster(District("d-2")).pins.is_empty()
        assert write(store, pin("G1", "G2"), scope=NORTH).changes.is_empty
        write_all(store, pin("G1", "G2", before="never_same", after=""))
        assert store.roster(HERE).pins["sis_id"].to_list() == ["G2"]
        write_all(store, pin("G1", "G2"))
        assert store.roster(HERE).pins["verdict"].to_list() == ["same", "same"]

    def test_denials_are_of_a_scope(self, store: Store) -> None:
        """The scope that is written to says whose guardian it is; the whole district sees it, no other one."""
        write_all(store, denial("G1", "001"), denial("G0", "002", after="why"), scope=NORTH)
        write_all(store, denial("G1", "001"))
        write_all(store, denial("G1", "001"), scope=District("d-2"))
        for scope in (HERE, NORTH, SOUTH):
            roster = store.roster(scope)
            assert roster.denials.schema == DENIALS
            assert roster.denials.rows() == [
                ("G0", "002", "d-1/n", "why"),
                ("G1", "001", "d-1", "court order"),
                ("G1", "001", "d-1/n", "court order"),
            ]
        assert write(store, denial("G0", "002", before="why", after="")).changes.is_empty
        write_all(store, denial("G0", "002", before="why", after=""), scope=NORTH)
        assert store.roster(HERE).denials["scope"].to_list() == ["d-1", "d-1/n"]
        assert store.roster(District("d-2")).denials["scope"].to_list() == ["d-2"]

    def test_what_was_undone(self, store: Store) -> None:
        """Each kind of change of a run that was taken back is told, once, until that is taken back as well."""
        ana, ben = found(store)
        assert store.roster(HERE).undone.equals(UNDONE.to_frame())
        run_of(
            store, "r-1",
            student("003"), rename("002", "Eva", "Ava"), account("n"), merge("G2", ben, ana), role("G3", "n"),
            contact("role", ana, "sms", "", "5"), contact("account", ana, "phone", "", "6"),
            tie("003", "G1", ana), end("001", "G2", ana), revoke("G2", ana), remove("001"),
        )  # fmt: skip
        assert store.roster(HERE).undone.is_empty()
        undo_of(store, "r-2", "r-1")
        undone = store.roster(HERE).undone
        assert undone.schema == UNDONE
        told = ("frame", "kind", "sis_id", "student_sis_id", "target", "field", "after")
        assert set(undone["run_id"]) == {"r-1"}
        assert sorted(undone.select(told).iter_rows()) == [
            ("end_guardianships", "guardian", "G2", "001", "", "", "ended"),
            ("enrol_students", "", "", "003", "", "", ""),
            ("grant_roles", "guardian", "G3", "", "", "", ""),
            ("merge_accounts", "guardian", "G2", "", "", "", ""),
            ("remove_students", "", "", "001", "", "", "left"),
            ("revoke_roles", "guardian", "G2", "", "", "", "revoked"),
            ("start_guardianships", "guardian", "G1", "003", "", "", ""),
            ("update_contacts", "guardian", "G1", "", "account", "phone", "6"),
            ("update_contacts", "guardian", "G1", "", "role", "sms", "5"),
            ("update_students", "", "", "002", "", "first_name", "Ava"),
        ]
        assert store.roster(NORTH).undone.is_empty()
        undo_of(store, "r-3", "r-2")
        assert store.roster(HERE).undone.is_empty()
        undo_of(store, "r-4", "r-3")
        assert store.roster(HERE).undone.equals(undone)
        undo_of(store, "r-5", "r-4")
        undo_of(store, "r-6", "r-1")
        assert store.roster(HERE).undone.equals(undone)

    def test_what_people_said_does_not_stay_undone(self, store: Store) -> None:
        """Of runs that were no rule's, nothing is told; of several that were, each."""
        ana, ben = found(store)
        for n, kind in enumerate((RunKind.PIN, RunKind.DENIAL, RunKind.MIGRATION)):
            run_of(store, f"p-{n}", pin("G1", "G2"), denial("G1", "001"), end("001", "G1", ana), kind=kind)
            undo_of(store, f"u-{n}", f"p-{n}")
        assert store.roster(HERE).undone.is_empty()
        run_of(store, "r-1", rename("001", "North", "South", "school"), kind=RunKind.ROSTER)
        run_of(store, "r-2", end("001", "G2", ben))
        undo_of(store, "u-4", "r-2")
        undo_of(store, "u-5", "r-1")
        assert store.roster(HERE).undone["run_id"].to_list() == ["r-1", "r-2"]

    def test_other_levels(self, store: Store) -> None:
        """Where guardian roles of the district are in force at another level; staff, and other districts, do not count."""
        ana, _ = found(store)
        assert store.roster(HERE).other_levels == ()
        assert store.roster(NORTH).other_levels == ("d-1",)
        write_all(store, role("G1", ana), role("T1", ana, kind="staff"), scope=SOUTH)
        write_all(store, role("G1", ana), role("G2", ana), scope=NORTH)
        write_all(store, role("T1", ana, kind="staff"), scope=School("t", "d-1"))
        found(store, School("n", "d-2"))
        assert store.roster(HERE).other_levels == ("d-1/n", "d-1/s")
        assert store.roster(NORTH).other_levels == store.roster(School("x", "d-1")).other_levels == ("d-1",)
        write_all(store, revoke("G1", ana), revoke("G2", ana), scope=NORTH)
        assert store.roster(HERE).other_levels == ("d-1/s",)

    def test_what_a_run_held(self, store: Store) -> None:
        """Holds come back by id, without their lines, those of each run its own."""
        first, second = a_hold("h-2", ("001", "G1"), ("", "G2")), evolve(a_hold("h-1", ("002", "G3")), lines=(2, 3))
        with store.transaction(HERE) as transaction:
            transaction.record(a_run("r-1", HERE), Changes(), [first, second])
            transaction.record(a_run("r-2", HERE), Changes(), [evolve(first, message="Others wait.")])
            transaction.record(a_run("r-3", HERE), Changes())
        held = store.holds("r-1")
        assert [(one.id, one.reason, one.rule, one.message, one.remedy, one.lines) for one in held] == [
            (one.id, one.reason, one.rule, one.message, one.remedy, ()) for one in (second, first)
        ]
        assert all(one.members.equals(other.members) for one, other in zip(held, (second, first), strict=True))
        assert [one.message for one in store.holds("r-2")] == ["Others wait."]
        assert store.holds("r-3") == ()
        with pytest.raises(UnknownRun):
            store.holds("r-4")

    def test_a_run_over_several_scopes(self, store: Store) -> None:
        """One transaction writes to scopes of one district; the journal says where, and lists the run in each."""
        ana, _ = found(store, NORTH)
        with store.transaction(HERE) as transaction:
            here = transaction.write(changes_of([student("001"), role("G1", ana), tie("001", "G1", ana)]))
            there = transaction.write(changes_of([end("001", "G1", ana)]), NORTH)
            new = transaction.write(changes_of([student("007")]), SOUTH)
            assert transaction.version == store.roster(HERE).version + 3
            elsewhere: dict[Scope, Changes] = {SOUTH: new.changes, NORTH: there.changes}
            transaction.record(a_run("r-1", HERE), here.changes, elsewhere=elsewhere)
        assert store.roster(SOUTH).students["student_sis_id"].to_list() == ["007"]
        ended = store.roster(NORTH).guardianships.filter(pl.col("state") == "ended")
        assert ended["guardian_sis_id"].to_list() == ["G1"]
        assert store.roster(HERE).guardianships["state"].to_list() == ["active"]
        assert store.run_scopes("r-1") == (HERE, NORTH, SOUTH)
        assert store.run_scope("r-1") == HERE
        assert store.changes("r-1") == store.changes("r-1", HERE) == here.changes
        assert store.changes("r-1", NORTH) == there.changes
        assert store.changes("r-1", SOUTH) == new.changes
        assert store.changes("r-1", School("t", "d-1")).is_empty
        for scope in (HERE, NORTH, SOUTH):
            assert store.runs(scope).select("run_id", "scope").rows() == [("r-1", "d-1")]
        assert store.runs(School("t", "d-1")).is_empty()
        with store.transaction(HERE) as transaction, pytest.raises(StoreFailed, match="no scope of the district"):
            transaction.write(changes_of([student("001")]), District("d-2"))
        with pytest.raises(UnknownRun):
            store.run_scopes("r-2")

    def test_another_scope_fails_whole(self, store: Store) -> None:
        """An exception after writing to several scopes leaves no trace in any."""
        ana, _ = found(store, NORTH)
        before = store.roster(NORTH)

        def broken_off() -> None:
            with store.transaction(HERE) as transaction:
                transaction.write(changes_of([student("001"), pin("G1", "G2"), denial("G1", "001")]))
                transaction.write(changes_of([end("001", "G1", ana)]), NORTH)
                transaction.record(a_run("r-1", HERE), Changes(), elsewhere={NORTH: Changes()})
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            broken_off()
        assert facts(store.roster(NORTH)) == facts(before)
        assert store.roster(HERE).students.is_empty()
        assert store.runs(NORTH).is_empty()
