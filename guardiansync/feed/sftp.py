"""A district's SFTP server as a place: one connection, on a thread of its own that is gone when it ends.

The traps that shape this module: sshfs checks no host key unless given one, reads the user's own SSH files unless told
not to, hands out cached connections, waits for ever for a server that stalls, and deadlocks when a file is closed by
the garbage collector on another thread. So the connection is made anew each time, has one loop, one SFTP channel (some
servers allow only one), a limit on every call, and is closed before the call returns.
"""

import asyncio
import io
import itertools
import os
import socket
import stat
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn, Self, TypeVar

from guardiansync.errors import (
    AccessDenied,
    ConnectionFailed,
    CredentialsRefused,
    FetchTimeout,
    FileMissing,
    HostKeyMismatch,
    SettingsError,
    SourceError,
)
from guardiansync.feed.host_keys import HostKeys
from guardiansync.feed.place import CHUNK_BYTES, Entry, Kind
from guardiansync.settings import Secret, SftpLocation

if TYPE_CHECKING:
    import asyncssh
    from sshfs import SSHFileSystem

_T = TypeVar("_T")

_CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes256-ctr", "aes192-ctr", "aes128-ctr")
_GOODBYE_S = 2.0


class _Password:
    """Hands the password over when asyncssh asks, so that no option, repr or pickle of the file system holds it."""

    def __init__(self, secret: Secret) -> None:
        self._secret = secret

    def __call__(self) -> str:
        return self._secret.reveal()

    def __repr__(self) -> str:
        return "***"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A password is not pickled.")


