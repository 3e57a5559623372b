"""Exceptions: the environment is broken, or the caller asked for something that cannot be.

Bad data is never an exception; it is a `Finding`. Every exception here says what happened, where, and what to do
next, and carries the same facts as attributes. None carries a password, a name, an email address or a phone number.
"""

from guardiansync.errors.asking import (
    ContradictoryPins,
    LevelConflict,
    LevelMismatch,
    NoLocation,
    NoRoster,
    SecretUnavailable,
    SettingsError,
    SyncNotEnabled,
    WrongLevel,
)
from guardiansync.errors.fetching import (
    AccessDenied,
    ChecksumMismatch,
    ConnectionFailed,
    CredentialsRefused,
    FetchTimeout,
    FileChanged,
    FileMissing,
    FileNotDone,
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
    "ChecksumMismatch",
    "ConnectionFailed",
    "ContradictoryPins",
    "CredentialsRefused",
    "FetchTimeout",
    "FileChanged",
    "FileMissing",
    "FileNotDone",
    "FileTooLarge",
    "GuardianSyncError",
    "HeaderNotFound",
    "HostKeyMismatch",
    "HostKeyMissing",
    "LevelConflict",
    "LevelMismatch",
    "NoLocation",
    "NoRoster",
    "NotAFile",
    "RunPurged",
    "SecretUnavailable",
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
