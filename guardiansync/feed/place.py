"""What a place with files must be able to do."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from attrs import frozen

CHUNK_BYTES = 4 << 20

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
