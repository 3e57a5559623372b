import json
import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

import guardiansync as gs
from guardiansync.command_line.commands import commands
from guardiansync.command_line.settings_file import read_setup
from guardiansync.command_line.written import EXAMPLE
from guardiansync.errors import SettingsError
from guardiansync.testing.sftp_server import SftpServer

HEADER = "studentSisId,guardianSisId,firstName,lastName,email,sms"
LEES = [f"{student:04},G{student},Ann,Lee{student},ann{student}@example.org," for student in range(1, 21)]
SCOPE = ("--district", "d-1")


def write_guardians(path: Path, rows: list[str]) -> None:
    path.write_text("\n".join([HEADER, *rows]) + "\n", "utf-8")
    # Written a while ago: a younger file is watched until it has settled.
    os.utime(path, (time.time() - 3600,) * 2)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a roster of twenty students and tonight's file in `drop`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GUARDIANSYNC_PASSWORD", raising=False)
    (tmp_path / "students.csv").write_text("student_sis_id\n" + "".join(f"{n:04}\n" for n in range(1, 21)), "utf-8")
    (tmp_path / "staff.csv").write_text(
        "sis_id,first_name,last_name,email,sms\nT1,Ann,Lee1,ann1@example.org,\n", "utf-8"
    )
    (tmp_path / "others.csv").write_text(
        "sis_id,first_name,last_name,email,sms\nT2,Tom,Roe,tom@example.org,\n", "utf-8"
    )
    (tmp_path / "drop").mkdir()
    write_guardians(tmp_path / "drop" / "guardians.csv", LEES)
    assert run("load-roster", *SCOPE, "--students", "students.csv", "--staff", "staff.csv").exit_code == 0
    return tmp_path


@pytest.fixture
def server(home: Path) -> Iterator[SftpServer]:
    with SftpServer(home / "drop", password="right") as running:
        yield running


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, arguments)


def refused(*arguments: str) -> str:
    """What a refused command says: one line on standard error, nothing on standard output."""
    result = run(*arguments)
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr
    return result.stderr


def ties() -> int:
    roster = gs.open_store("sqlite:///roster.db").roster(gs.District("d-1"))
    return roster.guardianships.filter(pl.col("state") == "active").height


def settings_file(path: Path, text: str) -> tuple[str, str]:
    path.write_text(text, "utf-8")
    return "--settings", str(path)


def at(server: SftpServer) -> tuple[str, ...]:
    return (*SCOPE, "--host", server.host, "--port", str(server.port), "--login", server.login)


# --- an ordinary evening ------------------------------------------------------------------------------------------


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
    assert EXAMPLE in (Path(__file__).parents[1] / "docs" / "guardians-file.md").read_text("utf-8")
    assert "not taken" in refused("template", "new/guardians.csv")


# --- settings -----------------------------------------------------------------------------------------------------


def test_a_settings_file_says_it_all_and_options_win(
    home: Path, server: SftpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = settings_file(
        home / "district.toml",
        f"""
        district = "d-1"
        store = "sqlite:///roster.db"
        deletion_threshold = 0.5
        [columns]
        Parent = "guardianSisId"
        [location]
        host = "{server.host}"
        port = {server.port}
        login = "{server.login}"
        host_key = "{server.host_key}"
        """,
    )
    monkeypatch.setenv("GUARDIANSYNC_PASSWORD", "right")
    setup = read_setup(home / "district.toml", {"deletion_threshold": 0.25, "path": "/there"}, fetches=True)
    assert setup.settings.deletion_threshold == 0.25
    assert setup.settings.columns == {"Parent": "guardianSisId"}
    assert isinstance(setup.settings.location, gs.SftpLocation)
    assert setup.settings.location.path == "/there"
    assert setup.settings.location.port == server.port
    assert "right" not in repr(setup)
    assert "not enabled" in refused("sync", *given)
    assert run("plan", *given).exit_code == 0
    (home / "district.toml").write_text("enabled = true\n" + (home / "district.toml").read_text("utf-8"), "utf-8")
    assert run("sync", *given).exit_code == 0
    assert ties() == 20


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("district = 'd'\ntreshold = 0.1", "treshold: this name is not allowed; give one of enabled"),
        ("district = 'd'\n[location]\nhots = 'x'", "location.hots: this name is not allowed; give one of host"),
        ("district = 'd'\n[location]\nhost='h'\nlogin='l'\npassword = 'p'", "password: a password in a settings file"),
        ("district = 'd'\npassword = 'p'", "password: a password in a settings file"),
        ("district = 'd'\n[location]\nhost='h'\nprivate_key='k'", "give private_key_file, the path of the key"),
        ("district = 'd'\n[location]\nlogin = 'x'", "host: nothing is not allowed"),
        ("district = 'd'\nlocation = 'x'", "a table: [location]"),
        ("district = 'd'\n[location]\nurl = 's3://me:secret@there'", "a password in a URL is not allowed"),
        ("district = 'd'\n[location]\nurl = 5", "location.url: 5"),
        ("district = 'd'\nscope = 'd'", "either scope, or district and school"),
        ("scope = 5", "scope: 5"),
        ("enabled = true", "district: nothing is not allowed"),
        ("district = 'd'\ndeletion_threshold = 7", "deletion_threshold: 7 is not allowed"),
        ("district = 'd'\nstore = 7", "store: 7 is not allowed"),
        ("district = ", "a TOML file in UTF-8"),
    ],
)
def test_a_wrong_settings_file_is_refused(home: Path, text: str, message: str) -> None:
    told = refused("plan", *settings_file(home / "district.toml", text))
    assert message in told
    assert "secret" not in told


@pytest.mark.parametrize(
    ("text", "options", "scope"),
    [
        ("scope = 'd-1/s-2'", {}, gs.School("s-2", "d-1")),
        ("district = 'd-1'\nschool = 's-2'", {}, gs.School("s-2", "d-1")),
        ("scope = 'd-1/s-2'", {"school": "s-3"}, gs.School("s-3", "d-1")),
        ("scope = 'd-1/s-2'", {"district": "d-2"}, gs.District("d-2")),
        ("enabled = true", {"district": "d-2", "school": "s-3"}, gs.School("s-3", "d-2")),
    ],
)
def test_whose_roster_it_is(tmp_path: Path, text: str, options: dict[str, str], scope: object) -> None:
    (tmp_path / "district.toml").write_text(text, "utf-8")
    assert read_setup(tmp_path / "district.toml", options).settings.scope == scope


def test_a_file_on_the_command_line_replaces_the_server_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GUARDIANSYNC_PASSWORD", raising=False)
    path = tmp_path / "district.toml"
    path.write_text("district = 'd'\n[location]\nhost = 'h'\nlogin = 'l'", "utf-8")
    assert read_setup(path, {"file": "/in"}, fetches=True).settings.location == gs.FileLocation("/in")
    path.write_text("district = 'd'\n[location]\nurl = '/in'\nanon = true", "utf-8")
    assert read_setup(path, {}, fetches=True).settings.location == gs.FileLocation("/in", anon=True)
    asked: list[str] = []
    with pytest.raises(SettingsError, match="GUARDIANSYNC_PASSWORD"):
        read_setup(path, {"host": "h", "login": "l"}, fetches=True, ask=asked.append)
    assert asked == ["Password of l on h"]


def test_a_private_key_is_read_from_its_file(home: Path, server: SftpServer) -> None:
    (home / "key").write_text(server.private_key, "utf-8")
    assert run("plan", *at(server), "--host-key", server.host_key, "--private-key", "key").exit_code == 0
    assert "private_key_file" in refused("plan", *at(server), "--private-key", "no-such-key")


# --- what is wrong ------------------------------------------------------------------------------------------------


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


# --- a real server, a real process --------------------------------------------------------------------------------


def in_a_process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "guardiansync", *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=os.environ | environment,
        check=False,
    )


def test_a_file_comes_from_a_real_server(server: SftpServer) -> None:
    known = (*at(server), "--host-key", server.host_key)
    done = in_a_process("sync", *known, GUARDIANSYNC_PASSWORD="right")
    assert (done.returncode, done.stderr) == (0, "")
    assert "applied" in done.stdout
    assert "\x1b" not in done.stdout
    assert ties() == 20
    wrong = in_a_process("sync", *known, GUARDIANSYNC_PASSWORD="wr0ng")
    assert wrong.returncode == 1
    assert "refused the login" in wrong.stderr
    assert "wr0ng" not in wrong.stderr
    assert "credentials" in run("runs", *SCOPE).stdout


def test_nobody_to_ask_for_the_password_is_told(server: SftpServer) -> None:
    told = in_a_process("plan", *at(server), "--host-key", server.host_key)
    assert told.returncode == 1
    assert "GUARDIANSYNC_PASSWORD" in told.stderr
    assert told.stderr.count("\n") == 1


def test_a_server_without_a_known_key_is_never_trusted(server: SftpServer) -> None:
    told = in_a_process("plan", *at(server), GUARDIANSYNC_PASSWORD="right")
    assert told.returncode == 1
    assert "ssh-keyscan" in told.stderr


def test_at_a_terminal_it_asks_for_the_password_and_hides_it(server: SftpServer) -> None:
    arguments = ("sync", *at(server), "--host-key", server.host_key)
    status, seen = at_a_terminal(arguments, answer="right\n")
    assert status == 0, seen
    assert f"Password of {server.login} on {server.host}: " in seen
    assert "right" not in seen
    assert "applied" in seen
    assert ties() == 20


def at_a_terminal(arguments: tuple[str, ...], answer: str) -> tuple[int, str]:
    """Run a command at a terminal; type the answer when it asks."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "guardiansync", *arguments],
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
    ) as process:  # fmt: skip
        os.close(theirs)
        seen = b""
        asked = False
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if not select.select([ours], [], [], 1)[0]:
                continue
            try:
                chunk = os.read(ours, 4096)
            except OSError:  # how Linux tells that the other side is closed
                break
            if not chunk:
                break
            seen += chunk
            if not asked and b"Password" in seen:
                asked = True
                os.write(ours, answer.encode())
        os.close(ours)
        return process.wait(timeout=10), seen.decode()


def test_a_reader_that_has_seen_enough_is_no_error(home: Path) -> None:
    run("sync", *SCOPE, "--file", "drop")
    command = f"{sys.executable} -m guardiansync families --district d-1 --csv - | head -n 1"
    done = subprocess.run(["bash", "-c", command], cwd=home, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("school,")
    assert done.stderr == ""


@pytest.mark.parametrize("missing", ["click", "rich"])
def test_without_the_extra_it_names_it(missing: str) -> None:
    code = f"import sys; sys.modules[{missing!r}] = None; from guardiansync.__main__ import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == f"The command line needs {missing}: pip install 'guardiansync[cli]'\n"


def test_the_demo_is_a_command(home: Path) -> None:
    (home / "elsewhere").mkdir()
    done = run("demo", "--students", "120", "--folder", "elsewhere/demo")
    assert done.exit_code == 0, done.output
    assert done.stdout.count("every number is the one") == 3
    assert "held, reason threshold" in done.stdout
    assert (home / "elsewhere" / "demo" / "roster.db").is_file()
