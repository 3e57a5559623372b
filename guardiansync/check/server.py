"""The way to the file: connection, host key, login, folder, name, age. Nothing is written there."""

import posixpath
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

from attrs import evolve

from guardiansync.check.checkup import Notes, Step
from guardiansync.check.near_names import alike_folder, nearly_so_called
from guardiansync.clock import Watch
from guardiansync.errors import (
    CredentialsRefused,
    FileMissing,
    GuardianSyncError,
    HostKeyMismatch,
    HostKeyMissing,
    NotAFile,
    SecretUnavailable,
    SettingsError,
    SourceError,
)
from guardiansync.feed.files import FilesPlace
from guardiansync.feed.place import Entry, Kind, Place
from guardiansync.feed.sftp import SftpPlace
from guardiansync.feed.take import clean_names, locate, take
from guardiansync.model.feed import Fetched
from guardiansync.settings import FILE_NAME, FileLocation, Location, SftpLocation

_STALE: Final = timedelta(hours=36)
_CLOCKS_DIFFER: Final = timedelta(minutes=5)
_NOBODYS_KEY: Final = f"SHA256:{'A' * 43}"
_FOLDERS_LOOKED_INTO: Final = 10
_SHOWN: Final = 3
_UNTIL_THE_LOGIN: Final = (Step.CONNECTION, Step.HOST_KEY, Step.LOGIN)


class _Impatient(Watch):
    """Does not wait for an upload to settle: a check says how old the file is instead."""

    def wait(self, seconds: float) -> None:
        """Go on at once."""


def look_at_location(location: Location, max_bytes: int, notes: Notes) -> Fetched | None:
    """Go to the file as a sync would, once and without waiting.

    Args:
        location: Where it lies.
        max_bytes: The largest file that is read.
        notes: Gets a line for each step.

    Returns:
        The file, where everything up to it is well.
    """
    match location:
        case SftpLocation():
            return _on_server(location, max_bytes, notes)
        case FileLocation():
            return _in_files(location, max_bytes, notes)


def _on_server(location: SftpLocation, max_bytes: int, notes: Notes) -> Fetched | None:
    try:
        with SftpPlace(location) as server:
            notes.passed(Step.CONNECTION, f"{server.where} answers")
            notes.passed(Step.HOST_KEY, "the server shows the key of the settings")
            notes.passed(Step.LOGIN, "the server accepts it")
            return _look_at_file(server, location.path, location, max_bytes, notes)
    except (SourceError, SettingsError, SecretUnavailable) as error:
        _blame(error, location, notes)
        return None


def _in_files(location: FileLocation, max_bytes: int, notes: Notes) -> Fetched | None:
    notes.leave_out(Step.HOST_KEY, Step.LOGIN)
    try:
        place = FilesPlace(location)
    except (SourceError, SecretUnavailable) as error:
        notes.failed(Step.CONNECTION, str(error))
        return None
    notes.passed(Step.CONNECTION, f"{place.where} can be opened")
    return _look_at_file(place, place.path, location, max_bytes, notes)


def _blame(error: GuardianSyncError, location: SftpLocation, notes: Notes) -> None:
    """Say which of the three steps failed, and that those before it passed."""
    match error:
        case HostKeyMissing():
            error = _with_the_key_shown(error, location, notes)
            failed = Step.HOST_KEY
        case HostKeyMismatch() | SettingsError(field="host_key" | "known_hosts"):
            failed = Step.HOST_KEY
        case CredentialsRefused() | SettingsError() | SecretUnavailable():
            failed = Step.LOGIN
        case _:
            failed = Step.CONNECTION
    if isinstance(error, HostKeyMismatch | CredentialsRefused):
        before = _UNTIL_THE_LOGIN[: _UNTIL_THE_LOGIN.index(failed)]
        for step, words in zip(before, (f"{error.where} answers", "it is the one of the settings"), strict=False):
            notes.passed(step, words)
    notes.failed(failed, str(error))


def _with_the_key_shown(missing: HostKeyMissing, location: SftpLocation, notes: Notes) -> GuardianSyncError:
    """The error, with the key that the server shows; no login is sent to a server that nobody knows."""
    try:
        with SftpPlace(evolve(location, host_key=_NOBODYS_KEY)):
            return missing
    except HostKeyMismatch as error:
        notes.passed(Step.CONNECTION, f"{error.where} answers")
        if error.shown is None:
            return missing
        return GuardianSyncError(
            f"{missing} It shows {error.shown} now: if the district says that this is theirs, host_key may be just that."
        )
    except SourceError as error:
        notes.failed(Step.CONNECTION, str(error))
    except (SettingsError, SecretUnavailable) as error:
        notes.failed(Step.LOGIN, str(error))
    return missing


def _look_at_file(place: Place, path: str, location: Location, max_bytes: int, notes: Notes) -> Fetched | None:
    step = Step.FOLDER
    try:
        if (listed := _folder(place, path, notes)) is None:
            return None
        folder, names = listed
        step = Step.FILE_NAME
        try:
            found = locate(place, path)
            entry = place.look(found)
        except FileMissing as error:
            notes.failed(step, _why_missing(error, place, folder, names))
            return None
        if entry is None or entry.kind is not Kind.FILE:
            kind = entry.kind if entry else Kind.OTHER
            notes.failed(step, str(NotAFile(place.where, place.shown(found), kind)))
            return None
        _tell_name(place, found, entry, names, notes)
        _tell_age(entry, location.settle_s, notes)
        step = Step.FILE
        return take(place, found, location, max_bytes=max_bytes, watch=_Impatient())
    except SourceError as error:
        notes.failed(step, str(error))
        return None