class SftpPlace:
    """A folder on an SFTP server. Use it as a context manager.

    Args:
        location: Which server, and how to log in.

    Raises:
        SourceError: It cannot be reached, is not the right server, or refuses the login.
        SettingsError: The host key or the private key cannot be read.
    """

    def __init__(self, location: SftpLocation) -> None:
        self.where = f"{location.host}:{location.port}"
        self._location = location
        self._deadline = time.monotonic() + location.fetch_timeout_s
        self._keys = HostKeys(location)
        self._login = _login_options(location)
        self._loop = asyncio.new_event_loop()
        # What breaks in the background reaches the call that waits for it; the loop need not tell it again.
        self._loop.set_exception_handler(lambda _loop, _context: None)
        self._names = ThreadPoolExecutor(1, thread_name_prefix="guardiansync-names")  # looks host names up
        self._loop.set_default_executor(self._names)
        self._thread = threading.Thread(target=self._loop.run_forever, name="guardiansync-sftp", daemon=True)
        self._stalled = False
        self._files: SSHFileSystem | None = None
        self._channel: asyncssh.SFTPClient | None = None

    def __enter__(self) -> Self:
        """Connect and log in."""
        self._thread.start()
        try:
            self._files = self._connect()
            self._keys.shown = None
            self._channel = self._wait(
                self._files.client.start_sftp_client(path_errors="surrogateescape"), "connect", path="/"
            )
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Say goodbye, and leave nothing behind."""
        self._close()

    def look(self, path: str) -> Entry | None:
        """What stands at the path, symbolic links not followed; None for nothing."""
        return self._entry(lambda channel: channel.lstat(path), path)

    def leads_to_folder(self, path: str) -> bool:
        """Whether the symbolic link at the path leads to a folder."""
        entry = self._entry(lambda channel: channel.stat(path), path)
        return entry is not None and entry.kind is Kind.FOLDER

    def names(self, folder: str) -> list[str]:
        """The names in a folder."""
        found = self._wait(self._sftp.listdir(folder), "list", path=folder)
        return [str(name) for name in found if name not in {".", ".."}]

    def read(self, path: str, limit: int, on_bytes: Callable[[int], None]) -> bytes:
        """The file's bytes, at most `limit` of them."""
        file = self._wait(self._sftp.open(path, "rb", encoding=None), "open", path=path)
        try:
            taken = io.BytesIO()
            while (want := min(CHUNK_BYTES, limit - taken.tell())) > 0:
                part = _raw(self._wait(file.read(want), "read", path=path))
                if not part:
                    break
                taken.write(part)
                on_bytes(taken.tell())
            return taken.getvalue()
        finally:
            with suppress(SourceError):  # the bytes are here, and what broke the reading is told already
                self._wait(file.close(), "close", path=path, limit_s=_GOODBYE_S)

    def shown(self, path: str) -> str:
        """The path as messages show it."""
        return path

    @property
    def _sftp(self) -> "asyncssh.SFTPClient":
        if self._channel is None:
            raise RuntimeError("Not connected: use SftpPlace in a with block.")
        return self._channel

    def _entry(self, ask: "Callable[[asyncssh.SFTPClient], Awaitable[asyncssh.SFTPAttrs]]", path: str) -> Entry | None:
        try:
            found = self._wait(ask(self._sftp), "look", path=path)
        except FileMissing:
            return None
        mode = found.permissions or 0
        kind = Kind.OTHER
        for is_kind, name in ((stat.S_ISREG, Kind.FILE), (stat.S_ISDIR, Kind.FOLDER), (stat.S_ISLNK, Kind.LINK)):
            if is_kind(mode):
                kind = name
        modified = None if found.mtime is None else datetime.fromtimestamp(found.mtime, UTC)
        return Entry(kind, found.size, modified)

    def _connect(self) -> "SSHFileSystem":
        open_files = _file_system()
        place = self._location
        for tries in itertools.count():
            try:
                return open_files(
                    place.host,
                    port=place.port,
                    username=place.login,
                    loop=self._loop,
                    timeout=min(place.connect_timeout_s, self._left()),
                    skip_instance_cache=True,
                    known_hosts=self._keys.known,
                    client_factory=self._client_factory(),
                    server_host_key_algs=self._keys.algorithms,
                    encryption_algs=list(_CIPHERS),
                    config=None,
                    agent_path=None,
                    gss_auth=False,
                    gss_kex=False,
                    **self._login,
                )
            except Exception as error:
                if not self._keys.may_be_another(tries):
                    raise self._told(error, "connect", "/", place.connect_timeout_s) from error
        raise AssertionError("unreachable: the kinds of keys come to an end")

    def _client_factory(self) -> "type[asyncssh.SSHClient]":
        import asyncssh  # noqa: PLC0415 - only when a file is fetched

        keys = self._keys

        class Client(asyncssh.SSHClient):
            def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:  # noqa: ARG002 - asyncssh's signature
                return keys.accept(key)

        return Client

    def _left(self) -> float:
        # Not 0: fsspec takes that for "no limit".
        return max(self._deadline - time.monotonic(), 0.001)

    def _wait(self, work: Awaitable[_T], phase: str, *, path: str, limit_s: float | None = None) -> _T:
        limit = min(limit_s or self._location.read_timeout_s, self._left())

        async def within() -> _T:
            # Not wait_for: it waits for what it cancels, and asyncssh then asks the stalled server to close a handle.
            task = asyncio.ensure_future(work)
            done, _ = await asyncio.wait({task}, timeout=limit)
            if not done:
                self._stalled = True
                task.cancel()
                raise TimeoutError
            return task.result()

        try:
            return asyncio.run_coroutine_threadsafe(within(), self._loop).result()
        except Exception as error:
            raise self._told(error, phase, path, self._location.read_timeout_s) from error

    def _told(self, error: Exception, phase: str, path: str, limit_s: float) -> SourceError:
        import asyncssh  # noqa: PLC0415 - only when a file is fetched

        place = self._location
        if _is_wrong_key(error, self._keys):
            return HostKeyMismatch(place.host, place.port, self._keys.shown)
        told: SourceError
        match error:
            case PermissionError() if isinstance(error.__cause__, asyncssh.PermissionDenied):
                told = CredentialsRefused(self.where)
            case TimeoutError() if error.errno is None:
                over = self._deadline <= time.monotonic()
                told = FetchTimeout(self.where, phase, place.fetch_timeout_s if over else limit_s)
            case FileNotFoundError() | asyncssh.SFTPNoSuchFile() | asyncssh.SFTPNoSuchPath():
                told = FileMissing(self.where, path)
            case asyncssh.SFTPNotADirectory():
                told = FileMissing(self.where, path)
            case asyncssh.SFTPPermissionDenied():
                told = AccessDenied(self.where, path)
            case asyncssh.SFTPConnectionLost() | asyncssh.SFTPNoConnection():
                told = ConnectionFailed(self.where, "the connection broke")
            case asyncssh.SFTPError():
                told = SourceError(self.where, f"{self.where} could not {phase} {path} ({type(error).__name__}).")
            case _:
                told = ConnectionFailed(self.where, _cause(error))
        return told

    def _close(self) -> None:
        async def goodbye() -> bool:
            if self._files is not None:
                client = self._files.client
                if not self._stalled:
                    client.close()
                    await asyncio.wait({asyncio.ensure_future(client.wait_closed())}, timeout=_GOODBYE_S)
                client.abort()
            rest = asyncio.all_tasks() - {asyncio.current_task()}
            for task in rest:
                task.cancel()
            if rest:
                await asyncio.wait(rest, timeout=_GOODBYE_S)
            looking = self._loop.run_in_executor(self._names, bool)
            return bool((await asyncio.wait({looking}, timeout=_GOODBYE_S))[0])

        idle = True
        if self._thread.is_alive():
            idle = asyncio.run_coroutine_threadsafe(goodbye(), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
        # A name server that stalls cannot be interrupted, and is not waited for.
        self._names.shutdown(wait=idle, cancel_futures=True)
        self._loop.close()
        self._files = self._channel = None


def _file_system() -> "type[SSHFileSystem]":
    from sshfs import SSHFileSystem  # noqa: PLC0415 - only when a file is fetched

    class OnOwnLoop(SSHFileSystem):  # type: ignore[misc] # sshfs has no types
        def connect(self, *where: object, connect_args: dict[str, Any], **options: object) -> object:
            # The loop is meant for fsspec alone; asyncssh, which gets the same options, refuses it.
            for_asyncssh = {name: value for name, value in connect_args.items() if name != "loop"}
            return super().connect(*where, connect_args=for_asyncssh, **options)

    return OnOwnLoop


def _login_options(location: SftpLocation) -> dict[str, Any]:
    if location.private_key is None:
        return {
            "password": _Password(location.password) if location.password is not None else None,
            "client_keys": None,
        }
    import asyncssh  # noqa: PLC0415 - only when a file is fetched

    passphrase = location.passphrase.reveal() if location.passphrase is not None else None
    try:
        key = asyncssh.import_private_key(location.private_key.reveal(), passphrase)
    except (ValueError, IndexError, TypeError) as error:
        # Neither the key nor what the parser said of it is shown.
        allowed = "an OpenSSH or PEM private key, and its passphrase where it has one"
        if "bcrypt" in str(error):
            allowed = "a key locked in PEM form (ssh-keygen -p -m PEM), or install the package bcrypt"
        raise SettingsError("private_key", allowed, "what is there") from error
    return {"client_keys": [key], "password": None}


def _raw(part: bytes | str) -> bytes:
    # asyncssh's type allows text, which a file opened without an encoding never gives.
    return part if isinstance(part, bytes) else part.encode()


def _is_wrong_key(error: Exception, keys: HostKeys) -> bool:
    import asyncssh  # noqa: PLC0415 - only when a file is fetched

    if isinstance(error, asyncssh.KeyExchangeFailed):
        return "host key" in error.reason
    # After a refused key, asked for the kinds that it lacks, the server merely hangs up.
    hung_up = isinstance(error, asyncssh.ConnectionLost | ConnectionError) and keys.shown is not None
    return hung_up or isinstance(error, asyncssh.HostKeyNotVerifiable)


def _cause(error: Exception) -> str:
    import asyncssh  # noqa: PLC0415 - only when a file is fetched

    match error:
        case ConnectionRefusedError():
            return "it refuses the connection"
        case socket.gaierror():
            return "its name is not known"
        case asyncssh.ConnectionLost() | ConnectionError():
            return "the connection broke"
        case asyncssh.ChannelOpenError():
            return "it offers no SFTP"
        case OSError() if error.errno is not None:
            return os.strerror(error.errno)
        case _:
            return f"the SSH session failed ({type(error).__name__})"
