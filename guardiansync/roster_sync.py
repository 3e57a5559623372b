"""The daily roster sync's part: which students and staff there are."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import polars as pl

from guardiansync.engine.roster_plan import STAFF_GIVEN, STUDENTS_GIVEN, RosterLimits, make_roster_plan
from guardiansync.errors import SettingsError
from guardiansync.observing import observed
from guardiansync.report import Report
from guardiansync.settings import Scope
from guardiansync.stores.protocol import Store
from guardiansync.sync import apply

People: TypeAlias = pl.DataFrame | Iterable[Mapping[str, Any]]
"""Students or staff: a frame, or a mapping for each."""


@observed
def load_roster(
    store: Store,
    scope: Scope,
    *,
    students: People | None = None,
    staff: People | None = None,
    deletion_threshold: float = 0.10,
    removal_floor: int = 1,
    region: str = "US",
    max_names_per_contact: int = 4,
    actor: str = "",
) -> Report:
    """Take over what the district's daily roster sync knows: a full replacement, planned, guarded and journalled.

    Args:
        store: The roster.
        scope: Whose it is.
        students: Columns `student_sis_id` and optionally `first_name`, `last_name`, `school`; None leaves them alone.
        staff: Columns `sis_id`, `first_name`, `last_name`, `email`, `sms`; None leaves them alone.
        deletion_threshold: The share of students, and of staff, that may go at once; more waits for a person.
        removal_floor: How many may go whatever the share says.
        region: The country whose phone numbers are written without a country code.
        max_names_per_contact: A contact of staff beside more names than this is no evidence (A5).
        actor: Who asked for it, for the journal.

    Raises:
        SettingsError: A needed column is missing.
        StoreError: The store could not read or write. Nothing was written.
    """
    limits = RosterLimits(deletion_threshold, removal_floor, region, max_names_per_contact)
    given_students = _as_frame("students", students, STUDENTS_GIVEN, "student_sis_id")
    given_staff = _as_frame("staff", staff, STAFF_GIVEN, "sis_id")
    decided = make_roster_plan(given_students, given_staff, store.roster(scope), limits)
    return Report.of(decided, apply(decided, store, actor=actor))


def _as_frame(name: str, people: People | None, schema: pl.Schema, needed: str) -> pl.DataFrame | None:
    """People as text, columns that are not given blank."""
    if people is None:
        return None
    rows = people if isinstance(people, pl.DataFrame) else list(people)
    try:
        frame = rows if isinstance(rows, pl.DataFrame) else pl.DataFrame(rows, infer_schema_length=None, strict=False)
    except (TypeError, ValueError, pl.exceptions.PolarsError) as error:
        raise SettingsError(name, "a frame, or a mapping for each of them", type(people).__name__) from error
    if frame.is_empty() and not frame.columns:
        return schema.to_frame()
    if needed not in frame.columns:
        raise SettingsError(name, f"a column {needed}", f"only {', '.join(frame.columns) or 'nothing'}")
    given = frame.select(pl.col(column).cast(pl.String).fill_null("") for column in schema if column in frame.columns)
    return given.with_columns(pl.lit("").alias(column) for column in schema if column not in given.columns).select(
        schema.names()
    )
