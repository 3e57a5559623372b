"""The plan for the daily roster sync: students come and go, and staff are matched like guardians."""

import polars as pl
from attrs import frozen

from guardiansync.engine.clean import clean_staff
from guardiansync.engine.contacts import ContactPolicy, update_contacts
from guardiansync.engine.limits import allowed_removals, hold_id
from guardiansync.engine.match import known_ids, match
from guardiansync.engine.plan import create_accounts, grant_roles, reactivate_accounts
from guardiansync.engine.removals import orphaned_accounts
from guardiansync.engine.text import tidy, trim
from guardiansync.model.bulk import Changes
from guardiansync.model.change import STUDENT_DETAILS
from guardiansync.model.feed import PEOPLE, Incomplete
from guardiansync.model.finding import Findings, findings
from guardiansync.model.plan import ROWS, Evidence, Hold, HoldReason, Plan, RunKind
from guardiansync.model.roster import ROLE_DETAILS, RoleKind, RoleState, Roster, StudentState
from guardiansync.model.rule import Cause, Rule

STUDENTS_GIVEN = pl.Schema(dict.fromkeys(("student_sis_id", *STUDENT_DETAILS), pl.String()))
"""What a roster sync gives of students; only the id is needed."""

STAFF_GIVEN = pl.Schema(dict.fromkeys(("sis_id", *ROLE_DETAILS), pl.String()))
"""What a roster sync gives of staff."""


@frozen
class RosterLimits:
    """How careful a roster sync is.

    Attributes:
        threshold: The share of students, and of staff, that one sync may remove.
        floor: How many it may remove whatever the share says.
        region: The country whose phone numbers are written without a country code.
    """

    threshold: float
    floor: int
    region: str


def make_roster_plan(
    students: pl.DataFrame | None, staff: pl.DataFrame | None, before: Roster, limits: RosterLimits
) -> Plan:
    """Decide what a full replacement of students, of staff, or of both changes. Pure.

    Args:
        students: Schema `STUDENTS_GIVEN`; None leaves the students alone.
        staff: Schema `STAFF_GIVEN`; None leaves the staff alone.
        before: The roster.
        limits: How careful to be.
    """
    frames, holds, found = Changes(), [], [Findings()]
    if students is not None:
        frames, hold = _student_changes(students, before, limits)
        holds += hold
    if staff is not None:
        frames, hold, staff_findings = _staff_changes(staff, before, limits, frames)
        holds += hold
        found.append(staff_findings)
    given = sum(frame.height for frame in (students, staff) if frame is not None)
    return Plan(
        scope=before.scope,
        kind=RunKind.ROSTER,
        frames=frames,
        rows=ROWS.to_frame(),
        holds=tuple(holds),
        findings=Findings.concat(found),
        evidence=Evidence("roster", "", 0, given, None, before.version),
    )


def _student_changes(given: pl.DataFrame, before: Roster, limits: RosterLimits) -> tuple[Changes, list[Hold]]:
    given = (
        given.select(trim(given["student_sis_id"]), *(tidy(given[name]) for name in STUDENT_DETAILS))
        .filter(pl.col("student_sis_id") != "")
        .sort(STUDENTS_GIVEN.names())
        .unique("student_sis_id", keep="first", maintain_order=True)
    )
    stored = before.students.select(
        "student_sis_id", pl.col("state"), **{f"was_{name}": name for name in STUDENT_DETAILS}
    )
    both = given.join(stored, on="student_sis_id", how="left", maintain_order="left")
    arriving = both.filter(pl.col("state").is_null() | (pl.col("state") != str(StudentState.ACTIVE)))
    reason = pl.lit(str(Rule.ROSTER)).alias("reason")
    enrolled = arriving.select(
        "student_sis_id", *STUDENT_DETAILS, pl.col("state").fill_null(str(StudentState.VOID)).alias("before"), reason
    )
    updated = pl.concat(
        both.filter(
            pl.col("state").is_not_null() & (pl.col(name) != "") & (pl.col(name) != pl.col(f"was_{name}"))
        ).select(
            "student_sis_id",
            pl.lit(name).alias("field"),
            pl.col(f"was_{name}").alias("before"),
            pl.col(name).alias("after"),
            reason,
        )
        for name in STUDENT_DETAILS
    ).sort("student_sis_id", "field")
    standing = before.students.filter(pl.col("state") == str(StudentState.ACTIVE))
    leaving = standing.join(given, on="student_sis_id", how="anti").select("student_sis_id").sort("student_sis_id")
    members = leaving.select("student_sis_id", pl.lit("").alias("guardian_sis_id"))
    leaving, holds = _guarded(members, before, limits, given=given.height, managed=standing.height, what="students")
    removed = leaving.select("student_sis_id", pl.lit(str(StudentState.LEFT)).alias("after"), reason)
    return Changes(enrol_students=enrolled, update_students=updated, remove_students=removed), holds


