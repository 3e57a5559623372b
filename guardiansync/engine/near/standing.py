"""Roles and ties in force: as they are, or as they would be once a plan is applied."""

from typing import Final

import polars as pl

from guardiansync.model.bulk import Changes
from guardiansync.model.roster import ROLE_DETAILS, RoleState, Roster, TieState

ROLE: Final = ("scope", "kind", "sis_id")
"""What names a role."""

_TIE: Final = ("student_sis_id", "guardian_sis_id")


def standing(roster: Roster, planned: Changes | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Who is on a roster, and whose children they reach.

    Args:
        roster: What is.
        planned: What is to come.

    Returns:
        Roles in force: `ROLE`, account_id, `ROLE_DETAILS`; and ties in force: student_sis_id, account_id.
    """
    wanted = [*ROLE, "account_id", *ROLE_DETAILS]
    in_force = pl.col("state") == str(RoleState.ACTIVE)
    roles = roster.roles.filter(in_force).select(wanted)
    ties = roster.guardianships.filter(pl.col("state") == str(TieState.ACTIVE)).select(*_TIE, "account_id")
    if planned is None:
        return roles, ties.drop("guardian_sis_id")
    here = pl.lit(str(roster.scope)).alias("scope")
    granted = planned["grant_roles"].with_columns(here)
    # A role that returns keeps what it has; the change does not say it again.
    back = roster.roles.filter(~in_force).drop("account_id").join(granted.select(*ROLE, "account_id"), on=ROLE)
    new = granted.join(roster.roles, on=ROLE, how="anti")
    gone = planned["revoke_roles"].with_columns(here)
    roles = pl.concat([roles.join(gone, on=ROLE, how="anti"), back.select(wanted), new.select(wanted)])
    ended, started = planned["end_guardianships"], planned["start_guardianships"]
    ties = pl.concat([ties.join(ended, on=_TIE, how="anti"), started.select(*_TIE, "account_id")])
    moved = pl.concat(
        planned[name].select(here, "kind", "sis_id", account_id="into_account_id")
        for name in ("merge_accounts", "split_accounts")
    )
    by_guardian = moved.filter(pl.col("kind") == "guardian").select("account_id", guardian_sis_id="sis_id")
    roles = _said(roles.update(moved, on=ROLE), planned["update_contacts"].with_columns(here))
    return roles, ties.update(by_guardian, on="guardian_sis_id").drop("guardian_sis_id")


def _said(roles: pl.DataFrame, updates: pl.DataFrame) -> pl.DataFrame:
    """What the SIS says tonight instead."""
    for detail in ROLE_DETAILS:
        said = updates.filter((pl.col("target") == "role") & (pl.col("field") == detail))
        roles = roles.update(said.select(*ROLE, pl.col("after").alias(detail)), on=ROLE)
    return roles
