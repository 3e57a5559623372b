"""However often a file is fetched, nothing stays: no connection, thread, file, file system or temporary."""

import gc
import os
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import settings
from sshfs import SSHFileSystem

from guardiansync.errors import SourceError
from guardiansync.feed import fetch
from guardiansync.testing.fault import Fault
from guardiansync.testing.sftp_server import SftpServer

CONTENT = b"studentSisId,guardianSisId,firstName,lastName,email\n1,g1,An,Other,an@example.org\n"
TIMES = 1000 if settings().max_examples >= 500 else 60
"""A thousand in the nightly profile."""


def _open_files(pid: int) -> list[str]:
    found = []
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            found.append(entry.readlink().as_posix().partition(":")[0])
    return sorted(found)


def _living() -> int:
    gc.collect()
    return sum(isinstance(each, SSHFileSystem) for each in gc.get_objects())


def test_nothing_is_left_behind(sftp: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (sftp.folder / "guardians.csv").write_bytes(CONTENT)
    location = sftp.location(retries=0)
    fetch(location, max_bytes=1 << 20)  # what is imported and opened once for all is there now
    before = (set(threading.enumerate()), _open_files(os.getpid()), _open_files(sftp.pid), _living())
    for number in range(TIMES):
        if number % 10 == 9:
            sftp.misbehave(Fault(drop_after=0) if number % 20 == 9 else Fault(deny_list=True))
            with pytest.raises(SourceError):
                fetch(location, max_bytes=1 << 20)
            sftp.misbehave(Fault())
        else:
            assert fetch(location, max_bytes=1 << 20).data == CONTENT
    assert (set(threading.enumerate()), _open_files(os.getpid()), _open_files(sftp.pid), _living()) == before
    assert list(tmp_path.iterdir()) == []
    assert SSHFileSystem._cache == {}  # noqa: SLF001 - fsspec has no other name for it
