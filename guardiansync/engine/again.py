"""What a person took back by undoing a run: no later plan does it again until it is released (invariant 8)."""

import polars as pl
from attrs import frozen

from guardiansync.engine.holds import NOBODY, HoldMaker, hold_id
from guardiansync.model.keyed import few_with_many
from guardiansync.model.plan import MEMBERS, Hold, HoldReason
from guardiansync.model.roster import UNDONE, RoleKind, Roster
from guardiansync.model.rule import Rule


@frozen(eq=False)
class Again:
    """What was taken back and not released since.

    Attributes:
        rows: Schema `UNDONE`.
    """

    rows: pl.DataFrame

    @classmethod
    def of(cls, before: Roster, maker: HoldMaker) -> "Again":
        """What stays undone in a roster."""
        rows = before.undone
        if rows.is_empty():
            return cls(rows)
        standing = [run for run in rows["run_id"].unique() if not maker.is_released(_identity(maker, run))]
        return cls(rows.filter(pl.col("run_id").is_in(standing)))

    def about(self, *frames: str, kind: RoleKind | None = None) -> pl.DataFrame:
        """The rows of these frames of changes, and of this kind of role where one is given."""
        rows = self.rows.filter(pl.col("frame").is_in(frames))
        return rows if kind is None else rows.filter(pl.col("kind") == str(kind))

    def ties(self, frame: str, pairs: pl.DataFrame) -> pl.DataFrame:
        """The rows of a frame of ties that are about any of some pairs.

        Args:
            frame: "start_guardianships" or "end_guardianships".
            pairs: Has `student_sis_id` and `guardian_sis_id`.
        """
        return few_with_many(
            self.about(frame), pairs, ("student_sis_id", "sis_id"), ("student_sis_id", "guardian_sis_id"), "semi"
        )


def nothing_fired() -> pl.DataFrame:
    """No rows of `UNDONE`."""
    return UNDONE.to_frame()


def undone_holds(fired: pl.DataFrame, maker: HoldMaker) -> list[Hold]:
    """One hold for each run that was taken back and would be done again in part.

    Args:
        fired: Schema `UNDONE`: what the plan withholds.
        maker: Knows the scope.
    """
    return [
        Hold(
            _identity(maker, str(run)),
            HoldReason.UNDONE,
            Rule.UNDO,
            f"Run {run} was undone, and {rows.height:,} of its changes would be made again.",
            "Correct the SIS; release this if the changes are right after all.",
            rows.select("student_sis_id", guardian_sis_id="sis_id").unique().sort(MEMBERS.names()),
        )
        for (run,), rows in fired.unique().sort(UNDONE.names()).group_by("run_id", maintain_order=True)
    ]


def _identity(maker: HoldMaker, run_id: str) -> str:
    return hold_id(maker.scope, HoldReason.UNDONE, NOBODY, [run_id])
