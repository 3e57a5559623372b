"""OpenSSH's own server with internal-sftp, on a free port of this machine: what most districts run."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from guardiansync.settings import SftpLocation

_KINDS = ("ed25519", "ecdsa", "rsa")
_START_TIMEOUT_S = 20.0


class OpenSshServer:
    """An OpenSSH server that lets one login in by key. Use it as a context manager.

    Started as root it lets `nobody` in, as root may read everything; else whoever started it.

    Attributes:
        room: The folder with its keys and all else that goes with it.
        folder: A folder for files, with its full path.
        login: The login.
        private_key: The key that logs in, as OpenSSH text.
        host_keys: The server's public keys by kind: ed25519, ecdsa, rsa.
    """

    def __init__(self) -> None:
        self.login = "nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start it and wait until it listens.

        Raises:
            RuntimeError: It is not installed, or did not start.
        """
        self.room = Path(tempfile.mkdtemp(prefix="guardiansync-sshd-"))
        try:
            self.room.chmod(0o755)
            self.folder = self.room / "outgoing"
            self.folder.mkdir()
            (self.room / "authorized").write_text(new_key(self.room / "client", "ed25519"))
            self.private_key = (self.room / "client").read_text()
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = int(free.getsockname()[1])
            self._make_host_keys()
            self._start()
        except BaseException:
            shutil.rmtree(self.room)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it and remove its room."""
        self._stop()
        shutil.rmtree(self.room)

    def location(self, **changes: Any) -> SftpLocation:  # noqa: ANN401 - whatever SftpLocation takes
        """Where its folder is, as the settings of a sync name it. Files there are taken at once, however young.

        Args:
            changes: Arguments of `SftpLocation` that differ.
        """
        known: dict[str, Any] = {"host": "127.0.0.1", "port": self.port, "login": self.login, "settle_s": 0}
        known |= {"host_key": self.host_keys["ed25519"], "path": str(self.folder)}
        if "password" not in changes:
            known["private_key"] = self.private_key
        return SftpLocation(**known | changes)

    def restart(self, *, new_host_keys: bool = False) -> None:
        """Kill it, sessions and all, and start it again on the same port."""
        self._stop()
        if new_host_keys:
            self._make_host_keys()
        self._start()

    def signal_sessions(self, number: signal.Signals) -> None:
        """Send a signal to the processes of all its sessions, if any, but not to the one that listens."""
        if self._process is not None:
            for pid in _descendants(self._process.pid):
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    continue

    def signal_listener(self, number: signal.Signals) -> None:
        """Send a signal to the process that listens."""
        if self._process is not None:
            self._process.send_signal(number)

    def _make_host_keys(self) -> None:
        for kind in _KINDS:
            for name in (f"host_{kind}", f"host_{kind}.pub"):
                (self.room / name).unlink(missing_ok=True)
        self.host_keys = {kind: new_key(self.room / f"host_{kind}", kind) for kind in _KINDS}

    def _start(self) -> None:
        program = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
        if program is None:
            raise RuntimeError("sshd is missing: apt-get install openssh-server")
        if os.getuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        lines = [
            f"Port {self.port}",
            "ListenAddress 127.0.0.1",
            *(f"HostKey {self.room}/host_{kind}" for kind in _KINDS),
            f"AuthorizedKeysFile {self.room}/authorized",
            "StrictModes no",
            "UsePAM no",
            "PasswordAuthentication yes",
            "PidFile none",
            "MaxStartups 100",
            "Subsystem sftp internal-sftp",
            "ForceCommand internal-sftp",
        ]
        (self.room / "config").write_text("\n".join(lines) + "\n")
        self._process = subprocess.Popen(  # noqa: S603 - found on the path
            [program, "-D", "-e", "-f", str(self.room / "config")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + _START_TIMEOUT_S
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise RuntimeError("sshd did not start")
            with socket.socket() as trying:
                if trying.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        self._stop()
        raise RuntimeError("sshd does not listen")

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        sessions = _descendants(process.pid)
        process.kill()
        process.wait()
        for pid in sessions:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue


def new_key(path: Path, kind: str) -> str:
    """Make a pair of keys, the private one at the path; gives the public one."""
    keygen = shutil.which("ssh-keygen")
    if keygen is None:
        raise RuntimeError("ssh-keygen is missing: apt-get install openssh-client")
    subprocess.run([keygen, "-q", "-t", kind, "-N", "", "-C", "", "-f", str(path)], check=True)  # noqa: S603 - found
    return path.with_name(f"{path.name}.pub").read_text()


def _descendants(pid: int) -> list[int]:
    parents: dict[int, int] = {}
    for process in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = process.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(process.parent.name)] = int(words[1])
    found = [pid]
    for parent in found:
        found.extend(child for child, its in parents.items() if its == parent)
    return found[1:]
