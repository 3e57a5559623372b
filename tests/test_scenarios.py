"""The scenarios of the documentation come out as they are written there."""

import re

import polars as pl
import pytest
from attrs import evolve
from evenings import ANN, Evenings
from said_in_full import HOLDS, unsaid
from scenarios import PAGE, Step, parse, really, scenarios

import guardiansync as gs
from guardiansync.model.bulk import Changes
from guardiansync.model.plan import HoldReason
from guardiansync.model.rule import Rule
from guardiansync.testing.changes import archive, changes_of, end

TEXT = PAGE.read_text(encoding="utf-8")
ALL = scenarios(TEXT)


@pytest.mark.parametrize("title", ALL)
def test_it_comes_out_as_written(title: str) -> None:
    expected, happened = ALL[title], really(ALL[title])
    assert _shown(happened) == _shown(expected)


def _shown(steps: list[Step]) -> str:
    return "\n".join(map(str, steps))


def test_there_are_many_and_each_has_a_heading_of_its_own() -> None:
    assert len(ALL) >= 60
    assert len(ALL) == TEXT.count("\n### ") == TEXT.count("\n```text\n")


def test_every_rule_is_told() -> None:
    said = set(re.findall(r"\b[MURA]\d+\b", TEXT))
    assert said == {str(rule) for rule in Rule if rule not in {Rule.LEVEL, Rule.PIN, Rule.ROSTER, Rule.UNDO}}


def test_the_page_on_holds_has_all_that_a_hold_may_be_for() -> None:
    assert set(HOLDS) == set(HoldReason)


SCRIPT = """
evening
  S1,G1,Ann,Lee,ann@example.org,4155550132  => CREATED M4
  S2,G1,Ann,Lee,ann@example.org,4155550132  => CREATED M4
evening
  S1,G1,Ann,Lee,ann@example.org,12          => UNCHANGED M1 mobile-invalid
  => end S2/G1 R1 row absent
  => account G1 email ann@example.org
  => tied G1 S1
"""


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("CREATED M4", "LINKED M4"),
        ("CREATED M4", "CREATED M3"),
        (" mobile-invalid", ""),
        ("  => end S2/G1 R1 row absent\n", ""),
        ("row absent", "student left"),
        ("=> tied G1 S1", "=> tied G1 S1 S2"),
        ("email ann@example.org\n", "email bob@example.org\n"),
        ("=> tied", "=> hold threshold R6 G1 S2/G1\n  => tied"),
    ],
)
def test_a_wrong_expectation_fails(written: str, wrong: str) -> None:
    assert really(parse(SCRIPT)) == parse(SCRIPT)
    assert written in SCRIPT
    script = parse(SCRIPT.replace(written, wrong))
    assert really(script) != script


def test_what_is_not_said_in_full_is_seen() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,")
    plan = district.plan("S1,G1,Cy,Ott,cy@example.org,,,", "S9,G2,Di,Poe,di@example.org,,,")
    (hold,) = plan.holds

    def missing(frames: Changes = plan.frames, rows: pl.DataFrame = plan.rows, hold: gs.Hold = hold) -> list[str]:
        return unsaid(frames, rows, plan.findings, [hold])

    assert missing() == []
    for wrong in (
        missing(frames=changes_of([archive("a", after="void")])),
        missing(frames=changes_of([end("", "G1", "a")])),
        missing(rows=plan.rows.with_columns(rule=pl.lit("M4"))),
        missing(rows=plan.rows.with_columns(message=pl.lit(None))),
        missing(hold=evolve(hold, message="Wait.")),
        missing(hold=evolve(hold, members=hold.members.clear())),
    ):
        assert wrong