def _staff_changes(
    given: pl.DataFrame, before: Roster, limits: RosterLimits, frames: Changes
) -> tuple[Changes, list[Hold], Findings]:
    rows, found = clean_staff(given.with_row_index("line", offset=1), limits.region)
    people = (
        rows.filter((pl.col("sis_id") != "") & (pl.col("first_name") != "") & (pl.col("last_name") != ""))
        .sort(PEOPLE.names())
        .unique("sis_id", keep="first", maintain_order=True)
        .select(PEOPLE.names())
    )
    released = before.releases.filter(pl.col("reason") == str(HoldReason.STAFF_AMBIGUOUS))["guardian_sis_id"]
    matched = match(known_ids(people, before, RoleKind.STAFF), before, RoleKind.STAFF, released.unique())
    unplaced = pl.col("rule").is_in([str(Rule.M5), str(Rule.M8)])
    placed = matched.filter(~unplaced)
    policy = ContactPolicy(update_active_accounts=False, update_language=False, spare_staff=False)
    updates, _ = update_contacts(placed, before, RoleKind.STAFF, policy)
    grants = grant_roles(placed, RoleKind.STAFF)
    standing = before.roles.filter(
        (pl.col("scope") == str(before.scope))
        & (pl.col("kind") == str(RoleKind.STAFF))
        & (pl.col("state") == str(RoleState.ACTIVE))
        & pl.col("managed")
    )
    # A row that cannot be used still shows that its id is there.
    leaving = standing.join(rows, on="sis_id", how="anti").sort("sis_id")
    members = leaving.select(pl.lit("").alias("student_sis_id"), guardian_sis_id="sis_id")
    going, holds = _guarded(members, before, limits, given=given.height, managed=standing.height, what="staff roles")
    revokes = leaving.join(
        going, left_on="sis_id", right_on="guardian_sis_id", how="semi", maintain_order="left"
    ).select(
        "kind",
        "sis_id",
        "account_id",
        pl.lit(str(RoleState.REVOKED)).alias("after"),
        pl.lit(str(Rule.ROSTER)).alias("reason"),
        pl.lit(str(Cause.STAFF_ABSENT)).alias("cause"),
    )
    changed = frames.replace(
        create_accounts=create_accounts(placed),
        reactivate_accounts=reactivate_accounts(placed, before),
        grant_roles=grants,
        update_contacts=updates,
        revoke_roles=revokes,
        archive_accounts=orphaned_accounts(before, revokes, grants["account_id"]),
    )
    ambiguous = matched.filter(pl.col("rule") == str(Rule.M5))
    lines = rows.select("line", guardian_sis_id="sis_id").unique("guardian_sis_id", keep="first", maintain_order=True)
    return (
        changed,
        holds + _ambiguous(ambiguous, before),
        Findings.concat(
            [
                found,
                findings(
                    "no-contact", lines.join(matched.filter(pl.col("rule") == str(Rule.M8)), left_on="guardian_sis_id",
                    right_on="sis_id", how="semi"), column="email",
                ),
            ]
        ),
    )  # fmt: skip


def _ambiguous(people: pl.DataFrame, before: Roster) -> list[Hold]:
    holds: list[Hold] = []
    for sis_id, candidates in people.select("sis_id", "candidates").iter_rows():
        members = pl.DataFrame({"student_sis_id": [""], "guardian_sis_id": [sis_id]})
        holds.append(
            Hold(
                id=hold_id(before.scope, HoldReason.STAFF_AMBIGUOUS, members),
                reason=HoldReason.STAFF_AMBIGUOUS,
                rule=Rule.M5,
                message=f"Staff member {sis_id} fits accounts {candidates} equally well.",
                remedy="Correct the details in the SIS, or release this to give them an account of their own.",
                members=members,
            )
        )
    return holds


def _guarded(
    members: pl.DataFrame, before: Roster, limits: RosterLimits, *, given: int, managed: int, what: str
) -> tuple[pl.DataFrame, list[Hold]]:
    """R5 and R6 for a roster sync: what may go, and the hold for what may not."""
    pair = members.columns
    reason = HoldReason.ROSTER_THRESHOLD if given else HoldReason.ROSTER_EMPTY
    released = before.releases.filter(pl.col("reason") == str(reason)).select(pair).unique()
    let_go = members.join(released, on=pair, how="semi", maintain_order="left")
    held = members.join(let_go, on=pair, how="anti", maintain_order="left")
    allowed = allowed_removals(managed, threshold=limits.threshold, floor=limits.floor) if given else 0
    if held.height <= allowed:
        return members, []
    rule, message, remedy = (
        (
            Rule.R6,
            f"{held.height:,} of {managed:,} {what} would be removed, more than the deletion threshold of "
            f"{limits.threshold:.0%} allows; none is.",
            "If they really left, release this; otherwise have the roster sync corrected.",
        )
        if given
        else (
            Rule.R5,
            f"The roster sync brought no {what}; {held.height:,} would be removed, but none is.",
            f"Look why the roster sync brought nothing ({Incomplete.NO_ROWS}).",
        )
    )
    hold = Hold(hold_id(before.scope, reason, held), reason, rule, message, remedy, held)
    return let_go, [hold]
