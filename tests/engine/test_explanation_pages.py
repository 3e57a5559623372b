"""An explanation as it is read: the whole page as text and for Jupyter, and each frame of it word for word."""

from collections.abc import Mapping
from datetime import UTC, datetime

import polars as pl
from evenings import ANN, BOB, Evenings

import guardiansync as gs
from guardiansync.engine.explain.explanation import HELD, Explanation
from guardiansync.engine.explain.history import DECISIONS, HISTORY
from guardiansync.engine.explain.strangers import STRANGERS
from guardiansync.model.plan import ROWS
from guardiansync.model.roster import ACCOUNTS, GUARDIANSHIPS, ROLES, STUDENTS

EVENING = datetime(2026, 3, 1, 18, 5, tzinfo=UTC)


def frame(schema: pl.Schema, *rows: Mapping[str, object]) -> pl.DataFrame:
    """Rows of a schema; what a row does not say is blank."""
    blank: dict[str, object] = {name: "" if kind == pl.String else None for name, kind in schema.items()}
    return pl.DataFrame([{**blank, **row} for row in rows], schema=schema)


def explanation(runs: int = 1) -> Explanation:
    """Of a guardian with two accounts' worth of everything."""
    role: dict[str, object] = {
        "scope": "d-1",
        "kind": "guardian",
        "sis_id": "G1",
        "account_id": "a1",
        "state": "active",
    }
    tie: dict[str, object] = {"student_sis_id": "S1", "guardian_sis_id": "G1", "account_id": "a1", "state": "active"}
    hold: dict[str, object] = {
        "hold_id": "h1",
        "message": "G1 says another name.",
        "remedy": "Correct it.",
        "released": False,
    }
    done: dict[str, object] = {"run_id": "r1", "started_at": EVENING, "rule": "M2", "why": "it was said"}
    return Explanation(
        subject="guardian <G1>",
        rows=frame(
            ROWS,
            {"line": 2, "student_sis_id": "S1", "guardian_sis_id": "G1", "action": "UNCHANGED"},
            {"line": 3, "student_sis_id": "S2", "guardian_sis_id": "G1", "action": "CREATED", "rule": "M2"},
            {"line": 4, "student_sis_id": "S3", "guardian_sis_id": "G1", "action": "HELD", "rule": "M7", "message": "Wait."},
        ),
        accounts=frame(ACCOUNTS, {"account_id": "a1", "state": "active"}, {"account_id": "a2", "state": "invited"}),
        roles=frame(
            ROLES, role, role | {"kind": "staff", "sis_id": "T1", "state": "revoked"}, role | {"account_id": "a2", "sis_id": "G2"}
        ),
        guardianships=frame(GUARDIANSHIPS, tie, tie | {"student_sis_id": "S2", "state": "ended"}),
        students=frame(STUDENTS, {"student_sis_id": "S1", "state": "active"}),
        decisions=frame(
            DECISIONS,
            {
                "kind": "guardian", "sis_id": "G1", "account_id": "a1", "rule": "M2", "evidence": "it was said", "run_id": "r1",
                "started_at": EVENING,
            },
        ),
        holds=frame(HELD, hold, hold | {"hold_id": "h2", "released": True}),
        strangers=frame(
            STRANGERS,
            {"kind": "guardian", "sis_id": "G9", "account_id": "a9", "near": "guardian G1", "why": "same email: a household"},
        ),
        history=frame(
            HISTORY,
            *(done | {"change": "grant roles", "ids": f"a1 guardian G{nth}", "cause": "row absent" * (nth == 1)} for nth in range(1, runs + 1)),
        ),
    )  # fmt: skip


PAGE = """\
guardian <G1>
  rows of the file
    line 2: student S1, guardian G1: UNCHANGED
    line 3: student S2, guardian G1: CREATED by M2
    line 4: student S3, guardian G1: HELD by M7. Wait.
  accounts
    account a1 (active): guardian G1 of d-1 (active), staff T1 of d-1 (revoked)
    account a2 (invited): guardian G2 of d-1 (active)
  children
    student S1, guardian G1: active
    student S2, guardian G1: ended
  why there
    guardian G1 on account a1 by M2: it was said (2026-03-01 18:05 UTC, run r1)
  held
    h1 (stands) G1 says another name. Correct it.
    h2 (released) G1 says another name. Correct it.
  not merged with
    guardian G9 (account a9), near guardian G1: same email: a household
  what was done
    2026-03-01 18:05 UTC grant roles a1 guardian G1 by M2 (it was said; row absent),
      run r1
    2026-03-01 18:05 UTC grant roles a1 guardian G2 by M2 (it was said), run r1"""


