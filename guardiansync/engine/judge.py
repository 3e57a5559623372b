"""Which rows are used, skipped or held, once it is decided who everybody is."""

from typing import Final

import polars as pl

from guardiansync.engine.access import Denied
from guardiansync.engine.admit import PAIR, Admitted
from guardiansync.engine.holds import HoldMaker
from guardiansync.engine.identify import Identified
from guardiansync.model.feed import FEED_DETAILS, Feed
from guardiansync.model.keyed import beside
from guardiansync.model.plan import MEMBERS, Hold, HoldReason
from guardiansync.model.roster import Roster, TieState
from guardiansync.model.rule import Rule

_HELD: Final = pl.Schema({**MEMBERS, "reason": pl.String()})


def judge(admitted: Admitted, who: Identified, before: Roster, denied: Denied) -> pl.DataFrame:
    """Every row with what hinders it, `problem` (skipped) or `held` (a `HoldReason`), and what it meets.

    Args:
        admitted: The rows.
        who: Who everybody is.
        before: The roster.
        denied: The deny list.

    Returns:
        The rows; `account_id`, `rule` and `role_state` are the guardian's, `tie` and `tie_state` the standing tie's, null
        without one; `conflict` as in `Admitted`.
    """
    standing = before.guardianships.with_row_index("tie").select(*PAIR, "tie", tie_state="state")
    people = who.people.select("account_id", "rule", "role_state", "waits", guardian_sis_id="sis_id")
    met = beside(beside(admitted.rows, people, ["guardian_sis_id"]), standing, PAIR)
    fine = pl.col("problem") == ""
    if not denied.is_empty:
        ties = met.filter(fine).select(*PAIR, "account_id")
        met = _with(met, denied.among(ties).select(PAIR), "is_denied")
    else:
        met = met.with_columns(is_denied=pl.lit(value=False))
    met = met.with_columns(
        problem=pl.when(fine & pl.col("is_denied"))
        .then(pl.lit("denied"))
        .when(fine & (pl.col("rule") == str(Rule.M8)) & (pl.col("waits") == ""))
        .then(pl.lit("no-contact"))
        .otherwise(pl.col("problem"))
    )
    return met.with_columns(
        held=pl.when(fine).then(pl.col("waits")).otherwise(pl.lit("")),
        rule=pl.when(fine).then(pl.col("rule")).otherwise(pl.lit("")),
    ).drop("waits", "is_denied")


def is_used() -> pl.Expr:
    """Whether a judged row is neither skipped nor held."""
    return (pl.col("problem") == "") & (pl.col("held") == "")


def begins() -> pl.Expr:
    """Whether the tie that a judged row names is not in force yet."""
    return pl.col("tie_state").is_null() | (pl.col("tie_state") != str(TieState.ACTIVE))


def conflict_holds(rows: pl.DataFrame, feed: Feed, maker: HoldMaker) -> list[Hold]:
    """U6: lines of a guardian id that name somebody else than most of its lines do, one hold for each id.

    Args:
        rows: As `judge` returns them.
        feed: What came in.
        maker: Knows what was released.
    """
    apart = rows.filter(is_used() & pl.col("conflict")).select("line", *PAIR)
    holds = []
    for (guardian,), group in apart.sort("line").group_by(["guardian_sis_id"], maintain_order=True):
        told = feed.disagreeing.join(group, on="line", how="semi").select(FEED_DETAILS).unique().sort(FEED_DETAILS)
        hold = maker.make(
            HoldReason.ROWS_DISAGREE,
            Rule.U6,
            group.select(PAIR).unique(),
            f"Lines of guardian {guardian} name people with neither name nor contact in common; those that differ from "
            "most are not tied.",
            "Give each person an id of their own in the SIS; release this if they are one person.",
            told.select(pl.concat_str(FEED_DETAILS, separator="\x1f")).to_series(),
        )
        if hold is not None:
            holds.append(hold)
    return holds


def hold_pairs(rows: pl.DataFrame, holds: list[Hold]) -> pl.DataFrame:
    """The judged rows with those held that these holds name as pairs.

    Args:
        rows: As `judge` returns them.
        holds: What waits; the first that names a pair says why.
    """
    if not holds:
        return rows
    pairs = pl.concat(
        [_HELD.to_frame(), *(hold.members.with_columns(reason=pl.lit(str(hold.reason))) for hold in holds)]
    )
    first = pairs.unique(PAIR, keep="first", maintain_order=True)
    return (
        rows.join(first, on=PAIR, how="left", maintain_order="left")
        .with_columns(held=pl.when(is_used() & pl.col("reason").is_not_null()).then("reason").otherwise("held"))
        .drop("reason")
    )


def hold_lines(rows: pl.DataFrame, holds: list[Hold]) -> pl.DataFrame:
    """The same for holds about rows in conflict: other rows of the same pair stay as they are."""
    named = hold_pairs(rows.filter("conflict"), holds)
    held = named.filter(pl.col("held") == str(HoldReason.ROWS_DISAGREE))["line"]
    is_held = is_used() & pl.col("line").is_in(held.implode())
    return (
        rows.with_columns(held=pl.when(is_held).then(pl.lit(str(HoldReason.ROWS_DISAGREE))).otherwise("held"))
        if held.len()
        else rows
    )


def _with(rows: pl.DataFrame, pairs: pl.DataFrame, name: str) -> pl.DataFrame:
    marked = pairs.unique().with_columns(pl.lit(value=True).alias(name))
    return rows.join(marked, on=PAIR, how="left", maintain_order="left").with_columns(
        pl.col(name).fill_null(value=False)
    )
