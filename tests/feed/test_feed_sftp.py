import logging
import os
import pickle
import shutil
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import asyncssh
import pytest

from guardiansync.clock import Watch
from guardiansync.errors import (
    AccessDenied,
    ConnectionFailed,
    CredentialsRefused,
    FetchTimeout,
    FileChanged,
    FileMissing,
    FileTooLarge,
    GuardianSyncError,
    HostKeyMismatch,
    HostKeyMissing,
    NotAFile,
    SettingsError,
    SourceError,
)
from guardiansync.feed import fetch
from guardiansync.model.feed import Fetched
from guardiansync.settings import SftpLocation
from guardiansync.testing.fault import Fault
from guardiansync.testing.sftp_server import SftpServer

CONTENT = b"studentSisId,guardianSisId,firstName,lastName,email\n1,g1,An,Other,an@example.org\n"
MAX = 1 << 30


class Impatient(Watch):
    """Notes how long it would have waited."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)


def _take(location: SftpLocation, max_bytes: int = MAX, watch: Watch | None = None) -> Fetched:
    return fetch(location, max_bytes=max_bytes, watch=watch or Impatient())


@pytest.fixture(autouse=True)
def _leaves_nothing_behind() -> Iterator[None]:
    before = set(threading.enumerate())
    files = len(list(Path("/proc/self/fd").iterdir()))
    yield
    assert set(threading.enumerate()) <= before
    assert len(list(Path("/proc/self/fd").iterdir())) <= files


def _put(server: SftpServer, name: str = "guardians.csv", data: bytes = CONTENT) -> Path:
    path = server.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_takes_the_file_from_the_folder(sftp: SftpServer) -> None:
    os.utime(_put(sftp), (1_700_000_000, 1_700_000_000))
    fetched = _take(sftp.location())
    assert fetched.data == CONTENT
    assert fetched.name == "guardians.csv"
    assert fetched.where == f"127.0.0.1:{sftp.port}"
    assert fetched.sha256 == sha256(CONTENT).hexdigest()
    assert fetched.modified_at == datetime.fromtimestamp(1_700_000_000, UTC)


@pytest.mark.parametrize("path", ["/out", "/out/", "out", "/out/guardians.csv", "out/guardians.csv"])
def test_takes_folder_or_file(sftp: SftpServer, path: str) -> None:
    _put(sftp, "out/guardians.csv")
    assert _take(sftp.location(path=path)).data == CONTENT


@pytest.mark.parametrize("name", ["Guardians.csv", "GUARDIANS.CSV", "guardians.CSV"])
@pytest.mark.parametrize("path", ["/", "/guardians.csv"])
def test_finds_the_name_in_any_case(sftp: SftpServer, name: str, path: str) -> None:
    _put(sftp, name)
    assert _take(sftp.location(path=path)).name == name


def test_prefers_the_exact_name(sftp: SftpServer) -> None:
    _put(sftp, "Guardians.CSV", b"old")
    _put(sftp)
    assert _take(sftp.location()).data == CONTENT


def test_two_spellings_and_no_exact_one_are_not_guessed_between(sftp: SftpServer) -> None:
    _put(sftp, "Guardians.CSV")
    _put(sftp, "GUARDIANS.csv")
    with pytest.raises(FileMissing) as caught:
        _take(sftp.location())
    assert caught.value.listing == ("GUARDIANS.csv", "Guardians.CSV")


def test_takes_the_one_zip_only_where_there_is_no_csv(sftp: SftpServer) -> None:
    _put(sftp, "Export-2026.ZIP", b"PK\x03\x04")
    assert _take(sftp.location()).name == "Export-2026.ZIP"
    _put(sftp)
    assert _take(sftp.location()).name == "guardians.csv"


def test_several_zips_are_listed(sftp: SftpServer) -> None:
    for name in ("b.zip", "a.zip", "0.txt"):
        _put(sftp, name)
    with pytest.raises(FileMissing) as caught:
        _take(sftp.location())
    assert caught.value.listing == ("a.zip", "b.zip", "0.txt")


def test_missing_file_lists_ten_names_that_are_there(sftp: SftpServer) -> None:
    for number in range(12):
        _put(sftp, f"file{number:02}\x1b[31m.csv")
    with pytest.raises(FileMissing) as caught:
        _take(sftp.location())
    assert caught.value.listing == tuple(f"file{number:02}?[31m.csv" for number in range(10))
    assert "file03" in str(caught.value)


@pytest.mark.parametrize("path", ["/nowhere", "/nowhere/guardians.csv", "/other.csv"])
def test_missing_path(sftp: SftpServer, path: str) -> None:
    _put(sftp, "students.csv")
    with pytest.raises(FileMissing):
        _take(sftp.location(path=path))


def test_file_under_another_name_is_taken_where_the_settings_name_it(sftp: SftpServer) -> None:
    _put(sftp, "parents.txt")
    assert _take(sftp.location(path="/parents.txt")).data == CONTENT


def test_a_folder_of_that_name_is_no_file(sftp: SftpServer) -> None:
    (sftp.folder / "guardians.csv").mkdir()
    for path in ("/", "/guardians.csv"):
        with pytest.raises(NotAFile) as caught:
            _take(sftp.location(path=path))
        assert caught.value.kind == "folder"


def test_a_symbolic_link_is_no_file(sftp: SftpServer, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(CONTENT)
    (sftp.folder / "guardians.csv").symlink_to(tmp_path / "secret")
    for path in ("/", "/guardians.csv"):
        with pytest.raises(NotAFile) as caught:
            _take(sftp.location(path=path))
        assert caught.value.kind == "symbolic link"


def test_a_named_pipe_is_no_file(sftp: SftpServer) -> None:
    os.mkfifo(sftp.folder / "guardians.csv")
    with pytest.raises(NotAFile):
        _take(sftp.location())


def test_empty_file_comes_empty(sftp: SftpServer) -> None:
    _put(sftp, data=b"")
    assert _take(sftp.location()).data == b""


def test_too_large(sftp: SftpServer) -> None:
    _put(sftp)
    sftp.misbehave(Fault(deny_read=True))  # it is not even opened
    with pytest.raises(FileTooLarge) as caught:
        _take(sftp.location(), len(CONTENT) - 1)
    sftp.misbehave(Fault())
    assert (caught.value.size, caught.value.max_bytes) == (len(CONTENT), len(CONTENT) - 1)
    assert _take(sftp.location(), len(CONTENT)).data == CONTENT


def test_several_chunks_and_progress(sftp: SftpServer) -> None:
    data = os.urandom(9_500_001)
    _put(sftp, data=data)
    told: list[tuple[int, int]] = []
    fetched = fetch(sftp.location(), max_bytes=MAX, on_progress=lambda done, total: told.append((done, total)))
    assert fetched.data == data
    assert told[0] == (0, len(data))
    assert told[-1] == (len(data), len(data))
    assert told == sorted(told)
    assert len(told) > 3


# --- who the server is --------------------------------------------------------------------------------------------


def test_no_host_key_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(HostKeyMissing, match=r"ssh-keyscan -p 2222 sftp\.example"):
        _take(SftpLocation(host="sftp.example", port=2222, login="x", password="pw"))


def _fingerprint(server: SftpServer) -> str:
    return asyncssh.import_public_key(server.host_key).get_fingerprint()


@pytest.mark.parametrize(
    "spell",
    [
        lambda server: server.host_key,
        lambda server: f"{server.host_key} root@sftp",
        lambda server: f"  {server.host_key}\n",
        lambda server: f"sftp.example {server.host_key}",
        _fingerprint,
        lambda server: f"256 {_fingerprint(server)} root@sftp (ED25519)",
    ],
)
def test_host_key_spellings(sftp: SftpServer, spell: Callable[[SftpServer], str]) -> None:
    _put(sftp)
    assert _take(sftp.location(host_key=spell(sftp))).data == CONTENT


def test_known_hosts_text(sftp: SftpServer) -> None:
    _put(sftp)
    lines = f"# ours\nelsewhere.example ssh-ed25519 {_other_key('ssh-ed25519').split()[1]}\n"
    known = f"{lines}[127.0.0.1]:{sftp.port} {sftp.host_key}\n"
    assert _take(sftp.location(known_hosts=known)).data == CONTENT
    with pytest.raises(HostKeyMismatch):
        _take(sftp.location(known_hosts=lines))


def _other_key(kind: str) -> str:
    return asyncssh.generate_private_key(kind).export_public_key().decode()


@pytest.mark.parametrize("kind", ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"])
@pytest.mark.parametrize("as_fingerprint", [True, False])
def test_another_host_key_ends_it(sftp: SftpServer, kind: str, as_fingerprint: bool) -> None:  # noqa: FBT001 - a case
    _put(sftp)
    key = _other_key(kind)
    wanted = asyncssh.import_public_key(key).get_fingerprint() if as_fingerprint else key
    with pytest.raises(HostKeyMismatch) as caught:
        _take(sftp.location(host_key=wanted))
    assert caught.value.shown == _fingerprint(sftp)


@pytest.mark.parametrize(
    "text",
    ["nonsense", "ssh-ed25519", "ssh-ed25519 AAAAnotakey", "SHA256:short", "MD5:aa:bb", "ssh-rsa AAAAB3NzaC1yc2E="],
)
def test_unreadable_host_key(sftp: SftpServer, text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        _take(sftp.location(host_key=text))
    assert caught.value.field == "host_key"


def test_unreadable_known_hosts(sftp: SftpServer) -> None:
    with pytest.raises(SettingsError) as caught:
        _take(sftp.location(known_hosts="one-word"))
    assert caught.value.field == "known_hosts"


# --- who we are ---------------------------------------------------------------------------------------------------


def test_private_key_logs_in(sftp: SftpServer) -> None:
    _put(sftp)
    assert _take(sftp.location(private_key=sftp.private_key)).data == CONTENT


def test_private_key_with_passphrase(sftp: SftpServer) -> None:
    _put(sftp)
    key = asyncssh.import_private_key(sftp.private_key)
    locked = key.export_private_key("pkcs8-pem", passphrase="open sesame").decode()
    assert _take(sftp.location(private_key=locked, passphrase="open sesame")).data == CONTENT
    for wrong in ({}, {"passphrase": "wrong"}):
        with pytest.raises(SettingsError) as caught:
            _take(sftp.location(private_key=locked, **wrong))
        assert caught.value.field == "private_key"


def test_unreadable_private_key(sftp: SftpServer) -> None:
    with pytest.raises(SettingsError) as caught:
        _take(sftp.location(private_key="/home/somebody/.ssh/id_ed25519"))
    assert caught.value.field == "private_key"


def test_another_private_key_is_refused(sftp: SftpServer) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()
    with pytest.raises(CredentialsRefused):
        _take(sftp.location(private_key=key))


def test_wrong_password_and_wrong_login_are_refused(sftp: SftpServer) -> None:
    for change in ({"password": "wrong"}, {"login": "nobody-here"}):
        with pytest.raises(CredentialsRefused):
            _take(sftp.location(**change))


def test_the_users_own_ssh_files_are_not_read(
    sftp: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ".ssh"
    folder.mkdir(mode=0o700)
    (folder / "config").write_text("Host *\n  ProxyCommand false\n")
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{sftp.port} {sftp.host_key}\n")
    (folder / "id_ed25519").write_text(sftp.private_key)
    (folder / "id_ed25519").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    _put(sftp)
    assert _take(sftp.location()).data == CONTENT
    with pytest.raises(CredentialsRefused):
        _take(sftp.location(password="wrong"))
    with pytest.raises(HostKeyMismatch):
        _take(sftp.location(known_hosts="# nothing\n"))


def test_password_shows_nowhere(sftp: SftpServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    asyncssh.set_debug_level(3)
    password = "correct-horse-battery"
    for fault in (Fault(), Fault(deny_list=True)):
        sftp.misbehave(fault)
        for change in ({"password": password}, {"password": password, "host_key": _other_key("ssh-ed25519")}):
            with pytest.raises(SourceError) as caught:
                _take(sftp.location(**change))
            chain: BaseException | None = caught.value
            while chain is not None:
                assert password not in f"{chain!s}{chain!r}{vars(chain)}"
                chain = chain.__cause__ or chain.__context__
            caught.value.__traceback__ = caught.tb.tb_next  # this function's own variables hold it, of course
            text = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
            assert password not in text
    assert caplog.records
    assert password not in caplog.text


def test_errors_survive_a_process_pool(sftp: SftpServer) -> None:
    with pytest.raises(CredentialsRefused) as caught:
        _take(sftp.location(password="wrong"))
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own
    assert (type(again), str(again)) == (CredentialsRefused, str(caught.value))


# --- what breaks --------------------------------------------------------------------------------------------------


def test_refused_connection() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ConnectionFailed, match="refuses the connection"):
        _take(_nowhere(port))


def _nowhere(port: int, connect_timeout_s: float = 5) -> SftpLocation:
    key = _other_key("ssh-ed25519")
    return SftpLocation(
        host="127.0.0.1",
        port=port,
        login="x",
        password="pw",
        host_key=key,
        connect_timeout_s=connect_timeout_s,
        retries=0,
    )


def test_unknown_host_name(sftp: SftpServer) -> None:
    with pytest.raises(ConnectionFailed):
        _take(sftp.location(host="no-such-host.invalid"))


def test_a_server_that_is_not_ssh() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        talking = threading.Thread(target=_say_and_hang_up, args=(server,))
        talking.start()
        with pytest.raises(ConnectionFailed):
            _take(_nowhere(server.getsockname()[1], connect_timeout_s=5))
        talking.join()


def _say_and_hang_up(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        connection.sendall(b"220 ftp.example FTP server ready\r\n" * 3)


def test_a_server_that_never_speaks() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(FetchTimeout) as caught:
        _take(_nowhere(server.getsockname()[1], connect_timeout_s=0.3))
    assert (caught.value.phase, caught.value.timeout_s) == ("connect", 0.3)


def test_a_dropped_connection(sftp: SftpServer) -> None:
    _put(sftp, data=bytes(8_000_000))
    sftp.misbehave(Fault(drop_after=2_000_000))
    with pytest.raises(ConnectionFailed, match="broke"):
        _take(sftp.location())


def test_a_read_that_stalls(sftp: SftpServer) -> None:
    _put(sftp, data=bytes(8_000_000))
    sftp.misbehave(Fault(stall_after=2_000_000))
    with pytest.raises(FetchTimeout) as caught:
        _take(sftp.location(read_timeout_s=0.5))
    assert (caught.value.phase, caught.value.timeout_s) == ("read", 0.5)


def test_a_listing_that_stalls(sftp: SftpServer) -> None:
    sftp.misbehave(Fault(stall_list=True))
    with pytest.raises(FetchTimeout) as caught:
        _take(sftp.location(read_timeout_s=0.5))
    assert caught.value.phase == "list"


def test_the_whole_fetch_has_a_deadline(sftp: SftpServer) -> None:
    _put(sftp, data=bytes(8_000_000))
    sftp.misbehave(Fault(stall_after=2_000_000))
    began = time.monotonic()
    with pytest.raises(FetchTimeout) as caught:
        _take(sftp.location(read_timeout_s=600, fetch_timeout_s=3))
    assert caught.value.timeout_s == 3
    assert time.monotonic() - began < 300  # long before read_timeout_s


def test_a_file_cut_while_it_is_read(sftp: SftpServer) -> None:
    _put(sftp, data=bytes(9_000_000))
    sftp.misbehave(Fault(truncate_after=5_000_000))
    with pytest.raises(FileChanged):
        _take(sftp.location())


@pytest.mark.parametrize("change", ["grown", "touched", "replaced", "removed"])
def test_a_file_that_changes_while_it_is_read(sftp: SftpServer, change: str) -> None:
    data = bytes(9_000_000)
    path = _put(sftp, data=data)

    def interfere(done: int, _total: int) -> None:
        if not 0 < done < len(data):
            return
        match change:
            case "grown":
                with path.open("ab") as file:
                    file.write(b"x")
            case "touched":
                os.utime(path, (1, 1))
            case "replaced":
                shutil.copy(path, path.with_suffix(".new"))
                path.with_suffix(".new").replace(path)
                os.utime(path, (2, 2))
            case _:
                path.unlink(missing_ok=True)

    with pytest.raises(FileChanged):
        fetch(sftp.location(), max_bytes=MAX, on_progress=interfere)


def test_a_folder_that_may_not_be_listed_is_not_empty(sftp: SftpServer) -> None:
    _put(sftp)
    sftp.misbehave(Fault(deny_list=True))
    with pytest.raises(AccessDenied):
        _take(sftp.location())
    assert _take(sftp.location(path="/guardians.csv")).data == CONTENT


def test_a_file_that_may_not_be_read(sftp: SftpServer) -> None:
    _put(sftp)
    sftp.misbehave(Fault(deny_read=True))
    with pytest.raises(AccessDenied, match=r"/guardians\.csv"):
        _take(sftp.location())


def test_an_error_of_the_caller_leaves_nothing_open(sftp: SftpServer) -> None:
    _put(sftp, data=bytes(9_000_000))

    def stop(done: int, _total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(sftp.location(), max_bytes=MAX, on_progress=stop)


def test_inside_a_running_loop(sftp: SftpServer) -> None:
    import asyncio  # noqa: PLC0415 - this test's own

    _put(sftp)

    async def notebook() -> bytes:
        return _take(sftp.location()).data

    assert asyncio.run(notebook()) == CONTENT


def test_two_at_once(sftp: SftpServer) -> None:
    _put(sftp)
    got: list[bytes] = []
    threads = [threading.Thread(target=lambda: got.append(_take(sftp.location()).data)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [CONTENT] * 4


def test_every_error_is_ours(sftp: SftpServer) -> None:
    for fault in (Fault(drop_after=0), Fault(deny_list=True), Fault(truncate_after=0)):
        _put(sftp)
        sftp.misbehave(fault)
        with pytest.raises(GuardianSyncError):
            _take(sftp.location())


# --- the server itself --------------------------------------------------------------------------------------------


def test_the_server_ends_with_its_block(tmp_path: Path) -> None:
    with SftpServer(tmp_path) as server:
        location = server.location()
        assert server._process is not None  # noqa: SLF001 - nothing else knows it
        pid = server._process.pid  # noqa: SLF001 - nothing else knows it
    assert not Path(f"/proc/{pid}").exists()
    with pytest.raises(ConnectionFailed):
        _take(location)


def test_the_server_shows_only_its_folder(sftp: SftpServer, tmp_path: Path) -> None:
    (tmp_path / "guardians.csv").write_bytes(CONTENT)
    with pytest.raises(FileMissing):
        _take(sftp.location(path=f"/../..{tmp_path}"))
