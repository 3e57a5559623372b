"""The house rules: what is public, what an import costs, how large a file is, what exceptions carry."""

import inspect
import pickle
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import guardiansync
from guardiansync import errors
from guardiansync.errors import GuardianSyncError

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "guardiansync"
FILES = sorted(PACKAGE.rglob("*.py"))

DEAR = (
    "adbc_driver_manager",
    "adbc_driver_postgresql",
    "adbc_driver_sqlite",
    "asyncssh",
    "click",
    "fsspec",
    "hypothesis",
    "nicknames",
    "opentelemetry",
    "phonenumbers",
    "pyarrow",
    "rapidfuzz",
    "rich",
    "sqlite3",
    "sshfs",
)

FUNCTIONS = {
    "apply",
    "as_callback",
    "check",
    "denials",
    "deny",
    "explain",
    "families",
    "load_roster",
    "migrate_level",
    "observe",
    "open_store",
    "pin_never_same",
    "pin_same",
    "pins",
    "plan",
    "possible_duplicates",
    "purge",
    "read_feed",
    "release",
    "run_daily",
    "sync",
    "through_callback",
    "undo",
}
SETTINGS = {"District", "FileLocation", "School", "Secret", "SftpLocation", "SyncSettings", "Window"}
RETURNED = {
    "Checkup",
    "DailyResult",
    "Event",
    "Explanation",
    "Feed",
    "Finding",
    "Hold",
    "Plan",
    "Report",
    "RoleRef",
    "Roster",
    "Run",
}


def exceptions() -> Iterator[type[GuardianSyncError]]:
    for _, thing in inspect.getmembers(errors, inspect.isclass):
        if issubclass(thing, GuardianSyncError):
            yield thing


EXAMPLES: dict[type[GuardianSyncError], GuardianSyncError] = {
    type(error): error
    for error in (
        errors.GuardianSyncError("broken"),
        errors.SettingsError("port", "a whole number from 1 to 65535", "0"),
        errors.SecretUnavailable("ConnectionError"),
        errors.SyncNotEnabled("d-42"),
        errors.InBlackout("d-42", datetime(2026, 8, 1, tzinfo=UTC)),
        errors.RosterStepFailed("d-42", "TimeoutError", may_pass=True),
        errors.RosterTooOld("d-42", None, timedelta(hours=36)),
        errors.WrongLevel("d-42/s-1", "school", "district"),
        errors.NoRoster("d-42"),
        errors.NoLocation("d-42"),
        errors.SourceError("sftp.example:22", "no"),
        errors.HostKeyMissing("sftp.example", 2222),
        errors.HostKeyMismatch("sftp.example", 22, "SHA256:abc"),
        errors.CredentialsRefused("sftp.example:22"),
        errors.ConnectionFailed("sftp.example:22", "its name is not known", may_pass=False),
        errors.FetchTimeout("sftp.example:22", "read", 30.0),
        errors.FileMissing("sftp.example:22", "/outgoing", ("students.csv",)),
        errors.AccessDenied("sftp.example:22", "/outgoing"),
        errors.NotAFile("sftp.example:22", "/outgoing", "symbolic link"),
        errors.FileChanged("sftp.example:22", "/outgoing/guardians.csv", "10 of 20 bytes"),
        errors.FileNotDone("sftp.example:22", "/outgoing/guardians.csv", "guardians.csv.done", "is not there"),
        errors.ChecksumMismatch("sftp.example:22", "/outgoing/guardians.csv", "guardians.csv.sha256"),
        errors.FileTooLarge("sftp.example:22", "/outgoing/guardians.csv", 20, 10),
        errors.UnsupportedLocation("gopher://example", "no such protocol"),
        errors.UnreadableFile("guardians.csv", "it is a PDF", "Export it as CSV."),
        errors.HeaderNotFound("guardians.csv", ("a", "b"), ("studentSisId",), ("studentSisId", "guardianSisId")),
        errors.StoreError("no"),
        errors.StoreUnusable("not one of ours"),
        errors.StoreFailed("disk full"),
        errors.DistrictBusy("d-42"),
        errors.StalePlan("d-42", 3, 4),
        errors.UnknownRun("r-1"),
        errors.UndoRefused("r-1", ("account a-1",)),
        errors.RunPurged("r-1"),
        errors.UnknownHold("h-1"),
        errors.UnknownId("d-42", "guardian", "G1"),
        errors.ContradictoryPins("d-42", ("guardian G1 of d-42", "guardian G2 of d-42")),
        errors.LevelConflict("d-42", ("guardian G1 is on accounts 4, 7",)),
        errors.LevelMismatch("d-42", ("d-42/north",)),
    )
}


def test_importing_it_imports_nothing_dear() -> None:
    script = f"import guardiansync, sys; print(*sorted({{name.split('.')[0] for name in sys.modules}} & set({DEAR!r})))"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.split() == []


def test_nothing_else_is_public() -> None:
    raised = {thing.__name__ for thing in exceptions()}
    assert set(guardiansync.__all__) == FUNCTIONS | SETTINGS | RETURNED | raised
    assert list(guardiansync.__all__) == sorted(set(guardiansync.__all__))


@pytest.mark.parametrize("name", sorted(FUNCTIONS | SETTINGS | RETURNED))
def test_a_public_name_says_what_it_is_for(name: str) -> None:
    thing = getattr(guardiansync, name)
    said = (inspect.getdoc(thing) or "").strip()
    assert said
    # attrs writes one for classes that have none; that does not count.
    assert not said.startswith("Method generated by attrs")
    if inspect.isfunction(thing):
        for argument in inspect.signature(thing).parameters:
            assert f"{argument}" in said, f"{name} does not say what {argument} is"


@pytest.mark.parametrize("kind", list(exceptions()), ids=lambda kind: kind.__name__)
def test_an_exception_survives_a_process_pool(kind: type[GuardianSyncError]) -> None:
    error = EXAMPLES[kind]
    back = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert type(back) is kind
    assert str(back) == str(error)
    assert vars(back) == vars(error)
    assert (back.reason, back.may_pass) == (error.reason, error.may_pass)
    assert inspect.getdoc(kind) != inspect.getdoc(kind.__base__)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_file_is_one_room(file: Path) -> None:
    lines = len(file.read_text(encoding="utf-8").splitlines())
    assert lines <= 400
    assert file.stem not in {"utils", "util", "helpers", "helper", "common", "misc", "manager"}


def test_it_depends_on_what_the_design_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {requirement.partition(">")[0] for requirement in project["dependencies"]}
    assert named == {
        "adbc-driver-manager",
        "adbc-driver-sqlite",
        "asyncssh",
        "attrs",
        "charset-normalizer",
        "fsspec",
        "nicknames",
        "phonenumbers",
        "polars",
        "pyarrow",
        "rapidfuzz",
        "sshfs",
    }
    assert set(project["optional-dependencies"]) >= {"cli", "postgres", "test", "docs", "all"}
    assert project["requires-python"] == ">=3.11"
    assert project["license"] == "MIT"
    assert (PACKAGE / "py.typed").exists()
