"""What the file no longer names: rules R1 to R6, by columns. Nothing here deletes; ties end, roles are revoked."""

import polars as pl
from attrs import frozen

from guardiansync.engine.holds import hold_id
from guardiansync.engine.limits import allowed_removals
from guardiansync.model.change import SCHEMAS
from guardiansync.model.feed import Incomplete
from guardiansync.model.plan import MEMBERS, Hold, HoldReason
from guardiansync.model.roster import AccountState, RoleKind, RoleState, Roster, StudentState, TieState
from guardiansync.model.rule import Cause, Rule
from guardiansync.settings import Scope

PAIR = ["student_sis_id", "guardian_sis_id"]


@frozen(eq=False)
class Presence:
    """What the file shows to be there, even by rows that cannot be used.

    Attributes:
        ties: The standing ties that the file names, as places in the roster's `guardianships`.
        named: A column `sis_id`: the guardians of whom a row is used; each has a tie, standing or starting.
        students: Students all of whose ties stay (R4).
        guardians: Guardians all of whose ties stay: shielded (R4), or held and so frozen.
        roles: Guardians whose roles stay, because a person took back that they were revoked.
        denied: Ties in force that end at once (A2), whatever else is said here: the columns of `PAIR`.
        deprived: Guardians with a tie that is denied, in force or ended.
    """

    ties: pl.Series
    named: pl.DataFrame
    students: pl.Series
    guardians: pl.Series
    roles: pl.Series
    denied: pl.DataFrame
    deprived: pl.Series


@frozen
class RemovalLimits:
    """How much may go.

    Attributes:
        threshold: The share that one sync may remove, from 0 to 1.
        floor: How many it may remove whatever the share says.
        incomplete: Why the file is not all there (R5), or None.
        additions_only: Whether the settings let nothing be removed now.
    """

    threshold: float
    floor: int
    incomplete: Incomplete | None
    additions_only: bool = False


@frozen(eq=False)
class Removals:
    """What goes, and what would go but waits.

    Attributes:
        ends: The frame `end_guardianships`.
        revokes: The frame `revoke_roles`.
        holds: What waits for a person.
    """

    ends: pl.DataFrame
    revokes: pl.DataFrame
    holds: tuple[Hold, ...]


def removals(before: Roster, presence: Presence, limits: RemovalLimits) -> Removals:
    """Decide what ends and what is revoked.

    Args:
        before: The roster.
        presence: What the file shows to be there.
        limits: How much may go.
    """
    denied = _denied_ends(before, presence)
    ties, roles = _managed_ties(before, denied), _managed_roles(before)
    ends = _ends(ties, presence)
    revokes = _revokes(before, roles, ends, denied, presence)
    reason = _why_held(ties, roles, ends, revokes, limits)
    if reason is None:
        return Removals(_shown(ends, denied), revokes, ())
    released = before.releases.filter(pl.col("reason") == str(reason)).select(PAIR).unique()
    let_go = ends.join(released, on=PAIR, how="semi", maintain_order="left")
    let_revoke = _revokes(before, roles, let_go, denied, presence).join(
        released.filter(pl.col("student_sis_id") == ""),
        left_on="sis_id", right_on="guardian_sis_id", how="semi", maintain_order="left",
    )  # fmt: skip
    if limits.incomplete is None and not limits.additions_only:
        more_ends = ends.join(let_go, on=PAIR, how="anti")
        reason = _why_held(ties, roles, more_ends, revokes.join(let_revoke, on="sis_id", how="anti"), limits)
        if reason is None:
            return Removals(_shown(ends, denied), revokes, ())
    held_ends = ends.join(let_go, on=PAIR, how="anti", maintain_order="left")
    held_revokes = revokes.join(let_revoke, on="sis_id", how="anti", maintain_order="left")
    hold = _hold(before.scope, reason, held_ends, held_revokes, limits)
    if hold.members.is_empty() and limits.incomplete is None:
        return Removals(_shown(let_go, denied), let_revoke, ())
    return Removals(_shown(let_go, denied), let_revoke, (hold,))


