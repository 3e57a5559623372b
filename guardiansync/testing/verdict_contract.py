"""What every store promises of people's words: pins, denials, what was undone, what waits; a part of `StoreContract`."""
# ruff: noqa: S101, PLR2004 - these are tests, though they live in the package

from datetime import UTC, datetime, timedelta, timezone

import polars as pl
import pytest
from attrs import evolve

from guardiansync.errors import StoreFailed, UnknownHold, UnknownRun
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
    store: Store,
    run_id: str,
    *changes: Change,
    scope: Scope = HERE,
    kind: RunKind = RunKind.GUARDIANS,
    minute: int = 0,
) -> Changes:
    """Write and journal, in a transaction of its own."""
    with store.transaction(scope) as transaction:
        written = transaction.write(changes_of(changes))
        assert written.left.is_empty, written.left
        transaction.record(a_run(run_id, scope, minute, kind=kind, counts=written.changes.counts()), written.changes)
    return written.changes


def undo_of(store: Store, run_id: str, undoes: str, scope: Scope = HERE, minute: int = 0) -> None:
    """Take a run back as `undo` does."""
    with store.transaction(scope) as transaction:
        written = transaction.write(store.changes(undoes).inverse())
        assert written.left.is_empty, written.left
        transaction.record(a_run(run_id, scope, minute, kind=RunKind.UNDO, undoes=undoes), written.changes)


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

    def test_purging_keeps_totals_and_what_stands(self, store: Store) -> None:
        """Details of old runs go; the rows of runs, releases, pins, denials and what stays undone do not."""
        ana, ben = found(store)
        run_of(store, "r-1", contact("role", ana, "sms", "", "5"), minute=1)
        word = run_of(
            store, "r-2", pin("G1", "G2"), denial("G2", "001"), end("001", "G2", ben), kind=RunKind.DENIAL, minute=2
        )
        run_of(store, "r-3", student("003"), minute=3)
        undo_of(store, "r-4", "r-3", minute=4)
        with store.transaction(HERE) as transaction:
            there = transaction.write(changes_of([student("001")]), NORTH)
            held = [a_hold("h-1", ("001", "G1")), a_hold("h-2", ("002", "G1"))]
            moved = changes_of([pin("G1", "G3")])
            made = transaction.write(moved)
            transaction.record(
                a_run("r-5", HERE, 5, counts={"enrol_students": 1, "set_pins": 1}), made.changes, held,
                {NORTH: there.changes},
            )  # fmt: skip
        late = run_of(store, "r-6", tie("002", "G2", ben), minute=6)
        store.release("h-1")
        before, runs = store.roster(HERE), store.runs(HERE)
        undone = store.changes("r-3")
        assert store.purge(datetime(2026, 9, 1, 20, 6, tzinfo=UTC)) == 3
        after = store.roster(HERE)
        assert (facts(after), after.version) == (facts(before), before.version)
        assert after.releases.equals(before.releases)
        assert after.undone.equals(before.undone)
        assert after.undone.height == 1
        assert store.runs(HERE).equals(runs)
        assert store.runs(NORTH)["run_id"].to_list() == ["r-5"]
        assert store.run_scopes("r-5") == (HERE, NORTH)
        assert store.changes("r-1").is_empty
        assert store.changes("r-2") == word
        assert store.changes("r-3") == undone
        assert store.changes("r-4").is_empty
        assert store.changes("r-5") == moved
        assert store.changes("r-5", NORTH).is_empty
        assert store.changes("r-6") == late
        assert [hold.id for hold in store.holds("r-5")] == ["h-1"]
        with pytest.raises(UnknownHold):
            store.release("h-2")
        store.release("h-1")
        assert store.purge(datetime(2026, 9, 1, 20, 6, tzinfo=UTC)) == 0

    def test_purging_keeps_what_may_yet_stay_undone(self, store: Store) -> None:
        """A run whose undoing was undone is kept while that can be undone in its turn."""
        found(store)
        made = run_of(store, "r-1", student("003"), minute=1)
        undo_of(store, "r-2", "r-1", minute=2)
        undo_of(store, "r-3", "r-2", minute=9)
        assert store.purge(datetime(2026, 9, 1, 22, 5, tzinfo=timezone(timedelta(hours=2)))) == 0
        undo_of(store, "r-4", "r-3", minute=10)
        assert store.changes("r-1") == made
        assert store.purge(datetime(2026, 9, 1, 21, tzinfo=UTC)) == 3
        assert store.roster(HERE).undone["student_sis_id"].to_list() == ["003"]

    def test_a_clock_that_runs_backwards_makes_nothing_old(self, store: Store) -> None:
        """What was journalled after a run is kept as long as that one, whatever time it has."""
        old = run_of(store, "r-1", student("001"), minute=1)
        run_of(store, "r-2", student("002"), minute=9)
        late = run_of(store, "r-3", student("003"), minute=2)
        assert store.purge(datetime(2026, 9, 1, 20, 5, tzinfo=UTC)) == 1
        assert store.changes("r-1").is_empty
        assert not old.is_empty
        assert store.changes("r-3") == late

    def test_purging_is_of_all_districts(self, store: Store) -> None:
        """And of each by its own runs."""
        for name in ("d-1", "d-2"):
            run_of(store, f"r-1-{name}", student("003"), scope=District(name), minute=1)
            run_of(store, f"r-2-{name}", student("004"), scope=District(name), minute=2)
        assert store.purge(datetime(2026, 9, 1, 20, 2, tzinfo=UTC)) == 2
        assert [store.changes(f"r-1-{name}").is_empty for name in ("d-1", "d-2")] == [True, True]
        assert [store.changes(f"r-2-{name}").is_empty for name in ("d-1", "d-2")] == [False, False]
