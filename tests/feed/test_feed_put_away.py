"""A file that was applied is moved to the archive folder, and never at the price of the sync."""

import os
from pathlib import Path
from typing import Any

import pytest
from evenings import ANN, BOB, Evenings, csv

import guardiansync as gs
from guardiansync.feed.put_away import put_away
from guardiansync.testing.fault import Fault
from guardiansync.testing.openssh_server import OpenSshServer
from guardiansync.testing.sftp_server import SftpServer

OLD = 1_700_000_000


def _drop(folder: Path, *rows: str) -> Path:
    file = folder / "guardians.csv"
    file.write_bytes(csv(*rows))
    os.utime(file, (OLD, OLD))
    return file


def _names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def _archiving(sftp: SftpServer, **changes: Any) -> Evenings:
    (sftp.folder / "archive").mkdir()
    return Evenings(location=sftp.location(archive="/archive", **changes))


def _codes(report: gs.Report) -> list[str]:
    return [finding.code for finding in report.findings]


def test_a_file_that_was_applied_is_moved_under_the_run_s_id(sftp: SftpServer) -> None:
    district = _archiving(sftp, done_marker="guardians.csv.done", checksum="sums")
    moved = []
    for rows in ((f"S1,G1,{ANN},,",), (f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")):
        file = _drop(sftp.folder, *rows)
        (sftp.folder / "guardians.csv.done").touch()
        with file.open("rb") as data:
            import hashlib  # noqa: PLC0415 - here alone

            (sftp.folder / "sums").write_text(hashlib.file_digest(data, "sha256").hexdigest())
        content = file.read_bytes()
        report = gs.sync(district.settings, district.store)
        assert (report.status, _codes(report)) == ("applied", [])
        moved += [f"{report.run_id}-{name}" for name in ("guardians.csv", "guardians.csv.done", "sums")]
        assert _names(sftp.folder) == ["archive"]
        assert (sftp.folder / "archive" / f"{report.run_id}-guardians.csv").read_bytes() == content
    assert _names(sftp.folder / "archive") == sorted(moved)
    with pytest.raises(gs.FileMissing):
        gs.sync(district.settings, district.store)


def test_only_what_was_applied_is_moved(sftp: SftpServer) -> None:
    district = _archiving(sftp)
    _drop(sftp.folder, f"S1,G1,{ANN},,")
    gs.plan(district.settings, district.store)
    gs.sync(district.settings, district.store, csv(f"S1,G1,{ANN},,"))
    sftp.misbehave(Fault(deny_read=True))
    with pytest.raises(gs.AccessDenied):
        gs.sync(district.settings, district.store)
    assert _names(sftp.folder) == ["archive", "guardians.csv"]
    assert _names(sftp.folder / "archive") == []


@pytest.mark.parametrize("trouble", ["no folder", "denied", "taken", "overwritten", "down"])
def test_a_move_that_fails_is_a_finding_and_the_sync_stands(
    sftp: SftpServer, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    district = _archiving(sftp)
    _drop(sftp.folder, f"S1,G1,{ANN},,")
    match trouble:
        case "no folder":
            (sftp.folder / "archive").rmdir()
        case "denied":
            sftp.misbehave(Fault(deny_move=True))
        case "taken" | "overwritten":
            sftp.misbehave(Fault(overwriting_move=trouble == "overwritten"))
            monkeypatch.setattr("guardiansync.clock.secrets.token_hex", lambda _: "0000")
            monkeypatch.setattr("guardiansync.clock.datetime", _Stopped)
            (sftp.folder / "archive" / "20260901T120000000000-0000-guardians.csv").write_text("another evening's")
        case _:
            pass
    if trouble == "down":
        plan = gs.plan(district.settings, district.store)
        sftp.misbehave(Fault(stall_login=True))
        location = sftp.location(archive="/archive", connect_timeout_s=0.5)
        found = [finding.code for finding in put_away(location, plan.evidence, "run")]
        sftp.misbehave(Fault())
        assert found == ["not-archived"]
        return
    report = gs.sync(district.settings, district.store)
    assert (report.status, _codes(report)) == ("applied", ["not-archived"])
    assert district.children("G1") == {"S1"}
    assert (sftp.folder / "guardians.csv").exists()
    if trouble in {"taken", "overwritten"}:
        assert (sftp.folder / "archive" / f"{report.run_id}-guardians.csv").read_text() == "another evening's"


class _Stopped:
    """A clock that stands still."""

    @staticmethod
    def now(_zone: object) -> Any:
        from datetime import UTC, datetime  # noqa: PLC0415 - the real ones

        return datetime(2026, 9, 1, 12, tzinfo=UTC)


def test_a_file_that_was_uploaded_since_stays(sftp: SftpServer) -> None:
    district = _archiving(sftp)
    _drop(sftp.folder, f"S1,G1,{ANN},,")
    plan = gs.plan(district.settings, district.store)
    _drop(sftp.folder, f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    (finding,) = put_away(district.settings.location, plan.evidence, "run")
    assert (finding.code, finding.severity) == ("not-archived", "warning")
    assert "uploaded since" in finding.message
    assert _names(sftp.folder) == ["archive", "guardians.csv"]


def test_a_file_that_is_exchanged_at_the_last_moment_is_put_back(sftp: SftpServer) -> None:
    district = _archiving(sftp)
    _drop(sftp.folder, f"S1,G1,{ANN},,")
    plan = gs.plan(district.settings, district.store)
    sftp.misbehave(Fault(swap_on_move=True))
    (finding,) = put_away(district.settings.location, plan.evidence, "run")
    assert "uploaded since" in finding.message
    assert (sftp.folder / "guardians.csv").read_bytes() == b"another"
    assert _names(sftp.folder / "archive") == []


def test_without_an_archive_folder_nothing_moves(sftp: SftpServer) -> None:
    district = Evenings(location=sftp.location())
    _drop(sftp.folder, f"S1,G1,{ANN},,")
    assert _codes(gs.sync(district.settings, district.store)) == []
    assert _names(sftp.folder) == ["guardians.csv"]


@pytest.mark.openssh
def test_openssh_moves_and_never_overwrites() -> None:
    with OpenSshServer() as sshd:
        for folder in (sshd.folder, sshd.folder / "archive"):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o777)
        district = Evenings(location=sshd.location(archive=f"{sshd.folder}/archive"))
        _drop(sshd.folder, f"S1,G1,{ANN},,")
        report = gs.sync(district.settings, district.store)
        assert _codes(report) == []
        assert _names(sshd.folder / "archive") == [f"{report.run_id}-guardians.csv"]
        _drop(sshd.folder, f"S1,G1,{ANN},,")
        plan = gs.plan(district.settings, district.store)
        assert [one.code for one in put_away(district.settings.location, plan.evidence, report.run_id)] == [
            "not-archived"
        ]
        assert _names(sshd.folder) == ["archive", "guardians.csv"]
