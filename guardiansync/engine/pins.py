"""Pins: what people said of pairs of roles, and whether it can all be so."""

from collections.abc import Iterator

import polars as pl

from guardiansync.engine.agreement import groups_of
from guardiansync.model.roster import PINS, RoleRef, Verdict

_PAIR = PINS.names()[:-1]


def contradiction(pins: pl.DataFrame) -> tuple[str, str] | None:
    """Two roles that are pinned as never one person, and as one through whichever others; None if there are none.

    Args:
        pins: Schema `PINS`. There are few of them: what people set one by one.
    """
    same = [(str(one), str(other)) for one, other in _pairs(pins, Verdict.SAME)]
    apart = sorted((str(one), str(other)) for one, other in _pairs(pins, Verdict.NEVER_SAME))
    group = {
        role: members[0]
        for members in groups_of((role for pair in (*same, *apart) for role in pair), same)
        for role in members
    }
    return next((pair for pair in apart if group[pair[0]] == group[pair[1]]), None)


def with_changes(pins: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """The pins as they are once these changes of the frame `set_pins` are made."""
    said = changes.select(*_PAIR, verdict="after")
    both = pl.concat([pins, said]).unique(_PAIR, keep="last", maintain_order=True)
    return both.filter(pl.col("verdict") != "")


def _pairs(pins: pl.DataFrame, verdict: Verdict) -> Iterator[tuple[RoleRef, RoleRef]]:
    for row in pins.filter(pl.col("verdict") == str(verdict)).select(_PAIR).iter_rows():
        yield RoleRef(*row[:3]), RoleRef(*row[3:])
