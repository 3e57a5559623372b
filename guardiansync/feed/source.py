"""Where the file comes from: a district's SFTP server, anything that fsspec opens, or an upload by hand."""

import hashlib
import math
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from attrs import evolve

from guardiansync.clock import Watch
from guardiansync.errors import AccessDenied, FileMissing, FileTooLarge, NotAFile, SettingsError, SourceError
from guardiansync.feed.files import FilesPlace
from guardiansync.feed.place import Kind, Progress
from guardiansync.feed.retry import again
from guardiansync.feed.sftp import SftpPlace
from guardiansync.feed.take import take
from guardiansync.model.feed import Fetched
from guardiansync.settings import FILE_NAME, FileLocation, Location, SftpLocation

_HERE = "this machine"


def fetch(
    location: Location,
    *,
    max_bytes: int,
    on_progress: Progress | None = None,
    watch: Watch | None = None,
    seconds_left: float | None = None,
) -> Fetched:
    """Fetch guardians.csv, whole, from where the settings say.

    Args:
        location: The server and folder, or the URL.
        max_bytes: The largest file that is read.
        on_progress: Hears the bytes so far, and the bytes in all (0 where that is not known).
        watch: Tells the time, and lets it pass.
        seconds_left: After so many seconds nobody waits for it any more; None for no limit but the location's own.

    Returns:
        The bytes as they came, a ZIP still packed.

    Raises:
        SourceError: It could not be fetched; each cause has a class of its own.
        SettingsError: A host key or private key cannot be read.
        SecretUnavailable: The function behind a secret failed.
    """
    watch = watch or Watch()
    match location:
        case SftpLocation():
            if seconds_left is not None:
                location = evolve(location, fetch_timeout_s=min(location.fetch_timeout_s, max(seconds_left, 0.1)))

            def once(deadline: float) -> Fetched:
                with SftpPlace(location, deadline) as server:
                    return take(
                        server, location.path, location, max_bytes=max_bytes, on_progress=on_progress, watch=watch
                    )

            return again(once, location.retries, location.fetch_timeout_s, watch)
        case FileLocation():

            def anew(_deadline: float) -> Fetched:
                place = FilesPlace(location)  # a file system whose connection broke may not be of use any more
                return take(place, place.path, location, max_bytes=max_bytes, on_progress=on_progress, watch=watch)

            try:
                # How long one try may take is the file system's own matter.
                return again(anew, location.retries, math.inf if seconds_left is None else seconds_left, watch)
            except SourceError as error:
                # Variables on the way hold the path, and some file systems put signatures and keys into paths.
                told = error.with_traceback(None)
            raise told


def take_upload(upload: str | os.PathLike[str] | bytes | BinaryIO, *, max_bytes: int) -> Fetched:
    """Take a file that somebody hands over.

    Args:
        upload: A path on this machine, the bytes themselves, or a file opened in binary mode. Such a file is read
            from where it stands, and left open.
        max_bytes: The largest file that is taken.

    Raises:
        SourceError: There is no file, it is too large, or it cannot be read.
        SettingsError: It is none of the three.
    """
    name, modified_at = FILE_NAME, None
    if isinstance(upload, bytes | bytearray | memoryview):
        data = bytes(upload)
    elif isinstance(upload, str | os.PathLike):
        path = Path(upload)
        name = path.name
        data, modified_at = _read_path(path, max_bytes)
    elif hasattr(upload, "read"):
        opened = getattr(upload, "name", None)
        name = Path(opened).name if isinstance(opened, str) else FILE_NAME
        data = _read_open(upload, max_bytes)
    else:
        raise SettingsError("upload", "a path, bytes, or a file opened in binary mode", type(upload).__name__)
    if len(data) > max_bytes:
        raise FileTooLarge("upload", name, len(data), max_bytes)
    return Fetched(
        data=data, name=name, where="upload", sha256=hashlib.sha256(data).hexdigest(), modified_at=modified_at
    )


def _read_path(path: Path, max_bytes: int) -> tuple[bytes, datetime]:
    try:
        found = path.stat()
        if path.is_dir():
            raise NotAFile(_HERE, str(path), Kind.FOLDER)
        if not path.is_file():
            raise NotAFile(_HERE, str(path), Kind.OTHER)
        if found.st_size > max_bytes:
            raise FileTooLarge(_HERE, str(path), found.st_size, max_bytes)
        with path.open("rb") as file:
            return file.read(max_bytes + 1), datetime.fromtimestamp(found.st_mtime, UTC)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FileMissing(_HERE, str(path)) from error
    except PermissionError as error:
        raise AccessDenied(_HERE, str(path)) from error
    except (OSError, ValueError) as error:
        raise SourceError(_HERE, f"{path} on {_HERE} cannot be read ({type(error).__name__}).") from error


def _read_open(file: BinaryIO, max_bytes: int) -> bytes:
    try:
        data: object = file.read(max_bytes + 1)
    except Exception as error:
        raise SourceError("upload", f"The uploaded file cannot be read ({type(error).__name__}).") from error
    if not isinstance(data, bytes):
        raise SettingsError("upload", "a file opened in binary mode ('rb')", "a file opened as text")
    return data
