import io
import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from evenings import ANN, BOB, Evenings, csv

import guardiansync as gs
from guardiansync.model.run import Phase
from guardiansync.testing.sftp_server import SftpServer


def test_a_sync_that_is_not_enabled_is_refused_but_plan_and_check_are_not() -> None:
    district = Evenings()
    off = gs.SyncSettings(scope=district.scope)
    with pytest.raises(gs.SyncNotEnabled, match="enabled=True"):
        gs.sync(off, district.store, csv(f"S1,G1,{ANN},,"))
    assert not gs.plan(off, district.store, csv(f"S1,G1,{ANN},,")).is_empty
    assert gs.check(off, district.store, csv(f"S1,G1,{ANN},,")).ok
    assert district.store.runs(district.scope)["status"].to_list() == ["failed", "applied"]


def test_a_sync_at_another_level_than_the_daily_sync_is_refused_with_the_level_to_use() -> None:
    district = Evenings(daily_sync_level="school")
    with pytest.raises(gs.WrongLevel, match="set the guardian sync up at school level"):
        district.sync(f"S1,G1,{ANN},,")
    checkup = gs.check(district.settings, district.store, csv(f"S1,G1,{ANN},,"))
    assert not checkup.ok
    assert [line.name for line in checkup if line.outcome == "failed"] == ["level"]


def test_a_plan_is_applied_only_to_the_roster_it_was_made_for() -> None:
    district = Evenings()
    plan = district.plan(f"S1,G1,{ANN},,")
    district.sync(f"S2,G2,{BOB},,")
    with pytest.raises(gs.StalePlan, match="plan again") as stale:
        gs.apply(plan, district.store)
    assert (stale.value.planned, stale.value.current) == (1, 2)
    assert district.guardians() == {"G2"}


def test_nobody_has_said_where_the_file_is() -> None:
    district = Evenings()
    with pytest.raises(gs.NoLocation, match="upload"):
        gs.plan(district.settings, district.store)


@pytest.mark.parametrize("how", ["bytes", "path", "text path", "file"])
def test_uploads_come_as_bytes_path_or_file(how: str, tmp_path: Path) -> None:
    data = csv(f"S1,G1,{ANN},,")
    (tmp_path / "Guardians.CSV").write_bytes(data)
    upload = {
        "bytes": data,
        "path": tmp_path / "Guardians.CSV",
        "text path": str(tmp_path / "Guardians.CSV"),
        "file": io.BytesIO(data),
    }[how]
    district = Evenings()
    assert gs.sync(district.settings, district.store, upload).counts["create_accounts"] == 1  # type: ignore[arg-type]


def test_the_whole_way_over_sftp_into_sqlite(sftp: SftpServer, tmp_path: Path) -> None:
    (sftp.folder / "guardians.csv").write_bytes(csv(f"S1,G1,{ANN},,", f"S2,G1,{ANN},,", f"S2,G2,{BOB},,"))
    store = gs.open_store(f"sqlite:///{tmp_path}/roster.db")
    district = Evenings(store=store, location=sftp.location())
    phases: list[Phase] = []
    report = gs.sync(
        district.settings,
        store,
        actor="nightly",
        on_progress=lambda phase, done, _: phases.append(phase) if done else None,
    )
    assert (report.status, report.reasons) == ("applied", ())
    modified_at = int((sftp.folder / "guardians.csv").stat().st_mtime)
    assert report.evidence.modified_at == datetime.fromtimestamp(modified_at, UTC)
    # Reading the file and the roster go side by side.
    assert sorted(set(phases), key=list(Phase).index) == list(Phase)
    assert (phases[0], phases[-2:]) == (Phase.FETCH, [Phase.PLAN, Phase.APPLY])
    assert district.children("G1") == {"S1", "S2"}
    run = store.runs(district.scope).row(0, named=True)
    assert (run["actor"], run["status"], run["sha256"], run["row_count"]) == (
        "nightly",
        "applied",
        report.evidence.sha256,
        3,
    )
    assert gs.sync(district.settings, store).status == "unchanged"
    (sftp.folder / "guardians.csv").unlink()
    with pytest.raises(gs.FileMissing):
        gs.sync(district.settings, store)
    assert store.runs(district.scope).row(0, named=True)["reasons"] == "file-not-found"


