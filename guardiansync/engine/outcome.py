"""What became of each row: one result and one action, whatever else the guardian's other rows brought about."""

import polars as pl

from guardiansync.model.bulk import Changes
from guardiansync.model.catalogue import CATALOGUE
from guardiansync.model.plan import ROWS, Action, HoldReason, Result
from guardiansync.model.roster import RoleState, TieState
from guardiansync.model.rule import Rule

_MESSAGES = {
    Action.CREATED: "A new account.",
    Action.REACTIVATED: "An archived account is open again.",
    Action.LINKED: "Tied to an account that was there.",
    Action.UPDATED: "What the SIS says now is stored.",
    Action.UNCHANGED: "",
    Action.HELD: "Waits for a person.",
    Action.MERGED: "Two accounts of one person became one.",
}

_HELD_BY = {
    str(reason): str(rule)
    for reason, rule in {
        HoldReason.AMBIGUOUS: Rule.M5,
        HoldReason.STAFF_LINK: Rule.M2,
        HoldReason.ROWS_DISAGREE: Rule.U6,
        HoldReason.EXCHANGED: Rule.M10,
        HoldReason.RECYCLED_ID: Rule.M7,
        HoldReason.SHOULD_PART: Rule.M9,
        HoldReason.BECAME_ONE: Rule.M6,
        HoldReason.RESEMBLES_DENIED: Rule.A2,
        HoldReason.TOO_MANY_GUARDIANS: Rule.A1,
        HoldReason.TOO_MANY_STUDENTS: Rule.A1,
        HoldReason.UNDONE: Rule.UNDO,
    }.items()
}


def row_results(rows: pl.DataFrame, frames: Changes) -> pl.DataFrame:
    """Say for each row of the file what was done.

    Args:
        rows: The feed's rows, judged: with `problem`, `held`, and what they meet (`account_id`, `rule`, `role_state`,
            `tie_state`).
        frames: The plan's changes.

    Returns:
        Schema `ROWS`, in the order of the lines.
    """
    updated = frames["update_contacts"].group_by(guardian_sis_id="sis_id").agg(update_rule=pl.col("reason").min())
    reactivated = frames["reactivate_accounts"]["account_id"].implode()
    skipped, held = pl.col("problem") != "", pl.col("held") != ""
    is_granted = pl.col("role_state") != str(RoleState.ACTIVE)
    action = (
        pl.when(skipped)
        .then(pl.lit(str(Action.SKIPPED)))
        .when(held)
        .then(pl.lit(str(Action.HELD)))
        .when(pl.col("rule").is_in([str(Rule.M3), str(Rule.M4), str(Rule.M9)]))
        .then(pl.lit(str(Action.CREATED)))
        .when(pl.col("rule") == str(Rule.M6))
        .then(pl.lit(str(Action.MERGED)))
        .when(pl.col("account_id").is_in(reactivated))
        .then(pl.lit(str(Action.REACTIVATED)))
        .when(is_granted | _starts_a_tie())
        .then(pl.lit(str(Action.LINKED)))
        .when(pl.col("update_rule").is_not_null())
        .then(pl.lit(str(Action.UPDATED)))
        .otherwise(pl.lit(str(Action.UNCHANGED)))
    )
    result = (
        pl.when(skipped)
        .then(pl.lit(str(Result.SKIPPED)))
        .when(held)
        .then(pl.lit(str(Result.HELD)))
        .otherwise(pl.lit(str(Result.USED)))
    )
    told = (
        rows.join(updated, on="guardian_sis_id", how="left", maintain_order="left")
        .with_columns(result=result, action=action)
        .with_columns(rule=_rule(), message=_message())
        .select(ROWS.names())
    )
    return told if told["line"].is_sorted() else told.sort("line")


def _starts_a_tie() -> pl.Expr:
    return pl.col("tie_state").is_null() | (pl.col("tie_state") != str(TieState.ACTIVE))


def start_rule() -> pl.Expr:
    """Why a row's tie starts: the rule that found its guardian, or R7 where the tie had ended."""
    return pl.when(pl.col("tie_state").is_null()).then(pl.col("rule")).otherwise(pl.lit(str(Rule.R7)))


def _rule() -> pl.Expr:
    def action_is(action: Action) -> pl.Expr:
        return pl.col("action") == str(action)

    skip_rules = {"student-unknown": Rule.A3, "student-left": Rule.A3, "no-contact": Rule.M8, "denied": Rule.A2}
    return (
        pl.when(action_is(Action.SKIPPED))
        .then(pl.col("problem").replace_strict({code: str(rule) for code, rule in skip_rules.items()}, default=""))
        .when(action_is(Action.HELD))
        .then(pl.col("held").replace_strict(_HELD_BY, default=""))
        .when(action_is(Action.UPDATED))
        .then(pl.col("update_rule"))
        .when(action_is(Action.REACTIVATED) & (pl.col("rule") == str(Rule.M1)))
        .then(pl.lit(str(Rule.R7)))
        .when(action_is(Action.LINKED) & _starts_a_tie())
        .then(start_rule())
        .otherwise(pl.col("rule"))
    )


def _message() -> pl.Expr:
    titles = {code: kind.title for code, kind in CATALOGUE.items()}
    said = {str(action): message for action, message in _MESSAGES.items()}
    return (
        pl.when(pl.col("problem") != "")
        .then(pl.col("problem").replace_strict(titles, default=""))
        .otherwise(pl.col("action").replace_strict(said, default=""))
    )
