"""Settings: a file, options, the environment."""

from pathlib import Path

import pytest
from command_line.commanding import at, refused, run, settings_file, ties

import guardiansync as gs
from guardiansync.command_line.settings_file import read_setup
from guardiansync.errors import SettingsError
from guardiansync.testing.sftp_server import SftpServer


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
