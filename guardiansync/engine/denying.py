"""Denials: whose ties end when somebody is denied a student (A2)."""

import polars as pl

from guardiansync.model.change import SCHEMAS
from guardiansync.model.roster import RoleKind, Roster, TieState
from guardiansync.model.rule import Cause, Rule


def ids_of_one(roster: Roster, guardian_sis_id: str) -> pl.DataFrame:
    """Every guardian id on the account of a guardian: `scope` and `guardian_sis_id`, in all scopes of the district.

    Args:
        roster: The scope that the guardian is named in.
        guardian_sis_id: The guardian; none come for one who is not known.
    """
    guardians = roster.roles.filter(pl.col("kind") == str(RoleKind.GUARDIAN))
    account = guardians.filter(pl.col("scope") == str(roster.scope), pl.col("sis_id") == guardian_sis_id)
    return guardians.join(account, on="account_id", how="semi").select("scope", guardian_sis_id="sis_id")


def standing_ties(roster: Roster, ids: pl.DataFrame, student_sis_id: str) -> pl.DataFrame:
    """The frame `end_guardianships`: the ties in force of any of these ids with a student, whoever started them."""
    return (
        roster.guardianships.filter(pl.col("student_sis_id") == student_sis_id, pl.col("state") == str(TieState.ACTIVE))
        .join(ids.filter(pl.col("scope") == str(roster.scope)), on="guardian_sis_id", how="semi")
        .with_columns(after=pl.lit(str(TieState.ENDED)), reason=pl.lit(str(Rule.A2)), cause=pl.lit(str(Cause.DENIED)))
        .select(SCHEMAS["end_guardianships"].names())
    )
