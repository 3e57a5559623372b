"""An ordinary evening."""

import json
import re
from pathlib import Path

import polars as pl
import pytest
from command_line.commanding import LEES, SCOPE, refused, run, settings_file, ties, write_guardians

import guardiansync as gs
from guardiansync.command_line.written import EXAMPLE


def test_a_plan_changes_nothing_and_a_sync_does(home: Path) -> None:
    planned = run("plan", *SCOPE, "--file", "drop")
    assert planned.exit_code == 0
    assert "20 start guardianships" in planned.stdout
    assert ties() == 0
    synced = run("sync", *SCOPE, "--file", str(home / "drop"))
    assert synced.exit_code == 0
    assert "applied" in synced.stdout
    assert ties() == 20


def test_the_same_file_again_is_unchanged(home: Path) -> None:
    assert run("sync", *SCOPE, "--upload", "drop/guardians.csv").exit_code == 0
    again = run("sync", *SCOPE, "--upload", str(home / "drop" / "guardians.csv"))
    assert again.exit_code == 0
    assert "unchanged" in again.stdout


def test_half_a_file_is_held_until_it_is_released(home: Path) -> None:
    assert run("sync", *SCOPE, "--file", "drop").exit_code == 0
    write_guardians(home / "drop" / "guardians.csv", LEES[:8])
    assert run("plan", *SCOPE, "--file", "drop").exit_code == 2
    held = run("sync", *SCOPE, "--file", "drop")
    assert held.exit_code == 2
    assert "threshold" in held.stdout
    assert ties() == 20
    hold_id = next(word for word in held.stdout.split() if word.startswith("h-"))
    assert run("release", hold_id).exit_code == 0
    assert run("sync", *SCOPE, "--file", "drop").exit_code == 0
    assert ties() == 8


def test_a_purge_forgets_what_runs_changed_and_keeps_their_totals(home: Path) -> None:
    assert run("sync", *SCOPE, "--file", "drop").exit_code == 0
    assert "of 0 runs" in run("purge", "--keep-days", "1").stdout
    known = settings_file(home / "d-1.toml", 'district = "d-1"\nkeep_days = 0\n')
    assert "of 0 runs" in run("purge", *known, "--keep-days", "1").stdout
    purged = run("purge", *known)
    assert purged.exit_code == 0
    assert "of 2 runs that are older than 0 days" in purged.stdout
    runs = gs.open_store("sqlite:///roster.db").runs(gs.District("d-1"))
    assert runs["changes"].to_list() == [59, 22]
    assert run("runs", *known).exit_code == 0
    assert "purge has dropped its details" in refused("undo", runs["run_id"][0])
    assert ties() == 20


@pytest.mark.parametrize("days", ["", 'keep_days = "all"', "keep_days = -1", "keep_days = true", "keep_days = 1e3"])
def test_a_purge_must_be_told_how_long_to_keep(home: Path, days: str) -> None:
    said = refused("purge", *settings_file(home / "d-1.toml", days))
    assert "--keep-days" in said
    assert "there is no roster" in refused("purge", "--store", "sqlite:///other.db", "--keep-days", "1").lower()


def test_a_threshold_given_as_an_option_counts(home: Path) -> None:
    assert run("sync", *SCOPE, "--file", "drop").exit_code == 0
    write_guardians(home / "drop" / "guardians.csv", LEES[:8])
    assert run("sync", *SCOPE, "--file", "drop", "--threshold", "0.9").exit_code == 0
    assert ties() == 8


@pytest.mark.usefixtures("home")
def test_a_run_is_listed_and_undone() -> None:
    run("sync", *SCOPE, "--file", "drop")
    listed = run("runs", *SCOPE).stdout.splitlines()
    assert listed[1].split()[1:3] == ["guardians", "applied"]
    assert listed[2].split()[1:3] == ["roster", "applied"]
    run_id = listed[1].split()[0]
    assert run("runs", *SCOPE, "--limit", "1").stdout.count("\n") == 2
    undone = run("undo", run_id)
    assert undone.exit_code == 0
    assert "is undone" in undone.stdout
    assert ties() == 0


