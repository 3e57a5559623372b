"""A self-check: everything an administrator can get wrong before the first evening, in one pass, changing nothing."""

from guardiansync.check.checking import check
from guardiansync.check.checkup import CheckLine, Checkup, Outcome, Step

__all__ = ["CheckLine", "Checkup", "Outcome", "Step", "check"]
