"""The rules for taking one file from a place, the same for every place."""

import hashlib
import posixpath

from guardiansync.clock import Watch
from guardiansync.errors import FileChanged, FileMissing, FileTooLarge, NotAFile
from guardiansync.feed.complete import require_digest, require_marker, wait_until_settled
from guardiansync.feed.place import Entry, Kind, Place, Progress
from guardiansync.model.feed import Fetched
from guardiansync.settings import FILE_NAME, Location

_SHOWN = 10
_SHOWN_LETTERS = 100


def take(
    place: Place,
    path: str,
    location: Location,
    *,
    max_bytes: int,
    on_progress: Progress | None = None,
    watch: Watch | None = None,
) -> Fetched:
    """Take guardians.csv, or the one ZIP, from a place: whole, and unchanged while it was read.

    Args:
        place: Where it lies.
        path: The folder that holds it, or the file.
        location: When its upload counts as done.
        max_bytes: The largest file that is read.
        on_progress: Hears how many bytes came, and of how many.
        watch: Tells the time, and lets it pass.

    Raises:
        SourceError: It is not there, is no file, is too large, changed, is not done, or could not be read.
    """
    path = locate(place, path)
    before = _regular_file(place, path, max_bytes)
    wait_until_settled(place, path, before, location.settle_s, watch or Watch())
    require_marker(place, path, before, location)
    total = before.size or 0
    if on_progress is not None:
        on_progress(0, total)
    data = place.read(
        path,
        # One byte more shows a file that grows, and one that grows for ever is not followed.
        (max_bytes if before.size is None else before.size) + 1,
        lambda done: on_progress(done, total) if on_progress is not None else None,
    )
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
    sha256 = hashlib.sha256(data).hexdigest()
    require_digest(place, path, sha256, location)
    return Fetched(
        data=data, name=posixpath.basename(path), where=place.where, sha256=sha256, modified_at=before.modified_at
    )


def _regular_file(place: Place, path: str, max_bytes: int) -> Entry:
    entry = place.look(path)
    if entry is None:
        raise FileMissing(place.where, place.shown(path), _listing(place, posixpath.dirname(path)))
    if entry.kind is not Kind.FILE:
        raise NotAFile(place.where, place.shown(path), entry.kind)
    if entry.size is not None and entry.size > max_bytes:
        raise FileTooLarge(place.where, place.shown(path), entry.size, max_bytes)
    return entry


def locate(place: Place, path: str) -> str:
    """The path of guardians.csv, or of the one ZIP, where the settings name the folder or the file.

    Args:
        place: Where it lies.
        path: What the settings say.

    Raises:
        SourceError: It is not there, or several could be meant.
    """
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
