"""Holds: what waits for a person, under a name that stays the same while what they would decide about does."""

from collections.abc import Iterable
from hashlib import blake2b

import polars as pl
from attrs import evolve

from guardiansync.model.plan import MEMBERS, Hold, HoldReason
from guardiansync.model.roster import ROLE_DETAILS, Roster
from guardiansync.model.rule import Rule
from guardiansync.settings import Scope

_LINES_KEPT = 20
_SHOWN = 10
_WORDS = pl.concat_str("sis_id", *ROLE_DETAILS, separator="\x1f").alias("said")
NOBODY = MEMBERS.to_frame()
"""Members of a hold that goes by what it is about, not by whom."""


def hold_id(scope: Scope, reason: HoldReason, members: pl.DataFrame, details: Iterable[str] = ()) -> str:
    """A hold's name: the same for the same scope, reason, members and details, in any order of the members.

    Args:
        scope: Whose roster it is.
        reason: Why the changes wait.
        members: Schema `MEMBERS`.
        details: What the decision rests on besides, so that a release does not cover what comes later.
    """
    digest = blake2b(digest_size=8, person=b"guardian-hold")
    for part in (str(scope), str(reason), *_member_lines(members), *details):
        digest.update(part.encode())
        digest.update(b"\x1e")
    return f"h-{digest.hexdigest()}"


def _member_lines(members: pl.DataFrame) -> pl.Series:
    names = MEMBERS.names()
    return members.select(names).unique().sort(names).select(pl.concat_str(names, separator="\x1f")).to_series()


def listed(ids: Iterable[str]) -> str:
    """Ids in words; the first few of many."""
    some = list(ids)
    return ", ".join(some[:_SHOWN]) + (", …" if len(some) > _SHOWN else "")


def of_guardians(ids: Iterable[str]) -> pl.DataFrame:
    """Members of a hold that is about guardians (or staff) as a whole."""
    return pl.DataFrame({"student_sis_id": "", "guardian_sis_id": sorted(set(ids))}, schema=MEMBERS)


def said(people: pl.DataFrame) -> list[str]:
    """What people say, as details of a hold's name; only a digest of it is ever seen."""
    return people.select(_WORDS).to_series().sort().to_list()


def said_by_id(people: pl.DataFrame) -> dict[str, str]:
    """The same, by SIS id.

    Args:
        people: One row an id: `sis_id` and `ROLE_DETAILS`.
    """
    return dict(people.select("sis_id", _WORDS).iter_rows())


class HoldMaker:
    """Makes holds, unless a person released them.

    Args:
        before: The roster.
    """

    def __init__(self, before: Roster) -> None:
        self.scope = before.scope
        self._releases = before.releases
        self._released = frozenset(before.releases["hold_id"].unique())

    def is_released(self, identity: str) -> bool:
        """Whether a person released a hold."""
        return identity in self._released

    def released_pairs(self, reason: HoldReason) -> pl.DataFrame:
        """What people let go ahead of all holds of a reason: schema `MEMBERS`."""
        return self._releases.filter(pl.col("reason") == str(reason)).select(MEMBERS.names()).unique()

    def make(
        self,
        reason: HoldReason,
        rule: Rule,
        members: pl.DataFrame,
        message: str,
        remedy: str,
        details: Iterable[str] = (),
        *,
        always: bool = False,
    ) -> Hold | None:
        """A hold on these members; None if a person released it, unless it stands `always`."""
        identity = hold_id(self.scope, reason, members, details)
        if identity in self._released and not always:
            return None
        return Hold(identity, reason, rule, message, remedy, members.sort(MEMBERS.names()))


def with_lines(holds: Iterable[Hold], rows: pl.DataFrame) -> list[Hold]:
    """Holds with the lines of the file that they are about.

    Args:
        holds: As they were made.
        rows: Has `line`, `student_sis_id` and `guardian_sis_id`.
    """
    made = list(holds)
    if not made:
        return made
    members = pl.concat(hold.members.select(MEMBERS.names()).with_columns(n=n) for n, hold in enumerate(made))
    whole = members.filter(pl.col("student_sis_id") == "").select("guardian_sis_id", "n")
    pairs = members.filter(pl.col("student_sis_id") != "")
    met = pl.concat(
        [
            rows.join(whole, on="guardian_sis_id").select("n", "line"),
            rows.join(pairs, on=MEMBERS.names()).select("n", "line"),
        ]
    )
    lines = dict(met.group_by("n").agg(pl.col("line").unique().sort().head(_LINES_KEPT)).iter_rows())
    return [evolve(hold, lines=tuple(lines.get(n, ()))) for n, hold in enumerate(made)]
