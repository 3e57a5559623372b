"""The caller asked for something that cannot be."""

from guardiansync.errors.root import GuardianSyncError


class SettingsError(GuardianSyncError):
    """A setting has a value that is not allowed.

    Attributes:
        field: The setting's name.
        allowed: What is allowed, in words.
    """

    reason = "settings"

    def __init__(self, field: str, allowed: str, got: str) -> None:
        self.field = field
        self.allowed = allowed
        super().__init__(f"{field}: {got} is not allowed; give {allowed}.")


class SyncNotEnabled(GuardianSyncError):
    """A sync was asked for whose settings are not enabled.

    Attributes:
        scope: The scope, as text.
    """

    reason = "not-enabled"

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__(
            f"The guardian sync of {scope} is not enabled: set enabled=True in its settings. "
            "plan() and check() work without it and change nothing."
        )


class WrongLevel(GuardianSyncError):
    """The guardian sync is set up at another level than the daily roster sync.

    Attributes:
        scope: The scope, as text.
        level: The level it was set up at: "district" or "school".
        daily_sync_level: The level to set it up at.
    """

    reason = "level"

    def __init__(self, scope: str, level: str, daily_sync_level: str) -> None:
        self.scope = scope
        self.level = level
        self.daily_sync_level = daily_sync_level
        super().__init__(
            f"The guardian sync of {scope} is set up at {level} level, but the daily sync runs at {daily_sync_level} "
            f"level: set the guardian sync up at {daily_sync_level} level."
        )


class NoRoster(GuardianSyncError):
    """The store knows no student of the scope, so every row of the file would be unknown.

    Attributes:
        scope: The scope, as text.
    """

    reason = "no-roster"

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__(
            f"No students of {scope} are known: run the roster sync (load_roster) before the guardian sync."
        )


class NoLocation(GuardianSyncError):
    """There is nowhere to fetch the file from.

    Attributes:
        scope: The scope, as text.
    """

    reason = "settings"

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__(f"The settings of {scope} name no location: give location=… there, or upload=… in the call.")
