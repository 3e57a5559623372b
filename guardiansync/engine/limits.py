"""How much one sync may take away: the threshold (R6)."""

import math
from fractions import Fraction


def allowed_removals(managed: int, *, threshold: float, floor: int) -> int:
    """How many of the managed records one sync may remove (R6): 501 at 10 % are 50.

    Args:
        managed: How many there were before.
        threshold: A share from 0 to 1, taken as the decimal it was written as: 0.29 of 100 is 29.
        floor: How many are allowed whatever the share says.
    """
    return max(floor, math.floor(Fraction(str(threshold)) * managed))
