"""What runs did to somebody, as the journal tells it, and on what evidence each role came to its account."""

from datetime import datetime
from typing import Final

import polars as pl

from guardiansync.engine.explain.subject import Standing, Subject
from guardiansync.engine.keys import KEY, with_keys
from guardiansync.model.bulk import Changes
from guardiansync.model.roster import ROLE_DETAILS, RoleKind
from guardiansync.model.rule import Rule

_TEXT = pl.String()
_TIME = pl.Datetime("us", "UTC")

HISTORY: Final = pl.Schema(
    {"run_id": _TEXT, "started_at": _TIME, "change": _TEXT, "ids": _TEXT, "rule": _TEXT, "cause": _TEXT, "why": _TEXT}
)
"""What runs did to somebody, the newest first: ids and rules, no contact details. `why` is the rule in words."""

DECISIONS: Final = pl.Schema(
    {
        "scope": _TEXT, "kind": _TEXT, "sis_id": _TEXT, "account_id": _TEXT, "rule": _TEXT, "evidence": _TEXT,
        "run_id": _TEXT, "started_at": _TIME,
    }
)  # fmt: skip
"""Which rule put each role where it is, in which run and on what evidence; no contact details."""

_IDS: Final = (
    "account_id", "from_account_id", "into_account_id", "kind", "sis_id", "student_sis_id", "guardian_sis_id", "target",
    "field",
)  # fmt: skip
_PLACING: Final = ("grant_roles", "merge_accounts", "split_accounts")

MEANINGS: Final = {
    Rule.M1: "the id was known",
    Rule.M2: "name, email and mobile were those of another role",
    Rule.M3: "several new ids said the same name, email and mobile",
    Rule.M4: "nobody with this id, or with this name, email and mobile, was known",
    Rule.M5: "the details fit several accounts",
    Rule.M6: "name, email and mobile became those of another account's role",
    Rule.M7: "the id said what somebody else would say",
    Rule.M8: "neither email nor mobile could be used",
    Rule.M9: "roles of one account no longer agreed",
    Rule.M10: "ids exchanged their details",
    Rule.U1: "the SIS said so, and the account was not claimed yet",
    Rule.U2: "the SIS said so",
    Rule.U3: "the SIS said so; the staff account itself stays as it is",
    Rule.U4: "the cell was blank",
    Rule.U5: "the name was damaged",
    Rule.U6: "most rows of the id said so",
    Rule.U7: "schools disagreed",
    Rule.U8: "the SIS said so of the language",
    Rule.R1: "the file no longer named the pair",
    Rule.R2: "no tie was left",
    Rule.R3: "no role was left",
    Rule.R4: "a row that could not be used shielded it",
    Rule.R5: "the file was not all there",
    Rule.R6: "more would have gone than the threshold allows",
    Rule.R7: "the id, or the pair, came back",
    Rule.A1: "too many guardians or students",
    Rule.A2: "a person denied it",
    Rule.A3: "the student was unknown, or had left",
    Rule.A4: "the name mixed scripts",
    Rule.A5: "the contact stood beside too many names",
    Rule.ROSTER: "the daily roster sync said so",
    Rule.PIN: "a person said so",
    Rule.LEVEL: "a person moved the roster to another level",
    Rule.UNDO: "a person undid an earlier run",
}
"""Each rule in the words that one reads to a parent."""