def orphaned_accounts(before: Roster, revokes: pl.DataFrame, moves: pl.DataFrame, gained: pl.Series) -> pl.DataFrame:
    """The managed accounts that lose their last role (R3): the frame `archive_accounts`.

    Args:
        before: The roster.
        revokes: The frame `revoke_roles` of the plan.
        moves: `from_account_id`, `into_account_id`, `kind`, `sis_id` and `reason`: roles that move in the same plan.
        gained: Accounts that get a role in the same plan.
    """
    if revokes.is_empty() and moves.is_empty():
        return SCHEMAS["archive_accounts"].to_frame()
    moved = moves.select("kind", "sis_id", "into_account_id", scope=pl.lit(str(before.scope)))
    revoked = revokes.select("kind", "sis_id", scope=pl.lit(str(before.scope)))
    role = ["scope", "kind", "sis_id"]
    losing = (
        pl.concat(
            [
                revokes.select("account_id", "cause"),
                revokes.join(moves, on=["kind", "sis_id"])
                .select("cause", account_id="into_account_id")
                .select("account_id", "cause"),
                moves.filter(pl.col("reason") == str(Rule.M6)).select(
                    account_id="from_account_id", cause=pl.lit(str(Cause.MERGED))
                ),
            ]
        )
        .group_by("account_id")
        .agg(pl.col("cause").min())
    )
    touched = pl.concat([losing["account_id"], moves["into_account_id"]]).unique().implode()
    standing = before.roles.filter(pl.col("state") == str(RoleState.ACTIVE))
    if moved.height:
        standing = standing.join(moved, on=role, how="left").with_columns(
            account_id=pl.coalesce("into_account_id", "account_id")
        )
    standing = standing.filter(pl.col("account_id").is_in(touched)).join(revoked, on=role, how="anti")
    return (
        before.accounts.join(losing, on="account_id")
        .filter(
            pl.col("managed") & pl.col("state").is_in([str(AccountState.INVITED), str(AccountState.ACTIVE)]),
            ~pl.col("account_id").is_in(gained.implode()),
        )
        .join(standing, on="account_id", how="anti")
        .select(
            "account_id",
            before="state",
            after=pl.lit(str(AccountState.ARCHIVED)),
            reason=pl.lit(str(Rule.R3)),
            cause="cause",
        )
        .sort("account_id")
    )


