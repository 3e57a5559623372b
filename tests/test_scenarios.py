"""The scenarios of the documentation come out as they are written there."""

import re

import pytest
from scenarios import PAGE, Step, parse, really, scenarios

from guardiansync.model.rule import Rule

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
