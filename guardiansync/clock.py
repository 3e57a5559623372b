"""The time, waiting, and the names of runs: the only place that reads the clock for the journal."""

import secrets
import time
from datetime import UTC, datetime


class Clock:
    """When a run began, and its name in the journal.

    Attributes:
        started_at: When it began, in UTC.
        run_id: A name that nobody else gives, and that sorts by time.
    """

    def __init__(self) -> None:
        self.started_at = datetime.now(UTC)
        self.run_id = f"{self.started_at:%Y%m%dT%H%M%S%f}-{secrets.token_hex(2)}"
        self._began = time.perf_counter()

    def seconds(self) -> float:
        """How long ago it began."""
        return time.perf_counter() - self._began


class Watch:
    """The time of day, and waiting for it to pass."""

    def now(self) -> datetime:
        """What time it is, in UTC."""
        return datetime.now(UTC)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        time.sleep(seconds)
