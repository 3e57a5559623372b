"""What every store promises, as tests.

Subclass `StoreContract` in a test module, give it a fixture `store` that returns an empty store, and pytest does the rest:

    class TestMyStore(StoreContract):
        @pytest.fixture
        def store(self) -> Store:
            return MyStore()
"""
# ruff: noqa: S101, PLR2004 - these are tests, though they live in the package

import threading

import polars as pl
import pytest

from guardiansync.errors import UnknownHold, UnknownRun
from guardiansync.model.bulk import Changes
from guardiansync.model.feed import KEYS
from guardiansync.model.plan import Evidence
from guardiansync.model.roster import ACCOUNTS, GUARDIANSHIPS, RELEASES, ROLES, STUDENTS
from guardiansync.model.run import RUNS, Status
from guardiansync.settings import District, School
from guardiansync.stores.protocol import Store
from guardiansync.testing.changes import (
    a_hold,
    a_run,
    account,
    archive,
    changes_of,
    contact,
    end,
    facts,
    merge,
    remove,
    revoke,
    role,
    student,
    tie,
)  # fmt: skip
from guardiansync.testing.lock_contract import LockContract
from guardiansync.testing.store_cases import HERE, LEFT, MADE, found, write, write_all
from guardiansync.testing.store_machine import live_side_by_side
from guardiansync.testing.verdict_contract import VerdictContract

AWKWARD = 'O\'Brien "Zoë" \\ 👩‍👧\r\nDROP TABLE account; -- \u200f%s $1 ?'


