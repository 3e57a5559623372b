"""The plan for one evening's guardian file: every rule in its order, then what became of each row."""

from typing import Final

import polars as pl

from guardiansync.engine.admit import PAIR, Admitted, admit
from guardiansync.engine.contacts import ContactPolicy, state_in_use, update_contacts
from guardiansync.engine.limits import hold_id
from guardiansync.engine.match import known_ids, match
from guardiansync.engine.outcome import row_results, start_rule
from guardiansync.engine.removals import Presence, RemovalLimits, orphaned_accounts, removals
from guardiansync.model.bulk import Changes
from guardiansync.model.change import SCHEMAS
from guardiansync.model.feed import Feed, Incomplete
from guardiansync.model.finding import Findings, findings
from guardiansync.model.plan import Evidence, Hold, HoldReason, Plan, RunKind
from guardiansync.model.roster import ACCOUNT_DETAILS, AccountState, RoleKind, RoleState, Roster, TieState
from guardiansync.model.rule import Rule
from guardiansync.settings import Scope, SyncSettings

NO_SHIELD: Final = ("", "student-left")
"""Problems of rows that shield nobody (R4): none, and a student who has left."""


def make_plan(feed: Feed, before: Roster, settings: SyncSettings) -> Plan:
    """Decide what one evening's file changes. Pure: the same feed, roster and settings give the same plan.

    The order is that of the design's tables: which rows count (A3, U6), who each guardian is (M), what the SIS says of
    them (U), which ties begin, what is no longer there (R).

    Args:
        feed: What came in.
        before: The roster of the settings' scope.
        settings: How careful to be.
    """
    admitted = admit(feed, before)
    released = _released(before, HoldReason.AMBIGUOUS)
    people = match(known_ids(admitted.people, before, RoleKind.GUARDIAN), before, RoleKind.GUARDIAN, released)
    people = _waiting(people, before, settings)
    rows = _judge(admitted, people, before)
    placed = people.filter((pl.col("waits") == "") & (pl.col("rule") != str(Rule.M8)))

    policy = ContactPolicy(
        update_active_accounts=settings.update_active_accounts,
        update_language=settings.update_language,
        spare_staff=True,
    )
    updates, ignored = update_contacts(placed, before, RoleKind.GUARDIAN, policy)
    starts = _starts(rows)
    gone = removals(before, _presence(rows, placed), _limits(feed, rows, before, settings))
    grants = grant_roles(placed, RoleKind.GUARDIAN)
    frames = Changes(
        create_accounts=create_accounts(placed),
        reactivate_accounts=reactivate_accounts(placed, before),
        grant_roles=grants,
        update_contacts=updates,
        start_guardianships=starts,
        end_guardianships=gone.ends,
        revoke_roles=gone.revokes,
        archive_accounts=orphaned_accounts(before, gone.revokes, grants["account_id"]),
    )
    holds = (*gone.holds, *_holds(rows, before.scope))
    return Plan(
        scope=before.scope,
        kind=RunKind.GUARDIANS,
        frames=frames,
        rows=row_results(rows, frames),
        holds=holds,
        findings=Findings.concat([feed.findings, admitted.findings, *_findings(rows, ignored)]),
        evidence=Evidence(
            name=feed.name,
            sha256=feed.sha256,
            size=feed.size,
            row_count=feed.row_count,
            modified_at=feed.modified_at,
            version=before.version,
        ),
    )


def create_accounts(placed: pl.DataFrame) -> pl.DataFrame:
    """M3 and M4: one account for each person who is new, with what their smallest id says."""
    return (
        placed.filter(pl.col("rule").is_in([str(Rule.M3), str(Rule.M4)]))
        .sort("account_id", "sis_id")
        .unique("account_id", keep="first", maintain_order=True)
        .select("account_id", *ACCOUNT_DETAILS, pl.col("rule").alias("reason"))
        .select(SCHEMAS["create_accounts"].names())
    )


