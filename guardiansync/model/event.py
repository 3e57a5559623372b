"""Events: what a run did and how long each part took, for whoever measures. Nobody's data is in them."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from attrs import field, frozen

from guardiansync.model.run import Phase


@frozen
class Event:
    """A phase of a run is over, or the run as a whole.

    Attributes:
        scope: Whose roster it is, as text; "" where it was not known when the run failed.
        run: What was asked for: sync, plan, apply, load_roster, undo or migrate_level.
        phase: Which part is over; None for the whole.
        seconds: How long it took.
        counts: How much there was: bytes, rows, changes, holds and the like.
        run_id: The run's name in the journal, once there is one.
        status: How the whole ended: applied, unchanged, held, failed, or planned for a dry run.
        reason: Why it failed or was held, as reports show it.
    """

    scope: str
    run: str
    phase: Phase | None
    seconds: float
    counts: Mapping[str, int] = field(factory=dict)
    run_id: str = ""
    status: str = ""
    reason: str = ""


OnEvent: TypeAlias = Callable[[Event], None]
"""Called with each event, in the thread of the run."""
