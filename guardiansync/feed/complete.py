"""Whether an upload is done: the file was left alone for a while, its marker is there, its digest is right.

An upload that broke off and stays still looks like one that is done. Only the marker and the digest tell them apart.
"""

import posixpath
import re

from guardiansync.clock import Watch
from guardiansync.errors import ChecksumMismatch, FileChanged, FileNotDone
from guardiansync.feed.place import Entry, Kind, Place
from guardiansync.settings import Location

_CHECKSUM_BYTES = 1 << 16
_DIGEST = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", re.IGNORECASE)


def wait_until_settled(place: Place, path: str, seen: Entry, settle_s: float, watch: Watch) -> None:
    """Watch a file that changed lately, until it has been left alone long enough.

    Args:
        place: Where it lies.
        path: The file.
        seen: What stood there a moment ago.
        settle_s: How long it must have been left alone.
        watch: Tells the time, and lets it pass.

    Raises:
        FileChanged: It changed meanwhile.
    """
    if seen.modified_at is None or settle_s <= 0:
        return
    age = (watch.now() - seen.modified_at).total_seconds()
    if age >= settle_s:
        return
    # A server whose clock is ahead shows files of the future: what counts then is that nothing changes.
    watch.wait(min(settle_s - age, settle_s))
    if place.look(path) != seen:
        raise FileChanged(place.where, place.shown(path), f"it was not left alone for {settle_s:g} s")


def require_marker(place: Place, path: str, file: Entry, location: Location) -> None:
    """Look whether the district says that the upload is done.

    Raises:
        FileNotDone: The settings name a marker, and it is not there or older than the file.
    """
    if location.done_marker is None:
        return
    marker = _beside(place, path, location.done_marker)
    if file.modified_at is not None and marker.modified_at is not None and marker.modified_at < file.modified_at:
        raise FileNotDone(place.where, place.shown(path), location.done_marker, "is older than the file")


def require_digest(place: Place, path: str, sha256: str, location: Location) -> None:
    """Compare the file's digest with the one beside it.

    Args:
        place: Where both lie.
        path: The file.
        sha256: The digest of the bytes that came.
        location: Names the file with the digest, if there is one.

    Raises:
        FileNotDone: The settings name such a file, and it is not there or holds no digest of this file.
        ChecksumMismatch: The digest is another one.
    """
    if location.checksum is None:
        return
    beside = _beside(place, path, location.checksum)
    said: str | None = None
    if beside.size is None or beside.size <= _CHECKSUM_BYTES:
        text = place.read(_path_beside(path, location.checksum), _CHECKSUM_BYTES, lambda _: None)
        said = _digest_of(posixpath.basename(path), text.decode("utf-8", errors="replace"))
    if said is None:
        raise FileNotDone(place.where, place.shown(path), location.checksum, "holds no SHA-256 digest of it")
    if said != sha256:
        raise ChecksumMismatch(place.where, place.shown(path), location.checksum)


def _digest_of(name: str, text: str) -> str | None:
    lines = [line for line in text.splitlines() if _DIGEST.search(line)]
    # The digests of a whole folder stand in one file: the file's own line then, else the only one.
    named = [line for line in lines if name in re.split(r"[\s*()/\\]+", _DIGEST.sub(" ", line))]
    chosen = named or lines
    digests = {digest.lower() for line in chosen for digest in _DIGEST.findall(line)}
    return digests.pop() if len(digests) == 1 else None


def _beside(place: Place, path: str, name: str) -> Entry:
    entry = place.look(_path_beside(path, name))
    if entry is None:
        raise FileNotDone(place.where, place.shown(path), name, "is not there")
    if entry.kind is not Kind.FILE:
        raise FileNotDone(place.where, place.shown(path), name, f"is a {entry.kind}, not a file")
    return entry


def _path_beside(path: str, name: str) -> str:
    return posixpath.join(posixpath.dirname(path), name)
