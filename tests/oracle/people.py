"""What came in and what is stored, as dictionaries of plain tuples."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import guardiansync as gs
from guardiansync.model.feed import FEED_DETAILS, Feed

Ref = tuple[str, str, str]
"""Names a role: scope, kind, SIS id."""

Pair = tuple[str, str]
"""A student and a guardian."""


class Said(NamedTuple):
    """What is said of one person."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    sms: str = ""
    phone: str = ""
    language: str = ""


ROLE_FIELDS = ("first_name", "last_name", "email", "sms")


class Row(NamedTuple):
    """A row of the file; `problem` says why it cannot be used, or is blank."""

    line: int
    student: str
    guardian: str
    problem: str


class Role(NamedTuple):
    """A role as it is stored."""

    account: str
    said: Said
    state: str
    managed: bool


class Account(NamedTuple):
    """An account as it is stored."""

    said: Said
    email_verified: bool
    sms_verified: bool
    state: str
    managed: bool


@dataclass
class Stored:
    """What a store knows."""

    scope: str
    accounts: dict[str, Account]
    roles: dict[Ref, Role]
    students: dict[str, str]
    ties: dict[Pair, tuple[str, bool]]
    pins: list[tuple[Ref, Ref, str]]
    denials: list[tuple[str, str, str]]
    undone: list[dict[str, str]]
    let_go: dict[str, set[Pair]]
    """The members of released holds, by the holds' reason."""

    def guardian(self, sis_id: str) -> Ref:
        """The name of a guardian role of this scope."""
        return (self.scope, "guardian", sis_id)

    def is_mine(self, ref: Ref) -> bool:
        """Whether it is a guardian role of this scope: the only ones that a guardian file may touch."""
        return ref[:2] == (self.scope, "guardian")

    def on_account(self, account: str) -> list[Ref]:
        """All roles of an account, in order."""
        return sorted(ref for ref, role in self.roles.items() if role.account == account)

    def in_force(self, account: str) -> list[Ref]:
        """Its active roles."""
        return [ref for ref in self.on_account(account) if self.roles[ref].state == "active"]

    def is_staff(self, account: str) -> bool:
        """Whether the account has a staff role in force."""
        return any(kind == "staff" for _, kind, _ in self.in_force(account))


@dataclass
class Tonight:
    """What the file says."""

    rows: list[Row]
    said_on: dict[int, Said]
    """What each row says, by its line."""
    incomplete: bool
    speaking: dict[str, list[tuple[Row, Said]]] = field(default_factory=lambda: defaultdict(list))
    """The rows that can be used, by guardian."""

    def frequencies(self, guardian: str) -> Counter[Said]:
        """How often each whole row of a guardian stands in the file."""
        return Counter(said for _, said in self.speaking[guardian])


def read_stored(roster: gs.Roster) -> Stored:
    """A roster's frames as dictionaries."""
    return Stored(
        scope=str(roster.scope),
        accounts={
            row["account_id"]: Account(
                _said(row), row["email_verified"], row["sms_verified"], row["state"], row["managed"]
            )
            for row in roster.accounts.to_dicts()
        },
        roles={
            (row["scope"], row["kind"], row["sis_id"]): Role(
                row["account_id"], _said(row), row["state"], row["managed"]
            )
            for row in roster.roles.to_dicts()
        },
        students={row["student_sis_id"]: row["state"] for row in roster.students.to_dicts()},
        ties={
            (row["student_sis_id"], row["guardian_sis_id"]): (row["state"], row["managed"])
            for row in roster.guardianships.to_dicts()
        },
        pins=[
            (
                (row["scope"], row["kind"], row["sis_id"]),
                (row["other_scope"], row["other_kind"], row["other_sis_id"]),
                row["verdict"],
            )
            for row in roster.pins.to_dicts()
        ],
        denials=[(row["guardian_sis_id"], row["student_sis_id"], row["scope"]) for row in roster.denials.to_dicts()],
        undone=roster.undone.to_dicts(),
        let_go=_let_go(roster),
    )


def read_tonight(feed: Feed, stored: Stored) -> Tonight:
    """A feed's rows; those of students who are unknown or have left cannot be used (A3)."""
    alike = {row["sis_id"]: _said(row) for row in feed.people.to_dicts()}
    apart = {row["line"]: _said(row) for row in feed.disagreeing.to_dicts()}
    tonight = Tonight([], {}, feed.incomplete is not None)
    for line, student, guardian, unreadable in feed.lines.iter_rows():
        problem = unreadable or _problem_with(student, stored)
        row = Row(line, student, guardian, problem)
        tonight.rows.append(row)
        said = apart.get(line) or alike.get(guardian)
        if said is not None:
            tonight.said_on[line] = said
            if not problem:
                tonight.speaking[guardian].append((row, said))
    return tonight


def _problem_with(student: str, stored: Stored) -> str:
    match stored.students.get(student):
        case None:
            return "student-unknown"
        case "active":
            return ""
        case _:
            return "student-left"


def _said(row: dict[str, Any]) -> Said:
    return Said(**{name: row[name] for name in FEED_DETAILS if name in row})


def _let_go(roster: gs.Roster) -> dict[str, set[Pair]]:
    found: dict[str, set[Pair]] = defaultdict(set)
    for row in roster.releases.to_dicts():
        found[row["reason"]].add((row["student_sis_id"], row["guardian_sis_id"]))
    return found