def reactivate_accounts(placed: pl.DataFrame, before: Roster) -> pl.DataFrame:
    """M2 and R7: archived accounts that somebody returns to."""
    archived = before.accounts.filter(pl.col("state") == str(AccountState.ARCHIVED))
    if archived.is_empty():
        return SCHEMAS["reactivate_accounts"].to_frame()
    return (
        archived.join(placed.group_by("account_id").agg(pl.col("rule").min()), on="account_id")
        .select(
            "account_id",
            before="state",
            after=state_in_use(),
            reason=pl.when(pl.col("rule") == str(Rule.M1)).then(pl.lit(str(Rule.R7))).otherwise(pl.col("rule")),
        )
        .sort("account_id")
    )


def grant_roles(placed: pl.DataFrame, kind: RoleKind) -> pl.DataFrame:
    """M2 to M4 for new ids, R7 for ids that were revoked."""
    returns = pl.col("role_state") == str(RoleState.REVOKED)
    return (
        placed.filter(pl.col("role_state") != str(RoleState.ACTIVE))
        .select(
            pl.lit(str(kind)).alias("kind"),
            "sis_id",
            "account_id",
            "first_name",
            "last_name",
            "email",
            "sms",
            before="role_state",
            reason=pl.when(returns).then(pl.lit(str(Rule.R7))).otherwise(pl.col("rule")),
        )
        .sort("sis_id")
    )


def _waiting(people: pl.DataFrame, before: Roster, settings: SyncSettings) -> pl.DataFrame:
    """Add `waits`: the `HoldReason` why a person has to decide about somebody's account, or ""."""
    ambiguous = pl.col("rule") == str(Rule.M5)
    staff_link = pl.lit(value=False)
    if settings.confirm_staff_links:
        staff = before.roles.filter(
            (pl.col("kind") == str(RoleKind.STAFF)) & (pl.col("state") == str(RoleState.ACTIVE))
        )["account_id"]
        confirmed = _released(before, HoldReason.STAFF_LINK)
        staff_link = (
            (pl.col("rule") == str(Rule.M2))
            & pl.col("account_id").is_in(staff.implode())
            & ~pl.col("sis_id").is_in(confirmed.implode())
        )
    return people.with_columns(
        waits=pl.when(ambiguous)
        .then(pl.lit(str(HoldReason.AMBIGUOUS)))
        .when(staff_link)
        .then(pl.lit(str(HoldReason.STAFF_LINK)))
        .otherwise(pl.lit(""))
    )


def _judge(admitted: Admitted, people: pl.DataFrame, before: Roster) -> pl.DataFrame:
    """Every row with what hinders it, `problem` (skipped) or `held` (a `HoldReason`), and what it meets.

    `account_id`, `rule` and `role_state` are its guardian's; `tie` and `tie_state` its standing tie's, null without one.
    """
    standing = before.guardianships.with_row_index("tie").select(*PAIR, "tie", tie_state="state")
    met = admitted.rows.join(
        people.select("account_id", "rule", "role_state", "candidates", "waits", guardian_sis_id="sis_id"),
        on="guardian_sis_id",
        how="left",
        maintain_order="left",
    ).join(standing, on=PAIR, how="left", maintain_order="left")
    met = met.with_columns(
        problem=pl.when((pl.col("problem") == "") & (pl.col("rule") == str(Rule.M8)))
        .then(pl.lit("no-contact"))
        .otherwise(pl.col("problem"))
    )
    return met.with_columns(
        held=pl.when(pl.col("problem") != "")
        .then(pl.lit(""))
        .when(pl.col("waits") != "")
        .then(pl.col("waits"))
        .when(pl.col("conflict") & ~_is_let_in(met, before))
        .then(pl.lit(str(HoldReason.ROWS_DISAGREE)))
        .otherwise(pl.lit("")),
        rule=pl.when(pl.col("problem") == "").then(pl.col("rule")).otherwise(pl.lit("")),
    ).drop("conflict", "waits")  # fmt: skip


def _is_let_in(rows: pl.DataFrame, before: Roster) -> pl.Expr:
    """Whether a person released this pair although the guardian's rows disagree (U6)."""
    released = before.releases.filter(pl.col("reason") == str(HoldReason.ROWS_DISAGREE)).select(PAIR)
    lines = rows.filter("conflict").join(released, on=PAIR, how="semi")["line"]
    return pl.col("line").is_in(lines.implode())


def _released(before: Roster, reason: HoldReason) -> pl.Series:
    return before.releases.filter(pl.col("reason") == str(reason))["guardian_sis_id"].unique()


