import io
import os
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, cast

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from guardiansync.errors import (
    FileChanged,
    FileMissing,
    FileTooLarge,
    NotAFile,
    SettingsError,
    SourceError,
    UnsupportedLocation,
)
from guardiansync.feed import fetch, take_upload
from guardiansync.settings import FileLocation

CONTENT = b"studentSisId,guardianSisId,firstName,lastName,email\n1,g1,An,Other,an@example.org\n"
MAX = 1 << 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "guardians.csv").write_bytes(CONTENT)
    os.utime(tmp_path / "guardians.csv", (1_700_000_000, 1_700_000_000))
    return tmp_path


@pytest.mark.parametrize("url", ["{}", "{}/", "{}/guardians.csv", "file://{}", "file://{}/guardians.csv", "local://{}"])
def test_takes_a_local_folder_or_file(folder: Path, url: str) -> None:
    fetched = fetch(FileLocation(url.format(folder)), max_bytes=MAX)
    assert fetched.data == CONTENT
    assert fetched.name == "guardians.csv"
    assert fetched.sha256 == sha256(CONTENT).hexdigest()
    assert fetched.modified_at == datetime.fromtimestamp(1_700_000_000, UTC)


def test_any_case_and_the_one_zip(tmp_path: Path) -> None:
    (tmp_path / "Export.Zip").write_bytes(b"PK")
    assert fetch(FileLocation(str(tmp_path)), max_bytes=MAX).name == "Export.Zip"
    (tmp_path / "GUARDIANS.csv").write_bytes(CONTENT)
    assert fetch(FileLocation(str(tmp_path)), max_bytes=MAX).name == "GUARDIANS.csv"
    assert fetch(FileLocation(f"{tmp_path}/guardians.csv"), max_bytes=MAX).name == "GUARDIANS.csv"


def test_memory_file_system() -> None:
    files = fsspec.filesystem("memory")
    assert isinstance(files, MemoryFileSystem)
    files.pipe_file("/drop/d-42/Guardians.csv", CONTENT)
    try:
        fetched = fetch(FileLocation("memory://drop/d-42"), max_bytes=MAX)
    finally:
        files.rm("/drop", recursive=True)
    assert (fetched.data, fetched.name, fetched.where) == (CONTENT, "Guardians.csv", "memory://drop/d-42")
    assert fetched.modified_at is not None
    assert fetched.modified_at.tzinfo is UTC


@pytest.mark.parametrize("url", ["{}", "{}/nowhere", "{}/nowhere/guardians.csv", "{}/other.csv"])
def test_missing(tmp_path: Path, url: str) -> None:
    (tmp_path / "students.csv").write_bytes(b"")
    with pytest.raises(FileMissing) as caught:
        fetch(FileLocation(url.format(tmp_path)), max_bytes=MAX)
    assert caught.value.listing in {("students.csv",), ()}


def test_what_is_no_file(tmp_path: Path) -> None:
    path = tmp_path / "guardians.csv"
    path.mkdir()
    _refused(path, "folder")
    path.rmdir()
    path.symlink_to("/etc/passwd")
    _refused(path, "symbolic link")
    path.unlink()
    os.mkfifo(path)
    _refused(path, "special file")


def _refused(path: Path, kind: str) -> None:
    for url in (str(path), str(path.parent)):
        with pytest.raises(NotAFile) as caught:
            fetch(FileLocation(url), max_bytes=MAX)
        assert caught.value.kind == kind


def test_too_large(folder: Path) -> None:
    with pytest.raises(FileTooLarge):
        fetch(FileLocation(str(folder)), max_bytes=10)


