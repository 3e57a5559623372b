"""What a sync is told: whose roster it is, where the file lies, and how careful to be."""

from guardiansync.settings.location import FILE_NAME, FileLocation, Location, SftpLocation
from guardiansync.settings.scope import District, Level, School, Scope, parse_scope
from guardiansync.settings.secret import Secret
from guardiansync.settings.sync_settings import FILE_COLUMNS, ContactColumn, SyncSettings

__all__ = [
    "FILE_COLUMNS",
    "FILE_NAME",
    "ContactColumn",
    "District",
    "FileLocation",
    "Level",
    "Location",
    "School",
    "Scope",
    "Secret",
    "SftpLocation",
    "SyncSettings",
    "parse_scope",
]
