"""Putting a file on an SFTP server and taking it, as the tests of fetching do."""

from pathlib import Path

import asyncssh

from guardiansync.clock import Watch
from guardiansync.feed import fetch
from guardiansync.model.feed import Fetched
from guardiansync.settings import SftpLocation
from guardiansync.testing.sftp_server import SftpServer

CONTENT = b"studentSisId,guardianSisId,firstName,lastName,email\n1,g1,An,Other,an@example.org\n"
MAX = 1 << 30


class Impatient(Watch):
    """Notes how long it would have waited."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)


def take(location: SftpLocation, max_bytes: int = MAX, watch: Watch | None = None) -> Fetched:
    return fetch(location, max_bytes=max_bytes, watch=watch or Impatient())


def put(server: SftpServer, name: str = "guardians.csv", data: bytes = CONTENT) -> Path:
    path = server.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def other_key(kind: str) -> str:
    return asyncssh.generate_private_key(kind).export_public_key().decode()


def fingerprint(server: SftpServer) -> str:
    return asyncssh.import_public_key(server.host_key).get_fingerprint()
