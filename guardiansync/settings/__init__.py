"""What a sync is told: whose roster it is, where the file lies, and how careful to be."""

from guardiansync.settings.location import FILE_NAME, FileLocation, Location, SftpLocation
from guardiansync.settings.scope import District, Level, School, Scope, parse_scope
from guardiansync.settings.secret import Secret
from guardiansync.settings.sync_settings import FILE_COLUMNS, ContactColumn, RosterStep, SyncSettings
from guardiansync.settings.window import Window

__all__ = [
    "FILE_COLUMNS",
    "FILE_NAME",
    "ContactColumn",
    "District",
    "FileLocation",
    "Level",
    "Location",
    "RosterStep",
    "School",
    "Scope",
    "Secret",
    "SftpLocation",
    "SyncSettings",
    "Window",
    "parse_scope",
]
