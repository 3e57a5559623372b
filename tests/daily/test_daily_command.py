"""`guardiansync daily` over several settings files."""

from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result
from daily.districts import Districts, district

import guardiansync as gs
from guardiansync.command_line.commands import commands
from guardiansync.command_line.settings_file import read_setup
from guardiansync.testing.sftp_server import SftpServer

ONE, TWO, THREE = map(district, (1, 2, 3))


@pytest.fixture(autouse=True)
def _one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads: processes have tests of their own."""
    monkeypatch.setattr("guardiansync.daily.workers.cores", lambda: 1)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(commands, ["daily", *map(str, arguments)])


def write(districts: Districts, scope: gs.District, more: str = "enabled = true") -> Path:
    path = districts.folder / f"{scope}.toml"
    path.write_text(
        f'district = "{scope}"\nstore = "sqlite:///{districts.folder}/roster.db"\n{more}\n'
        + ("" if "[location]" in more else f'[location]\nurl = "{districts.place(scope)}"\n'),
        "utf-8",
    )
    return path


def test_each_settings_file_is_a_district_and_a_broken_one_stops_no_other(three: Districts) -> None:
    files = [write(three, ONE), write(three, TWO, "enabled = maybe"), write(three, THREE, "enabled = false")]
    result = run(*files, "--csv", three.folder / "summary.csv", "--minutes", "10")
    assert result.exit_code == 1
    assert "d-2.toml" in result.stderr
    assert result.stdout.splitlines()[-2] == "1 applied, 1 skipped"
    written = pl.read_csv(three.folder / "summary.csv")
    assert written.select("scope", "status", "reason").rows() == [
        ("d-1", "applied", ""),
        ("d-3", "skipped", "not-enabled"),
    ]
    assert run(files[0]).exit_code == 0


def test_what_waits_for_a_person_and_what_failed_show_in_the_exit_status(three: Districts) -> None:
    assert run(write(three, ONE)).exit_code == 0
    three.write(ONE, "S1,G9,Cy,Lee,cy@example.com,,,")
    held = run(write(three, ONE, "enabled = true\nadditions_only = true"))
    assert (held.exit_code, "d-1: held (additions-only)" in held.stdout) == (2, True)
    (three.place(TWO) / "guardians.csv").unlink()
    assert run(write(three, ONE), write(three, TWO), "--minutes", "0.01").exit_code == 1


def test_files_that_name_several_rosters_are_refused(three: Districts) -> None:
    other = write(three, TWO)
    other.write_text(other.read_text("utf-8").replace("roster.db", "other.db"), "utf-8")
    assert "one roster" in run(write(three, ONE), other).stderr


def test_each_server_may_have_a_password_variable_of_its_own(
    three: Districts, sftp: SftpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sftp.folder / "guardians.csv").write_bytes((three.place(ONE) / "guardians.csv").read_bytes())
    monkeypatch.delenv("GUARDIANSYNC_PASSWORD", raising=False)
    monkeypatch.setenv("PASSWORD_OF_D1", sftp.password)
    place = (
        f'host = "{sftp.host}"\nport = {sftp.port}\nlogin = "{sftp.login}"\nhost_key = "{sftp.host_key}"\nsettle_s = 0'
    )
    settings = f'enabled = true\n[location]\n{place}\npassword_variable = "PASSWORD_OF_D1"'
    result = run(write(three, ONE, settings))
    assert result.exit_code == 0, result.output
    monkeypatch.delenv("PASSWORD_OF_D1")
    assert "PASSWORD_OF_D1" in run(write(three, ONE, settings)).stderr


def test_windows_and_ages_are_read_from_the_file(three: Districts) -> None:
    path = write(
        three,
        ONE,
        'max_roster_age = 36\nblackout = [{begins = 07:00:00, ends = 16:00:00, zone = "America/Chicago"}]\n'
        "additions_only = {begins = 2026-07-01T00:00:00, ends = 2026-08-15T00:00:00}",
    )
    settings = read_setup(path, {}).settings
    assert settings.max_roster_age == timedelta(hours=36)
    assert [window.zone for window in settings.blackout] == ["America/Chicago"]
    assert isinstance(settings.additions_only, tuple)
    for wrong in ("blackout = [{from = 07:00:00}]", 'blackout = ["night"]', "roster_step = 1"):
        with pytest.raises(gs.SettingsError):
            read_setup(write(three, ONE, wrong), {})
