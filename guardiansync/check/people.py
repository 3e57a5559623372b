"""The roster: level, students, whether the file's ids are known, staff who are guardians, and what a sync would do."""

from typing import Final

import polars as pl

from guardiansync.check.checkup import Notes, Step
from guardiansync.check.reading import tell_findings
from guardiansync.engine.near import PAIRS, near_pairs
from guardiansync.engine.near.standing import standing
from guardiansync.errors import GuardianSyncError, LevelMismatch, NoRoster, RosterTooOld, StoreError, WrongLevel
from guardiansync.model.feed import Feed, Fetched
from guardiansync.model.finding import Findings
from guardiansync.model.plan import Plan
from guardiansync.model.roster import RoleKind, Roster, StudentState
from guardiansync.report.report import WORDS
from guardiansync.settings import SyncSettings
from guardiansync.stores.last_roster import is_too_old, last_roster
from guardiansync.stores.protocol import Store
from guardiansync.sync import plan as make_dry_run

_KNOWN_WELL: Final = 0.95
_KNOWN_BADLY: Final = 0.5
_SHOWN: Final = 3
_OWN_LINES: Final = ("student-unknown", "held", "nearly-known")
"""Findings that have a line of their own here."""


def look_at_roster(settings: SyncSettings, store: Store, notes: Notes) -> Roster | None:
    """Look whether students are known, and at which level.

    Returns:
        The roster, where a sync could use it.
    """
    scope = settings.scope
    daily = settings.daily_sync_level
    if daily is not None and daily != scope.level:
        notes.failed(Step.LEVEL, str(WrongLevel(str(scope), scope.level, daily)))
    try:
        roster = store.roster(scope)
    except StoreError as error:
        notes.failed(Step.STUDENTS, str(error))
        return None
    if roster.other_levels:
        notes.failed(Step.LEVEL, str(LevelMismatch(str(scope), roster.other_levels)))
    elif not notes.has(Step.LEVEL):
        notes.passed(Step.LEVEL, f"set up at {scope.level} level" + (", as the daily sync is" if daily else ""))
    known = roster.students.filter(pl.col("state") == str(StudentState.ACTIVE)).height
    if roster.students.is_empty():
        notes.failed(Step.STUDENTS, str(NoRoster(str(scope))))
        return None
    if not known:
        notes.warn(Step.STUDENTS, "every student has left the roster: run the roster sync (load_roster) again")
    else:
        notes.passed(Step.STUDENTS, f"{known:,} are on the roster")
    _tell_age(settings, store, notes)
    return roster


def _tell_age(settings: SyncSettings, store: Store, notes: Notes) -> None:
    """Say whether `run_daily` would find the roster too old; with a `roster_step` it brings a new one first."""
    if settings.max_roster_age is None or settings.roster_step is not None:
        return
    try:
        loaded_at = last_roster(store, settings.scope)
    except StoreError as error:
        notes.failed(Step.STUDENTS, str(error))
        return
    if is_too_old(loaded_at, settings.max_roster_age):
        notes.warn(Step.STUDENTS, str(RosterTooOld(str(settings.scope), loaded_at, settings.max_roster_age)))


def look_at_ids(feed: Feed, roster: Roster, notes: Notes) -> None:
    """Say how many of the file's students the roster knows, and what the rest may be."""
    said = feed.lines.filter((pl.col("problem") == "") & (pl.col("student_sis_id") != ""))
    named = said.select("student_sis_id").unique()
    if named.is_empty():
        notes.warn(Step.STUDENT_IDS, "no usable row names a student")
        return
    students = roster.students.select("student_sis_id")
    unknown = named.join(students, on="student_sis_id", how="anti")
    share = 1 - unknown.height / named.height
    told = f"the roster knows {share:.1%} of the {named.height:,} students in the file"
    if unknown.is_empty():
        missing = students.join(named, on="student_sis_id", how="anti").height
        notes.passed(Step.STUDENT_IDS, f"{told}; {missing:,} of its own are not in the file")
        return
    told += f"; not {', '.join(unknown['student_sis_id'].sort().head(_SHOWN))}{' …' if unknown.height > _SHOWN else ''}"
    bare = pl.col("student_sis_id").str.strip_chars_start("0").alias("bare")
    zeros = unknown.select(bare).join(students.select(bare), on="bare", how="semi").height
    if zeros:
        told += f". {zeros:,} of them would be known with other zeros at the start: export ids as text"
    else:
        told += ". See that studentSisId is the id of the roster, and that the roster sync brings every school"
    if share >= _KNOWN_WELL:
        notes.warn(Step.STUDENT_IDS, told)
    elif share >= _KNOWN_BADLY:
        notes.warn(Step.STUDENT_IDS, f"{told}. Their rows are skipped until then")
    else:
        notes.failed(Step.STUDENT_IDS, told)