def _shown(ends: pl.DataFrame, denied: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([ends, denied]).select(SCHEMAS["end_guardianships"].names()).sort(PAIR)


def _denied_ends(before: Roster, presence: Presence) -> pl.DataFrame:
    """A2: ends at once, shielded or not, and counts for no threshold."""
    return (
        before.guardianships.with_row_index("tie")
        .filter(pl.col("state") == str(TieState.ACTIVE))
        .join(presence.denied, on=PAIR, how="semi")
        .select(
            "tie",
            *PAIR,
            "account_id",
            after=pl.lit(str(TieState.ENDED)),
            reason=pl.lit(str(Rule.A2)),
            cause=pl.lit(str(Cause.DENIED)),
        )
    )


def _ends(ties: pl.DataFrame, presence: Presence) -> pl.DataFrame:
    """R1, with the shield (R4): managed ties that the file does not name."""
    return (
        ties.filter(
            ~pl.col("tie").is_in(presence.ties.implode()),
            ~pl.col("student_sis_id").is_in(presence.students.implode()),
            ~pl.col("guardian_sis_id").is_in(presence.guardians.implode()),
        )
        .select(
            "tie",
            *PAIR,
            "account_id",
            after=pl.lit(str(TieState.ENDED)),
            reason=pl.lit(str(Rule.R1)),
            cause=pl.when("student_left")
            .then(pl.lit(str(Cause.STUDENT_LEFT)))
            .otherwise(pl.lit(str(Cause.ROW_ABSENT))),
        )
        .sort(PAIR)
    )


def _managed_ties(before: Roster, denied: pl.DataFrame) -> pl.DataFrame:
    left = before.students.filter(pl.col("state") == str(StudentState.LEFT))["student_sis_id"]
    return (
        before.guardianships.with_row_index("tie")
        .filter(
            pl.col("managed") & (pl.col("state") == str(TieState.ACTIVE)), ~pl.col("tie").is_in(denied["tie"].implode())
        )
        .with_columns(student_left=pl.col("student_sis_id").is_in(left.implode()))
    )


def _managed_roles(before: Roster) -> pl.DataFrame:
    return before.roles.filter(
        (pl.col("scope") == str(before.scope))
        & (pl.col("kind") == str(RoleKind.GUARDIAN))
        & (pl.col("state") == str(RoleState.ACTIVE))
        & pl.col("managed")
    )


def _revokes(
    before: Roster, roles: pl.DataFrame, ends: pl.DataFrame, denied: pl.DataFrame, presence: Presence
) -> pl.DataFrame:
    """R2: managed guardian roles with no tie left."""
    ends = pl.concat([ends, denied])
    idle = roles.join(presence.named, on="sis_id", how="anti")
    tied = before.guardianships.with_row_index("tie").filter(
        pl.col("state") == str(TieState.ACTIVE),
        pl.col("guardian_sis_id").is_in(idle["sis_id"].implode()),
        ~pl.col("tie").is_in(ends["tie"].implode()),
    )
    because = ends.group_by("guardian_sis_id").agg(
        cause=pl.when((pl.col("cause") == str(Cause.STUDENT_LEFT)).all())
        .then(pl.lit(str(Cause.STUDENT_LEFT)))
        .when((pl.col("cause") == str(Cause.DENIED)).any())
        .then(pl.lit(str(Cause.DENIED)))
        .otherwise(pl.lit(str(Cause.ROW_ABSENT)))
    )
    return (
        idle.join(tied, left_on="sis_id", right_on="guardian_sis_id", how="anti")
        .filter(
            ~pl.col("sis_id").is_in(presence.guardians.implode()), ~pl.col("sis_id").is_in(presence.roles.implode())
        )
        .join(because, left_on="sis_id", right_on="guardian_sis_id", how="left")
        .select(
            "kind",
            "sis_id",
            "account_id",
            after=pl.lit(str(RoleState.REVOKED)),
            reason=pl.lit(str(Rule.R2)),
            cause=pl.when(pl.col("sis_id").is_in(presence.deprived.implode()))
            .then(pl.lit(str(Cause.DENIED)))
            .otherwise(pl.col("cause").fill_null(str(Cause.ROW_ABSENT))),
        )
        .sort("sis_id")
    )


def _why_held(
    ties: pl.DataFrame, roles: pl.DataFrame, ends: pl.DataFrame, revokes: pl.DataFrame, limits: RemovalLimits
) -> HoldReason | None:
    """R5, then R6: what goes because a student left, or by the deny list, counts for neither side of the threshold."""
    if limits.incomplete is not None:
        return HoldReason.INCOMPLETE_FILE
    if limits.additions_only:
        return HoldReason.ADDITIONS_ONLY
    counted = ~pl.col("cause").is_in([str(Cause.STUDENT_LEFT), str(Cause.DENIED)])
    uncounted_roles = revokes.height - revokes.filter(counted).height
    for going, managed in (
        (ends.filter(counted).height, ties.filter(~pl.col("student_left")).height),
        (revokes.filter(counted).height, roles.height - uncounted_roles),
    ):
        if going > allowed_removals(managed, threshold=limits.threshold, floor=limits.floor):
            return HoldReason.THRESHOLD
    return None


def _hold(scope: Scope, reason: HoldReason, ends: pl.DataFrame, revokes: pl.DataFrame, limits: RemovalLimits) -> Hold:
    members = pl.concat(
        [ends.select(PAIR), revokes.select(pl.lit("").alias("student_sis_id"), guardian_sis_id="sis_id")]
    ).select(MEMBERS.names())
    what = f"{ends.height:,} guardianships and {revokes.height:,} guardian roles would be removed"
    match reason:
        case HoldReason.INCOMPLETE_FILE:
            rule = Rule.R5
            message = f"The file is not all there ({limits.incomplete}): {what}, but nothing is."
            remedy = "Have the file exported again, whole; release this only if the file is right."
        case HoldReason.ADDITIONS_ONLY:
            rule = Rule.R6
            message = f"{what}, but additions_only is in force; nothing is."
            remedy = "They go with the first sync after that; release this if they shall go before."
        case _:
            rule = Rule.R6
            message = f"{what}, more than the deletion threshold of {limits.threshold:.0%} allows; nothing is."
            remedy = "If they really left, release this; otherwise have the export corrected."
    return Hold(
        id=hold_id(scope, reason, members), reason=reason, rule=rule, message=message, remedy=remedy, members=members
    )
