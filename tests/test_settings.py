import pickle
from typing import Any

import pytest

import guardiansync as gs
from guardiansync.settings import parse_scope


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("scope", "d-1"),
        ("location", "sftp://host"),
        ("enabled", "yes"),
        ("daily_sync_level", "classroom"),
        ("deletion_threshold", 10),
        ("deletion_threshold", -0.1),
        ("deletion_threshold", True),
        ("removal_floor", -1),
        ("update_active_accounts", 1),
        ("region", "us"),
        ("phone_column", "mobile"),
        ("columns", {"Parent": "guardian"}),
        ("columns", ["Parent"]),
        ("encoding", "utf-99"),
        ("encoding", 8),
        ("max_guardians_per_student", 0),
        ("max_students_per_guardian", 1.5),
        ("max_bytes", None),
    ],
)
def test_a_wrong_value_is_refused_by_name_with_what_is_allowed(field: str, value: object) -> None:
    given: dict[str, Any] = {"scope": gs.District("d-1"), field: value}
    with pytest.raises(gs.SettingsError, match=f"^{field}: .* give ") as refused:
        gs.SyncSettings(**given)
    assert refused.value.field == field
    assert refused.value.allowed


@pytest.mark.parametrize("bad", ["", " d", "d/1", "d\n", 7])
def test_an_id_that_frames_could_not_show_is_refused(bad: Any) -> None:
    with pytest.raises(gs.SettingsError):
        gs.District(bad)
    with pytest.raises(gs.SettingsError):
        gs.School("s", bad)


def test_scopes_are_read_as_they_are_shown() -> None:
    for scope in (gs.District("d-42"), gs.School("s-1", "d-42")):
        assert parse_scope(str(scope)) == scope


def sftp(**changes: Any) -> gs.SftpLocation:
    given: dict[str, Any] = {"host": "h", "login": "l", "password": "hunter2", "host_key": "ssh-ed25519 AAAA"}
    return gs.SftpLocation(**{**given, **changes})


@pytest.mark.parametrize(
    "wrong",
    [
        {"port": 0},
        {"port": "22"},
        {"password": ""},
        {"password": None},
        {"private_key": "key"},
        {"known_hosts": "host ssh-ed25519 AAAA"},
        {"host": ""},
        {"read_timeout_s": 0},
        {"fetch_timeout_s": float("inf")},
        {"settle_s": -1},
        {"settle_s": "60"},
        {"settle_s": float("nan")},
        {"retries": -1},
        {"done_marker": ""},
        {"done_marker": "/out/guardians.csv.done"},
        {"checksum": ".."},
        {"archive": ""},
    ],
)
def test_a_wrong_location_is_refused_without_showing_the_secret(wrong: dict[str, Any]) -> None:
    with pytest.raises(gs.SettingsError) as refused:
        sftp(**wrong)
    assert "hunter2" not in str(refused.value)


def from_vault() -> str:
    return "hunter2"


def test_secrets_never_show_and_only_functions_travel() -> None:
    location = sftp()
    settings = gs.SyncSettings(scope=gs.District("d-1"), location=location)
    assert "hunter2" not in repr(settings) + str(location) + repr(location.password)
    with pytest.raises(gs.SettingsError):
        pickle.dumps(settings)
    travels = pickle.loads(pickle.dumps(sftp(password=from_vault)))  # noqa: S301 - our own
    assert travels.password.reveal() == "hunter2"
    assert b"hunter2" not in pickle.dumps(sftp(password=from_vault))


def test_a_file_location_shows_no_credentials() -> None:
    location = gs.FileLocation("s3://key:hunter2@bucket/folder", secret="hunter2")
    assert "hunter2" not in repr(location.storage_options.keys()) + str(location)
    assert "hunter2" not in repr(location)
