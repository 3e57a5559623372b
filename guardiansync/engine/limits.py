"""How much one sync may take away: the threshold (R6), and the names that holds keep from evening to evening."""

import math
from fractions import Fraction
from hashlib import blake2b

import polars as pl

from guardiansync.model.plan import MEMBERS, HoldReason
from guardiansync.settings import Scope


def allowed_removals(managed: int, *, threshold: float, floor: int) -> int:
    """How many of the managed records one sync may remove (R6): 501 at 10 % are 50.

    Args:
        managed: How many there were before.
        threshold: A share from 0 to 1, taken as the decimal it was written as: 0.29 of 100 is 29.
        floor: How many are allowed whatever the share says.
    """
    return max(floor, math.floor(Fraction(str(threshold)) * managed))


def hold_id(scope: Scope, reason: HoldReason, members: pl.DataFrame) -> str:
    """A hold's name: the same for the same scope, reason and members, in any order.

    Args:
        scope: Whose roster it is.
        reason: Why the changes wait.
        members: Schema `MEMBERS`.
    """
    digest = blake2b(digest_size=8, person=b"guardian-hold")
    for part in (str(scope), str(reason), *_lines(members)):
        digest.update(part.encode())
        digest.update(b"\x1e")
    return f"h-{digest.hexdigest()}"


def _lines(members: pl.DataFrame) -> pl.Series:
    names = MEMBERS.names()
    return members.select(names).unique().sort(names).select(pl.concat_str(names, separator="\x1f")).to_series()
