"""Whatever fsspec opens as a place: a local folder, a bucket, a web server."""

import io
import posixpath
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from guardiansync.errors import FileMissing, GuardianSyncError, SourceError, UnsupportedLocation
from guardiansync.feed.files_errors import connection_error, told
from guardiansync.feed.place import CHUNK_BYTES, Entry, Kind
from guardiansync.settings import FileLocation

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_T = TypeVar("_T")

_KINDS = {"file": Kind.FILE, "directory": Kind.FOLDER}
_SSH = {"sftp", "ssh", "sshfs", "scp"}


class FilesPlace:
    """A folder that fsspec opens.

    Args:
        location: Its URL and options.

    Raises:
        UnsupportedLocation: The protocol is not known, its package is missing, or it is SFTP.
        ConnectionFailed: Its server cannot be reached, so far as opening needs it.
        SourceError: It cannot be opened.
        SecretUnavailable: The function behind a secret failed.

    Attributes:
        path: What the file system calls the URL's path.
    """

    def __init__(self, location: FileLocation) -> None:
        self.where = str(location).split("?", 1)[0] if "://" in location.url else str(location)
        protocols = {part.partition("://")[0] for part in location.url.split("::") if "://" in part}
        if protocols & _SSH:
            # fsspec's own SFTP file systems accept any server key.
            raise UnsupportedLocation(
                self.where, f"{self.where}: give an SFTP server as SftpLocation, with its host key."
            )
        opened = _open(location, self.where)
        if isinstance(opened, GuardianSyncError):
            raise opened
        self._files, self.path = opened

    def look(self, path: str) -> Entry | None:
        """What stands at the path, symbolic links not followed; None for nothing."""
        try:
            return self._guarded(lambda: self._entry(path), path)
        except FileMissing:
            return None

    def leads_to_folder(self, path: str) -> bool:
        """Whether the symbolic link at the path leads to a folder."""
        return bool(self._guarded(lambda: self._files.isdir(path), path))

    def names(self, folder: str) -> list[str]:
        """The names in a folder."""
        found: list[str] = self._guarded(lambda: self._files.ls(folder, detail=False), folder)
        return [posixpath.basename(name.rstrip("/")) for name in found]

    def read(self, path: str, limit: int, on_bytes: Callable[[int], None]) -> bytes:
        """The file's bytes, at most `limit` of them."""
        taken = io.BytesIO()
        with self._guarded(lambda: self._files.open(path, "rb"), path) as file:
            while (want := min(CHUNK_BYTES, limit - taken.tell())) > 0:
                part: bytes = self._guarded(lambda want=want: file.read(want), path)  # type: ignore[misc] # a default binds it now
                if not part:
                    break
                taken.write(part)
                on_bytes(taken.tell())
        return taken.getvalue()

    def shown(self, path: str) -> str:
        """The path as messages show it: the URL's own text, as file systems may put credentials into paths."""
        return posixpath.basename(path.partition("?")[0].rstrip("/")) or "/"

    def _entry(self, path: str) -> Entry:
        # Some file systems remember listings; the second look must be a real one.
        self._files.invalidate_cache()
        info: dict[str, Any] = self._files.info(path)
        kind = Kind.LINK if info.get("islink") else _KINDS.get(str(info["type"]), Kind.OTHER)
        size = info.get("size")
        modified = None
        if kind is Kind.FILE:
            try:
                modified = self._files.modified(path)
            except (NotImplementedError, KeyError, TypeError):
                modified = None
        return Entry(kind, int(size) if size is not None else None, _utc(modified))

    def _guarded(self, work: Callable[[], _T], path: str) -> _T:
        try:
            return work()
        except Exception as error:  # noqa: BLE001 - whatever file systems raise
            failed = told(error, self.where, self.shown(path))
        # Not raised from the error: a file system's message and its variables may hold keys and signed URLs.
        raise failed


def _open(location: FileLocation, where: str) -> "tuple[AbstractFileSystem, str] | GuardianSyncError":
    """The file system and its path, or an error, raised elsewhere: the secrets are open here."""
    import fsspec  # noqa: PLC0415 - only when a file is fetched

    try:
        options = location.storage_options.reveal()
        # fsspec keeps file systems for good, their keys with them, and hands them to whoever asks for the like.
        anew: dict[str, Any] = {"skip_instance_cache": True}
        _, *inner = location.url.split("::")
        for part in inner:
            protocol = part.partition("://")[0] if "://" in part else "file"
            options[protocol] = anew | options.get(protocol, {})
        files, path = fsspec.url_to_fs(location.url, **anew, **options)
    except GuardianSyncError as error:
        return error.with_traceback(None)
    except (ValueError, ImportError):
        return UnsupportedLocation(
            where, f"{where}: fsspec does not know this protocol, or the package that reads it is missing."
        )
    except Exception as error:  # noqa: BLE001 - whatever file systems raise
        broken = connection_error(error, where)
        return broken or SourceError(where, f"{where} cannot be opened ({type(error).__name__}).")
    return files, path


def _utc(moment: object) -> datetime | None:
    if not isinstance(moment, datetime):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
