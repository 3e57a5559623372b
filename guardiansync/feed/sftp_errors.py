"""What an SFTP session's errors mean, in our own."""

import os
import socket

import asyncssh

from guardiansync.errors import (
    AccessDenied,
    ConnectionFailed,
    CredentialsRefused,
    FileMissing,
    SourceError,
)
from guardiansync.feed.host_keys import HostKeys


def told(error: Exception, where: str, phase: str, path: str) -> SourceError:
    """Translate an error that is neither a timeout nor about host keys.

    Args:
        error: What sshfs or asyncssh raised.
        where: Host and port.
        phase: What was being done.
        path: To what.
    """
    match error:
        case PermissionError() if isinstance(error.__cause__, asyncssh.PermissionDenied):
            return CredentialsRefused(where)
        case FileNotFoundError() | asyncssh.SFTPNoSuchFile() | asyncssh.SFTPNoSuchPath() | asyncssh.SFTPNotADirectory():
            return FileMissing(where, path)
        case asyncssh.SFTPPermissionDenied():
            return AccessDenied(where, path)
        case asyncssh.SFTPConnectionLost() | asyncssh.SFTPNoConnection():
            return ConnectionFailed(where, "the connection broke")
        case asyncssh.SFTPError():
            return SourceError(where, f"{where} could not {phase} {path} ({type(error).__name__}).")
        case _:
            return _failed(error, where)


def is_wrong_key(error: Exception, keys: HostKeys) -> bool:
    """Whether the server showed another key than the settings know."""
    if isinstance(error, asyncssh.KeyExchangeFailed):
        return "host key" in error.reason
    # After a refused key, asked for the kinds that it lacks, the server merely hangs up.
    hung_up = isinstance(error, asyncssh.ConnectionLost | ConnectionError) and keys.shown is not None
    return hung_up or isinstance(error, asyncssh.HostKeyNotVerifiable)


def _failed(error: Exception, where: str) -> ConnectionFailed:
    match error:
        case ConnectionRefusedError():
            return ConnectionFailed(where, "it refuses the connection")
        case socket.gaierror():
            # Only a name server that is out of order for the moment is worth another try.
            return ConnectionFailed(where, "its name is not known", may_pass=error.errno == socket.EAI_AGAIN)
        case asyncssh.ConnectionLost() | ConnectionError():
            return ConnectionFailed(where, "the connection broke")
        case asyncssh.ChannelOpenError():
            return ConnectionFailed(where, "it offers no SFTP", may_pass=False)
        case OSError() if error.errno is not None:
            return ConnectionFailed(where, os.strerror(error.errno))
        case _:
            return ConnectionFailed(where, f"the SSH session failed ({type(error).__name__})", may_pass=False)
