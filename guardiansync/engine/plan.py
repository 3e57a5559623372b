"""The plan for one evening's guardian file: every rule in its order, then what became of each row."""

from typing import Final

import polars as pl

from guardiansync.engine.access import Denied, Limits, resembling, standing_ties, too_many
from guardiansync.engine.admit import PAIR, admit
from guardiansync.engine.again import Again, nothing_fired, undone_holds
from guardiansync.engine.contacts import ContactPolicy, ContactUpdates, update_contacts
from guardiansync.engine.damage import NAME_COLUMNS
from guardiansync.engine.holds import HoldMaker, with_lines
from guardiansync.engine.identify import Caution, Identified, identify
from guardiansync.engine.judge import begins, conflict_holds, hold_lines, hold_pairs, is_used, judge
from guardiansync.engine.outcome import row_results, start_rule
from guardiansync.engine.people import create_accounts, grant_roles, reactivate_accounts
from guardiansync.engine.removals import Presence, RemovalLimits, Removals, orphaned_accounts, removals
from guardiansync.model.bulk import Changes
from guardiansync.model.feed import Feed, Incomplete
from guardiansync.model.finding import Findings, findings
from guardiansync.model.keyed import few_with_many, in_order
from guardiansync.model.plan import Evidence, Hold, Plan, RunKind
from guardiansync.model.roster import RoleKind, Roster, TieState
from guardiansync.settings import SyncSettings

NO_SHIELD: Final = ("", "student-left", "denied")
"""Problems of rows that shield nobody (R4): none, a student who has left, a guardian who is denied."""


def make_plan(feed: Feed, before: Roster, settings: SyncSettings) -> Plan:
    """Decide what one evening's file changes. Pure: the same feed, roster and settings give the same plan.

    The order is that of the design's tables: which rows count (A3, U6), who each guardian is (M), who may reach whom (A),
    what the SIS says of them (U), which ties begin, what is no longer there (R).

    Args:
        feed: What came in.
        before: The roster of the settings' scope.
        settings: How careful to be.

    Raises:
        ContradictoryPins: People said of the same roles that they are one person, and that they never are.
    """
    maker = HoldMaker(before)
    again = Again.of(before, maker)
    admitted = admit(feed, before, settings.max_names_per_contact)
    incomplete = feed.incomplete or _unplaceable(admitted.rows, before)
    caution = Caution(confirm_staff_links=settings.confirm_staff_links, incomplete=incomplete is not None)
    who = identify(admitted.people, before, RoleKind.GUARDIAN, admitted.shared, caution, again)
    moves = pl.concat([who.merges, who.splits])
    denied = Denied.of(before, moves, who.people)

    rows = judge(admitted, who, before, denied)
    conflicts = conflict_holds(rows, feed, maker)
    rows = hold_lines(rows, conflicts)
    starting = rows.filter(is_used() & begins())
    lookalikes = resembling(starting, who.people, denied, maker)
    unstarted = again.ties("start_guardianships", starting)
    rows = hold_pairs(rows, [*lookalikes, *undone_holds(unstarted, maker)])

    limits = RemovalLimits(
        settings.deletion_threshold,
        settings.removal_floor,
        incomplete,
        # Windows that nobody has looked at the clock for are taken to be open: rather one evening too long than too short.
        additions_only=bool(settings.additions_only),
    )
    rows, gone, crowds, unended = _within_limits(rows, who, before, moves, denied, again, limits, settings, maker)
    placed = _placed(rows, who)
    told = update_contacts(placed, before, RoleKind.GUARDIAN, _policy(settings), _accounts_taken_back(again))
    grants = grant_roles(placed, RoleKind.GUARDIAN)
    frames = Changes(
        create_accounts=create_accounts(placed, who.splits, before),
        reactivate_accounts=reactivate_accounts(placed, before),
        merge_accounts=who.merges,
        split_accounts=who.splits,
        grant_roles=grants,
        update_contacts=told.updates,
        start_guardianships=_starts(rows),
        end_guardianships=gone.ends,
        revoke_roles=gone.revokes,
        archive_accounts=orphaned_accounts(before, gone.revokes, moves, grants["account_id"]),
    )
    undone = undone_holds(pl.concat([who.fired, unstarted, unended, told.fired]), maker)
    waiting = with_lines([*who.holds, *conflicts, *lookalikes, *crowds, *undone], rows)
    return Plan(
        scope=before.scope,
        kind=RunKind.GUARDIANS,
        frames=frames,
        rows=row_results(rows, frames),
        holds=(*gone.holds, *sorted(waiting, key=lambda hold: hold.id)),
        findings=Findings.concat([feed.findings, admitted.findings, *_findings(rows, who, told)]),
        evidence=Evidence(
            name=feed.name,
            sha256=feed.sha256,
            size=feed.size,
            row_count=feed.row_count,
            modified_at=feed.modified_at,
            version=before.version,
        ),
    )


