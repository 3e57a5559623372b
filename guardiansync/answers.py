"""Questions that people ask of a sync or a roster. Nothing here changes anything."""

from typing import Final

import polars as pl

from guardiansync.engine.explain import (
    DECISIONS,
    HISTORY,
    Explanation,
    Subject,
    decisions_of,
    history_of,
    of_subject,
    strangers,
)
from guardiansync.engine.explain.explanation import HELD
from guardiansync.engine.explain.subject import Standing
from guardiansync.engine.keys import with_keys
from guardiansync.engine.near import near_pairs
from guardiansync.errors import (
    SettingsError,
    UnknownId,
)
from guardiansync.model.feed import KEYS
from guardiansync.model.plan import ROWS, Plan
from guardiansync.model.roster import RoleKind, RoleState, StudentState, TieState
from guardiansync.settings import Scope
from guardiansync.stores.protocol import Store

FAMILIES: Final = pl.Schema(
    {
        "school": pl.String(),
        "student_sis_id": pl.String(),
        "student_first_name": pl.String(),
        "student_last_name": pl.String(),
        "guardian_sis_id": pl.String(),
        "first_name": pl.String(),
        "last_name": pl.String(),
        "email": pl.String(),
        "sms": pl.String(),
        "account_id": pl.String(),
        "account_state": pl.String(),
        "is_staff": pl.Boolean(),
    }
)
"""One row for each student and guardian, and one with blanks for each student without any."""


def families(store: Store, scope: Scope, school: str | None = None) -> pl.DataFrame:
    """Each student with their guardians: what a district checks in the directory and the classrooms after a sync.

    Args:
        store: The roster.
        scope: Whose it is.
        school: Only the students of this school, as `load_roster` named it.

    Returns:
        One row for each student and guardian, sorted by student; students without a guardian have one row with blanks.
        Columns: school, student_sis_id, student_first_name, student_last_name, guardian_sis_id, first_name,
        last_name, email, sms, account_id, account_state, is_staff. Contact details are the account's.
    """
    roster = store.roster(scope)
    students = roster.students.filter(pl.col("state") == str(StudentState.ACTIVE))
    if school is not None:
        students = students.filter(pl.col("school") == school)
    ties = roster.guardianships.filter(pl.col("state") == str(TieState.ACTIVE))
    staff = roster.roles.filter(
        (pl.col("kind") == str(RoleKind.STAFF)) & (pl.col("state") == str(RoleState.ACTIVE))
    ).select("account_id", is_staff=pl.lit(value=True))
    return (
        students.select("school", "student_sis_id", student_first_name="first_name", student_last_name="last_name")
        .join(ties.select("student_sis_id", "guardian_sis_id", "account_id"), on="student_sis_id", how="left")
        .join(roster.accounts.rename({"state": "account_state"}), on="account_id", how="left")
        .join(staff.unique(), on="account_id", how="left")
        .with_columns(pl.col("is_staff").fill_null(value=False), pl.col(pl.String).fill_null(""))
        .select(FAMILIES.names())
        .sort("student_sis_id", "guardian_sis_id")
    )


