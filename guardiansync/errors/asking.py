"""The caller asked for something that cannot be."""

from guardiansync.errors.root import GuardianSyncError

_SHOWN = 10


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


class SecretUnavailable(GuardianSyncError):
    """The function that fetches a secret failed."""

    reason = "secret"
    may_pass = True

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"The function that fetches a password or key gave none ({problem}): look whether the vault that it asks "
            "answers, and what it holds."
        )


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


class ContradictoryPins(GuardianSyncError):
    """Pins say of the same roles that they are one person and that they never are.

    Attributes:
        scope: The scope, as text.
        roles: The two that are both pinned the same, through whichever others, and pinned apart.
    """

    reason = "pins"

    def __init__(self, scope: str, roles: tuple[str, str]) -> None:
        self.scope = scope
        self.roles = roles
        super().__init__(
            f"The pins of {scope} contradict each other: {roles[0]} and {roles[1]} are pinned as one person and as never "
            "one. Take one of these pins back: pins(store, scope) lists them. Nothing was changed."
        )


class LevelMismatch(GuardianSyncError):
    """Guardian roles stand at another level than the sync's.

    Attributes:
        scope: The sync's scope, as text.
        other_scopes: Where the roles stand.
    """

    reason = "level"

    def __init__(self, scope: str, other_scopes: tuple[str, ...]) -> None:
        self.scope = scope
        self.other_scopes = other_scopes
        shown = ", ".join(other_scopes[:_SHOWN]) + (", …" if len(other_scopes) > _SHOWN else "")
        super().__init__(
            f"Guardians of this district stand at {shown}, another level than {scope}: sync at that level, or move them "
            "with migrate_level first. Nothing was changed."
        )


class LevelConflict(GuardianSyncError):
    """Guardians cannot move to another level as they stand.

    Attributes:
        scope: The district, as text.
        conflicts: What stands in the way: ids, never contact details.
    """

    reason = "level"

    def __init__(self, scope: str, conflicts: tuple[str, ...]) -> None:
        self.scope = scope
        self.conflicts = conflicts
        shown = "; ".join(conflicts[:_SHOWN]) + ("; …" if len(conflicts) > _SHOWN else "")
        super().__init__(
            f"The guardians of {scope} cannot move to another level: {shown}. Correct these in the SIS and sync once "
            "more at the present level, or pin them. Nothing was changed."
        )