class StoreContract(VerdictContract, LockContract):
    """Every promise of `guardiansync.stores.protocol`, and of `lock` where the store offers it. Override `store`."""

    @pytest.fixture
    def store(self) -> Store:
        """An empty store."""
        raise NotImplementedError

    def test_nothing_is_known_of_an_unknown_scope(self, store: Store) -> None:
        """An unknown scope is an empty roster at version 0."""
        roster = store.roster(HERE)
        assert isinstance(store, Store)
        assert (roster.scope, roster.version) == (HERE, 0)
        assert not any(facts(roster).values())
        assert roster.releases.is_empty()

    def test_what_is_written_is_read(self, store: Store) -> None:
        """Frames have their schemas, ids keep their zeros, new accounts are invited and managed."""
        ana, ben = found(store)
        roster = store.roster(HERE)
        schemas = (roster.accounts.schema, roster.roles.schema, roster.students.schema, roster.guardianships.schema)
        assert schemas == (ACCOUNTS, ROLES, STUDENTS, GUARDIANSHIPS)
        assert roster.releases.schema == RELEASES
        assert facts(roster) == {
            "accounts": sorted([
                (ana, "Ana", "Silva", "ana@example.com", False, "", False, "", "pt", "invited", True),
                (ben, "Ben", "Silva", "", False, "+14155550101", False, "", "pt", "invited", True),
            ]),
            "roles": [
                ("d-1", "guardian", "G1", ana, "Ana", "Silva", "ana@example.com", "", "active", True),
                ("d-1", "guardian", "G2", ben, "Ben", "Silva", "", "+14155550101", "active", True),
            ],
            "students": [
                ("d-1", "001", "Rui", "Silva", "North", "active"),
                ("d-1", "002", "Eva", "Silva", "North", "active"),
            ],
            "guardianships": [
                ("d-1", "001", "G1", ana, "active", True),
                ("d-1", "001", "G2", ben, "active", True),
                ("d-1", "002", "G1", ana, "active", True),
            ],
            "pins": [],
            "denials": [],
        }  # fmt: skip

    def test_new_accounts_get_ids_of_the_store(self, store: Store) -> None:
        """The plan's ids are replaced in what was written, and two plans may use the same ones."""
        ana, ben = found(store)
        again = write_all(store, account("new-ana"), role("G7", "new-ana"))
        ((planned, real),) = again.ids.iter_rows()
        assert planned == "new-ana"
        assert len({ana, ben, real, planned}) == 4
        assert again.changes["create_accounts"]["account_id"].to_list() == [real]
        assert again.changes["grant_roles"]["account_id"].to_list() == [real]

    @pytest.mark.parametrize("case", MADE)
    def test_changes_are_made_and_taken_back(self, store: Store, case: str) -> None:
        """Each kind of change is made, and the inverse of what was written gives the roster before."""
        ids = found(store)
        before = store.roster(HERE)
        wanted = MADE[case](*ids)
        with store.transaction(HERE) as transaction:
            written = transaction.write(changes_of(wanted))
        assert written.left.is_empty
        assert len(written.changes) == len(wanted)
        after = store.roster(HERE)
        assert facts(after) != facts(before)
        assert after.version == before.version + 1
        with store.transaction(HERE) as transaction:
            back = transaction.write(written.changes.inverse())
        assert back.left.is_empty
        assert facts(store.roster(HERE)) == facts(before)
        with store.transaction(HERE) as transaction:
            forth = transaction.write(back.changes.inverse())
        assert forth.left.is_empty
        assert facts(store.roster(HERE)) == facts(after)

    @pytest.mark.parametrize("case", LEFT)
    def test_what_does_not_fit_is_left(self, store: Store, case: str) -> None:
        """A change that expects something else is left, returned as it was, and moves no version."""
        ids = found(store)
        before = store.roster(HERE)
        wanted = LEFT[case](*ids)
        written = write(store, *wanted)
        assert written.changes.is_empty
        assert written.left == changes_of(wanted)
        after = store.roster(HERE)
        assert (facts(after), after.version) == (facts(before), before.version)

    def test_the_rest_goes_on(self, store: Store) -> None:
        """Beside a change that is left, and after the same change twice, the others are made once each."""
        ana, ben = found(store)
        written = write(
            store, end("001", "G1", ana), end("001", "G1", ben), end("002", "G1", ana), end("002", "G1", ana)
        )
        assert written.changes == changes_of([end("001", "G1", ana), end("002", "G1", ana)])
        assert written.left == changes_of([end("001", "G1", ben), end("002", "G1", ana)])
        states = store.roster(HERE).guardianships.filter(pl.col("state") == "ended")
        assert states["student_sis_id"].sort().to_list() == ["001", "002"]

    def test_what_follows_a_moved_role(self, store: Store) -> None:
        """Changes of the same call that name a moved role's old account mean the new one."""
        ana, ben = found(store)
        written = write_all(store, merge("G2", ben, ana), tie("002", "G2", ben), end("001", "G2", ben))
        assert written.changes["start_guardianships"]["account_id"].to_list() == [ana]
        ties = store.roster(HERE).guardianships.filter(pl.col("guardian_sis_id") == "G2").sort("student_sis_id")
        assert ties.select("account_id", "state").rows() == [(ana, "ended"), (ana, "active")]

    def test_void_is_not_in_frames_and_comes_back(self, store: Store) -> None:
        """What is void is in no frame; it returns with the details given, or those it has where names are blank."""
        ana, ben = found(store)
        write_all(
            store, end("001", "G2", ben, after="void"), revoke("G2", ben, after="void"), archive(ben, after="void")
        )
        write_all(store, end("001", "G1", ana), end("002", "G1", ana), remove("001", after="void"))
        roster = store.roster(HERE)
        assert roster.accounts["account_id"].to_list() == [ana]
        assert roster.roles["sis_id"].to_list() == ["G1"]
        assert roster.students["student_sis_id"].to_list() == ["002"]
        assert roster.guardianships["student_sis_id"].to_list() == ["002"]
        write_all(store, role("G2", ana, name="", email="x@example.com"), student("001", name="Ruy"))
        roster = store.roster(HERE)
        back = roster.roles.filter(pl.col("sis_id") == "G2")
        assert back.select("account_id", "first_name", "email").row(0) == (ana, "Ben", "")
        assert roster.students.sort("student_sis_id")["first_name"].to_list() == ["Ruy", "Eva"]

    def test_what_returns_keeps_its_details(self, store: Store) -> None:
        """A revoked role and a student who left come back as they were."""
        ana, ben = found(store)
        write_all(store, end("001", "G1", ana), end("001", "G2", ben), revoke("G2", ben), remove("001"))
        write_all(store, role("G2", ben, name="Other", before="revoked"), student("001", "Other", before="left"))
        roster = store.roster(HERE)
        assert "Other" not in {*roster.roles["first_name"], *roster.students["first_name"]}
        assert set(roster.roles["state"]) == {"active"}
        assert set(roster.students["state"]) == {"active"}

    def test_owners_claim_their_accounts(self, store: Store) -> None:
        """Invited becomes active, and what they were invited by is verified; the version stays."""
        ana, ben = found(store)
        version = store.roster(HERE).version
        store.mark_active([ana, ben, "77", "nobody", ""])
        store.mark_active([])
        roster = store.roster(HERE)
        shown = ("account_id", "state", "email_verified", "sms_verified")
        expected = sorted([(ana, "active", True, False), (ben, "active", False, True)])
        assert sorted(roster.accounts.select(shown).iter_rows()) == expected
        assert roster.version == version
        unverified = contact("account", ana, "email_verified", "true", "false")
        write_all(store, contact("account", ana, "email", "ana@example.com", "b@example.com"), unverified)
        write_all(store, archive(ben, before="active"))
        store.mark_active([ben])
        accounts = {row[0]: row[1:] for row in store.roster(HERE).accounts.select(shown).iter_rows()}
        assert accounts == {ana: ("active", False, False), ben: ("archived", False, True)}

    def test_all_or_nothing(self, store: Store) -> None:
        """An exception that leaves the transaction leaves no trace, of what was recorded neither."""
        ana, _ = found(store)
        before = store.roster(HERE)

        def broken_off() -> None:
            with store.transaction(HERE) as transaction:
                written = transaction.write(changes_of([end("001", "G1", ana), account("n"), role("G5", "n")]))
                transaction.record(a_run("r-1", HERE), written.changes, [a_hold("h-1", ("001", "G1"))])
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            broken_off()
        after = store.roster(HERE)
        assert (facts(after), after.version) == (facts(before), before.version)
        assert store.runs(HERE).is_empty()
        with pytest.raises(UnknownRun):
            store.changes("r-1")
        with pytest.raises(UnknownHold):
            store.release("h-1")

    def test_versions(self, store: Store) -> None:
        """A write that makes something moves the version by one; the transaction tells both."""
        ana, _ = found(store)
        with store.transaction(HERE) as transaction:
            assert transaction.version == store.roster(HERE).version == 1
            transaction.write(Changes())
            assert transaction.version == 1
            transaction.write(changes_of([end("001", "G1", ana)]))
            assert transaction.version == 2
        assert store.roster(HERE).version == 2

    def test_writers_wait_for_each_other(self, store: Store) -> None:
        """The second writer begins where the first one ended."""
        ana, _ = found(store)
        seen: list[int] = []

        def second() -> None:
            with store.transaction(HERE) as transaction:
                seen.append(transaction.version)
                transaction.write(changes_of([end("002", "G1", ana)]))

        thread = threading.Thread(target=second)
        with store.transaction(HERE) as transaction:
            thread.start()
            transaction.write(changes_of([end("001", "G1", ana)]))
            assert store.roster(HERE).version == 1
        thread.join()
        assert seen == [2]
        assert store.roster(HERE).version == 3

    def test_districts_never_meet(self, store: Store) -> None:
        """Two districts with the same ids are two; the account of one cannot be touched from the other."""
        other = District("d-2")
        ana, _ = found(store)
        theirs, _ = found(store, other)
        before = store.roster(HERE)
        assert theirs != ana
        stale = changes_of(
            [archive(ana), contact("account", ana, "phone", "", "5"), role("G5", ana), merge("G1", theirs, ana)]
        )
        with store.transaction(other) as transaction:
            assert transaction.write(stale).left == stale
        write_all(store, end("001", "G1", theirs), contact("role", theirs, "sms", "", "5"), remove("002"), scope=other)
        after = store.roster(HERE, keys_of(email="ana@example.com"))
        assert (facts(after), after.version) == (facts(before), before.version)
        assert set(store.roster(other).roles["scope"]) == {"d-2"}

    def test_schools_share_accounts(self, store: Store) -> None:
        """Schools of one district see their own rows, and of shared accounts the other schools' roles as well."""
        north, south = School("n", "d-1"), School("s", "d-1")
        ana, ben = found(store, north)
        write_all(store, student("001"), role("G1", ana), tie("001", "G1", ana), scope=south)
        roster = store.roster(south)
        assert roster.version == store.roster(north).version == 2
        assert roster.accounts["account_id"].to_list() == [ana]
        assert set(roster.roles["scope"]) == {"d-1/n", "d-1/s"}
        assert set(roster.students["scope"]) == set(roster.guardianships["scope"]) == {"d-1/s"}
        assert write(store, end("002", "G1", ana), revoke("G2", ben), scope=south).changes.is_empty
        for keys in (keys_of(sms="+14155550101"), keys_of(email="ANA@example.com", sms="+14155550101")):
            more = store.roster(south, keys)
            assert set(more.accounts["account_id"]) == {ana, ben}
            assert set(more.roles.filter(pl.col("account_id") == ben)["scope"]) == {"d-1/n"}
            assert more.guardianships.equals(roster.guardianships)
        third = store.roster(School("t", "d-1"), keys_of(email="ana@example.com"))
        assert third.accounts["account_id"].to_list() == [ana]
        assert third.roles.height == 2
        assert store.roster(School("t", "d-1"), keys_of(email="", sms="")).accounts.is_empty()

    def test_the_journal(self, store: Store) -> None:
        """Runs are listed newest first, with what they changed; a failed run needs no write."""
        evidence = Evidence("guardians.csv", "ab" * 32, 1234, 3, None, 0)
        with store.transaction(HERE) as transaction:
            written = transaction.write(changes_of([student("001"), account("n", name=AWKWARD), role("G1", "n")]))
            run = a_run("r-1", HERE, evidence=evidence, version_after=1, counts=written.changes.counts(), actor="me")
            transaction.record(run, written.changes)
        with store.transaction(HERE) as transaction:
            failed = a_run("r-2", HERE, 5, status=Status.FAILED, reasons=("host-key", "x"), message=AWKWARD)
            transaction.record(failed, Changes())
        runs = store.runs(HERE)
        assert runs.schema == RUNS
        assert runs.rows(named=True) == [failed.as_row(), run.as_row()]
        assert store.run_scope("r-1") == HERE
        assert store.changes("r-1") == written.changes
        assert store.changes("r-2").is_empty
        assert store.roster(HERE).version == 1
        assert store.runs(School("s", "d-1")).is_empty()
        for ask in (store.run_scope, store.changes):
            with pytest.raises(UnknownRun):
                ask("r-3")

    def test_releases(self, store: Store) -> None:
        """What people released is in later rosters of that scope, and the version moves."""
        other = School("s", "d-1")
        with store.transaction(HERE) as transaction:
            transaction.write(changes_of([student("001")]))
            held = [a_hold("h-1", ("001", "G1"), ("", "G2")), a_hold("h-2", ("002", "G3"))]
            transaction.record(a_run("r-1", HERE), Changes(), held)
        with pytest.raises(UnknownHold):
            store.release("h-9", "me")
        assert store.roster(HERE).version == 1
        store.release("h-1", "me")
        store.release("h-1")
        roster = store.roster(HERE)
        assert roster.version > 1
        assert sorted(roster.releases.iter_rows()) == [
            ("h-1", "threshold", "", "G2"),
            ("h-1", "threshold", "001", "G1"),
        ]
        write_all(store, student("001"), scope=other)
        assert store.roster(other).releases.is_empty()

    def test_any_text_survives(self, store: Store) -> None:
        """Ids and details come back as they went in."""
        odd = ("007", "7", " 7", AWKWARD, "é", "e\u0301", "1e3", "NULL", "x" * 5000)
        planned = [account(f"new-{n}", name=text, email=text) for n, text in enumerate(odd)]
        granted = [role(text, f"new-{n}", name=text, email=text, sms=text) for n, text in enumerate(odd)]
        write_all(store, *(student(text, name=text) for text in odd), *planned, *granted,
                  *(tie(text, text, f"new-{n}") for n, text in enumerate(odd)))  # fmt: skip
        roster = store.roster(HERE)
        for column in (
            roster.accounts["first_name"], roster.accounts["email"], roster.roles["sis_id"], roster.roles["sms"],
            roster.students["student_sis_id"], roster.students["first_name"], roster.guardianships["guardian_sis_id"],
        ):  # fmt: skip
            assert sorted(column) == sorted(odd)
        assert roster.guardianships.filter(pl.col("student_sis_id") != pl.col("guardian_sis_id")).is_empty()

    def test_it_lives_as_the_memory_store_does(self, store: Store) -> None:
        """Whatever happens in an evening, in any order, leaves both with the same roster and the same journal."""
        live_side_by_side(store)

    def test_it_can_be_used_after_closing(self, store: Store) -> None:
        """Closing lets go of what is held open, no more; and a repr shows no more than where it is."""
        found(store)
        store.close()
        assert store.roster(HERE).students.height == 2
        assert "Ana" not in repr(store)


def keys_of(email: str = "", sms: str = "") -> pl.DataFrame:
    """One identity key, and a blank one."""
    return pl.DataFrame([("ana silva", email, sms), ("", "", "")], schema=KEYS, orient="row")
