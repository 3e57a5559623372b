"""The plan for the daily roster sync: students come and go, and staff are matched like guardians."""

import polars as pl
from attrs import frozen

from guardiansync.engine.again import Again, nothing_fired, undone_holds
from guardiansync.engine.clean import clean_staff
from guardiansync.engine.contacts import ContactPolicy, update_contacts
from guardiansync.engine.damage import NAME_COLUMNS
from guardiansync.engine.holds import HoldMaker, hold_id
from guardiansync.engine.identify import Caution, identify
from guardiansync.engine.keys import shared_contacts
from guardiansync.engine.known import own_roles
from guardiansync.engine.limits import allowed_removals
from guardiansync.engine.people import create_accounts, grant_roles, reactivate_accounts
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
        max_names_per_contact: A contact beside more names than this is no evidence (A5).
    """

    threshold: float
    floor: int
    region: str
    max_names_per_contact: int


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
    maker = HoldMaker(before)
    again = Again.of(before, maker)
    frames, holds, found, fired = Changes(), [], [Findings()], [nothing_fired()]
    if students is not None:
        frames, hold, taken_back = _student_changes(students, before, limits, again)
        holds += hold
        fired.append(taken_back)
    if staff is not None:
        frames, hold, staff_findings, taken_back = _staff_changes(staff, before, limits, frames, again)
        holds += hold
        found.append(staff_findings)
        fired.append(taken_back)
    holds += undone_holds(pl.concat(fired), maker)
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


def _student_changes(
    given: pl.DataFrame, before: Roster, limits: RosterLimits, again: Again
) -> tuple[Changes, list[Hold], pl.DataFrame]:
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
    enrolled, not_again = _not_again(enrolled, again.about("enrol_students"), ["student_sis_id"])
    updated, unchanged = _not_again(updated, again.about("update_students"), ["student_sis_id", "field", "after"])
    standing = before.students.filter(pl.col("state") == str(StudentState.ACTIVE))
    leaving = standing.join(given, on="student_sis_id", how="anti").select("student_sis_id").sort("student_sis_id")
    leaving, kept = _not_again(leaving, again.about("remove_students"), ["student_sis_id"])
    members = leaving.select("student_sis_id", pl.lit("").alias("guardian_sis_id"))
    leaving, holds = _guarded(members, before, limits, given=given.height, managed=standing.height, what="students")
    removed = leaving.select("student_sis_id", pl.lit(str(StudentState.LEFT)).alias("after"), reason)
    return (
        Changes(enrol_students=enrolled, update_students=updated, remove_students=removed),
        holds,
        pl.concat([not_again, unchanged, kept]),
    )


def _not_again(changes: pl.DataFrame, taken_back: pl.DataFrame, on: list[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Changes without those that a person took back, and what of that this was."""
    if taken_back.is_empty():
        return changes, taken_back
    left = changes.join(taken_back, on=on, how="anti", maintain_order="left")
    return left, taken_back.join(changes, on=on, how="semi")


def _staff_changes(
    given: pl.DataFrame, before: Roster, limits: RosterLimits, frames: Changes, again: Again
) -> tuple[Changes, list[Hold], Findings, pl.DataFrame]:
    rows, found = clean_staff(given.with_row_index("line", offset=1), limits.region)
    people = (
        rows.filter((pl.col("sis_id") != "") & (pl.col("first_name") != "") & (pl.col("last_name") != ""))
        .sort(PEOPLE.names())
        .unique("sis_id", keep="first", maintain_order=True)
        .select(PEOPLE.names())
    )
    shared = shared_contacts(people, before.roles, limits.max_names_per_contact)
    who = identify(people, before, RoleKind.STAFF, shared, Caution(), again)
    placed = who.people.filter((pl.col("waits") == "") & (pl.col("account_id") != ""))
    policy = ContactPolicy(update_active_accounts=False, update_language=False, spare_staff=False)
    on_accounts = again.about("update_contacts", kind=RoleKind.STAFF).filter(pl.col("target") == "account")
    told = update_contacts(placed, before, RoleKind.STAFF, policy, on_accounts)
    grants = grant_roles(placed, RoleKind.STAFF)
    standing = before.roles.filter(
        own_roles(before, RoleKind.STAFF) & (pl.col("state") == str(RoleState.ACTIVE)) & pl.col("managed")
    )
    # A row that cannot be used still shows that its id is there.
    leaving = standing.join(rows, on="sis_id", how="anti").sort("sis_id")
    kept = again.about("revoke_roles", kind=RoleKind.STAFF).join(leaving, on="sis_id", how="semi")
    leaving = leaving.join(kept, on="sis_id", how="anti", maintain_order="left")
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
    moves = pl.concat([who.merges, who.splits])
    changed = frames.replace(
        create_accounts=create_accounts(placed, who.splits, before),
        reactivate_accounts=reactivate_accounts(placed, before),
        merge_accounts=who.merges,
        split_accounts=who.splits,
        grant_roles=grants,
        update_contacts=told.updates,
        revoke_roles=revokes,
        archive_accounts=orphaned_accounts(before, revokes, moves, grants["account_id"]),
    )
    lines = rows.select("line", guardian_sis_id="sis_id").unique("guardian_sis_id", keep="first", maintain_order=True)

    def of_them(ids: pl.Series) -> pl.DataFrame:
        return lines.filter(pl.col("guardian_sis_id").is_in(ids.implode()))

    without = who.people.filter((pl.col("rule") == str(Rule.M8)) & (pl.col("waits") == ""))["sis_id"]
    waiting = lines.join(who.people.filter(pl.col("waits") != ""), left_on="guardian_sis_id", right_on="sis_id")
    return (
        changed,
        [*holds, *who.holds],
        Findings.concat(
            [
                found,
                findings("no-contact", of_them(without), column="email"),
                findings("held", waiting, detail=pl.col("waits")),
                findings(
                    "nearly-known",
                    lines.join(who.nearly, left_on="guardian_sis_id", right_on="sis_id"),
                    detail=pl.col("like"),
                ),
                findings("mixed-scripts", of_them(who.mixed)),
                findings("contact-crowded", of_them(who.crowded)),
                *(
                    findings(
                        "damaged-kept", of_them(who.damaged.filter(pl.col("field") == name)["sis_id"]), column=column
                    )
                    for name, column in NAME_COLUMNS.items()
                ),
            ]
        ),
        pl.concat([who.fired, told.fired, kept]),
    )


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