def _folder(place: Place, path: str, notes: Notes) -> tuple[str, list[str]] | None:
    """The folder that is meant, and what is in it."""
    entry = place.look(path)
    if entry is not None and (entry.kind is Kind.FOLDER or (entry.kind is Kind.LINK and place.leads_to_folder(path))):
        folder = path
    else:
        folder, name = posixpath.split(path.rstrip("/"))
        folder = folder or "."
        if entry is None and (_named_folder(name) or place.look(folder) is None):
            notes.failed(Step.FOLDER, _no_folder(place, path))
            return None
    try:
        names = place.names(folder)
    except SourceError:
        # Some logins may read a file and not list its folder; some file systems list nothing.
        if entry is None or folder == path:
            raise
        names = [posixpath.basename(path)]
    notes.passed(Step.FOLDER, f"{place.shown(folder)} is there, with {_count(len(names), 'name')} in it")
    return folder, names


def _named_folder(name: str) -> bool:
    return "." not in name


def _no_folder(place: Place, path: str) -> str:
    parent, name = posixpath.split(path.rstrip("/"))
    while (entry := place.look(parent or ".")) is None and parent not in {"", "/"}:
        parent, name = posixpath.split(parent)
    names = place.names(parent or ".") if entry is not None else []
    said = f"there is no folder {place.shown(path)}"
    if alike := alike_folder(name, names):
        return f"{said}, but {_quoted([alike])} in {place.shown(parent or '.')}: correct path in the settings"
    seen = f"in {place.shown(parent or '.')} there is {_quoted(sorted(names))}" if names else "nothing is there"
    return f"{said}; {seen}. Correct path in the settings, or have the district make it"


def _why_missing(error: FileMissing, place: Place, folder: str, names: list[str]) -> str:
    called = sorted(name for name in names if name.casefold() == FILE_NAME)
    if len(called) > 1:
        return f"{_quoted(called)} differ in case only, so nobody can tell which is meant: leave one of them"
    if near := nearly_so_called(names):
        told = "; ".join(f"{_quoted([name])}: {why}" for name, why in list(near.items())[:_SHOWN])
        return f"there is no {FILE_NAME}, but {told}. Have the export write {FILE_NAME}"
    zips = sorted(name for name in names if name.casefold().endswith(".zip"))
    if len(zips) > 1:
        return f"there is no {FILE_NAME} but {len(zips)} ZIP files ({_quoted(zips)}): leave one, or unpack it"
    if within := _in_a_subfolder(place, folder, names):
        return f"there is no {FILE_NAME} here, but in {place.shown(within)}: set path to that folder"
    return str(error)


def _in_a_subfolder(place: Place, folder: str, names: list[str]) -> str | None:
    for name in sorted(names)[:_FOLDERS_LOOKED_INTO]:
        within = posixpath.join(folder, name)
        with suppress(SourceError):  # one that may not be listed is not the one
            entry = place.look(within)
            if entry and entry.kind is Kind.FOLDER and any(one.casefold() == FILE_NAME for one in place.names(within)):
                return within
    return None


def _tell_name(place: Place, found: str, entry: Entry, names: list[str], notes: Notes) -> None:
    folder, name = posixpath.split(found)
    near = [other for other in nearly_so_called(names) if other != name]
    if name.casefold() != FILE_NAME and near:
        notes.warn(
            Step.FILE_NAME,
            f"{_quoted([name])} is taken, as there is no {FILE_NAME}; {_quoted(near)} is not. Have the export write {FILE_NAME}",
        )
        return
    newer = [
        other for other in near[:_FOLDERS_LOOKED_INTO] if _is_newer(place.look, posixpath.join(folder, other), entry)
    ]
    if newer:
        notes.warn(
            Step.FILE_NAME,
            f"{_quoted([name])} is taken, but {_quoted(newer)} beside it is newer: does the export write there now?",
        )
    else:
        notes.passed(Step.FILE_NAME, _quoted([name]))


def _is_newer(look: Callable[[str], Entry | None], path: str, than: Entry) -> bool:
    entry = look(path)
    if entry is None or entry.modified_at is None or than.modified_at is None:
        return False
    return entry.modified_at > than.modified_at


def _tell_age(entry: Entry, settle_s: float, notes: Notes) -> None:
    if entry.modified_at is None:
        notes.passed(Step.AGE, "the place does not say when the file was written")
        return
    age = datetime.now(UTC) - entry.modified_at
    written = f"written {entry.modified_at:%Y-%m-%d %H:%M} UTC"
    if age < -_CLOCKS_DIFFER:
        notes.warn(Step.AGE, f"{written}, which is in the future: correct the server's clock or time zone")
    elif age > _STALE:
        notes.warn(
            Step.AGE, f"{written}, {_count(age.days, 'day')} ago: see that the export runs every night, before the sync"
        )
    elif age.total_seconds() < settle_s:
        notes.warn(
            Step.AGE,
            f"{written}, a moment ago: it may still be uploaded. A sync waits until it was left alone for {settle_s:g} s",
        )
    else:
        notes.passed(Step.AGE, written)


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _quoted(names: list[str]) -> str:
    shown = ", ".join(f"“{name}”" for name in clean_names(names[:_SHOWN]))
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown
