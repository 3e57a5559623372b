"""A real SFTP server on this machine, in a process of its own, that can be told to misbehave."""

import json
import os
import secrets
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from attrs import asdict, field, frozen

from guardiansync.settings import SftpLocation
from guardiansync.testing.fault import Fault

_START_TIMEOUT_S = 20.0
_STOP_TIMEOUT_S = 5.0


@frozen
class _Started:
    """What a running server is known by."""

    port: int
    host_key: str
    client_key: str = field(repr=False)
    server_key: str = field(repr=False)
    pid: int


class SftpServer:
    """An SFTP server for one folder, on loopback, with a host key of its own.

    Use it as a context manager: the process is gone when the block ends, and also when this process dies.

    Args:
        folder: What the server shows as `/`.
        login: The one login it knows.
        password: Its password; None to make one.
        fault: What goes wrong from the start.

    Attributes:
        host: Always 127.0.0.1.
        port: A free port that the system chose.
        login: The login.
        password: Its password.
        host_key: The server's public key, as `ssh-ed25519 AAAA…`.
        private_key: A private key, as OpenSSH text, that logs in too.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        *,
        login: str = "sync",
        password: str | None = None,
        fault: Fault | None = None,
    ) -> None:
        self.folder = Path(folder)
        self.host = "127.0.0.1"
        self.login = login
        self.password = password or secrets.token_urlsafe(12)
        self._fault = fault or Fault()
        self._process: subprocess.Popen[str] | None = None
        self._started: _Started | None = None

    def __enter__(self) -> Self:
        """Start it and wait until it listens.

        Raises:
            RuntimeError: It did not start.
        """
        self._start({})
        return self

    def restart(self, *, new_host_key: bool = False) -> None:
        """Kill it, connections and all, and start it again on the same port, with no fault.

        Args:
            new_host_key: Whether it comes back with another host key.

        Raises:
            RuntimeError: It did not start.
        """
        before, process = self._running, self._process
        if process is not None:
            process.kill()
        self._stop()
        self._fault = Fault()
        kept = {} if new_host_key else {"server_key": before.server_key}
        self._start({"port": before.port, "client_key": before.client_key} | kept)

    def _start(self, known: dict[str, Any]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-P", "-c", f"from {__name__} import serve; serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ | {"PYTHONPATH": _with_this_package(os.environ.get("PYTHONPATH"))},
        )
        try:
            # The password goes through the pipe: a command line can be seen by everybody on the machine.
            self._started = _Started(
                **self._ask(
                    {
                        "folder": str(self.folder.resolve()),
                        "login": self.login,
                        "password": self.password,
                        "fault": asdict(self._fault),
                    }
                    | known,
                    _START_TIMEOUT_S,
                )
            )
        except BaseException:
            self._stop()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        self._stop()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._running.port

    @property
    def host_key(self) -> str:
        """Its public key, as `ssh-ed25519 AAAA…`."""
        return self._running.host_key

    @property
    def pid(self) -> int:
        """Its process."""
        return self._running.pid

    @property
    def private_key(self) -> str:
        """A private key, as OpenSSH text, that logs in too."""
        return self._running.client_key

    def location(self, **changes: Any) -> SftpLocation:  # noqa: ANN401 - whatever SftpLocation takes
        """Where its folder is, as the settings of a sync name it. Files there are taken at once, however young.

        Args:
            changes: Arguments of `SftpLocation` that differ, such as `path` or `private_key`.
        """
        known: dict[str, Any] = {"host": self.host, "port": self.port, "login": self.login, "path": "/"}
        known["settle_s"] = 0
        if "private_key" not in changes:
            known["password"] = self.password
        if "known_hosts" not in changes:
            known["host_key"] = self.host_key
        return SftpLocation(**known | changes)

    def misbehave(self, fault: Fault) -> None:
        """Go wrong in this way from now on; `Fault()` ends it."""
        self._ask({"fault": asdict(fault)}, _STOP_TIMEOUT_S)

    @property
    def _running(self) -> _Started:
        if self._started is None:
            raise RuntimeError("The server is not running: use it in a with block.")
        return self._started

    def _ask(self, order: dict[str, Any], timeout_s: float) -> dict[str, Any]:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise RuntimeError("The server is not running: use it in a with block.")
        # A process that hangs is killed, which ends the read below.
        watchdog = threading.Timer(timeout_s, process.kill)
        watchdog.start()
        try:
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        finally:
            watchdog.cancel()
            watchdog.join()
        told: dict[str, Any] = json.loads(answer) if answer else {"error": "it ended without an answer"}
        if "error" in told:
            raise RuntimeError(f"The SFTP server failed: {told['error']}")
        return told

    def _stop(self) -> None:
        process, self._process, self._started = self._process, None, None
        if process is None:
            return
        try:
            process.communicate(timeout=_STOP_TIMEOUT_S)  # closes its standard input, which ends it
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _with_this_package(path: str | None) -> str:
    root = str(Path(__file__).resolve().parents[2])
    return os.pathsep.join([root, path]) if path else root


def serve() -> None:
    """Run the server in this process until its standard input ends. `SftpServer` starts it; nobody else should."""
    import asyncio  # noqa: PLC0415 - only the server's own process needs it

    # Nothing may be printed: standard output carries the answers.
    orders, answers = sys.stdin, sys.stdout
    try:
        asyncio.run(_serve(orders, answers))
    except Exception as error:  # noqa: BLE001 - told to the process that started it
        _tell(answers, {"error": f"{type(error).__name__}: {error}"})


def _tell(answers: IO[str], answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


async def _serve(orders: IO[str], answers: IO[str]) -> None:
    import asyncio  # noqa: PLC0415 - only the server's own process needs it

    import asyncssh  # noqa: PLC0415 - only the server's own process needs it

    from guardiansync.testing.sftp_faults import Faults, faulty_server  # noqa: PLC0415 - imports asyncssh

    loop = asyncio.get_running_loop()
    order = json.loads(await loop.run_in_executor(None, orders.readline))
    login, password = order["login"], order["password"]
    host_key, client_key = (
        asyncssh.import_private_key(order[name]) if name in order else asyncssh.generate_private_key("ssh-ed25519")
        for name in ("server_key", "client_key")
    )
    known_clients = asyncssh.import_authorized_keys(client_key.export_public_key().decode())
    faults = Faults(Fault(**order["fault"]))

    class Door(asyncssh.SSHServer):
        async def begin_auth(self, username: str) -> bool:  # noqa: ARG002 - asyncssh's signature
            if faults.now.stall_login:
                await asyncio.Event().wait()
            return True

        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, given: str) -> bool:
            return username == login and secrets.compare_digest(given.encode(), password.encode())

    server = await asyncssh.listen(
        "127.0.0.1",
        order.get("port", 0),
        server_host_keys=[host_key],
        server_factory=Door,
        authorized_client_keys=known_clients,
        sftp_factory=lambda channel: faulty_server(channel, order["folder"].encode(), faults),
        allow_scp=False,
        line_editor=False,
    )
    async with server:
        _tell(
            answers,
            {
                "port": server.get_port(),
                "host_key": " ".join(host_key.export_public_key().decode().split()[:2]),
                "client_key": client_key.export_private_key().decode(),
                "server_key": host_key.export_private_key().decode(),
                "pid": os.getpid(),
            },
        )
        while line := await loop.run_in_executor(None, orders.readline):
            faults.replace(Fault(**json.loads(line)["fault"]))
            _tell(answers, {})
    # Connections that stall would be waited for; this process has nothing to lose.
    os._exit(0)