def _within_limits(
    rows: pl.DataFrame,
    who: Identified,
    before: Roster,
    moves: pl.DataFrame,
    denied: Denied,
    again: Again,
    limits: RemovalLimits,
    settings: SyncSettings,
    maker: HoldMaker,
) -> tuple[pl.DataFrame, Removals, list[Hold], pl.DataFrame]:
    """What goes, and whose new ties are too many (A1); whoever is held keeps old ties, which may be too many for others.

    Returns:
        The rows, what goes, the holds of A1, and what does not go because a person took it back.
    """
    most = Limits(settings.max_guardians_per_student, settings.max_students_per_guardian)
    crowds: list[Hold] = []
    standing = standing_ties(before, moves)
    cut_off = denied.among(standing).select(PAIR) if not denied.is_empty else standing.clear().select(PAIR)
    ever = before.guardianships.select(*PAIR, "account_id")
    barred = (
        pl.concat([denied.among(ever).select(PAIR), denied.ids.select(PAIR)]) if not denied.is_empty else ever.clear()
    )
    while True:
        presence, kept = _presence(rows, _placed(rows, who), who.frozen, before, again, cut_off, barred.select(PAIR))
        gone = removals(before, presence, limits)
        starts = rows.filter(is_used() & begins()).select(*PAIR, "account_id")
        remaining = standing.join(gone.ends, on=PAIR, how="anti") if standing.height else standing
        found = too_many(starts, remaining, most, maker)
        if not found:
            return rows, gone, crowds, kept
        crowds += found
        rows = hold_pairs(rows, found)


def _placed(rows: pl.DataFrame, who: Identified) -> pl.DataFrame:
    """The people who have an account and at least one row that is used."""
    certain = who.people.filter((pl.col("waits") == "") & (pl.col("account_id") != ""))
    unused = rows.filter(~is_used())["guardian_sis_id"].unique()
    if unused.is_empty():
        return certain
    used = rows.filter(is_used() & pl.col("guardian_sis_id").is_in(unused.implode()))["guardian_sis_id"]
    idle = unused.filter(~unused.is_in(used.implode()))
    return certain.filter(~pl.col("sis_id").is_in(idle.implode()))


def _policy(settings: SyncSettings) -> ContactPolicy:
    return ContactPolicy(
        update_active_accounts=settings.update_active_accounts,
        update_language=settings.update_language,
        spare_staff=True,
    )


def _accounts_taken_back(again: Again) -> pl.DataFrame:
    return again.about("update_contacts", kind=RoleKind.GUARDIAN).filter(pl.col("target") == "account")


def _starts(rows: pl.DataFrame) -> pl.DataFrame:
    """The ties that the file names and the roster does not have; one that ended returns (R7)."""
    named = rows.filter(is_used() & begins())
    starts = (named.unique(PAIR) if rows["repeated"].any() else named).select(
        *PAIR,
        "account_id",
        before=pl.col("tie_state").fill_null(str(TieState.VOID)),
        reason=start_rule(),
    )
    return in_order(starts, PAIR)