def explain(
    store: Store,
    scope: Scope,
    *,
    guardian_sis_id: str | None = None,
    account_id: str | None = None,
    student_sis_id: str | None = None,
    plan: Plan | None = None,
) -> Explanation:
    """Say why a guardian, an account or a student is as it is.

    What was done and decided comes from the journal, so it answers for last month's runs too; whom they were not merged
    with is of today's roster.

    Args:
        store: The roster.
        scope: Whose it is.
        guardian_sis_id: Ask about a guardian id; or
        account_id: about an account; or
        student_sis_id: about a student.
        plan: Their rows in the file that this plan was made from are shown too, and what this plan would hold.

    Raises:
        SettingsError: Not exactly one of the three was given.
        UnknownId: Neither the roster nor the plan has anybody of that id.
    """
    subject = Subject(guardian_sis_id or "", account_id or "", student_sis_id or "")
    given = {"guardian": guardian_sis_id, "account": account_id, "student": student_sis_id}
    named = [(kind, value) for kind, value in given.items() if value]
    if len(named) != 1:
        raise SettingsError("explain", "exactly one of guardian_sis_id, account_id, student_sis_id", f"{len(named)}")
    roster = store.roster(scope)
    standing = of_subject(subject, roster)
    rows = _rows_about(plan, subject, standing)
    if standing.accounts.is_empty() and standing.students.is_empty() and rows.is_empty():
        raise UnknownId(str(scope), *named[0])
    history, decisions = [HISTORY.to_frame()], [DECISIONS.to_frame()]
    for run_id, started_at in store.runs(scope).select("run_id", "started_at").iter_rows():
        changes = store.changes(run_id, scope)
        history.append(history_of(run_id, started_at, changes, standing, subject))
        decisions.append(decisions_of(run_id, started_at, changes, standing, str(scope)))
    near = with_keys(standing.roles).select(KEYS.names()).unique()
    return Explanation(
        subject=f"{subject} of {scope}",
        rows=rows,
        accounts=standing.accounts,
        roles=standing.roles,
        guardianships=standing.guardianships,
        students=standing.students,
        decisions=pl.concat(decisions).unique(["scope", "kind", "sis_id"], keep="first", maintain_order=True),
        holds=_holds_about(store, scope, subject, standing, plan),
        strangers=strangers(standing, store.roster(scope, near)),
        history=pl.concat(history),
    )


def _rows_about(plan: Plan | None, subject: Subject, standing: Standing) -> pl.DataFrame:
    if plan is None:
        return ROWS.to_frame()
    if subject.student_sis_id:
        return plan.rows.filter(pl.col("student_sis_id") == subject.student_sis_id)
    return plan.rows.filter(pl.col("guardian_sis_id").is_in(_guardians(subject, standing)))


def _guardians(subject: Subject, standing: Standing) -> list[str]:
    mine = standing.roles.filter(pl.col("kind") == str(RoleKind.GUARDIAN))["sis_id"].to_list()
    return [*mine, *([subject.guardian_sis_id] if subject.guardian_sis_id else [])]


def _holds_about(store: Store, scope: Scope, subject: Subject, standing: Standing, plan: Plan | None) -> pl.DataFrame:
    """What was held about somebody, each hold once, as the newest run that held it tells it."""
    is_about = (
        pl.col("student_sis_id") == subject.student_sis_id
        if subject.student_sis_id
        else pl.col("guardian_sis_id").is_in([*_guardians(subject, standing), *standing.roles["sis_id"]])
    )
    released = set(store.roster(scope).releases["hold_id"])
    told = [("", hold) for hold in (plan.holds if plan else ())]
    told += [(run_id, hold) for run_id in store.runs(scope)["run_id"] for hold in store.holds(run_id)]
    held = [
        {
            "run_id": run_id, "hold_id": hold.id, "reason": str(hold.reason), "rule": str(hold.rule),
            "message": hold.message, "remedy": hold.remedy, "released": hold.id in released,
        }
        for run_id, hold in told
        if hold.members.filter(is_about).height
    ]  # fmt: skip
    return pl.DataFrame(held, schema=HELD).unique("hold_id", keep="first", maintain_order=True)


def possible_duplicates(store: Store, scope: Scope, plan: Plan | None = None) -> pl.DataFrame:
    """Pairs of accounts that may be one person: for a person to look at, never applied by itself.

    Args:
        store: The roster.
        scope: Whose it is.
        plan: The roster is looked at as it would be once this is applied.

    Returns:
        The likeliest pairs first: account_id, other_account_id, score (bits: one more means twice as likely), the roles
        of both, the details that agree and those that differ, and what to correct in the SIS so that the next sync joins
        them. Two people who were pinned as never the same are not listed.
    """
    return near_pairs(store.roster(scope), None if plan is None else plan.frames)
