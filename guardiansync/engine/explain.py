"""Why: one person's rows in the roster, and what the journal says of how they came to be."""

from typing import Final

import polars as pl
from attrs import frozen

from guardiansync.model.bulk import Changes
from guardiansync.model.roster import Roster

HISTORY: Final = pl.Schema(
    {
        "run_id": pl.String(),
        "change": pl.String(),
        "ids": pl.String(),
        "rule": pl.String(),
        "cause": pl.String(),
    }
)
"""What runs did to somebody, the newest first: ids and rules, no contact details."""

_IDS: Final = (
    "account_id", "from_account_id", "into_account_id", "kind", "sis_id", "student_sis_id", "guardian_sis_id", "target",
    "field",
)  # fmt: skip


@frozen(eq=False)
class Explanation:
    """Why an account, a guardian or a student is as it is.

    Attributes:
        subject: Whom it is about: a kind and an id.
        accounts: Their accounts, schema `ACCOUNTS`.
        roles: All roles of these accounts, schema `ROLES`.
        guardianships: The ties of these roles, or of the student, schema `GUARDIANSHIPS`.
        students: The students of these ties, schema `STUDENTS`.
        history: Schema `HISTORY`.
    """

    subject: str
    accounts: pl.DataFrame
    roles: pl.DataFrame
    guardianships: pl.DataFrame
    students: pl.DataFrame
    history: pl.DataFrame

    def __str__(self) -> str:
        """A page for a support engineer: ids, states and rules."""
        lines = [self.subject]
        for account in self.accounts.iter_rows(named=True):
            lines.append(f"  account {account['account_id']}: {account['state']}")
            roles = self.roles.filter(pl.col("account_id") == account["account_id"]).sort("kind", "sis_id")
            lines += [
                f"    {role['kind']} {role['sis_id']} in {role['scope']}: {role['state']}" for role in _each(roles)
            ]
        lines += [
            f"  student {tie['student_sis_id']}, guardian {tie['guardian_sis_id']}: {tie['state']}"
            for tie in _each(self.guardianships.sort("student_sis_id", "guardian_sis_id"))
        ]
        lines += [
            f"  {done['run_id']}: {done['change']} {done['ids']} by {done['rule']}"
            + (f" ({done['cause']})" if done["cause"] else "")
            for done in _each(self.history)
        ]
        return "\n".join(lines)


def _each(frame: pl.DataFrame) -> list[dict[str, str]]:
    return frame.to_dicts()


@frozen
class Subject:
    """Whom a question is about; exactly one of these is given.

    Attributes:
        guardian_sis_id: A guardian's SIS id.
        account_id: An account.
        student_sis_id: A student.
    """

    guardian_sis_id: str = ""
    account_id: str = ""
    student_sis_id: str = ""

    def __str__(self) -> str:
        """In words."""
        if self.guardian_sis_id:
            return f"guardian {self.guardian_sis_id}"
        return f"account {self.account_id}" if self.account_id else f"student {self.student_sis_id}"


def of_subject(subject: Subject, roster: Roster) -> Explanation:
    """What the roster has of somebody, without any history."""
    ties = roster.guardianships
    if subject.student_sis_id:
        ties = ties.filter(pl.col("student_sis_id") == subject.student_sis_id)
        accounts = ties["account_id"].unique()
    else:
        about = (
            (pl.col("kind") == "guardian")
            & (pl.col("sis_id") == subject.guardian_sis_id)
            & (pl.col("scope") == str(roster.scope))
            if subject.guardian_sis_id
            else pl.col("account_id") == subject.account_id
        )
        accounts = roster.roles.filter(about)["account_id"].unique()
        ties = ties.filter(pl.col("account_id").is_in(accounts.implode()))
    of_them = pl.col("account_id").is_in(accounts.implode())
    students = ties["student_sis_id"].implode()
    known = pl.col("student_sis_id").is_in(students) | (pl.col("student_sis_id") == subject.student_sis_id)
    return Explanation(
        subject=str(subject),
        accounts=roster.accounts.filter(of_them).sort("account_id"),
        roles=roster.roles.filter(of_them),
        guardianships=ties,
        students=roster.students.filter(known),
        history=HISTORY.to_frame(),
    )


def history_of(run_id: str, changes: Changes, explanation: Explanation, subject: Subject) -> pl.DataFrame:
    """What one run did to somebody: schema `HISTORY`."""
    accounts = explanation.accounts["account_id"].implode()
    parts = [HISTORY.to_frame()]
    for name, frame in changes.items():
        about = _about(frame.columns, accounts, subject)
        if about is None:
            continue
        ids = [column for column in _IDS if column in frame.columns]
        parts.append(
            frame.filter(about).select(
                pl.lit(run_id).alias("run_id"),
                pl.lit(name.replace("_", " ")).alias("change"),
                pl.concat_str(ids, separator=" ").alias("ids"),
                pl.col("reason").alias("rule"),
                (pl.col("cause") if "cause" in frame.columns else pl.lit("")).alias("cause"),
            )
        )
    return pl.concat(parts)


def _about(columns: list[str], accounts: pl.Series, subject: Subject) -> pl.Expr | None:
    if subject.student_sis_id:
        return pl.col("student_sis_id") == subject.student_sis_id if "student_sis_id" in columns else None
    named = [name for name in ("account_id", "from_account_id", "into_account_id") if name in columns]
    return pl.any_horizontal(pl.col(name).is_in(accounts) for name in named) if named else None
