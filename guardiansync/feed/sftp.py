"""A district's SFTP server as a place: one connection, on a thread of its own that is gone when it ends.

The traps that shape this module: sshfs checks no host key unless given one, reads the user's own SSH files unless told
not to, hands out cached connections, waits for ever for a server that stalls, and deadlocks when a file is closed by
the garbage collector on another thread. So the connection is made anew each time, has one loop, one SFTP channel (some
servers allow only one), a limit on every call, and is closed before the call returns.
"""

import asyncio
import io
import itertools
import math
import stat
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from guardiansync.errors import ConnectionFailed, FetchTimeout, FileChanged, FileMissing, HostKeyMismatch, SourceError
from guardiansync.feed.host_keys import HostKeys
from guardiansync.feed.login import login_options
from guardiansync.feed.place import CHUNK_BYTES, Entry, Kind
from guardiansync.settings import SftpLocation

if TYPE_CHECKING:
    import asyncssh
    from sshfs import SSHFileSystem

_T = TypeVar("_T")

_CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes256-ctr", "aes192-ctr", "aes128-ctr")
_GOODBYE_S = 2.0
_BLOCK_BYTES = 261_120  # the most that OpenSSH sends at once


class SftpPlace:
    """A folder on an SFTP server. Use it as a context manager.

    Args:
        location: Which server, and how to log in.
        deadline: When everything must be over, by `time.monotonic`; else `fetch_timeout_s` from now.

    Raises:
        SourceError: It cannot be reached, is not the right server, or refuses the login.
        SettingsError: The host key or the private key cannot be read.
        SecretUnavailable: The function behind a secret failed.
    """

    def __init__(self, location: SftpLocation, deadline: float | None = None) -> None:
        self.where = f"{location.host}:{location.port}"
        self._location = location
        self._deadline = time.monotonic() + location.fetch_timeout_s if deadline is None else deadline
        self._keys = HostKeys(location)
        self._login = login_options(location)
        self._loop = asyncio.new_event_loop()
        # What breaks in the background reaches the call that waits for it; the loop need not tell it again.
        self._loop.set_exception_handler(lambda _loop, _context: None)
        self._names = ThreadPoolExecutor(1, thread_name_prefix="guardiansync-names")  # looks host names up
        self._loop.set_default_executor(self._names)
        self._thread = threading.Thread(target=self._loop.run_forever, name="guardiansync-sftp", daemon=True)
        self._reached = False
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
        # A server may promise to send more at once than we want to hold.
        block = min(self._sftp.limits.max_read_len or _BLOCK_BYTES, _BLOCK_BYTES)
        file = self._wait(self._sftp.open(path, "rb", encoding=None, block_size=block), "open", path=path)
        try:
            taken, count = io.BytesIO(), 0
            blocks = self._wait(file.read_parallel(limit, 0), "read", path=path)
            while part := self._some(blocks, path):
                for offset, data in part:
                    taken.seek(offset)
                    taken.write(data)
                    count += len(data)
                on_bytes(count)
            # Blocks come in any order; one that stayed out would be a hole of zeros.
            if count != len(taken.getbuffer()):
                raise FileChanged(self.where, path, "a part in its middle did not come")
            return taken.getvalue()
        finally:
            with suppress(SourceError):  # the bytes are here, and what broke the reading is told already
                self._wait(file.close(), "close", path=path, limit_s=_GOODBYE_S)

    def move(self, path: str, to: str) -> None:
        """Rename a file. What stands at `to` is never overwritten."""
        if self.look(to) is not None:
            raise SourceError(self.where, f"{self.where} already has {to}.")
        # Without flags it is SFTP's own rename, which refuses an existing name.
        self._wait(self._sftp.rename(path, to), "move", path=path)

    def shown(self, path: str) -> str:
        """The path as messages show it."""
        return path

    @property
    def _sftp(self) -> "asyncssh.SFTPClient":
        if self._channel is None:
            raise RuntimeError("Not connected: use SftpPlace in a with block.")
        return self._channel

    def _some(self, blocks: "AsyncIterator[tuple[int, bytes]]", path: str) -> list[tuple[int, bytes]]:
        """The next blocks, some MiB of them; none at the end. The limit is for each of them."""

        async def gather() -> list[tuple[int, bytes]]:
            part: list[tuple[int, bytes]] = []
            size = 0
            while size < CHUNK_BYTES:
                try:
                    part.append(await self._within(anext(blocks), self._limit()))
                except StopAsyncIteration:
                    break
                size += len(part[-1][1])
            return part

        return self._wait(gather(), "read", path=path, limit_s=math.inf)

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
        place = self

        class Client(asyncssh.SSHClient):
            def connection_made(self, conn: asyncssh.SSHClientConnection) -> None:  # noqa: ARG002 - asyncssh's signature
                place._reached = True

            def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:  # noqa: ARG002 - asyncssh's signature
                return keys.accept(key)

        return Client

    def _left(self) -> float:
        # Not 0: fsspec takes that for "no limit".
        return max(self._deadline - time.monotonic(), 0.001)

    def _limit(self) -> float:
        return min(self._location.read_timeout_s, self._left())

    async def _within(self, work: Awaitable[_T], limit: float) -> _T:
        # Not wait_for: it waits for what it cancels, and asyncssh then asks the stalled server to close a handle.
        task = asyncio.ensure_future(work)
        done, _ = await asyncio.wait({task}, timeout=limit)
        if not done:
            self._stalled = True
            task.cancel()
            raise TimeoutError
        return task.result()

    def _wait(self, work: Awaitable[_T], phase: str, *, path: str, limit_s: float | None = None) -> _T:
        limit = min(limit_s or self._location.read_timeout_s, self._left())
        try:
            return asyncio.run_coroutine_threadsafe(self._within(work, limit), self._loop).result()
        except Exception as error:
            raise self._told(error, phase, path, self._location.read_timeout_s) from error

    def _told(self, error: Exception, phase: str, path: str, limit_s: float) -> SourceError:
        from guardiansync.feed.sftp_errors import is_wrong_key, told  # noqa: PLC0415 - imports asyncssh

        place = self._location
        if is_wrong_key(error, self._keys):
            return HostKeyMismatch(place.host, place.port, self._keys.shown)
        if isinstance(error, TimeoutError) and error.errno is None:
            over = self._deadline <= time.monotonic()
            if not self._reached and not over:
                return ConnectionFailed(self.where, f"it does not answer within {limit_s:g} s")
            return FetchTimeout(self.where, phase, place.fetch_timeout_s if over else limit_s)
        return told(error, self.where, phase, path)

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
            await self._loop.shutdown_asyncgens()
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
