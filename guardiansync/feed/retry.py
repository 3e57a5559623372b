"""Trying again what a bad network broke; nothing else, as refused logins lock accounts."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from guardiansync.clock import Watch
from guardiansync.errors import ConnectionFailed

_T = TypeVar("_T")

_SHORTEST_S = 2.0
_LONGEST_S = 60.0


def again(work: Callable[[float], _T], retries: int, timeout_s: float, watch: Watch) -> _T:
    """Do something over a connection, and again where the connection failed.

    Args:
        work: Gets the time, by `time.monotonic`, when everything must be over.
        retries: How often it is tried again.
        timeout_s: When everything must be over, in seconds from now.
        watch: Lets the time between two tries pass.

    Raises:
        GuardianSyncError: What the last try raised.
    """
    deadline = time.monotonic() + timeout_s
    for tries in range(retries + 1):
        try:
            return work(deadline)
        except ConnectionFailed as error:
            pause = pause_s(tries)
            if tries == retries or not error.may_pass or time.monotonic() + pause >= deadline:
                raise
        watch.wait(pause)
    raise AssertionError("unreachable: the last try returns or raises")


def pause_s(tries: int) -> float:
    """How long to wait after so many failed tries: 2 to 60 seconds, longer each time, never the same for two districts."""
    return random.uniform(_SHORTEST_S, min(_LONGEST_S, _SHORTEST_S * 2 ** (tries + 1)))  # noqa: S311 - no secret
