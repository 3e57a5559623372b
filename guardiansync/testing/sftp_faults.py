"""The server process's side of `Fault`: an SFTP folder whose reads go wrong when told to."""

import asyncio
import os
from collections.abc import AsyncIterator

import asyncssh

from guardiansync.testing.fault import Fault


class Faults:
    """The fault that stands, and how many bytes were sent under it."""

    def __init__(self, fault: Fault) -> None:
        self.now = fault
        self.sent = 0

    def replace(self, fault: Fault) -> None:
        """Let another fault stand, counting anew."""
        self.now = fault
        self.sent = 0


def faulty_server(channel: "asyncssh.SSHServerChannel[bytes]", folder: bytes, faults: Faults) -> asyncssh.SFTPServer:
    """An SFTP folder that is right as long as `faults` holds none."""
    return _FaultyServer(channel, folder, faults)


def _reached(limit: int | None, sent: int) -> bool:
    return limit is not None and sent >= limit


class _FaultyServer(asyncssh.SFTPServer):
    def __init__(self, channel: "asyncssh.SSHServerChannel[bytes]", folder: bytes, faults: Faults) -> None:
        super().__init__(channel, chroot=folder)
        self._faults = faults

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        if self._faults.now.deny_read:
            raise asyncssh.SFTPPermissionDenied("denied")
        return super().open(path, pflags, attrs)

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        if self._faults.now.deny_list:
            raise asyncssh.SFTPPermissionDenied("denied")
        if self._faults.now.stall_list:
            await asyncio.Event().wait()
        async for name in super().scandir(path):
            yield name

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        fault = self._faults.now
        if _reached(fault.stall_after, self._faults.sent):
            await asyncio.Event().wait()
        if _reached(fault.drop_after, self._faults.sent):
            self.channel.get_connection().abort()
            raise asyncssh.SFTPConnectionLost("dropped")
        if fault.truncate_after is not None and _reached(fault.truncate_after, self._faults.sent):
            os.truncate(file_obj.name, fault.truncate_after)  # type: ignore[attr-defined]
        answer = super().read(file_obj, offset, size)
        data = answer if isinstance(answer, bytes) else await answer
        self._faults.sent += len(data)
        return data
