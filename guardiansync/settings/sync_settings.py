"""How the guardian sync of one scope works."""

import codecs
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, Self, TypeAlias

import attrs
from attrs import field, frozen

from guardiansync.errors import SettingsError
from guardiansync.settings.checks import is_bool, is_one_of, is_share, is_whole, refuse
from guardiansync.settings.location import FileLocation, Location, SftpLocation
from guardiansync.settings.scope import District, Level, School, Scope
from guardiansync.settings.window import Window, as_windows, is_windows, last_end

ContactColumn: TypeAlias = Literal["sms", "phone"]

RosterStep: TypeAlias = Callable[["SyncSettings", Any], object]
"""Brings the district's students and staff into the store: its own OneRoster, Clever or ClassLink import."""

FILE_COLUMNS = (
    "studentSisId", "guardianSisId", "firstName", "lastName", "email", "sms", "phone", "language",
)  # fmt: skip
"""The columns of guardians.csv, in the order districts know them."""


def _is_scope(_: object, attribute: "attrs.Attribute[Scope]", value: object) -> None:
    if not isinstance(value, District | School):
        refuse(attribute.name, "a District or a School", value)


def _is_location(_: object, attribute: "attrs.Attribute[Location | None]", value: object) -> None:
    if value is not None and not isinstance(value, SftpLocation | FileLocation):
        raise SettingsError(attribute.name, "an SftpLocation, a FileLocation or None", type(value).__name__)


def _is_column_map(_: object, attribute: "attrs.Attribute[Mapping[str, str]]", value: object) -> None:
    if not (
        isinstance(value, Mapping)
        and all(isinstance(theirs, str) and ours in FILE_COLUMNS for theirs, ours in value.items())
    ):
        refuse(attribute.name, f"a mapping from the export's column names to any of {', '.join(FILE_COLUMNS)}", value)


def _is_region(_: object, attribute: "attrs.Attribute[str]", value: object) -> None:
    if not (isinstance(value, str) and re.fullmatch(r"[A-Z]{2}", value)):
        refuse(attribute.name, "a country as two capital letters, such as 'US' or 'CA'", value)


def _is_encoding(_: object, attribute: "attrs.Attribute[str | None]", value: object) -> None:
    if value is None:
        return
    try:
        codecs.lookup(value if isinstance(value, str) else "")
    except LookupError:
        refuse(attribute.name, "an encoding that Python knows, such as 'utf-8' or 'cp1252', or None", value)


def _is_bool_or_windows(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    if not (isinstance(value, bool) or (isinstance(value, tuple) and all(isinstance(one, Window) for one in value))):
        refuse(attribute.name, "True, False, a Window, or several", value)


def _is_age(_: object, attribute: "attrs.Attribute[timedelta | None]", value: object) -> None:
    if value is not None and not (isinstance(value, timedelta) and value > timedelta()):
        refuse(attribute.name, "a timedelta above 0, or None", value)


def _is_step(_: object, attribute: "attrs.Attribute[RosterStep | None]", value: object) -> None:
    if value is not None and not callable(value):
        # What was given is not shown: it may be a token that belongs inside the function.
        raise SettingsError(attribute.name, "a function of the settings and the store, or None", type(value).__name__)


@frozen(kw_only=True)
class SyncSettings:
    """How the guardian sync of one scope works.

    Attributes:
        scope: Whose roster it is.
        location: Where the file lies; not needed for uploads.
        enabled: Whether `sync` and `run_daily` may change the roster. `plan` and `check` work without.
        daily_sync_level: The level the district's roster sync runs at; a guardian sync at another level is refused.
        deletion_threshold: The share of managed roles or ties that one sync may remove (rule R6), from 0 to 1.
        removal_floor: How many may be removed whatever the share says (rule R6).
        update_active_accounts: Whether the file changes contact details of accounts that their owners have claimed (U2).
        update_language: Whether the file changes a language that is already stored (U8).
        confirm_staff_links: Whether a guardian role on a staff member's account waits for a person's release.
        region: The country whose phone numbers are written without a country code.
        phone_column: Which column is the mobile that people log in with: "sms" or "phone".
        columns: The export's own column names, mapped to those of guardians.csv.
        encoding: The file's encoding where the district knows it; None to find out.
        max_guardians_per_student: More than this for one student are held (A1). OneRoster allows six.
        max_students_per_guardian: More than this for one account are held (A1).
        max_names_per_contact: A contact beside more names than this is no evidence (A5).
        max_bytes: The largest file that is read.
        blackout: Windows in which nothing runs: no sync, and no roster step.
        additions_only: Whether nothing is removed, always or in these windows: what a sync would remove is held.
        roster_step: Runs before the guardians' part of `run_daily`, with these settings (without the location) and the
            store: the district's own roster import, which calls `load_roster`.
        max_roster_age: How old the last roster sync may be for `run_daily` to go on with the guardians; None for any age.
    """

    scope: Scope = field(validator=_is_scope)
    location: Location | None = field(default=None, validator=_is_location)
    enabled: bool = field(default=False, validator=is_bool)
    daily_sync_level: Level | None = field(default=None, validator=is_one_of(None, "district", "school"))
    deletion_threshold: float = field(default=0.10, validator=is_share)
    removal_floor: int = field(default=1, validator=is_whole(0))
    update_active_accounts: bool = field(default=False, validator=is_bool)
    update_language: bool = field(default=False, validator=is_bool)
    confirm_staff_links: bool = field(default=False, validator=is_bool)
    region: str = field(default="US", validator=_is_region)
    phone_column: ContactColumn = field(default="sms", validator=is_one_of("sms", "phone"))
    columns: Mapping[str, str] = field(factory=dict, validator=_is_column_map)
    encoding: str | None = field(default=None, validator=_is_encoding)
    max_guardians_per_student: int = field(default=6, validator=is_whole(1))
    max_students_per_guardian: int = field(default=12, validator=is_whole(1))
    max_names_per_contact: int = field(default=4, validator=is_whole(1))
    max_bytes: int = field(default=2 << 30, validator=is_whole(1))
    blackout: tuple[Window, ...] = field(default=(), converter=as_windows, validator=is_windows)
    additions_only: bool | tuple[Window, ...] = field(
        default=False, converter=as_windows, validator=_is_bool_or_windows
    )
    roster_step: RosterStep | None = field(default=None, validator=_is_step, repr=False)
    max_roster_age: timedelta | None = field(default=None, validator=_is_age)

    def at(self, moment: datetime) -> Self:
        """The settings as they are at a moment: `additions_only` is True or False.

        Args:
            moment: With a time zone.
        """
        if isinstance(self.additions_only, bool):
            return self
        return attrs.evolve(self, additions_only=last_end(self.additions_only, moment) is not None)

    def blackout_until(self, moment: datetime) -> datetime | None:
        """When the blackout that a moment lies in is over; None where it lies in none.

        Args:
            moment: With a time zone.
        """
        return last_end(self.blackout, moment)
