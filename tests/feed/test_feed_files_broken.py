"""A connection of an fsspec file system that breaks is tried again; nothing else is."""

import errno
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import fsspec
import pytest
from feed.taking import CONTENT, MAX, Impatient
from fsspec.exceptions import FSTimeoutError
from fsspec.implementations.local import LocalFileSystem

from guardiansync.errors import AccessDenied, ConnectionFailed, FileMissing, SettingsError, SourceError
from guardiansync.feed import fetch
from guardiansync.settings import FileLocation


class Shaky(LocalFileSystem):  # type: ignore[misc] # fsspec has no types
    """This machine's files, over a connection that breaks some times."""

    protocol = "shaky"
    breaks_in: ClassVar[str]
    error: ClassVar[Callable[[], BaseException]]
    left: ClassVar[int]
    made: ClassVar[int]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        Shaky.made += 1
        self._may_break("connect")

    def info(self, path: Any, **options: Any) -> Any:
        self._may_break("info")
        return super().info(path, **options)

    def ls(self, path: str, detail: bool = False, **options: Any) -> Any:  # noqa: FBT001, FBT002 - fsspec's own
        self._may_break("ls")
        return super().ls(path, detail=detail, **options)

    def open(self, path: str, mode: str = "rb", **options: Any) -> Any:
        self._may_break("open")
        opened = super().open(path, mode, **options)
        whole = opened.read

        def read(size: int) -> bytes:
            self._may_break("read")
            return bytes(whole(size))

        opened.read = read
        return opened

    @classmethod
    def _may_break(cls, doing: str) -> None:
        if doing == cls.breaks_in and cls.left > 0:
            Shaky.left -= 1
            raise cls.error()


@pytest.fixture(autouse=True)
def _shaky(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("breaks_in", "error", "left", "made"):
        monkeypatch.setattr(Shaky, name, 0, raising=False)
    fsspec.register_implementation("shaky", Shaky, clobber=True)
    yield
    assert Shaky._cache == {}  # noqa: SLF001 - fsspec has no other name for it


def breaks(doing: str, times: int, error: Callable[[], BaseException] = ConnectionResetError) -> None:
    Shaky.breaks_in, Shaky.left, Shaky.error, Shaky.made = doing, times, error, 0


def drop(folder: Path, **options: Any) -> FileLocation:
    (folder / "guardians.csv").write_bytes(CONTENT)
    return FileLocation(f"shaky://{folder}", **options)


@pytest.mark.parametrize("doing", ["connect", "info", "ls", "open", "read"])
def test_a_connection_that_breaks_twice_and_then_works_is_enough(tmp_path: Path, doing: str) -> None:
    breaks(doing, 2)
    watch = Impatient()
    assert fetch(drop(tmp_path), max_bytes=MAX, watch=watch).data == CONTENT
    assert (len(watch.waits), Shaky.made, Shaky.left) == (2, 3, 0)
    assert all(2 <= pause <= 60 for pause in watch.waits)


@pytest.mark.parametrize(("retries", "tries"), [({}, 6), ({"retries": 2}, 3), ({"retries": 0}, 1)])
def test_a_connection_that_never_works_is_told(tmp_path: Path, retries: dict[str, int], tries: int) -> None:
    breaks("info", 100)
    watch = Impatient()
    with pytest.raises(ConnectionFailed, match=f"No connection to shaky://{tmp_path}.*ConnectionResetError") as caught:
        fetch(drop(tmp_path, **retries), max_bytes=MAX, watch=watch)
    assert caught.value.may_pass
    assert (100 - Shaky.left, len(watch.waits)) == (tries, tries - 1)


def test_nobody_waits_longer_than_there_is_time(tmp_path: Path) -> None:
    breaks("info", 100)
    watch = Impatient()
    with pytest.raises(ConnectionFailed):
        fetch(drop(tmp_path), max_bytes=MAX, watch=watch, seconds_left=1.9)  # no pause is shorter than 2 s
    assert watch.waits == []


def test_the_settings_say_how_often() -> None:
    with pytest.raises(SettingsError, match="retries"):
        FileLocation("/drop", retries=21)
    assert "retries" not in FileLocation("/drop", retries=1).storage_options


# --- what is a broken connection ----------------------------------------------------------------------------------


def of_package(name: str, *above: str, base: type[Exception] = Exception) -> Callable[[], Exception]:
    """An error with the name and the ancestors that it has in a package that is not installed here."""
    kind = base
    for full in (*reversed(above), name):
        package, _, bare = full.rpartition(".")
        kind = type(bare, (kind,), {"__module__": package})
    return kind


def missing_because(cause: Callable[[], BaseException]) -> Callable[[], Exception]:
    """As the file system for HTTP tells it."""

    def made() -> Exception:
        error = FileNotFoundError("https://d42.example/guardians.csv")
        error.__cause__ = cause()
        return error

    return made


S3 = of_package("botocore.exceptions.EndpointConnectionError", "botocore.exceptions.ConnectionError")
S3_STALLS = of_package("botocore.exceptions.ReadTimeoutError", "botocore.exceptions.HTTPClientError")
HTTP = of_package(
    "aiohttp.client_exceptions.ServerDisconnectedError", "aiohttp.client_exceptions.ClientConnectionError"
)
HTTP_CUT = of_package("aiohttp.client_exceptions.ClientPayloadError", "aiohttp.client_exceptions.ClientError")
HTTP_CERTIFICATE = of_package(
    "aiohttp.client_exceptions.ClientConnectorCertificateError", "aiohttp.client_exceptions.ClientSSLError",
    "aiohttp.client_exceptions.ClientConnectionError",
)  # fmt: skip


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError, BrokenPipeError, TimeoutError, FSTimeoutError, lambda: OSError(errno.EHOSTUNREACH, "x"),
        lambda: socket.gaierror(socket.EAI_AGAIN, "x"), S3, S3_STALLS, HTTP, HTTP_CUT, missing_because(HTTP),
        missing_because(TimeoutError),
    ],
)  # fmt: skip
def test_what_broke_on_the_way_is_tried_again(tmp_path: Path, error: Callable[[], BaseException]) -> None:
    breaks("open", 1, error)
    watch = Impatient()
    assert fetch(drop(tmp_path), max_bytes=MAX, watch=watch).data == CONTENT
    assert len(watch.waits) == 1


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (FileNotFoundError, FileMissing),
        (missing_because(lambda: KeyError("404")), FileMissing),
        (PermissionError, AccessDenied),
        (lambda: OSError(errno.EIO, "x"), SourceError),
        (lambda: OSError("The bucket is no bucket"), SourceError),
        (ValueError, SourceError),
        (HTTP_CERTIFICATE, SourceError),
        (of_package("somewhere.ClientConnectionError"), SourceError),
        (lambda: socket.gaierror(socket.EAI_NONAME, "x"), ConnectionFailed),
    ],
)
def test_anything_else_is_tried_once(
    tmp_path: Path, error: Callable[[], BaseException], told: type[SourceError]
) -> None:
    breaks("open", 1, error)
    watch = Impatient()
    with pytest.raises(SourceError) as caught:
        fetch(drop(tmp_path), max_bytes=MAX, watch=watch)
    assert type(caught.value) is told
    assert caught.value.may_pass is (told is FileMissing)
    assert watch.waits == []
