"""When the settings let nothing run, and when they let nothing be removed."""

from datetime import datetime
from typing import Final

from guardiansync.check.checkup import Notes, Step
from guardiansync.errors import InBlackout
from guardiansync.settings import SyncSettings, Window
from guardiansync.settings.window import last_end

_SHOWN: Final = 3


def look_at_windows(settings: SyncSettings, now: datetime, notes: Notes) -> None:
    """Say when a sync is told to be still, and when to add only: an evening that does nothing should surprise nobody.

    Args:
        settings: What is set up.
        now: The moment of the check.
        notes: Gets a line for each of the two.
    """
    _tell_blackout(settings, now, notes)
    _tell_removals(settings, now, notes)


def _tell_blackout(settings: SyncSettings, now: datetime, notes: Notes) -> None:
    if not settings.blackout:
        notes.passed(Step.BLACKOUT, "a sync may run at any time")
    elif (until := settings.blackout_until(now)) is not None:
        notes.warn(Step.BLACKOUT, str(InBlackout(str(settings.scope), until)))
    else:
        notes.passed(Step.BLACKOUT, f"a sync may run now, but not {_listed(settings.blackout)}")


def _tell_removals(settings: SyncSettings, now: datetime, notes: Notes) -> None:
    windows = settings.additions_only if isinstance(settings.additions_only, tuple) else ()
    until = last_end(windows, now)
    waits = "what a sync would remove waits as one hold, additions-only"
    if settings.additions_only is True:
        notes.warn(
            Step.REMOVALS,
            f"nothing is removed (additions_only=True): {waits}. Release the hold, or set additions_only=False when "
            "the export can be trusted",
        )
    elif until is not None:
        notes.warn(
            Step.REMOVALS,
            f"nothing is removed until {until:%Y-%m-%d %H:%M %Z} (additions_only): {waits}. It goes with the first sync "
            "after that; release the hold, or take the window out of the settings, if it should go before",
        )
    elif windows:
        notes.passed(Step.REMOVALS, f"a sync may remove now, but not {_listed(windows)}")
    else:
        notes.passed(Step.REMOVALS, "a sync removes what is not in the file, up to the threshold")


def _listed(windows: tuple[Window, ...]) -> str:
    more = len(windows) - _SHOWN
    return "; ".join(map(str, windows[:_SHOWN])) + (f"; and {more:,} more" if more > 0 else "")
