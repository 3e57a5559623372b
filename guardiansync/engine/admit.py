"""Which rows count: rows of unknown or departed students do not (A3), and rows of one guardian must agree (U6)."""

from typing import Final

import polars as pl
from attrs import frozen

from guardiansync.engine.agreement import agree
from guardiansync.engine.damage import is_damaged
from guardiansync.engine.keys import Shared, shared_contacts
from guardiansync.engine.text import alike
from guardiansync.model.feed import FEED_DETAILS, PEOPLE, Feed
from guardiansync.model.finding import Findings, findings
from guardiansync.model.keyed import beside, few_with_many, is_repeated
from guardiansync.model.roster import ROLE_DETAILS, RoleKind, Roster, StudentState

_LINES_SHOWN: Final = 20
_DECIMAL: Final = ".0"  # what programs add to ids that they take for numbers
PAIR: Final = ["student_sis_id", "guardian_sis_id"]


@frozen(eq=False)
class Admitted:
    """The rows of a feed, sorted out.

    Attributes:
        rows: All rows: line, ids, `problem` (why a row is not used, or ""), `repeated` (whether an earlier row names the same
            pair) and `conflict` (whether a used row's person is another than its guardian id's other rows say).
        people: One row for each guardian id of the used rows: `sis_id` and the details of `FEED_DETAILS`.
        shared: Contacts that tell nothing (A5).
        findings: What was found.
    """

    rows: pl.DataFrame
    people: pl.DataFrame
    shared: Shared
    findings: Findings


def admit(feed: Feed, before: Roster, max_names_per_contact: int) -> Admitted:
    """Sort out which rows count, and what each guardian id says.

    Args:
        feed: What came in.
        before: The roster.
        max_names_per_contact: Contacts beside more names than this tell nothing.
    """
    students = before.students.select("student_sis_id", pl.col("state").alias("student_state"))
    rows = beside(feed.lines, students, ["student_sis_id"]).with_columns(
        problem=pl.when(pl.col("problem") != "")
        .then(pl.col("problem"))
        .when(pl.col("student_state").is_null())
        .then(pl.lit("student-unknown"))
        .when(pl.col("student_state") == str(StudentState.LEFT))
        .then(pl.lit("student-left"))
        .when(pl.col("guardian_sis_id").is_in(_with_decimals(feed, before).implode()))
        .then(pl.lit("id-decimal-added"))
        .otherwise(pl.lit(""))
    )
    rows = rows.with_columns(repeated=_repeated(rows))
    unknown = _with_likely_id(rows.filter(pl.col("problem") == "student-unknown"), before)
    used = rows.filter(pl.col("problem") == "")
    agreed = feed.people
    if used.height < rows.height:
        agreed = agreed.join(used, left_on="sis_id", right_on="guardian_sis_id", how="semi")
    apart = few_with_many(feed.disagreeing, used, ["line"], how="semi")
    chosen = _most_frequent(apart, before)
    people = pl.concat([agreed, chosen])
    shared = shared_contacts(people, before.roles, max_names_per_contact)
    conflicts, disagreement = _conflicts(apart, chosen, shared)
    return Admitted(
        rows=rows.select("line", *PAIR, "problem", "repeated", conflict=pl.col("line").is_in(conflicts.implode())),
        people=people,
        shared=shared,
        findings=Findings.concat(
            [
                findings("student-unknown", unknown, column="studentSisId", detail=pl.col("hint")),
                findings("student-left", rows.filter(pl.col("problem") == "student-left"), column="studentSisId"),
                findings(
                    "id-decimal-added", rows.filter(pl.col("problem") == "id-decimal-added"), column="guardianSisId"
                ),
                findings("row-repeated", used.filter("repeated")),
                disagreement,
            ]
        ),
    )


def _repeated(rows: pl.DataFrame) -> pl.Series:
    """Whether an earlier row that can be used names the same pair; nearly always none does."""
    used = rows.filter(pl.col("problem") == "").select("line", *PAIR)
    twice = used.filter(is_repeated(used, PAIR))
    later = twice.filter(pl.col("line") > pl.col("line").min().over(PAIR))["line"]
    return rows["line"].is_in(later.implode())


