"""What can be wrong between here and the file, each against a real server."""

import os
import time
from pathlib import Path
from typing import Any

import pytest
from checkups import only, outcomes
from evenings import ANN, Evenings, csv

import guardiansync as gs
from guardiansync.testing.fault import Fault
from guardiansync.testing.sftp_server import SftpServer

FILE = csv(f"S1,G1,{ANN},,", f"S2,G1,{ANN},,", f"S3,G1,{ANN},,", f"S4,G1,{ANN},,")
BEFORE_THE_FILE = ["connection", "host key", "login", "folder", "file name", "age"]
HOUR = 3600.0


def put(server: SftpServer, name: str = "guardians.csv", data: bytes = FILE, age_s: float = HOUR) -> Path:
    path = server.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (time.time() - age_s,) * 2)
    return path


def check(location: gs.SftpLocation | gs.FileLocation | None, **settings: Any) -> gs.Checkup:
    district = Evenings(staff=["T1,Tom,Roe,tom@example.org,"])
    return gs.check(gs.SyncSettings(scope=district.scope, enabled=True, location=location, **settings), district.store)


def test_all_is_well(sftp: SftpServer) -> None:
    put(sftp)
    checkup = check(sftp.location())
    assert set(outcomes(checkup).values()) == {"passed"}, str(checkup)
    assert [line.name for line in checkup] == [
        "enabled", "blackout", "removals", "level", *BEFORE_THE_FILE, "file", "encoding", "header", "rows", "students", "student ids", "staff",
        "first sync",
    ]  # fmt: skip
    assert "1 accounts created" in only(checkup, "first sync").message
    assert checkup.ok


def test_nothing_is_changed_there_or_here(sftp: SftpServer) -> None:
    path = put(sftp)
    before = path.stat()
    district = Evenings()
    version = district.roster.version
    location = sftp.location(archive="/old")
    gs.check(gs.SyncSettings(scope=district.scope, enabled=True, location=location), district.store)
    assert (district.roster.version, district.store.runs(district.scope).height) == (version, 1)
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert [entry.name for entry in sftp.folder.iterdir()] == ["guardians.csv"]


def test_what_needs_a_failed_step_is_listed_as_not_looked_at(sftp: SftpServer) -> None:
    checkup = check(sftp.location(password="wrong"))
    found = outcomes(checkup)
    assert [found[name] for name in ("connection", "host key", "login")] == ["passed", "passed", "failed"]
    for name in (
        "folder",
        "file name",
        "age",
        "file",
        "encoding",
        "header",
        "rows",
        "student ids",
        "staff",
        "first sync",
    ):
        line = only(checkup, name)
        assert (line.outcome, line.message) == ("not looked at", "correct login first, then check again")
    # What lies here needs no server.
    assert [found[name] for name in ("enabled", "level", "students")] == ["passed"] * 3


def test_a_server_that_nobody_answers_at(sftp: SftpServer) -> None:
    checkup = check(gs.SftpLocation(host="127.0.0.1", port=1, login="a", password="b", host_key=sftp.host_key))
    assert outcomes(checkup)["connection"] == "failed"
    assert outcomes(checkup)["host key"] == "not looked at"
    assert "refuses the connection" in only(checkup, "connection").message


def test_a_connection_that_breaks_is_tried_once(sftp: SftpServer) -> None:
    put(sftp)
    sftp.misbehave(Fault(drop_after=0))
    began = time.monotonic()
    checkup = check(sftp.location(retries=20, fetch_timeout_s=600.0))
    assert only(checkup, "file").outcome == "failed"
    assert only(checkup, "encoding").outcome == "not looked at"
    # Twenty further tries would take many minutes.
    assert time.monotonic() - began < 120


def test_no_host_key_in_the_settings(sftp: SftpServer) -> None:
    put(sftp)
    checkup = check(gs.SftpLocation(host=sftp.host, port=sftp.port, login=sftp.login, password=sftp.password))
    line = only(checkup, "host key")
    assert (only(checkup, "connection").outcome, line.outcome) == ("passed", "failed")
    assert only(checkup, "login").outcome == "not looked at"
    # What it shows is what the settings need, once the district has said that it is theirs.
    shown = line.message.partition("It shows ")[2].split()[0]
    assert outcomes(check(sftp.location(host_key=shown)))["host key"] == "passed"