def test_the_page_says_all_of_it_in_words() -> None:
    assert str(explanation(2)) == PAGE


def test_jupyter_shows_the_same_words_one_part_a_row() -> None:
    style = "text-align:left;vertical-align:top;padding:2px 12px 2px 0"
    rows: list[tuple[str, list[str]]] = []
    for part in PAGE.replace("\n      ", " ").split("\n  ")[1:]:
        if not part.startswith("  "):
            rows.append((part, []))
        else:
            rows[-1][1].append(part.strip())
    told = "".join(
        f'<tr><th style="{style};font-weight:normal;opacity:.7;white-space:nowrap">{title}</th>'
        f'<td style="{style}">{"<br>".join(said)}</td></tr>'
        for title, said in rows
    )
    assert explanation(2)._repr_html_() == (
        '<div style="font-family:system-ui,sans-serif;font-size:13px"><strong>guardian &lt;G1&gt;</strong>'
        f"<table><tbody>{told}</tbody></table></div>"
    )


def test_what_there_is_nothing_of_is_not_spoken_of() -> None:
    nobody = Explanation("guardian G1", *(schema.to_frame() for schema in (ACCOUNTS, ROLES, GUARDIANSHIPS, STUDENTS)))
    assert str(nobody) == "guardian G1"
    assert repr(nobody) == "<Explanation of guardian G1>"


def test_a_long_history_is_cut_and_says_how_much_is_left() -> None:
    assert str(explanation(40)).endswith("a1 guardian G40 by M2 (it was said), run r1")
    assert str(explanation(41)).splitlines()[-1] == "    and 1 more: see history"
    assert str(explanation(1541)).splitlines()[-1] == "    and 1,501 more: see history"


def test_a_word_longer_than_the_page_is_not_broken() -> None:
    told = Explanation("x" * 90, frame(ACCOUNTS, {"account_id": "a" * 90, "state": "active"}),
                       *(schema.to_frame() for schema in (ROLES, GUARDIANSHIPS, STUDENTS)))  # fmt: skip
    assert f"account\n      {'a' * 90}\n      (active): " in f"{told} "


def test_the_journal_is_told_word_for_word() -> None:
    district = Evenings(staff=[f"T1,{ANN}"], deletion_threshold=1.0)
    first = district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    last = district.sync(f"S2,G2,{BOB},,")
    account = district.account("G1")["account_id"]
    told = gs.explain(district.store, district.scope, guardian_sis_id="G1")
    assert told.subject == "guardian G1 of d-1"
    known = told.history.filter(pl.col("run_id").is_in([first.run_id, last.run_id]))
    assert known.select("run_id", "change", "ids", "rule", "cause", "why").rows() == [
        (last.run_id, "end guardianships", f"{account} S1 G1", "R1", "row absent", "the file no longer named the pair"),
        (last.run_id, "revoke roles", f"{account} guardian G1", "R2", "row absent", "no tie was left"),
        (first.run_id, "grant roles", f"{account} guardian G1", "M2", "", "name, email and mobile were those of another role"),
        (first.run_id, "start guardianships", f"{account} S1 G1", "M2", "", "name, email and mobile were those of another role"),
    ]  # fmt: skip


def test_the_nearest_are_told_word_for_word() -> None:
    district = Evenings()
    district.sync(
        f"S1,G1,{ANN},,",
        "S2,G2,Bob,Lee,ann@example.org,,,",
        "S3,G3,Ann,Lee,other@example.org,4155550199,,",
        "S4,G4,Ann,Lee,ann@example.org,,,",
    )
    near = gs.explain(district.store, district.scope, guardian_sis_id="G1").strangers
    accounts = [district.account(one)["account_id"] for one in ("G4", "G3", "G2")]
    assert near.rows() == [
        ("d-1", "guardian", "G4", accounts[0], "guardian G1", "first name, last name, email", "mobile",
         "same first name, last name and email, no mobile on one side: with the same mobile in the SIS they would be one"),
        ("d-1", "guardian", "G3", accounts[1], "guardian G1", "first name, last name", "email, mobile",
         "same first name and last name, another email and another mobile: a namesake"),
        ("d-1", "guardian", "G2", accounts[2], "guardian G1", "last name, email", "first name, mobile",
         "same last name and email, another first name and no mobile on one side: a household"),
    ]  # fmt: skip
