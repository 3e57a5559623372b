"""What was fetched is not a guardians file."""

from guardiansync.errors.root import GuardianSyncError


class UnreadableFile(GuardianSyncError):
    """What came is not a guardians file: empty, another kind of file, or without the header row.

    Attributes:
        name: The file's name.
        found: What was found, in words.
    """

    reason = "unreadable-file"

    def __init__(self, name: str, found: str, remedy: str) -> None:
        self.name = name
        self.found = found
        super().__init__(f"{name}: {found}. {remedy}")


class HeaderNotFound(UnreadableFile):
    """The first row does not name the columns that are needed.

    Attributes:
        header: The header row that was found.
        missing: The needed columns that it does not name.
    """

    reason = "header"

    def __init__(self, name: str, header: tuple[str, ...], missing: tuple[str, ...], expected: tuple[str, ...]) -> None:
        self.header = header
        self.missing = missing
        super().__init__(
            name,
            f"the header row lacks {', '.join(missing)} (found: {', '.join(header)}; expected: {', '.join(expected)})",
            "Correct the export's header, or name its columns in settings.columns.",
        )
