"""What is said is said in full: no change, row, finding or hold has a blank where a word belongs, or a word of no list.

Every evening that the tests play is looked through by this, whatever it is about.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import polars as pl

import guardiansync as gs
from guardiansync.model.bulk import Changes
from guardiansync.model.catalogue import CATALOGUE
from guardiansync.model.change import SCHEMAS
from guardiansync.model.finding import Findings
from guardiansync.model.plan import HoldReason
from guardiansync.model.roster import ROLE_DETAILS, VERIFIED
from guardiansync.model.rule import Cause

PAGE: Final = Path(__file__).parents[1] / "docs" / "holds.md"

CHANGES: Final = {
    "enrol_students": ("before reason", "void roster", "left roster"),
    "update_students": ("reason", "roster"),
    "create_accounts": ("reason", "M3", "M4", "M9"),
    "reactivate_accounts": (
        "before after reason", "archived invited M2", "archived invited R7", "archived active M2", "archived active R7",
    ),
    "grant_roles": (
        "kind before reason", "guardian void M1", "guardian void M2", "guardian void M3", "guardian void M4",
        "guardian void pin", "guardian revoked R7", "staff void M2", "staff void M3", "staff void M4", "staff revoked R7",
    ),
    "start_guardianships": ("before reason", "void M1", "void M2", "void M3", "void M4", "void pin", "ended R7"),
    "end_guardianships": ("after reason cause", "ended R1 row absent", "ended R1 student left", "ended A2 denied"),
    "revoke_roles": (
        "kind after reason cause", "guardian revoked R2 row absent", "guardian revoked R2 student left",
        "guardian revoked R2 denied", "staff revoked roster staff absent",
    ),
    "archive_accounts": ("after reason cause", *(f"archived R3 {why}" for why in ("row absent", "student left", "merged", "denied", "staff absent"))),
    "update_contacts": (
        "kind target field reason",
        *(f"guardian role {name} {rule}" for name in ROLE_DETAILS for rule in ("U1", "U2", "U3", "U7")),
        *(f"guardian account {name} {rule}" for name in ROLE_DETAILS for rule in ("U1", "U2")),
        *(f"guardian account {name} U2" for name in VERIFIED),
        "guardian account phone U1", "guardian account phone U2", "guardian account language U8",
        *(f"staff {target} {name} U1" for target in ("role", "account") for name in ROLE_DETAILS),
        *(f"staff role {name} U2" for name in ROLE_DETAILS),
    ),
    "merge_accounts": ("kind reason", "guardian M6"),
    "split_accounts": ("kind reason", "guardian M9"),
    "remove_students": ("after reason", "left roster"),
    "set_pins": ("reason",),
    "set_denials": ("reason",),
}  # fmt: skip
"""By frame: which of its columns say why, and what they may say together; a sync sets neither pins nor denials."""

RESULTS: Final = {
    "used CREATED": ("A new account.", "M3 M4 M9"),
    "used LINKED": ("Tied to an account that was there.", "M1 M2 R7 pin"),
    "used MERGED": ("Two accounts of one person became one.", "M6"),
    "used REACTIVATED": ("An archived account is open again.", "M2 R7"),
    "used UPDATED": ("What the SIS says now is stored.", "U1 U2 U3 U7 U8"),
    "used UNCHANGED": ("", "M1"),
    "held HELD": ("Waits for a person.", "A1 A2 M2 M5 M6 M7 M9 M10 U6 undo"),
}
"""What may be said of a row that was not skipped: the message, and the rules."""

SKIPPED: Final = {"student-unknown": "A3", "student-left": "A3", "no-contact": "M8", "denied": "A2"}
"""The rules that skip a row, by finding; other rows that are skipped cannot be read."""

FOUND: Final = {
    "contact-crowded": ("", "G", ""),
    "damaged-kept": ("firstName lastName", "G", ""),
    "denied": ("", "SG", ""),
    "id-decimal-added": ("guardianSisId", "SG", ""),
    "held": ("", "G", "|".join(HoldReason)),
    "mixed-scripts": ("", "G", ""),
    "nearly-known": ("", "G", r"(?:account|guardian) \S+"),
    "no-contact": ("email", "G", ""),
    "row-repeated": ("", "SG", ""),
    "rows-disagree": ("", "G", r"\d+(?:, \d+)*(?:, …)?"),
    "schools-disagree": ("", "G", ""),
    "staff-account-kept": ("", "G", ""),
    "student-left": ("studentSisId", "SG", ""),
    "student-unknown": ("studentSisId", "SG", r"(?: Student \S+ is: (?:were zeros lost|was \.0 added)\?)?"),
}
"""Of findings of a plan: the columns, whether the student's (S) and the guardian's id (G) stand there, and the detail."""


def unsaid(changes: Changes, rows: pl.DataFrame, findings: Findings, holds: Iterable[gs.Hold]) -> list[str]:
    """What is missing in the words of a run, or is in no list; nothing else than [] is right."""
    return [
        *_of_changes(changes),
        *_of_rows(rows),
        *_of_findings(findings.frame),
        *(said for hold in holds for said in _of_hold(hold)),
    ]


def _of_changes(changes: Changes) -> Iterator[str]:
    for name, frame in changes.items():
        (columns, *allowed) = CHANGES[name]
        if frame.schema != SCHEMAS[name] or sum(frame.null_count().row(0)):
            yield f"{name} has nulls or other columns: {frame.schema}"
        said = set(frame.select(pl.concat_str(columns.split(), separator=" ")).to_series())
        yield from (f"{name}: {one}" for one in said - set(allowed))
        ids = [column for column in frame.columns if column.endswith(("_id", "field", "target", "kind"))]
        yield from (f"{name} without {column}" for column in ids if (frame[column] == "").any())


def _of_rows(rows: pl.DataFrame) -> Iterator[str]:
    if sum(rows.null_count().row(0)):
        yield "rows have nulls"
    titles = {kind.title: kind.code for kind in CATALOGUE.values()}
    for result, action, rule, message in rows.select("result", "action", "rule", "message").unique().iter_rows():
        if action in {"ENDED", "REVOKED"}:
            if result != "used" or rule not in {"R1", "R2", "A2", "roster"} or message not in set(Cause):
                yield f"{result} {action} {rule} {message}"
        elif (result, action) == ("skipped", "SKIPPED"):
            if message not in titles or SKIPPED.get(titles[message], "") != rule:
                yield f"skipped: {rule} {message}"
        else:
            told, rules = RESULTS.get(f"{result} {action}", ("", ""))
            if message != told or rule not in rules.split():
                yield f"{result} {action} {rule} {message}"


def _of_findings(frame: pl.DataFrame) -> Iterator[str]:
    if sum(frame.null_count().row(0)):
        yield "findings have nulls"
    for code, column, student, guardian, detail in frame.drop("line").unique().iter_rows():
        if code not in CATALOGUE:
            yield f"no such finding: {code}"
        columns, ids, told = FOUND.get(code, (column, "", ".*"))
        is_there = column in (columns.split() or [""]) and re.fullmatch(told, detail)
        if not is_there or ("S" in ids and not student) or ("G" in ids and not guardian):
            yield f"{code} in column {column!r} without its ids, or with {detail!r}"


def _of_hold(hold: gs.Hold) -> Iterator[str]:
    told = re.fullmatch(HOLDS[str(hold.reason)], f"{hold.rule} | {hold.message} | {hold.remedy}")
    if not told or not re.fullmatch(r"h-[0-9a-f]{16}", hold.id):
        yield f"the page on holds has not: {hold}"
    # That a file is not all there is said even where nobody would have gone.
    if (hold.members.is_empty() and hold.reason != HoldReason.INCOMPLETE_FILE) or sum(hold.members.null_count().row(0)):
        yield f"hold without members: {hold}"


def _patterns() -> dict[str, str]:
    text = PAGE.read_text(encoding="utf-8")
    listed = dict(re.findall(r"^- \*(\w+)\*[^:]*: (.+(?:\n  .+)*)\.$", text, re.MULTILINE))
    any_of = {name: f"(?:{'|'.join(' '.join(said.split()).split('; '))})" for name, said in listed.items()}
    meant = {
        "ids": r"[^:|]+", "account": r"(?:of guardian )?\S+", "n": r"[\d,]+", "run": r"\S+",
        **any_of, "doubts": f"{any_of['doubts']}(?:; {any_of['doubts']})*",
    }  # fmt: skip
    found = {}
    for reason, *said in re.findall(r"^\| `([\w-]+)` \| (\w+) \| (.+?) \| (.+?) \|$", text, re.MULTILINE):
        parts = re.split(r"\*(\w+)\*", " | ".join(said))
        found[reason] = "".join(meant[one] if nth % 2 else re.escape(one) for nth, one in enumerate(parts))
    return found


HOLDS: Final = _patterns()
"""By reason what a hold may say, as docs/holds.md has it."""
