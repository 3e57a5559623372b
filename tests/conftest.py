import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# Many small frames on few cores: before Polars is imported, so that its threads do not wait for each other.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

from guardiansync.testing.fault import Fault
from guardiansync.testing.sftp_server import SftpServer

# In CI the same cases each time: what a run finds must not depend on luck.
settings.register_profile("default", max_examples=25, deadline=None, derandomize="CI" in os.environ)
settings.register_profile("thorough", max_examples=500, deadline=None)
settings.register_profile("nightly", max_examples=500, deadline=None)
settings.load_profile("default")


@pytest.fixture(scope="session")
def _running_sftp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SftpServer]:
    with SftpServer(tmp_path_factory.mktemp("sftp")) as server:
        yield server


@pytest.fixture
def sftp(_running_sftp: SftpServer) -> Iterator[SftpServer]:
    """A running SFTP server; its `folder` is empty, and nothing is wrong with it yet."""
    _empty(_running_sftp.folder)
    _running_sftp.misbehave(Fault())
    yield _running_sftp
    _running_sftp.misbehave(Fault())


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            _empty(entry)
            entry.rmdir()
        else:
            entry.unlink()
