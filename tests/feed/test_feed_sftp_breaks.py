"""What breaks on the way."""

import os
import shutil
import socket
import threading
import time

import pytest
from feed.taking import CONTENT, MAX, other_key, put, take

from guardiansync.errors import (
    AccessDenied,
    ConnectionFailed,
    FetchTimeout,
    FileChanged,
    GuardianSyncError,
)
from guardiansync.feed import fetch
from guardiansync.settings import SftpLocation
from guardiansync.testing.fault import Fault
from guardiansync.testing.sftp_server import SftpServer

pytestmark = pytest.mark.usefixtures("leaves_nothing_behind")


def test_refused_connection() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ConnectionFailed, match="refuses the connection"):
        take(_nowhere(port))


def _nowhere(port: int, connect_timeout_s: float = 5) -> SftpLocation:
    key = other_key("ssh-ed25519")
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
        take(sftp.location(host="no-such-host.invalid"))


def test_a_server_that_is_not_ssh() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        talking = threading.Thread(target=_say_and_hang_up, args=(server,))
        talking.start()
        with pytest.raises(ConnectionFailed):
            take(_nowhere(server.getsockname()[1], connect_timeout_s=5))
        talking.join()


def _say_and_hang_up(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        connection.sendall(b"220 ftp.example FTP server ready\r\n" * 3)


def test_a_server_that_never_speaks() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(FetchTimeout) as caught:
        take(_nowhere(server.getsockname()[1], connect_timeout_s=0.3))
    assert (caught.value.phase, caught.value.timeout_s) == ("connect", 0.3)


def test_a_dropped_connection(sftp: SftpServer) -> None:
    put(sftp, data=bytes(8_000_000))
    sftp.misbehave(Fault(drop_after=2_000_000))
    with pytest.raises(ConnectionFailed, match="broke"):
        take(sftp.location())


def test_a_read_that_stalls(sftp: SftpServer) -> None:
    put(sftp, data=bytes(8_000_000))
    sftp.misbehave(Fault(stall_after=2_000_000))
    with pytest.raises(FetchTimeout) as caught:
        take(sftp.location(read_timeout_s=0.5))
    assert (caught.value.phase, caught.value.timeout_s) == ("read", 0.5)


def test_a_listing_that_stalls(sftp: SftpServer) -> None:
    sftp.misbehave(Fault(stall_list=True))
    with pytest.raises(FetchTimeout) as caught:
        take(sftp.location(read_timeout_s=0.5))
    assert caught.value.phase == "list"


def test_the_whole_fetch_has_a_deadline(sftp: SftpServer) -> None:
    put(sftp, data=bytes(8_000_000))
    sftp.misbehave(Fault(stall_after=2_000_000))
    began = time.monotonic()
    with pytest.raises(FetchTimeout) as caught:
        take(sftp.location(read_timeout_s=600, fetch_timeout_s=3))
    assert caught.value.timeout_s == 3
    assert time.monotonic() - began < 300  # long before read_timeout_s


def test_a_file_cut_while_it_is_read(sftp: SftpServer) -> None:
    put(sftp, data=bytes(9_000_000))
    sftp.misbehave(Fault(truncate_after=5_000_000))
    with pytest.raises(FileChanged):
        take(sftp.location())


@pytest.mark.parametrize("change", ["grown", "touched", "replaced", "removed"])
def test_a_file_that_changes_while_it_is_read(sftp: SftpServer, change: str) -> None:
    data = bytes(9_000_000)
    path = put(sftp, data=data)

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
    put(sftp)
    sftp.misbehave(Fault(deny_list=True))
    with pytest.raises(AccessDenied):
        take(sftp.location())
    assert take(sftp.location(path="/guardians.csv")).data == CONTENT


def test_a_file_that_may_not_be_read(sftp: SftpServer) -> None:
    put(sftp)
    sftp.misbehave(Fault(deny_read=True))
    with pytest.raises(AccessDenied, match=r"/guardians\.csv"):
        take(sftp.location())


def test_an_error_of_the_caller_leaves_nothing_open(sftp: SftpServer) -> None:
    put(sftp, data=bytes(9_000_000))

    def stop(done: int, _total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(sftp.location(), max_bytes=MAX, on_progress=stop)


def test_inside_a_running_loop(sftp: SftpServer) -> None:
    import asyncio  # noqa: PLC0415 - this test's own

    put(sftp)

    async def notebook() -> bytes:
        return take(sftp.location()).data

    assert asyncio.run(notebook()) == CONTENT


def test_two_at_once(sftp: SftpServer) -> None:
    put(sftp)
    got: list[bytes] = []
    threads = [threading.Thread(target=lambda: got.append(take(sftp.location()).data)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [CONTENT] * 4


def test_every_error_is_ours(sftp: SftpServer) -> None:
    for fault in (Fault(drop_after=0), Fault(deny_list=True), Fault(truncate_after=0)):
        put(sftp)
        sftp.misbehave(fault)
        with pytest.raises(GuardianSyncError):
            take(sftp.location())
