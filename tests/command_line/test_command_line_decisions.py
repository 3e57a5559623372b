from pathlib import Path

import polars as pl
import pytest
from command_line.commanding import SCOPE, refused, run
from evenings import ANN, BOB, csv

import guardiansync as gs

ROWS = (f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a roster of two students and their guardians."""
    monkeypatch.chdir(tmp_path)
    Path("students.csv").write_text("student_sis_id,school\nS1,North High\nS2,South High\n", "utf-8")
    Path("guardians.csv").write_bytes(csv(*ROWS))
    assert run("load-roster", *SCOPE, "--students", "students.csv").exit_code == 0
    assert run("sync", *SCOPE, "--upload", "guardians.csv").exit_code == 0
    return tmp_path


def roster(scope: gs.District | gs.School) -> gs.Roster:
    return gs.open_store("sqlite:///roster.db").roster(scope)


def test_pins_are_set_listed_and_taken_back() -> None:
    assert run("pins", *SCOPE).stdout == "No pins in the district of d-1.\n"
    pinned = run("pin", *SCOPE, "never-same", "guardian:G2", "guardian:G1")
    assert pinned.exit_code == 0
    listed = run("pins", *SCOPE).stdout
    assert "guardian G1 of d-1  never the same as  guardian G2 of d-1" in listed
    run_id = listed.splitlines()[1].split()[-2]
    assert run_id in pinned.stdout
    assert run("undo", run_id).exit_code == 0
    assert run("pins", *SCOPE).stdout == "No pins in the district of d-1.\n"


def test_roles_are_named_by_kind_and_id() -> None:
    assert "guardian:ID or staff:ID" in refused("pin", *SCOPE, "same", "G1", "guardian:G2")
    assert "guardian:ID or staff:ID" in refused("pin", *SCOPE, "same", "guardian:G1", "guardian:")
    assert "no guardian G9" in refused("pin", *SCOPE, "same", "guardian:G1", "guardian:G9")
    assert "d-1/n has no guardian G2" in refused(
        "pin", *SCOPE, "same", "guardian:G1", "guardian:G2", "--other-school", "n"
    )


def test_a_denial_works_at_once_and_is_listed() -> None:
    assert run("denials", *SCOPE).stdout == "No denials in the district of d-1.\n"
    denied = run("deny", *SCOPE, "G1", "S1", "--reason", "court order")
    assert denied.exit_code == 0
    assert "ties ended: 1" in denied.stdout
    assert "No tie stood" not in denied.stdout
    assert roster(gs.District("d-1")).guardianships.filter(state="active")["guardian_sis_id"].to_list() == ["G2"]
    words = run("denials", *SCOPE).stdout.splitlines()[1].split()
    assert words[:5] == ["G1", "d-1", "S1", "court", "order"]
    assert "No tie stood" in run("deny", *SCOPE, "G1", "S2", "--reason", "too").stdout
    assert "reason" in refused("deny", *SCOPE, "G1", "S1", "--reason", " ")
    assert "reason" in refused("deny", *SCOPE, "G1", "S1")
    assert run("undo", words[5]).exit_code == 0
    assert roster(gs.District("d-1")).denials["student_sis_id"].to_list() == ["S2"]


def test_a_district_moves_to_its_schools_and_back() -> None:
    to_schools = ("migrate-level", *SCOPE, "--to", "school")
    assert "none for 'South High'" in refused(*to_schools, "--is-school", "North High=n")
    assert "NAME=ID" in refused(*to_schools, "--is-school", "n")
    moved = run(*to_schools, "--is-school", "North High=n", "--is-school", "South High=s")
    assert moved.exit_code == 0
    assert "roles granted there: 2" in moved.stdout
    assert roster(gs.School("n", "d-1")).students["student_sis_id"].to_list() == ["S1"]
    assert "migrate_level" in refused("plan", *SCOPE, "--upload", "guardians.csv")
    back = run("migrate-level", *SCOPE, "--to", "district")
    assert back.exit_code == 0
    assert "unchanged" in run("sync", *SCOPE, "--upload", "guardians.csv").stdout
    standing = roster(gs.District("d-1")).guardianships.filter(pl.col("state") == "active")
    assert standing.height == 2
