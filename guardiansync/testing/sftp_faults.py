"""The server process's side of `Fault`: an SFTP folder whose reads go wrong when told to."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO, cast

import asyncssh

from guardiansync.testing.fault import Fault

_GROWTH = 64 << 20


class Faults:
    """The fault that stands, and how many bytes were sent under it."""

    def __init__(self, fault: Fault) -> None:
        self.now = fault
        self.sent = 0

    def replace(self, fault: Fault) -> None:
        """Let another fault stand, counting anew."""
        self.now = fault
        self.sent = 0

    def reached(self, limit: int | None) -> bool:
        """Whether so many bytes were sent."""
        return limit is not None and self.sent >= limit


def faulty_server(channel: "asyncssh.SSHServerChannel[bytes]", folder: bytes, faults: Faults) -> asyncssh.SFTPServer:
    """An SFTP folder that is right as long as `faults` holds none."""
    return _FaultyServer(channel, folder, faults)


class _FaultyServer(asyncssh.SFTPServer):
    def __init__(self, channel: "asyncssh.SSHServerChannel[bytes]", folder: bytes, faults: Faults) -> None:
        super().__init__(channel, chroot=folder)
        self._faults = faults

    async def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        if self._faults.now.stall_open:
            await asyncio.Event().wait()
        if self._faults.now.deny_read:
            raise asyncssh.SFTPPermissionDenied("denied")
        return super().open(path, pflags, attrs)

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        if self._faults.now.deny_list:
            raise asyncssh.SFTPPermissionDenied("denied")
        if self._faults.now.fail_list:
            raise asyncssh.SFTPFailure("failed")
        if self._faults.now.stall_list:
            await asyncio.Event().wait()
        async for name in super().scandir(path):
            yield name

    async def rename(self, oldpath: bytes, newpath: bytes) -> None:
        if self._faults.now.deny_move:
            raise asyncssh.SFTPPermissionDenied("denied")
        if self._faults.now.swap_on_move:
            self._faults.replace(Fault())
            _exchange(Path(os.fsdecode(self.map_path(oldpath))))
        rename = super().posix_rename if self._faults.now.overwriting_move else super().rename
        answer = rename(oldpath, newpath)
        if answer is not None:
            await answer

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        fault, faults = self._faults.now, self._faults
        if faults.reached(fault.stall_after):
            await asyncio.Event().wait()
        if faults.reached(fault.drop_after):
            if fault.once:
                faults.replace(Fault())
            self.channel.get_connection().abort()
            raise asyncssh.SFTPConnectionLost("dropped")
        hole = fault.hole_at is not None and offset <= fault.hole_at < offset + size
        if hole or faults.reached(fault.end_after):
            raise asyncssh.SFTPEOFError
        file = cast("BinaryIO", file_obj)
        _tamper(Path(os.fsdecode(file.name)), faults)
        if fault.busy_s:
            until = time.monotonic() + fault.busy_s
            while time.monotonic() < until:
                pass
        if fault.short_reads is not None:
            size = min(size, fault.short_reads)
        answer = super().read(file_obj, offset, size)
        data = answer if isinstance(answer, bytes) else await answer
        faults.sent += len(data)
        if fault.grow:
            os.truncate(file.name, os.fstat(file.fileno()).st_size + _GROWTH)
        return data


def _exchange(path: Path) -> None:
    path.write_bytes(b"another")


def _tamper(path: Path, faults: Faults) -> None:
    fault = faults.now
    if fault.truncate_after is not None and faults.reached(fault.truncate_after) and path.exists():
        os.truncate(path, fault.truncate_after)
    if faults.reached(fault.overwrite_after):
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.write(b"x" * size)
    if faults.reached(fault.replace_after):
        other = path.with_name(f".{path.name}.new")
        other.write_bytes(b"x" * path.stat().st_size)
        other.replace(path)
    if faults.reached(fault.delete_after):
        path.unlink(missing_ok=True)
