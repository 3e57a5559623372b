"""The table of faults holds, against asyncssh's server and against OpenSSH."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from guardiansync.clock import Watch
from guardiansync.errors import FetchTimeout
from guardiansync.feed import fetch
from guardiansync.settings import SftpLocation
from guardiansync.testing.fault_table import FAULTS, FaultCase, as_markdown
from guardiansync.testing.openssh_server import OpenSshServer
from guardiansync.testing.sftp_server import SftpServer

DATA = b"studentSisId,guardianSisId,firstName,lastName,email\n" + bytes(range(33, 97)) * 80_000
LARGE = DATA * 5  # so much that it does not fit into the buffers on its way
OLD = 1_700_000_000
SHORT_S = 0.6

Interfere = Callable[[int, int], None]


class Counting(Watch):
    """Lets no time pass, and counts how often it should have."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)


def _put(folder: Path, data: bytes) -> Path:
    file = folder / "guardians.csv"
    file.write_bytes(data)
    os.utime(file, (OLD, OLD))
    return file


def _limits(case: FaultCase) -> dict[str, float]:
    return {"connect_timeout_s": 2 * SHORT_S, "read_timeout_s": SHORT_S} if case.outcome is FetchTimeout else {}


def _nothing(_done: int, _total: int) -> None:
    pass


def _once(action: Callable[[], object]) -> Interfere:
    """Do it when the first bytes are there and more are to come."""
    left = [action]

    def interfere(done: int, total: int) -> None:
        if 0 < done < total and left:
            left.pop()()

    return interfere


def _holds(case: FaultCase, location: SftpLocation, interfere: Interfere, data: bytes) -> None:
    watch = Counting()

    def heard(done: int, total: int) -> None:
        assert done <= total + 1  # a file that grows is not followed
        interfere(done, total)

    if case.outcome is None:
        assert fetch(location, max_bytes=1 << 30, on_progress=heard, watch=watch).data == data
    else:
        with pytest.raises(case.outcome) as caught:
            fetch(location, max_bytes=1 << 30, on_progress=heard, watch=watch)
        assert type(caught.value) is case.outcome
    assert len(watch.waits) == case.tries - 1
    assert all(2 <= pause <= 60 for pause in watch.waits)


@pytest.mark.parametrize("case", FAULTS, ids=lambda case: case.name)
def test_the_table_holds(case: FaultCase, sftp: SftpServer) -> None:
    data = LARGE if case.name.startswith("restart") else DATA
    file = _put(sftp.folder, data)
    location = sftp.location(**_limits(case))
    interfere: Interfere = _nothing
    match case.name:
        case "restart":
            interfere = _once(sftp.restart)
        case "restart-other-key":
            interfere = _once(lambda: sftp.restart(new_host_key=True))
        case "other-key":
            sftp.restart(new_host_key=True)
        case "refused":
            location = sftp.location(password="wrong")
        case "link":
            file.rename(file.with_name("real.csv"))
            file.symlink_to("real.csv")
        case _:
            assert case.fault is not None
            sftp.misbehave(case.fault)
    _holds(case, location, interfere, data)
    if case.fault is not None and case.fault.busy_s:
        sftp.restart()  # it still computes for the reads that nobody waits for


@pytest.fixture(scope="module")
def running_sshd() -> Iterator[OpenSshServer]:
    with OpenSshServer() as server:
        yield server


@pytest.fixture
def sshd(running_sshd: OpenSshServer) -> Iterator[OpenSshServer]:
    running_sshd.folder.chmod(0o755)
    yield running_sshd
    running_sshd.folder.chmod(0o755)
    for file in running_sshd.folder.iterdir():
        file.unlink()


def _kill_each_time(sshd: OpenSshServer, _file: Path) -> Interfere:
    return lambda done, _total: sshd.signal_sessions(signal.SIGKILL) if done else None


def _replace(_sshd: OpenSshServer, file: Path) -> Interfere:
    other = file.with_name("other")
    other.write_bytes(b"x" * len(LARGE))
    return _once(lambda: other.replace(file))


def _link(_sshd: OpenSshServer, file: Path) -> Interfere:
    file.rename(file.with_name("real.csv"))
    file.symlink_to("real.csv")
    return _nothing


def _first(action: Callable[[], object]) -> Interfere:
    """It is done before the fetch."""
    action()
    return _nothing


_WITH_OPENSSH: dict[str, Callable[[OpenSshServer, Path], Interfere]] = {
    "drop": _kill_each_time,
    "drop-once": lambda sshd, _: _once(lambda: sshd.signal_sessions(signal.SIGKILL)),
    "restart": lambda sshd, _: _once(sshd.restart),
    "restart-other-key": lambda sshd, _: _once(lambda: sshd.restart(new_host_keys=True)),
    "other-key": lambda sshd, _: _first(lambda: sshd.restart(new_host_keys=True)),
    "refused": lambda _, __: _nothing,
    "stall-login": lambda sshd, _: _first(lambda: sshd.signal_listener(signal.SIGSTOP)),
    "stall-read": lambda sshd, _: _once(lambda: sshd.signal_sessions(signal.SIGSTOP)),
    "truncate": lambda _, file: _once(lambda: os.truncate(file, 5_000_000)),
    "overwrite": lambda _, file: _once(lambda: file.write_bytes(b"x" * len(LARGE))),
    "replace": _replace,
    "delete": lambda _, file: _once(file.unlink),
    "grow": lambda _, file: _once(lambda: Growing(file).start()),
    "deny-read": lambda _, file: _first(lambda: file.chmod(0)),
    "deny-list": lambda sshd, _: _first(lambda: sshd.folder.chmod(0o311)),
    "link": _link,
}
"""How each is done from outside, by processes and files."""


@pytest.mark.openssh
@pytest.mark.parametrize("case", [case for case in FAULTS if case.openssh], ids=lambda case: case.name)
def test_the_table_holds_with_openssh(case: FaultCase, sshd: OpenSshServer) -> None:
    file = _put(sshd.folder, LARGE)
    login = {"password": "wrong"} if case.name == "refused" else {}
    location = sshd.location(**_limits(case), **login)
    try:
        _holds(case, location, _WITH_OPENSSH[case.name](sshd, file), LARGE)
    finally:
        sshd.signal_listener(signal.SIGCONT)
        sshd.signal_sessions(signal.SIGKILL)


class Growing(threading.Thread):
    """Appends to a file until it is deleted."""

    def __init__(self, file: Path) -> None:
        super().__init__(daemon=True)
        self._file = file

    def run(self) -> None:
        with self._file.open("ab") as growing:
            while self._file.exists():
                growing.write(b"x" * 100_000)
                growing.flush()
                time.sleep(0.005)


def test_the_documentation_shows_the_table() -> None:
    names = [case.name for case in FAULTS]
    assert len(set(names)) == len(names)
    page = (Path(__file__).parents[2] / "docs" / "fetching.md").read_text(encoding="utf-8")
    assert as_markdown() in page
