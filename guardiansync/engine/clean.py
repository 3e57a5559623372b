"""Cleaning: a file's text becomes details that can be compared, and identity keys. The meaning never changes."""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl
from attrs import frozen

from guardiansync.engine.cells import (
    Cells,
    clean_emails,
    clean_languages,
    clean_mobiles,
    clean_names,
    clean_phones,
    split_names,
)
from guardiansync.engine.damage import NAME_COLUMNS, find_damage, may_be_damaged
from guardiansync.engine.ids import clean_ids
from guardiansync.engine.keys import with_keys
from guardiansync.engine.text import trim
from guardiansync.model.feed import (
    DISAGREEING,
    FEED_DETAILS,
    FRAME_NAMES,
    KEYS,
    LINES,
    Feed,
    Fetched,
    Incomplete,
    RawFeed,
)
from guardiansync.model.finding import Findings, file_finding, findings
from guardiansync.settings import SyncSettings

_IDS = ("student_sis_id", "guardian_sis_id")


def clean_feed(raw: RawFeed, fetched: Fetched, settings: SyncSettings) -> Feed:
    """Turn a file's text into rows that can be compared.

    Args:
        raw: The file's cells under our column names.
        fetched: What the file was, as evidence.
        settings: `scope`, `region`, `phone_column`.
    """
    rows, of_ids = clean_ids(raw.rows)
    if settings.phone_column == "phone":
        rows = rows.rename({"sms": "phone", "phone": "sms"})
    # A row whose student cannot be told still says who its guardian is.
    lines, speaking = rows, (raw.rows["problem"] == "") & (rows["guardian_sis_id"] != "")
    if not speaking.all():
        rows = rows.filter(speaking)
    # Rows of one guardian nearly always say the same: what they say is cleaned once.
    # In the file's order: passes over text go through memory in order, too.
    said = rows.select("guardian_sis_id", *FEED_DETAILS).unique(maintain_order=True)
    details = _clean_details(said, settings.region)
    cleaned = details.people
    lines = _with_problems(lines.select(LINES.names()), rows, said, cleaned)
    several = _repeated(cleaned["sis_id"])
    incomplete = _incomplete(lines, cut_short=raw.cut_short)
    found = Findings.concat(
        [
            raw.findings,
            of_ids,
            *_detail_findings(rows, said, details, settings.phone_column),
            *_problem_findings(lines, rows, said, cleaned),
            find_damage(_rows_that_say(rows, said.filter(may_be_damaged()), tuple(NAME_COLUMNS))),
            *([file_finding("no-rows")] if incomplete is Incomplete.NO_ROWS else []),
        ]
    )
    return Feed(
        lines=lines,
        people=cleaned.filter(~pl.col("sis_id").is_in(several.implode())) if several.len() else cleaned,
        disagreeing=_by_row(rows, said, cleaned, several),
        keys=_keys(cleaned) if settings.scope.level == "school" else KEYS.to_frame(),
        findings=found,
        name=fetched.name,
        sha256=fetched.sha256,
        size=fetched.size,
        modified_at=fetched.modified_at,
        header=raw.header,
        encoding=raw.encoding,
        incomplete=incomplete,
        dialect=raw.dialect,
        noted=raw.rows.filter(raw.rows["line"].is_in(found.frame["line"].unique().implode())),
    )


def clean_staff(staff: pl.DataFrame, region: str) -> tuple[pl.DataFrame, Findings]:
    """Clean what a roster sync says of staff.

    Args:
        staff: Has `line`, `sis_id` and `ROLE_DETAILS`, as text without nulls.
        region: The country whose numbers are written without a country code.

    Returns:
        The rows cleaned, schema `PEOPLE` with `line` before it, and what was found.
    """
    blank = [pl.lit("").alias(name) for name in ("phone", "language")]
    rows = staff.with_columns(trim(staff["sis_id"]).alias("guardian_sis_id"), *blank)
    said = rows.select("guardian_sis_id", *FEED_DETAILS)
    details = _clean_details(said, region)
    found = Findings.concat(_detail_findings(rows, said, details, "sms"))
    return details.people.insert_column(0, rows["line"]), found


@frozen(eq=False)
class _Details:
    """What distinct rows say, cleaned.

    Attributes:
        people: Schema `PEOPLE`, in the order of the rows.
        notes: By the frames' name of a column: what there is to say of its cells.
        split: By the frames' name of a column: whether both names were taken out of it, by row.
    """

    people: pl.DataFrame
    notes: Mapping[str, pl.DataFrame]
    split: Mapping[str, pl.Series]