@pytest.mark.parametrize("change", ["grown", "shrunk", "touched", "removed"])
def test_a_file_that_changes_while_it_is_read(folder: Path, change: str) -> None:
    path = folder / "guardians.csv"
    path.write_bytes(bytes(9_000_000))

    def interfere(done: int, _total: int) -> None:
        match change if done else "":
            case "grown":
                with path.open("ab") as file:
                    file.write(b"x")
            case "shrunk":
                os.truncate(path, 5_000_000)
            case "touched":
                os.utime(path, (1, 1))
            case "removed":
                path.unlink(missing_ok=True)
            case _:
                pass

    with pytest.raises(FileChanged):
        fetch(FileLocation(str(folder)), max_bytes=10_000_000, on_progress=interfere)


@pytest.mark.parametrize(
    "url",
    ["nosuchprotocol://bucket/drop", "sftp://d42.example/outgoing", "ssh://d42.example/x", "simplecache::sftp://h/x"],
)
def test_unsupported(url: str) -> None:
    with pytest.raises(UnsupportedLocation):
        fetch(FileLocation(url), max_bytes=MAX)


def test_wrong_options_and_broken_servers_are_source_errors() -> None:
    for location in (FileLocation("file:///", no_such_option=1), FileLocation("zip://x::file:///etc/passwd")):
        with pytest.raises(SourceError):
            fetch(location, max_bytes=MAX)


def test_credentials_in_the_url_do_not_show() -> None:
    with pytest.raises(UnsupportedLocation) as caught:
        fetch(FileLocation("nosuch://user:hunter2@host/drop?token=hunter3"), max_bytes=MAX)
    assert "hunter" not in f"{caught.value}{caught.value.where}"


# --- uploads ------------------------------------------------------------------------------------------------------


def test_upload_as_path_bytes_or_file(folder: Path) -> None:
    path = folder / "guardians.csv"
    with path.open("rb") as file:
        for upload in (path, str(path), CONTENT, io.BytesIO(CONTENT), file):
            fetched = take_upload(upload, max_bytes=MAX)
            assert fetched.data == CONTENT
            assert fetched.name == "guardians.csv"
            assert fetched.where == "upload"
            assert fetched.sha256 == sha256(CONTENT).hexdigest()
        assert not file.closed
    assert take_upload(path, max_bytes=MAX).modified_at == datetime.fromtimestamp(1_700_000_000, UTC)


def test_upload_keeps_the_name_it_has(tmp_path: Path) -> None:
    path = tmp_path / "Parents 2026.csv"
    path.write_bytes(CONTENT)
    assert take_upload(path, max_bytes=MAX).name == "Parents 2026.csv"


def test_upload_too_large(folder: Path) -> None:
    for upload in (folder / "guardians.csv", CONTENT, io.BytesIO(CONTENT)):
        with pytest.raises(FileTooLarge):
            take_upload(upload, max_bytes=len(CONTENT) - 1)
        take_upload(CONTENT, max_bytes=len(CONTENT))


def test_upload_that_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(NotAFile):
        take_upload(tmp_path, max_bytes=MAX)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NotAFile):
        take_upload(tmp_path / "pipe", max_bytes=MAX)
    for path in (tmp_path / "nowhere.csv", tmp_path / "pipe" / "x", "nul\0byte"):
        with pytest.raises(SourceError):
            take_upload(path, max_bytes=MAX)


def test_upload_of_another_type() -> None:
    for upload in (42, None, io.StringIO("text"), ["a", "b"]):
        with pytest.raises(SettingsError) as caught:
            take_upload(cast("BinaryIO", upload), max_bytes=MAX)
        assert caught.value.field == "upload"


def test_upload_that_breaks_in_the_middle(folder: Path) -> None:
    with (folder / "guardians.csv").open("rb") as file:
        pass
    with pytest.raises(SourceError):
        take_upload(file, max_bytes=MAX)


def test_a_missing_file_that_is_named_itself_is_said_once(tmp_path: Path) -> None:
    with pytest.raises(FileMissing, match=r"^No guardians.csv at [^ ]*nowhere.csv\. "):
        fetch(FileLocation(str(tmp_path / "nowhere.csv")), max_bytes=100)
