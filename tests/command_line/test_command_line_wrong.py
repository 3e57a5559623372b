"""What is wrong is told in one line."""

from pathlib import Path

import pytest
from command_line.commanding import SCOPE, refused, run

import guardiansync as gs
from guardiansync.command_line.commands import commands


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nosuch",), "No such command"),
        (("plan", "--nosuch"), "No such option"),
        (("plan",), "district: nothing is not allowed"),
        (("plan", "--district", "a/b"), "id: 'a/b' is not allowed"),
        (("plan", *SCOPE), "location: nothing is not allowed; give --host and --login"),
        (("plan", *SCOPE, "--port", "x"), "not a valid integer"),
        (("plan", *SCOPE, "--file", "drop", "--host", "h"), "--file beside host"),
        (("plan", *SCOPE, "--upload", "nowhere.csv"), "nowhere.csv"),
        (("plan", *SCOPE, "--upload", "drop"), "not a file"),
        (("plan", *SCOPE, "--file", "nowhere"), "No guardians.csv"),
        (("plan", *SCOPE, "--file", "drop", "--threshold", "2"), "deletion_threshold: 2.0 is not allowed"),
        (("plan", "--district", "d-9", "--file", "drop"), "No students of d-9 are known"),
        (("plan", *SCOPE, "--file", "drop", "--store", "sqlite:///nowhere.db"), "There is no roster at nowhere.db"),
        (("plan", *SCOPE, "--file", "drop", "--store", "oracle://x"), "not the URL of a store"),
        (("plan", "--settings", "nowhere.toml"), "nowhere.toml"),
        (("load-roster", *SCOPE), "give --students, --staff or both"),
        (("load-roster", *SCOPE, "--students", "nowhere.csv"), "nowhere.csv"),
        (("load-roster", *SCOPE, "--students", "staff.csv"), "a column student_sis_id"),
        (("load-roster", *SCOPE, "--students", "drop"), "drop"),
        (("undo", "nosuch"), "No run nosuch"),
        (("release", "h-nosuch"), "No hold h-nosuch"),
        (("explain", *SCOPE, "--guardian", "nobody"), "has no guardian nobody"),
        (("explain", *SCOPE), "give exactly one of"),
        (("demo", "--folder", "."), "roster.db"),
        (("demo", "--students", "3"), "at least 100"),
    ],
)
def test_what_is_wrong_is_one_line_and_status_one(home: Path, arguments: tuple[str, ...], message: str) -> None:
    before = sorted(path.name for path in home.iterdir())
    assert message in refused(*arguments)
    assert sorted(path.name for path in home.iterdir()) == before


def test_without_a_command_it_says_what_there_is() -> None:
    told = run()
    assert told.exit_code == 1
    assert "load-roster" in told.stdout
    assert run("--version").stdout == f"guardiansync, version {gs.__version__}\n"
    assert run("sync", "--help").exit_code == 0


def test_a_report_folder_that_cannot_be_made_is_told(home: Path) -> None:
    (home / "taken").write_text("", "utf-8")
    told = run("plan", *SCOPE, "--file", "drop", "--report", "taken/reports")
    assert told.exit_code == 1
    assert "Error: taken" in told.stderr


@pytest.mark.usefixtures("home")
def test_no_command_takes_a_password() -> None:
    for name, command in commands.commands.items():
        assert not [option for one in command.params for option in one.opts if "pass" in option], name
    assert "No such option" in refused("sync", *SCOPE, "--password", "secret")
