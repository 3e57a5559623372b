"""Parents and guardians from a school district's nightly export into a roster, safely.

Look with `plan`, change with `sync`, take back with `undo`; `explain` says why. See the documentation's quick start.
"""

from guardiansync.answers import explain, families, possible_duplicates
from guardiansync.check import Checkup, check
from guardiansync.daily import DailyResult, run_daily
from guardiansync.engine.explain import Explanation
from guardiansync.errors import (
    AccessDenied,
    ChecksumMismatch,
    ConnectionFailed,
    ContradictoryPins,
    CredentialsRefused,
    DistrictBusy,
    FetchTimeout,
    FileChanged,
    FileMissing,
    FileNotDone,
    FileTooLarge,
    GuardianSyncError,
    HeaderNotFound,
    HostKeyMismatch,
    HostKeyMissing,
    InBlackout,
    LevelConflict,
    LevelMismatch,
    NoLocation,
    NoRoster,
    NotAFile,
    RosterStepFailed,
    RosterTooOld,
    RunPurged,
    SecretUnavailable,
    SettingsError,
    SourceError,
    StalePlan,
    StoreError,
    StoreFailed,
    StoreUnusable,
    SyncNotEnabled,
    UndoRefused,
    UnknownHold,
    UnknownId,
    UnknownRun,
    UnreadableFile,
    UnsupportedLocation,
    WrongLevel,
)
from guardiansync.levels import migrate_level
from guardiansync.model.event import Event
from guardiansync.model.feed import Feed
from guardiansync.model.finding import Finding
from guardiansync.model.plan import Hold, Plan
from guardiansync.model.roster import RoleRef, Roster
from guardiansync.model.run import Run
from guardiansync.observing import observe
from guardiansync.pins import denials, deny, pin_never_same, pin_same, pins
from guardiansync.progress import as_callback, through_callback
from guardiansync.report import Report
from guardiansync.roster_sync import load_roster
from guardiansync.settings import District, FileLocation, School, Secret, SftpLocation, SyncSettings, Window
from guardiansync.stores import open_store
from guardiansync.sync import apply, plan, read_feed, sync
from guardiansync.undo import purge, release, undo

__version__ = "0.1.0"

__all__ = [
    "AccessDenied",
    "ChecksumMismatch",
    "Checkup",
    "ConnectionFailed",
    "ContradictoryPins",
    "CredentialsRefused",
    "DailyResult",
    "District",
    "DistrictBusy",
    "Event",
    "Explanation",
    "Feed",
    "FetchTimeout",
    "FileChanged",
    "FileLocation",
    "FileMissing",
    "FileNotDone",
    "FileTooLarge",
    "Finding",
    "GuardianSyncError",
    "HeaderNotFound",
    "Hold",
    "HostKeyMismatch",
    "HostKeyMissing",
    "InBlackout",
    "LevelConflict",
    "LevelMismatch",
    "NoLocation",
    "NoRoster",
    "NotAFile",
    "Plan",
    "Report",
    "RoleRef",
    "Roster",
    "RosterStepFailed",
    "RosterTooOld",
    "Run",
    "RunPurged",
    "School",
    "Secret",
    "SecretUnavailable",
    "SettingsError",
    "SftpLocation",
    "SourceError",
    "StalePlan",
    "StoreError",
    "StoreFailed",
    "StoreUnusable",
    "SyncNotEnabled",
    "SyncSettings",
    "UndoRefused",
    "UnknownHold",
    "UnknownId",
    "UnknownRun",
    "UnreadableFile",
    "UnsupportedLocation",
    "Window",
    "WrongLevel",
    "apply",
    "as_callback",
    "check",
    "denials",
    "deny",
    "explain",
    "families",
    "load_roster",
    "migrate_level",
    "observe",
    "open_store",
    "pin_never_same",
    "pin_same",
    "pins",
    "plan",
    "possible_duplicates",
    "purge",
    "read_feed",
    "release",
    "run_daily",
    "sync",
    "through_callback",
    "undo",
]