def _clean_details(said: pl.DataFrame, region: str) -> _Details:
    """Read each cell; what cannot be used is blank. The rows stay in their order."""
    cells: dict[str, Cells] = {
        "first_name": clean_names(said["first_name"]),
        "last_name": clean_names(said["last_name"]),
        "email": clean_emails(said["email"]),
        "sms": clean_mobiles(said["sms"], region),
        "phone": clean_phones(said["phone"]),
        "language": clean_languages(said["language"]),
    }
    first, last, *split = split_names(cells["first_name"].values, cells["last_name"].values)
    values = {name: cleaned.values for name, cleaned in cells.items()} | {"first_name": first, "last_name": last}
    return _Details(
        people=pl.DataFrame({"sis_id": said["guardian_sis_id"], **values}),
        notes={name: cleaned.notes for name, cleaned in cells.items()},
        split=dict(zip(("first_name", "last_name"), split, strict=True)),
    )


def _rows_that_say(rows: pl.DataFrame, said: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """The rows of guardians who say this in these columns, as it stands in the file."""
    if said.is_empty():
        return rows.clear()
    on = ["guardian_sis_id", *names]
    return rows.join(said.select(on), on=on, how="semi", maintain_order="left")


def _repeated(ids: pl.Series) -> pl.Series:
    return ids.filter(ids.is_duplicated()).unique() if ids.n_unique() < ids.len() else ids.clear()


def _by_row(rows: pl.DataFrame, said: pl.DataFrame, cleaned: pl.DataFrame, several: pl.Series) -> pl.DataFrame:
    if several.is_empty():
        return DISAGREEING.to_frame()
    apart = said["guardian_sis_id"].is_in(several.implode())
    raw = said.filter(apart).with_row_index("at")
    at = _rows_that_say(rows, raw, ()).join(raw, on=["guardian_sis_id", *FEED_DETAILS]).select("line", "at")
    clean = cleaned.filter(apart).with_row_index("at")
    return at.join(clean, on="at").select(DISAGREEING.names()).sort("line")


def _with_problems(lines: pl.DataFrame, rows: pl.DataFrame, said: pl.DataFrame, cleaned: pl.DataFrame) -> pl.DataFrame:
    no_student = pl.col("student_sis_id") == ""
    no_guardian = pl.col("guardian_sis_id") == ""
    nameless = said.filter((cleaned["first_name"] == "") | (cleaned["last_name"] == ""))
    no_name = pl.col("line").is_in(_rows_that_say(rows, nameless, ("first_name", "last_name"))["line"].implode())
    return lines.with_columns(
        problem=pl.when(pl.col("problem") != "")
        .then(pl.col("problem"))
        .when(no_student & no_guardian)
        .then(pl.lit("ids-missing"))
        .when(no_student)
        .then(pl.lit("student-id-missing"))
        .when(no_guardian)
        .then(pl.lit("guardian-id-missing"))
        .when(no_name)
        .then(pl.lit("name-missing"))
        .otherwise(pl.lit(""))
    )


def _detail_findings(
    rows: pl.DataFrame, said: pl.DataFrame, details: _Details, mobile_column: str
) -> Iterator[Findings]:
    names = {**{name: column for column, name in FRAME_NAMES.items()}, "sms": mobile_column}
    names["phone"] = "phone" if mobile_column == "sms" else "sms"
    for name, notes in details.notes.items():
        if notes.height:
            known = [one for one in ("line", *_IDS, name) if one in rows.columns]  # staff have no student
            met = rows.select(known).join(notes, left_on=name, right_on="said")
            for (code,), group in met.group_by("code"):
                yield findings(str(code), group, column=names[name], detail=pl.col("detail"))
    for name, split in details.split.items():
        both = _rows_that_say(rows, said.filter(split), ("first_name", "last_name"))
        yield findings("name-split", both, column=names[name])


def _problem_findings(
    lines: pl.DataFrame, rows: pl.DataFrame, said: pl.DataFrame, cleaned: pl.DataFrame
) -> Sequence[Findings]:
    def of(problem: str) -> pl.DataFrame:
        return lines.filter(pl.col("problem") == problem)

    first_names = _rows_that_say(rows, said.filter(cleaned["first_name"] == ""), ("first_name", "last_name"))
    no_first = pl.col("line").is_in(first_names["line"].implode())
    return (
        findings("ids-missing", of("ids-missing"), column="studentSisId"),
        findings("student-id-missing", of("student-id-missing"), column="studentSisId"),
        findings("guardian-id-missing", of("guardian-id-missing"), column="guardianSisId"),
        findings("name-missing", of("name-missing").filter(no_first), column="firstName"),
        findings("name-missing", of("name-missing").filter(~no_first), column="lastName"),
    )


def _keys(people: pl.DataFrame) -> pl.DataFrame:
    return with_keys(people).filter("key_usable").select(KEYS.names()).unique().sort(KEYS.names())


def _incomplete(lines: pl.DataFrame, *, cut_short: bool) -> Incomplete | None:
    if cut_short:
        return Incomplete.CUT_SHORT
    if lines.is_empty():
        return Incomplete.NO_ROWS
    nobody = (pl.col("student_sis_id") == "") & (pl.col("guardian_sis_id") == "")
    return Incomplete.NO_IDS if lines.select(nobody.any()).item() else None