def _presence(
    rows: pl.DataFrame,
    placed: pl.DataFrame,
    frozen: pl.Series,
    before: Roster,
    again: Again,
    cut_off: pl.DataFrame,
    barred: pl.DataFrame,
) -> tuple[Presence, pl.DataFrame]:
    """Who is there: what rows name, what rejected rows shield (R4), what holds freeze, what is not taken away again."""
    good = pl.col("problem") == ""
    shields = ~pl.col("problem").is_in(NO_SHIELD)
    rejected = rows.filter(shields)
    named = rows.filter(good)["tie"].drop_nulls()
    fired = nothing_fired()
    roles = pl.Series(dtype=pl.String)
    if again.rows.height:
        ties = before.guardianships.with_row_index("tie").filter(
            pl.col("state") == str(TieState.ACTIVE), ~pl.col("tie").is_in(named.implode())
        )
        ends = again.ties("end_guardianships", ties)
        kept = ties.join(ends, left_on=PAIR, right_on=["student_sis_id", "sis_id"], how="semi")["tie"]
        named = pl.concat([named, kept])
        idle = before.roles.filter(~pl.col("sis_id").is_in(rows.filter(good)["guardian_sis_id"].implode()))["sis_id"]
        revokes = again.about("revoke_roles", kind=RoleKind.GUARDIAN).filter(pl.col("sis_id").is_in(idle.implode()))
        roles = revokes["sis_id"].unique()
        fired = pl.concat([ends, revokes])
    presence = Presence(
        ties=named,
        named=placed.select("sis_id"),
        students=rejected["student_sis_id"].unique(),
        guardians=pl.concat(
            [rejected["guardian_sis_id"], rows.filter(pl.col("held") != "")["guardian_sis_id"], frozen]
        ).unique(),
        roles=roles,
        denied=cut_off,
        deprived=few_with_many(barred, before.guardianships, PAIR, how="semi")["guardian_sis_id"].unique(),
    )
    return presence, fired


def _unplaceable(rows: pl.DataFrame, before: Roster) -> Incomplete | None:
    """R5 for rows with too many or too few cells: ids read from them count only where the roster knows them."""
    ragged = rows.filter(pl.col("problem") == "ragged-row")
    if ragged.is_empty():
        return None
    guardians = before.roles.filter(pl.col("scope") == str(before.scope))["sis_id"].implode()
    students = before.students["student_sis_id"].implode()
    known = pl.col("student_sis_id").is_in(students) | pl.col("guardian_sis_id").is_in(guardians)
    return None if ragged.select(known.all()).item() else Incomplete.NO_IDS


def _findings(rows: pl.DataFrame, who: Identified, told: ContactUpdates) -> list[Findings]:
    def first_lines(ids: pl.Series) -> pl.DataFrame:
        of_them = rows.filter(pl.col("guardian_sis_id").is_in(ids.implode()) & (pl.col("problem") == ""))
        return of_them.group_by("guardian_sis_id").agg(pl.col("line").min())

    nearly = first_lines(who.nearly["sis_id"]).join(who.nearly, left_on="guardian_sis_id", right_on="sis_id")
    damaged = first_lines(who.damaged["sis_id"]).join(who.damaged, left_on="guardian_sis_id", right_on="sis_id")
    return [
        findings("no-contact", rows.filter(pl.col("problem") == "no-contact"), column="email"),
        findings("denied", rows.filter(pl.col("problem") == "denied")),
        findings("held", rows.filter(pl.col("held") != ""), detail=pl.col("held")),
        findings("staff-account-kept", first_lines(told.spared)),
        findings("schools-disagree", first_lines(told.disagreeing)),
        findings("nearly-known", nearly, detail=pl.col("like")),
        findings("mixed-scripts", first_lines(who.mixed)),
        findings("contact-crowded", first_lines(who.crowded)),
        *(
            findings("damaged-kept", damaged.filter(pl.col("field") == name), column=column)
            for name, column in NAME_COLUMNS.items()
        ),
    ]
