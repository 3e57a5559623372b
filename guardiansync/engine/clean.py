"""Cleaning: a file's text becomes details that can be compared, and identity keys. The meaning never changes."""

from collections.abc import Sequence

import polars as pl

from guardiansync.engine.languages import to_language_code
from guardiansync.engine.phones import to_e164
from guardiansync.engine.text import comparable, fold, is_ascii, tidy, trim
from guardiansync.model.feed import FEED_ROWS, KEYS, Feed, Fetched, Incomplete, RawFeed
from guardiansync.model.finding import Findings, file_finding, findings
from guardiansync.model.roster import ROLE_DETAILS
from guardiansync.settings import SyncSettings

EMAIL = r"^[^@\s]+@[^@\s.][^@\s]*\.[^@\s.]+$"
"""One @, a dot behind it, no spaces: what tells an address from a remark. Delivery is the proof of the rest."""

_NAME_SEPARATOR = "\x1f"


def clean_feed(raw: RawFeed, fetched: Fetched, settings: SyncSettings) -> Feed:
    """Turn a file's text into rows that can be compared.

    Args:
        raw: The file's cells under our column names.
        fetched: What the file was, as evidence.
        settings: `region`, `phone_column`.
    """
    rows = raw.rows.with_columns(trim(raw.rows[name]) for name in ("student_sis_id", "guardian_sis_id"))
    if settings.phone_column == "phone":
        rows = rows.rename({"sms": "phone", "phone": "sms"})
    rows, found = clean_details(rows, settings.region, mobile_column=settings.phone_column)
    rows = rows.with_columns(
        language=to_language_code(rows["language"]), phone=tidy(rows["phone"]), problem=_problem()
    ).select(FEED_ROWS.names())
    incomplete = _incomplete(rows, cut_short=raw.cut_short)
    return Feed(
        rows=rows,
        keys=_keys(rows) if settings.scope.level == "school" else KEYS.to_frame(),
        findings=Findings.concat(
            [
                raw.findings,
                found,
                *_problems(rows),
                *([file_finding("no-rows")] if incomplete is Incomplete.NO_ROWS else []),
            ]
        ),
        name=fetched.name,
        sha256=fetched.sha256,
        size=fetched.size,
        modified_at=fetched.modified_at,
        header=raw.header,
        encoding=raw.encoding,
        incomplete=incomplete,
    )


def clean_details(rows: pl.DataFrame, region: str, *, mobile_column: str = "sms") -> tuple[pl.DataFrame, Findings]:
    """Clean what is said of people: names, email and mobile.

    Args:
        rows: Has `line`, `first_name`, `last_name`, `email`, `sms`, as text without nulls.
        region: The country whose numbers are written without a country code.
        mobile_column: How findings name the column of the mobile.

    Returns:
        The rows with these columns cleaned (what is no email or no number is blank), and what was found.
    """
    email = trim(rows["email"])
    written = tidy(rows["sms"])
    mobile = to_e164(written, region)
    is_email = email.str.contains(EMAIL)
    bad_email = rows.filter((email != "") & ~is_email)
    foreign_email = rows.with_columns(email).filter(is_email).filter(~is_ascii(pl.col("email")))
    bad_mobile = rows.filter((written != "") & (mobile == ""))
    cleaned = rows.with_columns(
        first_name=tidy(rows["first_name"]),
        last_name=tidy(rows["last_name"]),
        email=pl.select(pl.when(is_email).then(email).otherwise(pl.lit(""))).to_series(),
        sms=mobile,
    )
    found = [
        findings("email-invalid", bad_email, column="email"),
        findings("email-not-ascii", foreign_email, column="email"),
        findings("mobile-invalid", bad_mobile, column=mobile_column),
    ]
    return cleaned, Findings.concat(found)


def with_keys(people: pl.DataFrame) -> pl.DataFrame:
    """Add the identity key (design §6).

    Args:
        people: Has `first_name`, `last_name`, `email`, `sms`, cleaned.

    Returns:
        The same with `name_key`, `email_key`, `sms_key`, and `key_usable`: a name and one contact are there, and the
        email is ASCII (a look-alike letter must never make two people one).
    """
    return people.with_columns(
        name_key=fold(pl.concat_str("first_name", "last_name", separator=_NAME_SEPARATOR)),
        email_key=comparable("email", pl.col("email")),
        sms_key=pl.col("sms"),
        key_usable=(pl.col("first_name") != "")
        & (pl.col("last_name") != "")
        & ((pl.col("email") != "") | (pl.col("sms") != ""))
        & is_ascii(pl.col("email")),
    )


def _keys(rows: pl.DataFrame) -> pl.DataFrame:
    people = rows.filter(pl.col("problem") == "").select(ROLE_DETAILS).unique()
    return with_keys(people).filter("key_usable").select(KEYS.names()).unique().sort(KEYS.names())


def _problem() -> pl.Expr:
    no_student = pl.col("student_sis_id") == ""
    no_guardian = pl.col("guardian_sis_id") == ""
    no_name = (pl.col("first_name") == "") | (pl.col("last_name") == "")
    return (
        pl.when(pl.col("problem") != "")
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


def _problems(rows: pl.DataFrame) -> Sequence[Findings]:
    def of(problem: str) -> pl.DataFrame:
        return rows.filter(pl.col("problem") == problem)

    nameless = of("name-missing")
    no_first = pl.col("first_name") == ""
    return (
        findings("ids-missing", of("ids-missing"), column="studentSisId"),
        findings("student-id-missing", of("student-id-missing"), column="studentSisId"),
        findings("guardian-id-missing", of("guardian-id-missing"), column="guardianSisId"),
        findings("name-missing", nameless.filter(no_first), column="firstName"),
        findings("name-missing", nameless.filter(~no_first), column="lastName"),
    )


def _incomplete(rows: pl.DataFrame, *, cut_short: bool) -> Incomplete | None:
    if cut_short:
        return Incomplete.CUT_SHORT
    if rows.is_empty():
        return Incomplete.NO_ROWS
    nobody = (pl.col("student_sis_id") == "") & (pl.col("guardian_sis_id") == "")
    return Incomplete.NO_IDS if rows.select(nobody.any()).item() else None