def _with_decimals(feed: Feed, before: Roster) -> pl.Series:
    """Guardian ids that the roster knows without the .0 they end in, and not with it.

    To take one for the other would be a guess; to take it for somebody new would make a second account.
    """
    ids = feed.lines["guardian_sis_id"]
    decimal = ids.filter(ids.str.ends_with(_DECIMAL)).unique()
    if decimal.is_empty():
        return decimal
    known = before.roles.filter((pl.col("scope") == str(before.scope)) & (pl.col("kind") == str(RoleKind.GUARDIAN)))[
        "sis_id"
    ].implode()
    return decimal.filter(decimal.str.strip_suffix(_DECIMAL).is_in(known) & ~decimal.is_in(known))


def _with_likely_id(unknown: pl.DataFrame, before: Roster) -> pl.DataFrame:
    """Say which known id an unknown one would be with zeros put before it, or without .0 behind it (A3)."""
    if unknown.is_empty():
        return unknown.with_columns(hint=pl.lit(""))
    said = pl.col("student_sis_id")
    known = before.students.select(known="student_sis_id")
    if not unknown.select(said.str.ends_with(_DECIMAL).any()).item():
        known = known.filter(pl.col("known").str.starts_with("0"))
    likely = (
        unknown.select("student_sis_id")
        .unique()
        .with_columns(bare=said.str.strip_suffix(_DECIMAL).str.strip_chars_start("0"))
        .join(known.with_columns(bare=pl.col("known").str.strip_chars_start("0")), on="bare")
        .filter((pl.col("known").str.len_chars() > said.str.len_chars()) | said.str.ends_with(_DECIMAL))
        .group_by("student_sis_id")
        .agg(known=pl.col("known").min())
    )
    hint = (
        pl.when(said.str.ends_with(_DECIMAL))
        .then(pl.format(" Student {} is: was .0 added?", "known"))
        .otherwise(pl.format(" Student {} is: were zeros lost?", "known"))
        .fill_null("")
    )
    return unknown.join(likely, on="student_sis_id", how="left").with_columns(hint=hint)


def _most_frequent(apart: pl.DataFrame, before: Roster) -> pl.DataFrame:
    """What each of the ids says whose rows disagree: schema `PEOPLE`.

    The most frequent whole row wins; ties go to what is stored, then to the smallest (U6).
    """
    if apart.is_empty():
        return PEOPLE.to_frame()
    stored = before.roles.filter(
        (pl.col("scope") == str(before.scope)) & (pl.col("kind") == str(RoleKind.GUARDIAN))
    ).select("sis_id", **{f"said_{name}": name for name in ROLE_DETAILS})
    counted = apart.group_by(PEOPLE.names()).agg(votes=pl.len()).join(stored, on="sis_id", how="left")
    is_stored = pl.all_horizontal(_says_what_is_stored(counted, name) for name in ROLE_DETAILS)
    return (
        counted.with_columns(is_stored=is_stored.fill_null(value=False))
        .sort(["sis_id", "votes", "is_stored", *FEED_DETAILS], descending=[False, True, True, *[False] * 6])
        .unique("sis_id", keep="first", maintain_order=True)
        .select(PEOPLE.names())
    )


def _says_what_is_stored(counted: pl.DataFrame, name: str) -> pl.Expr:
    """Whether a detail counts as what is stored: a blank contact (U4) and a damaged name (U5) do."""
    said = f"said_{name}"
    if name in ("email", "sms"):
        return alike(name, name, said) | ((pl.col(name) == "") & pl.col(said).is_not_null())
    return alike(name, name, said) | pl.lit(is_damaged(counted, name, said).fill_null(value=False))


def _conflicts(apart: pl.DataFrame, chosen: pl.DataFrame, shared: Shared) -> tuple[pl.Series, Findings]:
    """The lines that share neither name nor contact with what their guardian id says (U6)."""
    if apart.is_empty():
        return pl.Series("line", [], dtype=apart["line"].dtype), Findings()
    won = chosen.select("sis_id", **{f"won_{name}": name for name in ROLE_DETAILS})
    compared = apart.join(won, on="sis_id").with_columns(
        agrees=agree("", "won_", shared),
        same=pl.all_horizontal(alike(name, name, f"won_{name}") for name in ROLE_DETAILS),
    )
    lines = (
        compared.group_by(guardian_sis_id="sis_id")
        .agg(
            line=pl.col("line").min(),
            detail=pl.col("line").sort().head(_LINES_SHOWN).cast(pl.String).str.join(", "),
            differs=~pl.col("same").all(),
        )
        .filter("differs")
    )
    return compared.filter(~pl.col("agrees"))["line"], findings("rows-disagree", lines, detail=pl.col("detail"))
