"""Moving a file that was applied into an archive folder on its own server."""

import posixpath

from guardiansync.errors import FileChanged, GuardianSyncError, SourceError
from guardiansync.feed.sftp import SftpPlace
from guardiansync.feed.take import locate
from guardiansync.model.finding import Findings, file_finding
from guardiansync.model.plan import Evidence
from guardiansync.settings import FileLocation, Location, SftpLocation


def put_away(location: Location | None, evidence: Evidence, run_id: str) -> Findings:
    """Move the file that a run has applied, and what lies beside it, to the archive folder that the settings name.

    Each gets the run's id before its name, so that none ever takes another one's place. A file that was uploaded since
    stays where it is.

    Args:
        location: Where the file lay; None for an upload.
        evidence: Which file it was.
        run_id: The run.

    Returns:
        A finding where it could not be moved; the run stands all the same.
    """
    match location:
        case SftpLocation(archive=str(archive)):
            try:
                with SftpPlace(location) as server:
                    _move(server, location, archive, evidence, run_id)
            except GuardianSyncError as error:
                return file_finding("not-archived", detail=str(error).removesuffix("."))
            return Findings()
        case SftpLocation() | FileLocation() | None:
            return Findings()


def _move(server: SftpPlace, location: SftpLocation, archive: str, evidence: Evidence, run_id: str) -> None:
    path = locate(server, location.path)
    folder, name = posixpath.split(path)
    to = posixpath.join(archive, f"{run_id}-{name}")
    if not _is_it(server, path, evidence):
        raise FileChanged(server.where, path, "another one was uploaded since")
    server.move(path, to)
    if not _is_it(server, to, evidence):
        # It was exchanged between the look and the move: tonight's file must not vanish unread.
        server.move(to, path)
        raise FileChanged(server.where, path, "another one was uploaded since")
    for beside in (location.done_marker, location.checksum):
        if beside is not None and server.look(posixpath.join(folder, beside)) is not None:
            server.move(posixpath.join(folder, beside), posixpath.join(archive, f"{run_id}-{beside}"))


def _is_it(server: SftpPlace, path: str, evidence: Evidence) -> bool:
    entry = server.look(path)
    if entry is None:
        raise SourceError(server.where, f"{path} on {server.where} is gone.")
    return (entry.size, entry.modified_at) == (evidence.size, evidence.modified_at)