def test_no_host_key_and_no_server() -> None:
    checkup = check(gs.SftpLocation(host="127.0.0.1", port=1, login="a", password="b"))
    assert outcomes(checkup)["connection"] == outcomes(checkup)["host key"] == "failed"


def test_another_host_key(sftp: SftpServer) -> None:
    other = f"SHA256:{'B' * 43}"
    checkup = check(sftp.location(host_key=other))
    found = outcomes(checkup)
    assert [found[name] for name in ("connection", "host key", "login")] == ["passed", "failed", "not looked at"]
    assert "ask them for the new key" in only(checkup, "host key").message


@pytest.mark.parametrize(
    ("changes", "step"),
    [({"host_key": "ssh-ed25519 no"}, "host key"), ({"private_key": "no key", "password": None}, "login")],
)
def test_a_key_that_cannot_be_read(sftp: SftpServer, changes: dict[str, Any], step: str) -> None:
    checkup = check(sftp.location(**changes))
    assert outcomes(checkup)[step] == "failed"
    assert only(checkup, "connection").message == f"correct {step} first, then check again"


def test_a_vault_that_fails(sftp: SftpServer) -> None:
    def vault() -> str:
        raise OSError("sealed")

    assert outcomes(check(sftp.location(password=vault)))["login"] == "failed"
    found = outcomes(check(gs.SftpLocation(host=sftp.host, port=sftp.port, login="a", password=vault)))
    assert [found[name] for name in ("connection", "host key", "login")] == ["not looked at", "failed", "failed"]


def test_a_folder_that_is_not_there(sftp: SftpServer) -> None:
    put(sftp, "Outgoing/guardians.csv")
    checkup = check(sftp.location(path="/outgoing"))
    assert outcomes(checkup)["folder"] == "failed"
    assert "“Outgoing”" in only(checkup, "folder").message
    checkup = check(sftp.location(path="/nowhere/deep"))
    assert "there is no folder /nowhere/deep; in / there is “Outgoing”" in only(checkup, "folder").message
    assert outcomes(checkup)["file name"] == "not looked at"


@pytest.mark.parametrize("path", ["/in", "/in/", "in", "/in/guardians.csv", "in/Guardians.CSV"])
def test_a_folder_or_the_file_itself(sftp: SftpServer, path: str) -> None:
    put(sftp, "in/guardians.csv")
    checkup = check(sftp.location(path=path))
    assert [line for line in checkup if line.outcome != "passed"] == []


def test_a_folder_that_may_not_be_listed(sftp: SftpServer) -> None:
    put(sftp)
    sftp.misbehave(Fault(deny_list=True))
    checkup = check(sftp.location())
    assert outcomes(checkup)["folder"] == "failed"
    assert "read permission" in only(checkup, "folder").message
    # Whoever names the file needs no listing.
    assert check(sftp.location(path="/guardians.csv")).ok


def test_a_file_that_may_not_be_read(sftp: SftpServer) -> None:
    put(sftp)
    sftp.misbehave(Fault(deny_read=True))
    found = outcomes(check(sftp.location()))
    assert (found["file name"], found["file"], found["encoding"]) == ("passed", "failed", "not looked at")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Guardians (1).csv", "more in its name"),
        ("guardians_2026-11-25.csv", "more in its name"),
        ("guardian.csv", "spelt otherwise"),
        ("gaurdians.csv", "spelt otherwise"),
        ("parent_guardians.csv", "spelt otherwise"),
        ("guardians.csv.txt", "Windows hides"),
        ("guardians.txt", "not in .csv"),
        ("guardians", "no extension"),
        ("guardians.xlsx", "save it as CSV"),
        ("guardians.csv.gz", "only a ZIP"),
        ("guardians.csv.filepart", "under way or broke off"),
        ("guardians.csv ", "more in its name"),
    ],
)
def test_a_name_that_is_nearly_right(sftp: SftpServer, name: str, why: str) -> None:
    put(sftp, name)
    put(sftp, "students.csv")
    line = only(check(sftp.location()), "file name")
    assert line.outcome == "failed"
    assert why in line.message
    assert f"“{name}”" in line.message
    assert "students" not in line.message


@pytest.mark.parametrize("name", ["Guardians.csv", "GUARDIANS.CSV", "export.zip"])
def test_a_name_that_is_right(sftp: SftpServer, name: str) -> None:
    put(sftp, name)
    put(sftp, "students.csv")
    line = only(check(sftp.location()), "file name")
    assert (line.outcome, line.message) == ("passed", f"“{name}”")


