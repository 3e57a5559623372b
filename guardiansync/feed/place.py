"""What a place with files must be able to do, and the rules for taking one file from it, the same for every place."""

import hashlib
import posixpath
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from attrs import frozen

from guardiansync.errors import FileChanged, FileMissing, FileTooLarge, NotAFile
from guardiansync.model.feed import Fetched
from guardiansync.settings import FILE_NAME

CHUNK_BYTES = 4 << 20
_SHOWN = 10
_SHOWN_LETTERS = 100

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the bytes so far and the bytes in all, 0 where that is not known."""


class Kind(StrEnum):
    """What stands at a path, in words for a message."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "symbolic link"
    OTHER = "special file"


@frozen
class Entry:
    """What a place says of a path.

    Attributes:
        kind: What it is; a symbolic link is not followed.
        size: Its bytes, where the place says so.
        modified_at: When it was last changed, in UTC, where the place says so.
    """

    kind: Kind
    size: int | None
    modified_at: datetime | None


class Place(Protocol):
    """A connection to where files lie. Every method raises only `SourceError`s.

    Attributes:
        where: What messages call it, without credentials.
    """

    where: str

    def look(self, path: str) -> Entry | None:
        """What stands at the path, symbolic links not followed; None for nothing."""

    def leads_to_folder(self, path: str) -> bool:
        """Whether the symbolic link at the path leads to a folder."""

    def names(self, folder: str) -> list[str]:
        """The names in a folder. One that cannot be listed raises; it never counts as empty."""

    def read(self, path: str, limit: int, on_bytes: Callable[[int], None]) -> bytes:
        """The file's bytes, at most `limit` of them; `on_bytes` hears how many there are so far."""

    def shown(self, path: str) -> str:
        """The path as messages show it, without credentials."""


def take(place: Place, path: str, *, max_bytes: int, on_progress: Progress | None = None) -> Fetched:
    """Take guardians.csv, or the one ZIP, from a place: whole and unchanged while it was read.

    Args:
        place: Where it lies.
        path: The folder that holds it, or the file.
        max_bytes: The largest file that is read.
        on_progress: Hears how many bytes came, and of how many.

    Raises:
        SourceError: It is not there, is no file, is too large, changed, or could not be read.
    """
    path = _locate(place, path)
    before = place.look(path)
    if before is None:
        raise FileMissing(place.where, place.shown(path), _listing(place, posixpath.dirname(path)))
    if before.kind is not Kind.FILE:
        raise NotAFile(place.where, place.shown(path), before.kind)
    if before.size is not None and before.size > max_bytes:
        raise FileTooLarge(place.where, place.shown(path), before.size, max_bytes)
    total = before.size or 0
    if on_progress is not None:
        on_progress(0, total)
    data = place.read(path, max_bytes + 1, lambda done: on_progress(done, total) if on_progress is not None else None)
    after = place.look(path)
    if after is None:
        raise FileChanged(place.where, place.shown(path), "it is gone")
    if after != before:
        raise FileChanged(place.where, place.shown(path), "its size or time is another one")
    # A server that sends fewer bytes than it announced ends the file without any error.
    if before.size is not None and len(data) != before.size:
        raise FileChanged(place.where, place.shown(path), f"{len(data):,} of {before.size:,} bytes came")
    if len(data) > max_bytes:
        raise FileTooLarge(place.where, place.shown(path), len(data), max_bytes)
    return Fetched(
        data=data,
        name=posixpath.basename(path),
        where=place.where,
        sha256=hashlib.sha256(data).hexdigest(),
        modified_at=before.modified_at,
    )


def _locate(place: Place, path: str) -> str:
    entry = place.look(path)
    if entry is None:
        folder, name = posixpath.split(path.rstrip("/"))
        if name.casefold() != FILE_NAME:
            raise FileMissing(place.where, place.shown(path), _listing(place, folder))
        return _choose(place, folder)
    if entry.kind is Kind.FOLDER:
        # A folder that is itself called guardians.csv is a mistake, unless it was meant to hold the file.
        if posixpath.basename(path.rstrip("/")).casefold() == FILE_NAME:
            raise NotAFile(place.where, place.shown(path), entry.kind)
        return _choose(place, path)
    if entry.kind is Kind.LINK and place.leads_to_folder(path):
        return _choose(place, path)
    return path


def _choose(place: Place, folder: str) -> str:
    names = place.names(folder)
    named = [name for name in names if name.casefold() == FILE_NAME]
    if FILE_NAME in named:
        named = [FILE_NAME]
    zips = [name for name in names if name.casefold().endswith(".zip")]
    candidates = named or zips
    if len(candidates) != 1:
        # With several nobody knows which is tonight's: they are what the message should show first.
        first = sorted(candidates)
        rest = sorted(set(names) - set(first))
        raise FileMissing(place.where, place.shown(posixpath.join(folder, "")), clean_names(first + rest))
    return posixpath.join(folder, candidates[0])


def _listing(place: Place, folder: str) -> tuple[str, ...]:
    entry = place.look(folder or ".")
    return clean_names(sorted(place.names(folder or "."))) if entry and entry.kind is Kind.FOLDER else ()


def clean_names(names: list[str]) -> tuple[str, ...]:
    """Up to ten names from outside, fit for a message: nothing that steers a terminal, nothing endless."""
    return tuple(
        "".join(letter if letter.isprintable() else "?" for letter in name[:_SHOWN_LETTERS]) for name in names[:_SHOWN]
    )
