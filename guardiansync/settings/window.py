"""Spans of time in which a sync is told to be still, or to add only."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import field, frozen

from guardiansync.errors import SettingsError
from guardiansync.settings.checks import refuse

if TYPE_CHECKING:
    import attrs

_DAY = timedelta(days=1)


def _is_clock(_: object, attribute: "attrs.Attribute[datetime | time]", value: object) -> None:
    if not isinstance(value, datetime | time) or value.tzinfo is not None:
        refuse(
            attribute.name, "a datetime, or a time for every day, without a time zone: that is what zone says", value
        )


def _is_zone(_: object, attribute: "attrs.Attribute[str]", value: object) -> None:
    try:
        ZoneInfo(value if isinstance(value, str) else "")
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingsError(attribute.name, "a time zone such as 'America/Chicago' or 'UTC'", repr(value)) from error


@frozen
class Window:
    """A span of time: from one moment to another, or of every day from one time to another.

    Attributes:
        begins: When it begins, on the clocks of `zone`: a `datetime`, or a `time` for every day.
        ends: When it is over, the same way. A time that is not after `begins` is the next day's.
        zone: Where those clocks are, such as "America/Chicago".
    """

    begins: datetime | time = field(validator=_is_clock)
    ends: datetime | time = field(validator=_is_clock)
    zone: str = field(default="UTC", validator=_is_zone)

    def __attrs_post_init__(self) -> None:
        """Two moments in their order, or two times that differ."""
        if isinstance(self.begins, datetime) and isinstance(self.ends, datetime):
            if self.begins >= self.ends:
                refuse("ends", "a moment after begins", self.ends)
        elif isinstance(self.begins, datetime) or isinstance(self.ends, datetime):
            refuse("ends", "what begins is: two datetimes, or two times", self.ends)
        elif self.begins == self.ends:
            refuse("ends", "another time than begins", self.ends)

    def __str__(self) -> str:
        """For a person, such as "each day from 07:00 to 16:00 (America/Chicago)"."""
        daily = "" if isinstance(self.begins, datetime) else "each day "
        return f"{daily}from {_shown(self.begins)} to {_shown(self.ends)} ({self.zone})"

    def over_at(self, moment: datetime) -> datetime | None:
        """When the window that a moment lies in is over.

        Args:
            moment: With a time zone.

        Returns:
            The end, in the window's zone; None where the moment lies in no such window.
        """
        zone = ZoneInfo(self.zone)
        if isinstance(self.begins, datetime) and isinstance(self.ends, datetime):
            end = self.ends.replace(tzinfo=zone)
            return end if self.begins.replace(tzinfo=zone) <= moment.astimezone(UTC) < end else None
        here = moment.astimezone(zone)
        for began in (here.date() - _DAY, here.date()):
            begins, ends = datetime.combine(began, _time(self.begins)), datetime.combine(began, _time(self.ends))
            if ends <= begins:
                ends += _DAY
            if begins <= here.replace(tzinfo=None) < ends:
                return ends.replace(tzinfo=zone)
        return None


def _time(clock: datetime | time) -> time:
    return clock.time() if isinstance(clock, datetime) else clock


def _shown(clock: datetime | time) -> str:
    day = f"{clock:%Y-%m-%d} " if isinstance(clock, datetime) else ""
    return day + f"{clock:%H:%M:%S}".removesuffix(":00")


def as_windows(value: object) -> object:
    """One window, or several, as a tuple; anything else as it is, for the validator to refuse."""
    if isinstance(value, Window):
        return (value,)
    return tuple(value) if isinstance(value, Iterable) and not isinstance(value, str) else value


def is_windows(_: object, attribute: "attrs.Attribute[tuple[Window, ...]]", value: object) -> None:
    """Windows and nothing else."""
    if not (isinstance(value, tuple) and all(isinstance(one, Window) for one in value)):
        refuse(attribute.name, "a Window, or several", value)


def last_end(windows: Iterable[Window], moment: datetime) -> datetime | None:
    """When the last of the windows that a moment lies in is over; None where it lies in none."""
    return max((end for window in windows if (end := window.over_at(moment)) is not None), default=None)