def test_nothing_that_resembles_it(sftp: SftpServer) -> None:
    put(sftp, "students.csv")
    assert "There is: students.csv" in only(check(sftp.location()), "file name").message


def test_it_lies_one_folder_further_down(sftp: SftpServer) -> None:
    put(sftp, "outgoing/guardians.csv")
    line = only(check(sftp.location()), "file name")
    assert line.outcome == "failed"
    assert "in /outgoing: set path" in line.message


@pytest.mark.parametrize("names", [("Guardians.csv", "GUARDIANS.csv"), ("a.zip", "b.zip")])
def test_several_that_could_be_meant(sftp: SftpServer, names: tuple[str, str]) -> None:
    for name in names:
        put(sftp, name)
    line = only(check(sftp.location()), "file name")
    assert line.outcome == "failed"
    assert all(name in line.message for name in names)
    assert "leave one" in line.message


def test_a_newer_copy_beside_it(sftp: SftpServer) -> None:
    put(sftp, "guardians.csv", age_s=20 * HOUR)
    put(sftp, "guardians (1).csv", age_s=40 * HOUR)
    assert only(check(sftp.location()), "file name").outcome == "passed"
    put(sftp, "guardians (2).csv", age_s=HOUR)
    line = only(check(sftp.location()), "file name")
    assert line.outcome == "warning"
    assert "“guardians (2).csv” beside it is newer" in line.message


def test_a_zip_is_taken_though_something_else_was_meant(sftp: SftpServer) -> None:
    put(sftp, "guardian.csv")
    put(sftp, "archive.zip")
    line = only(check(sftp.location()), "file name")
    assert line.outcome == "warning"
    assert "“archive.zip” is taken" in line.message


def test_it_is_a_folder(sftp: SftpServer) -> None:
    (sftp.folder / "guardians.csv").mkdir()
    assert outcomes(check(sftp.location()))["file name"] == "failed"


@pytest.mark.parametrize(
    ("age_s", "outcome", "words"),
    [
        (HOUR, "passed", "written 20"),
        (5 * 24 * HOUR, "warning", "5 days ago: see that the export runs"),
        (-2 * HOUR, "warning", "in the future"),
        (1, "warning", "may still be uploaded"),
    ],
)
def test_its_age(sftp: SftpServer, age_s: float, outcome: str, words: str) -> None:
    put(sftp, age_s=age_s)
    checkup = check(sftp.location(settle_s=30.0))
    line = only(checkup, "age")
    assert (line.outcome, words in line.message) == (outcome, True), line
    assert only(checkup, "first sync").outcome == "passed"


def test_an_upload_whose_marker_is_missing(sftp: SftpServer) -> None:
    put(sftp)
    line = only(check(sftp.location(done_marker="guardians.csv.done")), "file")
    assert line.outcome == "failed"
    assert "guardians.csv.done" in line.message


def test_a_file_that_is_too_large(sftp: SftpServer) -> None:
    put(sftp)
    line = only(check(sftp.location(), max_bytes=10), "file")
    assert line.outcome == "failed"
    assert "max_bytes" in line.message


def test_a_listing_that_steers_a_terminal(sftp: SftpServer) -> None:
    put(sftp, "guardians\x1b[2J.csv.txt")
    line = only(check(sftp.location()), "file name")
    assert "\x1b" not in line.message
    assert "guardians?[2J.csv.txt" in line.message


def test_a_local_folder_has_no_host_key_and_no_login(tmp_path: Path) -> None:
    (tmp_path / "guardians.csv").write_bytes(FILE)
    checkup = check(gs.FileLocation(str(tmp_path)))
    assert checkup.ok
    assert outcomes(checkup)["file name"] == "passed"
    assert not {"host key", "login"} & outcomes(checkup).keys()
    (tmp_path / "guardians.csv").rename(tmp_path / "Guardians (1).csv")
    assert outcomes(check(gs.FileLocation(str(tmp_path))))["file name"] == "failed"
    assert outcomes(check(gs.FileLocation(str(tmp_path / "no"))))["folder"] == "failed"


def test_a_location_that_nothing_opens() -> None:
    assert outcomes(check(gs.FileLocation("gopher://here")))["connection"] == "failed"
    line = only(check(None), "connection")
    assert (line.outcome, "location" in line.message) == ("failed", True)
