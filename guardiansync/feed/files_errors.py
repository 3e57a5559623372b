"""What the errors of fsspec's file systems mean, in our own. Their packages need not be there to be recognised."""

import errno
import socket
from typing import Final

from guardiansync.errors import AccessDenied, ConnectionFailed, FileMissing, NotAFile, SourceError
from guardiansync.feed.place import Kind

_UNREACHABLE: Final = {errno.ENETDOWN, errno.ENETUNREACH, errno.EHOSTDOWN, errno.EHOSTUNREACH}
_BROKEN: Final = {
    "aiohttp.ClientConnectionError",
    "aiohttp.ClientPayloadError",
    "botocore.ConnectionClosedError",
    "botocore.ConnectionError",
    "botocore.ReadTimeoutError",
    "botocore.ResponseStreamingError",
    "requests.ConnectionError",
    "requests.Timeout",
}
"""Broken connections that are not Python's own `ConnectionError`, by package and class."""


def told(error: Exception, where: str, shown: str) -> SourceError:
    """Translate an error.

    Args:
        error: What a file system raised.
        where: The location, without credentials.
        shown: The path as messages show it.
    """
    # The file system for HTTP says of every page that did not come that it is missing, and why in the cause.
    why = error.__cause__ if isinstance(error, FileNotFoundError) else error
    if isinstance(why, Exception) and (broken := connection_error(why, where)) is not None:
        return broken
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return FileMissing(where, shown)
        case PermissionError():
            return AccessDenied(where, shown)
        case IsADirectoryError():
            return NotAFile(where, shown, Kind.FOLDER)
        case _:
            return SourceError(where, f"{where} cannot be read ({type(error).__name__}).")


def connection_error(error: Exception, where: str) -> ConnectionFailed | None:
    """The error, if it means that a connection broke or did not come about; None for any other."""
    if isinstance(error, socket.gaierror):
        # Only a name server that is out of order for the moment is worth another try.
        return ConnectionFailed(where, "its name is not known", may_pass=error.errno == socket.EAI_AGAIN)
    if _is_broken(error):
        return ConnectionFailed(where, f"it broke or did not come about ({type(error).__name__})")
    return None


def _is_broken(error: Exception) -> bool:
    if isinstance(error, ConnectionError | TimeoutError):
        return True
    kinds = {f"{kind.__module__.partition('.')[0]}.{kind.__name__}" for kind in type(error).__mro__}
    # A certificate that is not trusted will not be a minute later.
    if any("SSL" in kind or "Fingerprint" in kind for kind in kinds):
        return False
    return bool(kinds & _BROKEN) or (isinstance(error, OSError) and error.errno in _UNREACHABLE)