def look_at_first_sync(
    settings: SyncSettings, store: Store, fetched: Fetched, feed: Feed, roster: Roster, notes: Notes
) -> pl.DataFrame:
    """Plan the first sync, and say what it would do.

    Returns:
        The pairs of staff and guardians that may be one person.
    """
    try:
        planned = make_dry_run(settings, store, fetched.data)
    except GuardianSyncError as error:
        notes.failed(Step.FIRST_SYNC, str(error))
        return PAIRS.to_frame()
    near = _tell_staff(roster, planned, notes)
    _tell_first_sync(planned, feed, notes)
    return near


def _tell_staff(roster: Roster, planned: Plan, notes: Notes) -> pl.DataFrame:
    roles, _ = standing(roster, planned.frames)
    kinds = roles.group_by("account_id").agg(
        staff=(pl.col("kind") == str(RoleKind.STAFF)).any(), guardian=(pl.col("kind") == str(RoleKind.GUARDIAN)).any()
    )
    staff = kinds.filter("staff")
    if staff.is_empty():
        notes.warn(
            Step.STAFF,
            "no staff are known, so staff who are guardians would get a second account: give load_roster the staff too",
        )
        return PAIRS.to_frame()
    both = staff.filter("guardian").height
    near = _staff_beside_guardians(near_pairs(roster, planned.frames), kinds)
    told = f"{both:,} of {staff.height:,} staff are guardians too and keep one account"
    if near.is_empty():
        notes.passed(Step.STAFF, f"{told}; nobody else nearly matches a guardian")
        return near
    ids = pl.concat([near["account_id"], near["other_account_id"]]).unique().implode()
    count = staff.filter(pl.col("account_id").is_in(ids)).height
    shown = " ".join(
        f"{mine} and {theirs}: the same {agree}, another {differ}. {remedy}"
        if differ
        else f"{mine} and {theirs}. {remedy}"
        for mine, theirs, agree, differ, remedy in near.head(_SHOWN)
        .select("roles", "other_roles", "agree", "differ", "remedy")
        .iter_rows()
    )
    notes.warn(
        Step.STAFF,
        f"{told}; {count:,} ({count / staff.height:.1%}) nearly match a guardian and would have two accounts. {shown}"
        + (f" And {near.height - _SHOWN:,} more pairs." if near.height > _SHOWN else ""),
    )
    return near


def _staff_beside_guardians(pairs: pl.DataFrame, kinds: pl.DataFrame) -> pl.DataFrame:
    """Of all pairs, those of a staff account and one that is a guardian's only."""
    guardians = kinds.filter(~pl.col("staff"))["account_id"].implode()
    staff = kinds.filter("staff")["account_id"].implode()
    mine, other = pl.col("account_id"), pl.col("other_account_id")
    return pairs.filter((mine.is_in(staff) & other.is_in(guardians)) | (other.is_in(staff) & mine.is_in(guardians)))


def _tell_first_sync(planned: Plan, feed: Feed, notes: Notes) -> None:
    made = ", ".join(f"{count:,} {WORDS[name]}" for name, count in planned.frames.counts().items() if count)
    told = made or "nothing to change"
    if not planned.holds:
        notes.passed(Step.FIRST_SYNC, told)
    else:
        notes.warn(Step.FIRST_SYNC, f"{told}; {len(planned.holds):,} holds wait for a person")
        for hold in planned.holds[:_SHOWN]:
            notes.warn(Step.FIRST_SYNC, f"waits: {hold.message} {hold.remedy}")
    seen = [*feed.findings.counts(), *_OWN_LINES]
    frame = planned.findings.frame
    tell_findings(Findings(frame.filter(~pl.col("code").is_in(seen))), Step.FIRST_SYNC, notes)
