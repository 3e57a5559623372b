"""A file is taken when its upload is done, and bad networks are tried again."""

import os
import socket
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from guardiansync.clock import Watch
from guardiansync.errors import ChecksumMismatch, ConnectionFailed, FetchTimeout, FileChanged, FileNotDone
from guardiansync.feed import fetch
from guardiansync.feed.retry import pause_s
from guardiansync.settings import FileLocation, Location, SftpLocation
from guardiansync.testing.fault import Fault
from guardiansync.testing.sftp_server import SftpServer

CONTENT = b"studentSisId,guardianSisId,firstName,lastName,email\n1,g1,An,Other,an@example.org\n"
MAX = 1 << 30
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


class Fixed(Watch):
    """A clock of our own, that moves when somebody waits."""

    def __init__(self, now: datetime = NOON, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.waits: list[float] = []
        self._now = now
        self._meanwhile = meanwhile

    def now(self) -> datetime:
        return self._now

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self._now += timedelta(seconds=seconds)
        self._meanwhile()


@pytest.fixture(params=["sftp", "folder"])
def drop(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Callable[..., Location]]:
    """A folder, and what makes the location that names it."""
    if request.param == "folder":
        return tmp_path, lambda **changes: FileLocation(str(tmp_path), **changes)
    server: SftpServer = request.getfixturevalue("sftp")
    return server.folder, server.location


def _put(folder: Path, name: str, content: bytes = CONTENT, *, age_s: int = 0) -> Path:
    path = folder / name
    path.write_bytes(content)
    changed = NOON.timestamp() - age_s
    os.utime(path, (changed, changed))
    return path


def _take(location: Location, watch: Watch) -> bytes:
    return fetch(location, max_bytes=MAX, watch=watch).data


@pytest.mark.parametrize(
    ("age_s", "settle_s", "waits"),
    [(60, 60, []), (3600, 60, []), (45, 60, [15]), (0, 60, [60]), (-7200, 60, [60]), (0, 0, []), (10, 30.5, [20.5])],
)
def test_a_young_file_is_watched_until_it_has_settled(
    drop: tuple[Path, Callable[..., Location]], age_s: int, settle_s: float, waits: list[float]
) -> None:
    folder, location = drop
    _put(folder, "guardians.csv", age_s=age_s)
    watch = Fixed()
    assert _take(location(settle_s=settle_s), watch) == CONTENT
    assert watch.waits == waits


def test_a_file_that_changes_while_it_is_watched_is_not_taken(drop: tuple[Path, Callable[..., Location]]) -> None:
    folder, location = drop
    path = _put(folder, "guardians.csv", age_s=5)

    def more() -> None:
        path.write_bytes(CONTENT * 2)

    with pytest.raises(FileChanged, match="left alone for 60 s"):
        _take(location(settle_s=60), Fixed(meanwhile=more))
    with pytest.raises(FileChanged):
        _take(location(settle_s=60), Fixed(NOON + timedelta(seconds=-1), meanwhile=path.unlink))


def test_a_server_is_asked_to_settle_for_a_minute_unless_told_otherwise() -> None:
    assert SftpLocation(host="h", login="l", password="p").settle_s == 60


@pytest.mark.parametrize(
    ("marker_age_s", "problem"), [(0, ""), (100, ""), (101, "is older than the file"), (None, "is not there")]
)
def test_the_marker_must_be_there_and_not_be_yesterdays(
    drop: tuple[Path, Callable[..., Location]], marker_age_s: int | None, problem: str
) -> None:
    folder, location = drop
    _put(folder, "guardians.csv", age_s=100)
    if marker_age_s is not None:
        _put(folder, "guardians.csv.done", b"", age_s=marker_age_s)
    marked = location(done_marker="guardians.csv.done")
    if not problem:
        assert _take(marked, Fixed()) == CONTENT
        return
    with pytest.raises(FileNotDone, match=problem) as caught:
        _take(marked, Fixed())
    assert (caught.value.companion, caught.value.may_pass) == ("guardians.csv.done", True)


def test_a_folder_is_no_marker(drop: tuple[Path, Callable[..., Location]]) -> None:
    folder, location = drop
    _put(folder, "guardians.csv", age_s=100)
    (folder / "done").mkdir()
    with pytest.raises(FileNotDone, match="is a folder"):
        _take(location(done_marker="done"), Fixed())


DIGEST = sha256(CONTENT).hexdigest()
OTHER = sha256(b"").hexdigest()


@pytest.mark.parametrize(
    "text",
    [
        DIGEST,
        f"{DIGEST.upper()}\r\n",
        f"{DIGEST}  guardians.csv\n",
        f"{DIGEST} *guardians.csv\n",
        f"{OTHER}  students.csv\n{DIGEST}  /export/guardians.csv\n",
        f"SHA256 (guardians.csv) = {DIGEST}\n",
        f"\ufeff{DIGEST}\n",
    ],
)
def test_the_digest_beside_the_file_is_found(drop: tuple[Path, Callable[..., Location]], text: str) -> None:
    folder, location = drop
    _put(folder, "guardians.csv")
    beside = _put(folder, "guardians.csv.sha256", text.encode())
    assert _take(location(checksum="guardians.csv.sha256", settle_s=0), Fixed()) == CONTENT
    beside.write_text(text.replace(DIGEST, OTHER).replace(DIGEST.upper(), OTHER))
    with pytest.raises(ChecksumMismatch):
        _take(location(checksum="guardians.csv.sha256", settle_s=0), Fixed())


@pytest.mark.parametrize(
    "text", ["", "soon", DIGEST[:-1], f"{DIGEST}a", f"{OTHER} a\n{DIGEST} b\n", "x" * 70_000 + DIGEST]
)
def test_what_holds_no_digest_of_the_file(drop: tuple[Path, Callable[..., Location]], text: str) -> None:
    folder, location = drop
    _put(folder, "guardians.csv")
    _put(folder, "sums", text.encode())
    with pytest.raises(FileNotDone, match="holds no SHA-256 digest"):
        _take(location(checksum="sums", settle_s=0), Fixed())


def test_no_digest_file_is_not_a_right_one(drop: tuple[Path, Callable[..., Location]]) -> None:
    folder, location = drop
    _put(folder, "guardians.csv")
    with pytest.raises(FileNotDone, match="is not there"):
        _take(location(checksum="sums", settle_s=0), Fixed())


def test_a_part_that_does_not_come_is_no_hole_of_zeros(sftp: SftpServer) -> None:
    _put(sftp.folder, "guardians.csv", bytes(3_000_000))  # zeros: only who counts finds that some are missing
    sftp.misbehave(Fault(hole_at=1_500_000))
    with pytest.raises(FileChanged, match="in its middle"):
        _take(sftp.location(), Fixed())


# --- tried again --------------------------------------------------------------------------------------------------


def test_pauses_grow_from_2_to_60_seconds_and_differ() -> None:
    for tries, longest in enumerate((4, 8, 16, 32, 60, 60)):
        pauses = [pause_s(tries) for _ in range(200)]
        assert min(pauses) >= 2
        assert max(pauses) <= longest
        assert len(set(pauses)) > 100
        assert max(pauses) > longest * 0.7


def test_a_connection_that_comes_about_later_is_enough(sftp: SftpServer) -> None:
    _put(sftp.folder, "guardians.csv")
    sftp.misbehave(Fault(drop_after=0))
    watch = Fixed(meanwhile=lambda: sftp.misbehave(Fault()))
    assert _take(sftp.location(), watch) == CONTENT
    assert len(watch.waits) == 1


def test_retries_end_with_the_deadline_of_the_whole(sftp: SftpServer) -> None:
    _put(sftp.folder, "guardians.csv")
    sftp.misbehave(Fault(drop_after=0))
    watch = Fixed()
    with pytest.raises(ConnectionFailed):
        _take(sftp.location(fetch_timeout_s=1.9), watch)  # no pause is shorter than 2 s
    assert watch.waits == []


def test_a_name_that_nobody_knows_is_not_tried_again(sftp: SftpServer) -> None:
    watch = Fixed()
    with pytest.raises(ConnectionFailed) as caught:
        _take(sftp.location(host="no-such-host.invalid"), watch)
    assert len(watch.waits) == (5 if caught.value.may_pass else 0)


def test_a_host_that_does_not_answer_at_all_is_tried_again() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        # The kernel answers no more handshakes once this many wait to be accepted.
        waiting = [socket.socket() for _ in range(4)]
        try:
            for one in waiting:
                one.setblocking(False)  # noqa: FBT003 - the socket's own way
                one.connect_ex(full.getsockname())
            watch = Fixed()
            location = SftpLocation(
                host="127.0.0.1",
                port=full.getsockname()[1],
                login="l",
                password="p",
                host_key="SHA256:" + "A" * 43,
                connect_timeout_s=0.3,
                retries=2,
            )
            with pytest.raises(ConnectionFailed, match=r"does not answer within 0\.3 s"):
                _take(location, watch)
            assert len(watch.waits) == 2
        finally:
            for one in waiting:
                one.close()


def test_a_slow_answer_that_keeps_coming_is_not_a_stall(sftp: SftpServer) -> None:
    data = bytes(4_000_000)
    _put(sftp.folder, "guardians.csv", data)
    # Sixteen answers of 0.15 s each, far more together than the limit for one.
    sftp.misbehave(Fault(busy_s=0.15))
    try:
        assert _take(sftp.location(read_timeout_s=2), Fixed()) == data
    except FetchTimeout:
        pytest.fail("the limit counted for all answers together")


# --- memory -------------------------------------------------------------------------------------------------------


def test_memory_holds_the_file_once(sftp: SftpServer) -> None:
    size = 48_000_000
    with (sftp.folder / "guardians.csv").open("wb") as file:
        file.truncate(size)
    tracemalloc.start()
    try:
        assert len(_take(sftp.location(), Fixed())) == size
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1.6 * size