@pytest.mark.usefixtures("home")
def test_explain_says_which_rule_it_was() -> None:
    run("sync", *SCOPE, "--file", "drop")
    told = run("explain", *SCOPE, "--guardian", "G1").stdout
    assert "staff T1" in told
    assert "by M2" in told
    assert "by M4" in run("explain", *SCOPE, "--student", "0002").stdout


def test_families_are_shown_and_written(home: Path) -> None:
    run("sync", *SCOPE, "--file", "drop")
    shown = run("families", *SCOPE).stdout
    assert "0001" in shown
    assert "ann20@example.org" in shown
    assert "invited, staff" in shown
    assert run("families", *SCOPE, "--csv", "out/families.csv").exit_code == 0
    written = pl.read_csv(home / "out" / "families.csv", infer_schema=False)
    assert written.height == 20
    assert run("families", *SCOPE, "--csv", "-").stdout == (home / "out" / "families.csv").read_text("utf-8")
    assert run("families", *SCOPE, "--of-school", "none such").stdout.count("\n") == 1


def test_reports_are_written_where_asked(home: Path) -> None:
    write_guardians(home / "drop" / "guardians.csv", [*LEES, "9999,=G9,Bob,Ray,bob@example.org,"])
    run("plan", *SCOPE, "--file", "drop", "--report", "reports")
    assert (home / "reports" / "plan.txt").read_text("utf-8").startswith("Plan for d-1")
    rows = pl.read_csv(home / "reports" / "plan.csv", infer_schema=False)
    assert rows.height == 21
    assert "'=G9" in rows["guardian_sis_id"].to_list()
    synced = run("sync", *SCOPE, "--file", "drop", "--report", "reports")
    (told,) = (home / "reports").glob("*.json")
    assert json.loads(told.read_text("utf-8"))["status"] == "applied"
    assert str(told.with_suffix(".csv").name) in synced.stdout.replace("\n", "")
    assert pl.read_csv(told.with_suffix(".csv"), infer_schema=False).height == 21
    assert "student-unknown" in told.with_suffix(".txt").read_text("utf-8")


def test_findings_say_what_to_do(home: Path) -> None:
    write_guardians(home / "drop" / "guardians.csv", [*LEES, "9999,G9,Bob,Ray,bob@example.org,"])
    told = run("plan", *SCOPE, "--file", "drop").stdout
    assert "Student unknown" in told
    assert "Check studentSisId" in told


def test_check_ticks_what_is_well_and_says_so_with_its_exit_status(home: Path) -> None:
    file = home / "drop" / "guardians.csv"
    write_guardians(file, [f"{row}+1415555{2000 + n}" for n, row in enumerate(LEES)])
    told = run("check", *SCOPE, "--file", "drop")
    assert told.exit_code == 2, told.stdout
    assert "! staff" in re.sub(" +", " ", told.stdout)
    assert "ann1@example.org" in told.stdout
    assert run("load-roster", *SCOPE, "--staff", "others.csv").exit_code == 0
    told = run("check", *SCOPE, "--file", "drop")
    assert told.exit_code == 0, told.stdout
    assert "✓" in told.stdout
    file.write_bytes(b"%PDF-1.7 no")
    told = run("check", *SCOPE, "--file", "drop")
    assert told.exit_code == 1
    assert "✗" in told.stdout
    assert "· first sync" in re.sub(" +", " ", told.stdout)


def test_the_template_is_a_guardians_file_and_the_one_in_the_docs(home: Path) -> None:
    assert run("template").stdout == EXAMPLE
    assert run("template", "new/guardians.csv").exit_code == 0
    feed = gs.read_feed(home / "new" / "guardians.csv")
    assert feed.rows["problem"].unique().to_list() == [""]
    assert feed.findings.counts() == {}
    assert EXAMPLE in (Path(__file__).parents[2] / "docs" / "guardians-file.md").read_text("utf-8")
    assert "not taken" in refused("template", "new/guardians.csv")
