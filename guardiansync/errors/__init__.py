"""Exceptions: the environment is broken, or the caller asked for something that cannot be.

Bad data is never an exception; it is a `Finding`. Every exception here says what happened, where, and what to do
next, and carries the same facts as attributes. None carries a password, a name, an email address or a phone number.
"""

from guardiansync.errors.asking import (
    ContradictoryPins,
    InBlackout,
    LevelConflict,
    LevelMismatch,
    NoLocation,
    NoRoster,
    RosterStepFailed,
    RosterTooOld,
    SettingsError,
    SyncNotEnabled,
    WrongLevel,
)
from guardiansync.errors.fetching import (
    AccessDenied,
    ConnectionFailed,
    CredentialsRefused,
    FetchTimeout,
    FileChanged,
    FileMissing,
    FileTooLarge,
    HostKeyMismatch,
    HostKeyMissing,
    NotAFile,
    SourceError,
    UnsupportedLocation,
)
from guardiansync.errors.reading import (
    HeaderNotFound,
    UnreadableFile,
)
from guardiansync.errors.root import GuardianSyncError
from guardiansync.errors.storing import (
    DistrictBusy,
    RunPurged,
    StalePlan,
    StoreError,
    StoreFailed,
    StoreUnusable,
    UndoRefused,
    UnknownHold,
    UnknownId,
    UnknownRun,
)

__all__ = [
    "AccessDenied",
    "ConnectionFailed",
    "ContradictoryPins",
    "CredentialsRefused",
    "DistrictBusy",
    "FetchTimeout",
    "FileChanged",
    "FileMissing",
    "FileTooLarge",
    "GuardianSyncError",
    "HeaderNotFound",
    "HostKeyMismatch",
    "HostKeyMissing",
    "InBlackout",
    "LevelConflict",
    "LevelMismatch",
    "NoLocation",
    "NoRoster",
    "NotAFile",
    "RosterStepFailed",
    "RosterTooOld",
    "RunPurged",
    "SettingsError",
    "SourceError",
    "StalePlan",
    "StoreError",
    "StoreFailed",
    "StoreUnusable",
    "SyncNotEnabled",
    "UndoRefused",
    "UnknownHold",
    "UnknownId",
    "UnknownRun",
    "UnreadableFile",
    "UnsupportedLocation",
    "WrongLevel",
]