def test_families_shows_each_student_with_their_guardians() -> None:
    district = Evenings(students=[], staff=["T1,Ann,Lee,ann@example.org,4155550132"])
    students = pl.DataFrame({"student_sis_id": [1, 2, 3], "school": ["North", "North", None]})
    gs.load_roster(district.store, district.scope, students=students)
    district.sync(f"1,G1,{ANN},,", f"1,G2,{BOB},,")
    families = gs.families(district.store, district.scope, school="North")
    assert families.select("student_sis_id", "guardian_sis_id", "first_name", "account_state", "is_staff").rows() == [
        ("1", "G1", "Ann", "invited", True),
        ("1", "G2", "Bob", "invited", False),
        ("2", "", "", "", False),
    ]
    assert gs.families(district.store, district.scope).height == 4


def test_explain_says_which_run_and_rule_made_it_so() -> None:
    district = Evenings()
    run = district.sync(f"S1,G1,{ANN},,")
    for asked in ({"guardian_sis_id": "G1"}, {"account_id": district.account("G1")["account_id"]}):
        explained = gs.explain(district.store, district.scope, **asked)
        assert explained.history["change"].to_list() == ["create accounts", "grant roles", "start guardianships"]
        assert set(explained.history["rule"]) == {"M4"}
        assert run.run_id in str(explained)
        assert "ann@example.org" not in str(explained)
    student = gs.explain(district.store, district.scope, student_sis_id="S1")
    assert student.guardianships["guardian_sis_id"].to_list() == ["G1"]
    with pytest.raises(gs.UnknownId, match="no guardian G9"):
        gs.explain(district.store, district.scope, guardian_sis_id="G9")
    with pytest.raises(gs.SettingsError, match="exactly one"):
        gs.explain(district.store, district.scope, guardian_sis_id="G1", student_sis_id="S1")


def test_possible_duplicates_name_what_agrees_and_what_to_correct() -> None:
    district = Evenings()
    district.sync("S1,G1,Jonathan,Lee,j@example.org,4155550132,,", "S2,G2,Jonathon,Lee,j@example.org,4155550132,,")
    district.sync("S1,G1,Jonathan,Lee,j@example.org,4155550132,,", "S2,G2,Jonathon,Lee,j@example.org,4155550132,,")
    (pair,) = gs.possible_duplicates(district.store, district.scope).to_dicts()
    assert (pair["agree"], pair["differ"]) == ("email, sms", "name")
    assert pair["remedy"].endswith("If they are one person, give both the same name in the SIS.")
    assert (pair["roles"], pair["other_roles"]) in {("guardian G1", "guardian G2"), ("guardian G2", "guardian G1")}
    coming = district.plan("S3,G3,Jon,Lee,j@example.org,4155550132,,")
    assert gs.possible_duplicates(district.store, district.scope, coming).height == 3


def test_possible_duplicates_leave_households_and_office_numbers_alone() -> None:
    district = Evenings(students=[f"S{n}" for n in range(20)])
    household = ["S1,G1,Ann,Lee,home@example.org,4155550132,,", "S1,G2,Bartholomew,Lee,home@example.org,4155550132,,"]
    office = [f"S{n},H{n},Jon{n},Ray,office@example.org,,," for n in range(2, 15)]
    district.sync(*household, *office)
    assert gs.possible_duplicates(district.store, district.scope).is_empty()


def test_a_report_is_text_csv_and_json_and_safe_in_a_spreadsheet() -> None:
    district = Evenings()
    report = district.sync(f"S1,=cmd|x,{ANN},,", f"S9,+G2,{BOB},,")
    assert report.to_csv().splitlines() == [
        "line,student_sis_id,guardian_sis_id,result,action,rule,message",
        "2,S1,'=cmd|x,used,CREATED,M4,A new account.",
        "3,S9,'+G2,skipped,SKIPPED,A3,Student unknown",
    ]
    told = json.loads(report.to_json())
    assert told["counts"]["rows_skipped"] == 1
    assert told["findings"][0]["code"] == "student-unknown"
    assert "accounts created" in str(report)
    everything = report.to_csv() + report.to_json() + str(report) + repr(report)
    assert "ann@example.org" not in everything
    assert "4155550132" not in everything


@pytest.mark.parametrize("wrong", [[{"id": "S1"}], [1, 2], pl.DataFrame({"name": ["x"]})])
def test_a_roster_without_the_needed_column_is_refused(wrong: object) -> None:
    with pytest.raises(gs.SettingsError, match="students"):
        gs.load_roster(gs.open_store("memory://"), gs.District("d-1"), students=wrong)  # type: ignore[arg-type]
