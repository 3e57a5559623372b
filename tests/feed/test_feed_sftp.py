"""Taking the file from an SFTP server."""

import os
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from feed.taking import CONTENT, MAX, put, take

from guardiansync.errors import (
    ConnectionFailed,
    FileMissing,
    FileTooLarge,
    NotAFile,
)
from guardiansync.feed import fetch
from guardiansync.testing.fault import Fault
from guardiansync.testing.sftp_server import SftpServer

pytestmark = pytest.mark.usefixtures("leaves_nothing_behind")


def test_takes_the_file_from_the_folder(sftp: SftpServer) -> None:
    os.utime(put(sftp), (1_700_000_000, 1_700_000_000))
    fetched = take(sftp.location())
    assert fetched.data == CONTENT
    assert fetched.name == "guardians.csv"
    assert fetched.where == f"127.0.0.1:{sftp.port}"
    assert fetched.sha256 == sha256(CONTENT).hexdigest()
    assert fetched.modified_at == datetime.fromtimestamp(1_700_000_000, UTC)


@pytest.mark.parametrize("path", ["/out", "/out/", "out", "/out/guardians.csv", "out/guardians.csv"])
def test_takes_folder_or_file(sftp: SftpServer, path: str) -> None:
    put(sftp, "out/guardians.csv")
    assert take(sftp.location(path=path)).data == CONTENT


@pytest.mark.parametrize("name", ["Guardians.csv", "GUARDIANS.CSV", "guardians.CSV"])
@pytest.mark.parametrize("path", ["/", "/guardians.csv"])
def test_finds_the_name_in_any_case(sftp: SftpServer, name: str, path: str) -> None:
    put(sftp, name)
    assert take(sftp.location(path=path)).name == name


def test_prefers_the_exact_name(sftp: SftpServer) -> None:
    put(sftp, "Guardians.CSV", b"old")
    put(sftp)
    assert take(sftp.location()).data == CONTENT


def test_two_spellings_and_no_exact_one_are_not_guessed_between(sftp: SftpServer) -> None:
    put(sftp, "Guardians.CSV")
    put(sftp, "GUARDIANS.csv")
    with pytest.raises(FileMissing) as caught:
        take(sftp.location())
    assert caught.value.listing == ("GUARDIANS.csv", "Guardians.CSV")


def test_takes_the_one_zip_only_where_there_is_no_csv(sftp: SftpServer) -> None:
    put(sftp, "Export-2026.ZIP", b"PK\x03\x04")
    assert take(sftp.location()).name == "Export-2026.ZIP"
    put(sftp)
    assert take(sftp.location()).name == "guardians.csv"


def test_several_zips_are_listed(sftp: SftpServer) -> None:
    for name in ("b.zip", "a.zip", "0.txt"):
        put(sftp, name)
    with pytest.raises(FileMissing) as caught:
        take(sftp.location())
    assert caught.value.listing == ("a.zip", "b.zip", "0.txt")


def test_missing_file_lists_ten_names_that_are_there(sftp: SftpServer) -> None:
    for number in range(12):
        put(sftp, f"file{number:02}\x1b[31m.csv")
    with pytest.raises(FileMissing) as caught:
        take(sftp.location())
    assert caught.value.listing == tuple(f"file{number:02}?[31m.csv" for number in range(10))
    assert "file03" in str(caught.value)


@pytest.mark.parametrize("path", ["/nowhere", "/nowhere/guardians.csv", "/other.csv"])
def test_missing_path(sftp: SftpServer, path: str) -> None:
    put(sftp, "students.csv")
    with pytest.raises(FileMissing):
        take(sftp.location(path=path))


def test_file_under_another_name_is_taken_where_the_settings_name_it(sftp: SftpServer) -> None:
    put(sftp, "parents.txt")
    assert take(sftp.location(path="/parents.txt")).data == CONTENT


def test_a_folder_of_that_name_is_no_file(sftp: SftpServer) -> None:
    (sftp.folder / "guardians.csv").mkdir()
    for path in ("/", "/guardians.csv"):
        with pytest.raises(NotAFile) as caught:
            take(sftp.location(path=path))
        assert caught.value.kind == "folder"


def test_a_symbolic_link_is_no_file(sftp: SftpServer, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(CONTENT)
    (sftp.folder / "guardians.csv").symlink_to(tmp_path / "secret")
    for path in ("/", "/guardians.csv"):
        with pytest.raises(NotAFile) as caught:
            take(sftp.location(path=path))
        assert caught.value.kind == "symbolic link"


def test_a_named_pipe_is_no_file(sftp: SftpServer) -> None:
    os.mkfifo(sftp.folder / "guardians.csv")
    with pytest.raises(NotAFile):
        take(sftp.location())


def test_empty_file_comes_empty(sftp: SftpServer) -> None:
    put(sftp, data=b"")
    assert take(sftp.location()).data == b""


def test_too_large(sftp: SftpServer) -> None:
    put(sftp)
    sftp.misbehave(Fault(deny_read=True))  # it is not even opened
    with pytest.raises(FileTooLarge) as caught:
        take(sftp.location(), len(CONTENT) - 1)
    sftp.misbehave(Fault())
    assert (caught.value.size, caught.value.max_bytes) == (len(CONTENT), len(CONTENT) - 1)
    assert take(sftp.location(), len(CONTENT)).data == CONTENT


def test_several_chunks_and_progress(sftp: SftpServer) -> None:
    data = os.urandom(9_500_001)
    put(sftp, data=data)
    told: list[tuple[int, int]] = []
    fetched = fetch(sftp.location(), max_bytes=MAX, on_progress=lambda done, total: told.append((done, total)))
    assert fetched.data == data
    assert told[0] == (0, len(data))
    assert told[-1] == (len(data), len(data))
    assert told == sorted(told)
    assert len(told) > 3


# --- the server itself --------------------------------------------------------------------------------------------


def test_the_server_ends_with_its_block(tmp_path: Path) -> None:
    with SftpServer(tmp_path) as server:
        location = server.location()
        assert server._process is not None  # noqa: SLF001 - nothing else knows it
        pid = server._process.pid  # noqa: SLF001 - nothing else knows it
    assert not Path(f"/proc/{pid}").exists()
    with pytest.raises(ConnectionFailed):
        take(location)


def test_the_server_shows_only_its_folder(sftp: SftpServer, tmp_path: Path) -> None:
    (tmp_path / "guardians.csv").write_bytes(CONTENT)
    with pytest.raises(FileMissing):
        take(sftp.location(path=f"/../..{tmp_path}"))
