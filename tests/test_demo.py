from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import attrs
import polars as pl
import pytest

import guardiansync as gs
from guardiansync.demo import DemoResult, run_demo
from guardiansync.errors import SettingsError

STUDENTS = 250


@pytest.fixture(scope="module")
def shown() -> list[str]:
    return []


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, shown: list[str]) -> DemoResult:
    return run_demo(tmp_path_factory.mktemp("demo"), students=STUDENTS, echo=shown.append)


@pytest.fixture(scope="module")
def roster(demo: DemoResult) -> gs.Roster:
    roster = gs.open_store(demo.store_url).roster(demo.scope)
    assert isinstance(roster, gs.Roster)
    return roster


def active(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("state") == "active")


def together(pairs: Iterable[tuple[str, object]]) -> set[frozenset[str]]:
    """Which ids belong together, whatever it is that they share."""
    groups: dict[object, set[str]] = defaultdict(set)
    for sis_id, holder in pairs:
        groups[holder].add(sis_id)
    return {frozenset(ids) for ids in groups.values()}


def test_reports_count_what_the_generator_meant(demo: DemoResult) -> None:
    for evening in demo.evenings:
        assert evening.record.disagreements(evening.roster_sync, evening.report) == ()
    assert [str(evening.report.status) for evening in demo.evenings] == ["applied", "applied", "held"]
    assert demo.evenings[2].report.reasons == ("threshold",)


def test_a_wrong_count_would_be_seen(demo: DemoResult) -> None:
    first = demo.evenings[0]
    meant = attrs.evolve(first.record, ties_started=first.record.ties_started + 1)
    assert meant.disagreements(first.roster_sync, first.report) == (
        f"start_guardianships: {meant.ties_started:,} meant, {first.record.ties_started:,} counted",
    )


def test_the_dry_run_said_what_the_sync_did(demo: DemoResult) -> None:
    for evening in demo.evenings:
        planned = evening.plan.frames.counts()
        assert {name: evening.report.counts[name] for name in planned} == planned


def test_the_roster_holds_who_should_be_there(demo: DemoResult, roster: gs.Roster) -> None:
    truth = demo.evenings[2].record.truth
    roles = active(roster.roles)
    assert set(active(roster.students)["student_sis_id"]) == truth.students
    assert set(roles.filter(pl.col("kind") == "guardian")["sis_id"]) == truth.guardians.keys()
    assert set(roles.filter(pl.col("kind") == "staff")["sis_id"]) == truth.staff.keys()
    assert set(active(roster.guardianships).select("student_sis_id", "guardian_sis_id").iter_rows()) == truth.ties


def test_each_person_has_one_account(demo: DemoResult, roster: gs.Roster) -> None:
    truth = demo.evenings[2].record.truth
    roles = active(roster.roles).select(pl.format("{} {}", "kind", "sis_id"), "account_id")
    meant = {f"guardian {sis_id}": person for sis_id, person in truth.guardians.items()}
    meant |= {f"staff {sis_id}": person for sis_id, person in truth.staff.items()}
    assert together(roles.iter_rows()) == together(meant.items())
    assert roster.accounts.filter(pl.col("state").is_in(["invited", "active"])).height == len(truth.accounts)


def test_the_roster_says_what_the_sis_last_said(demo: DemoResult, roster: gs.Roster) -> None:
    truth = demo.evenings[2].record.truth
    said = active(roster.roles).filter(pl.col("kind") == "guardian")
    for role in said.iter_rows(named=True):
        first, last, email, mobile = truth.details[role["sis_id"]]
        assert (role["first_name"], role["last_name"]) == (first, last)
        assert role["email"].lower() == email
        assert role["sms"] == (f"+1{mobile}" if mobile else "")


def test_parents_who_claimed_their_account_keep_its_details(demo: DemoResult, roster: gs.Roster) -> None:
    assert roster.accounts.filter(pl.col("state") == "active").height > 0
    first, second = demo.evenings[0].record.truth.details, demo.evenings[1].record.truth.details
    claimed = dict(
        active(roster.roles).join(roster.accounts, on="account_id").filter(pl.col("state_right") == "active")
        .select("sis_id", "email_right").iter_rows()
    )  # fmt: skip
    moved = [
        sis_id for sis_id in first.keys() & second.keys() & claimed.keys() if first[sis_id][2] != second[sis_id][2]
    ]
    for sis_id in moved:
        assert claimed[sis_id].lower() == first[sis_id][2]


def test_it_leaves_what_it_names(demo: DemoResult) -> None:
    assert (demo.folder / "roster.db").is_file()
    for evening in demo.evenings:
        left = {path.name for path in evening.folder.iterdir()}
        assert left == {
            "students.csv", "staff.csv", "guardians.csv", "dry-run.txt", "report.txt", "report.json", "results.csv",
        }  # fmt: skip
        results = pl.read_csv(evening.folder / "results.csv", infer_schema=False)
        assert results.filter(pl.col("line") != "0").height == evening.record.rows


def test_its_lines_fit_a_terminal_and_agree(demo: DemoResult, shown: list[str]) -> None:
    assert str(demo.folder) in "\n".join(shown)
    assert max(len(line) for line in shown if str(demo.folder) not in line) <= 100
    assert sum("every number is the one" in line for line in shown) == 3
    assert [line for line in shown if line.startswith("# ")] == [
        "# A sample district",
        "# The first evening: everybody is new",
        "# The second evening: families come and go, contacts change",
        "# The third evening: somebody exported a little more than half of the file",
        "# What is left for you to look at",
    ]


def test_it_never_plays_over_another_roster(tmp_path: Path) -> None:
    (tmp_path / "roster.db").write_bytes(b"somebody's")
    with pytest.raises(SettingsError, match=r"folder: .* without a roster\.db"):
        run_demo(tmp_path, students=STUDENTS, echo=lambda _: None)
    assert (tmp_path / "roster.db").read_bytes() == b"somebody's"


def test_it_refuses_too_small_a_district(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="at least 100"):
        run_demo(tmp_path / "new", students=5)
    assert not (tmp_path / "new").exists()