def history_of(
    run_id: str, started_at: datetime, changes: Changes, standing: Standing, subject: Subject
) -> pl.DataFrame:
    """What one run did to somebody: schema `HISTORY`.

    Args:
        run_id: The run.
        started_at: When it started, in UTC.
        changes: What it changed.
        standing: What the roster has of them.
        subject: Whom it is about.
    """
    accounts = standing.accounts["account_id"].implode()
    words = {str(rule): meaning for rule, meaning in MEANINGS.items()}
    parts = [HISTORY.to_frame()]
    for name, frame in changes.items():
        about = _about(frame.columns, accounts, standing.roles, subject)
        if about is None:
            continue
        ids = [column for column in _IDS if column in frame.columns]
        parts.append(
            frame.filter(about).select(
                pl.lit(run_id).alias("run_id"),
                pl.lit(started_at, dtype=_TIME).alias("started_at"),
                pl.lit(name.replace("_", " ")).alias("change"),
                pl.concat_str(ids, separator=" ").str.replace_all(" +", " ").str.strip_chars().alias("ids"),
                pl.col("reason").alias("rule"),
                (pl.col("cause") if "cause" in frame.columns else pl.lit("")).alias("cause"),
                pl.col("reason").replace_strict(words, default="").alias("why"),
            )
        )
    return pl.concat(parts)


def _about(columns: list[str], accounts: pl.Series, roles: pl.DataFrame, subject: Subject) -> pl.Expr | None:
    if subject.student_sis_id:
        return pl.col("student_sis_id") == subject.student_sis_id if "student_sis_id" in columns else None
    named = [name for name in ("account_id", "from_account_id", "into_account_id") if name in columns]
    if named:
        return pl.any_horizontal(pl.col(name).is_in(accounts) for name in named)
    guardians = roles.filter(pl.col("kind") == str(RoleKind.GUARDIAN))["sis_id"].implode()
    if "guardian_sis_id" in columns:
        return pl.col("guardian_sis_id").is_in(guardians)
    if "other_sis_id" in columns:
        return pl.col("sis_id").is_in(guardians) | pl.col("other_sis_id").is_in(guardians)
    return None


def decisions_of(run_id: str, started_at: datetime, changes: Changes, standing: Standing, scope: str) -> pl.DataFrame:
    """Which roles one run put where they are: schema `DECISIONS`.

    Args:
        run_id: The run.
        started_at: When it started, in UTC.
        changes: What it changed.
        standing: What the roster has of whom it is about.
        scope: The run's scope, as text.
    """
    mine = standing.roles.filter(pl.col("scope") == scope).select("scope", "kind", "sis_id", "account_id")
    parts = [DECISIONS.to_frame()]
    for name in _PLACING:
        frame = changes[name]
        into = "account_id" if name == "grant_roles" else "into_account_id"
        placed = frame.select("kind", "sis_id", placed_on=into, rule="reason").join(mine, on=["kind", "sis_id"])
        placed = placed.filter(pl.col("placed_on") == pl.col("account_id"))
        if placed.is_empty():
            continue
        told = frame.select("kind", "sis_id", *ROLE_DETAILS) if name == "grant_roles" else standing.roles
        evidence = [_evidence(one, told, standing.roles) for one in placed.iter_rows(named=True)]
        parts.append(
            placed.with_columns(
                evidence=pl.Series(evidence, dtype=_TEXT),
                run_id=pl.lit(run_id),
                started_at=pl.lit(started_at, dtype=_TIME),
            ).select(DECISIONS.names())
        )
    return pl.concat(parts)


def _evidence(placed: dict[str, str], told: pl.DataFrame, roles: pl.DataFrame) -> str:
    """The rule in words, with the roles that it names as far as they still say what they said."""
    meaning = MEANINGS[Rule(placed["rule"])]
    if placed["rule"] not in {Rule.M2, Rule.M3, Rule.M6}:
        return meaning
    is_it = (pl.col("kind") == placed["kind"]) & (pl.col("sis_id") == placed["sis_id"])
    key = with_keys(told.filter(is_it)).select(KEY).unique()
    others = with_keys(roles.filter(~is_it & (pl.col("account_id") == placed["account_id"]))).join(key, on=KEY)
    named = others.sort("kind", "sis_id").select(pl.format("{} {}", "kind", "sis_id")).to_series()
    return f"{meaning}: {', '.join(named)}" if named.len() else f"{meaning}, as it was then"