def _starts(rows: pl.DataFrame) -> pl.DataFrame:
    """The ties that the file names and the roster does not have; one that ended returns (R7)."""
    is_used = (pl.col("problem") == "") & (pl.col("held") == "")
    not_standing = pl.col("tie_state").is_null() | (pl.col("tie_state") != str(TieState.ACTIVE))
    named = rows.filter(is_used & not_standing)
    return (
        (named.unique(PAIR) if rows["repeated"].any() else named)
        .select(
            *PAIR,
            "account_id",
            before=pl.col("tie_state").fill_null(str(TieState.VOID)),
            reason=start_rule(),
        )
        .sort(PAIR)
    )


def _presence(rows: pl.DataFrame, placed: pl.DataFrame) -> Presence:
    """Who is there: what rows name, what rejected rows shield (R4), what holds freeze."""
    good = pl.col("problem") == ""
    shields = ~pl.col("problem").is_in(NO_SHIELD)
    frozen_id = pl.col("held") != ""
    return Presence(
        ties=rows.filter(good)["tie"].drop_nulls(),
        named=placed.select("sis_id"),
        students=rows.filter(shields)["student_sis_id"].unique(),
        guardians=rows.filter(shields | frozen_id)["guardian_sis_id"].unique(),
    )


def _limits(feed: Feed, rows: pl.DataFrame, before: Roster, settings: SyncSettings) -> RemovalLimits:
    return RemovalLimits(
        threshold=settings.deletion_threshold,
        floor=settings.removal_floor,
        incomplete=feed.incomplete or _unplaceable(rows, before),
    )


def _unplaceable(rows: pl.DataFrame, before: Roster) -> Incomplete | None:
    """R5 for rows with too many or too few cells: ids read from them count only where the roster knows them."""
    ragged = rows.filter(pl.col("problem") == "ragged-row")
    if ragged.is_empty():
        return None
    guardians = before.roles.filter(pl.col("scope") == str(before.scope))["sis_id"].implode()
    students = before.students["student_sis_id"].implode()
    known = pl.col("student_sis_id").is_in(students) | pl.col("guardian_sis_id").is_in(guardians)
    return None if ragged.select(known.all()).item() else Incomplete.NO_IDS


def _holds(rows: pl.DataFrame, scope: Scope) -> list[Hold]:
    held = rows.filter(pl.col("held") != "").sort("line")
    holds: list[Hold] = []
    for (guardian, reason), group in held.group_by(["guardian_sis_id", "held"], maintain_order=True):
        why = HoldReason(reason)
        lines = tuple(group["line"].unique().sort().to_list())
        pairs = group.select(PAIR).unique().sort(PAIR)
        match why:
            case HoldReason.AMBIGUOUS:
                rule, message = Rule.M5, f"Guardian {guardian} fits accounts {group['candidates'][0]} equally well."
                remedy = "Correct the details in the SIS, or release this to give the guardian an account of their own."
            case HoldReason.STAFF_LINK:
                account = group["account_id"][0]
                rule, message = Rule.M2, f"Guardian {guardian} has the details of a staff member, account {account}."
                remedy = "Release this if they are one person; otherwise correct the details in the SIS."
            case _:
                rule = Rule.U6
                message = (
                    f"Lines of guardian {guardian} name people with neither name nor contact in common; those that "
                    "differ from most are not tied."
                )
                remedy = "Give each person an id of their own in the SIS; release this if they are one person."
        identity = hold_id(scope, why, pairs)
        holds.append(Hold(identity, why, rule, message, remedy, pairs, lines))
    return sorted(holds, key=lambda hold: hold.id)


def _findings(rows: pl.DataFrame, ignored: pl.Series) -> list[Findings]:
    first_lines = rows.filter(pl.col("guardian_sis_id").is_in(ignored.implode()) & (pl.col("problem") == ""))
    return [
        findings("no-contact", rows.filter(pl.col("problem") == "no-contact"), column="email"),
        findings("held", rows.filter(pl.col("held") != ""), detail=pl.col("held")),
        findings(
            "staff-account-kept",
            first_lines.group_by("guardian_sis_id").agg(pl.col("line").min()),
        ),
    ]
