"""What the documentation says of files and rules is so."""

import re
from pathlib import Path

import pytest

import guardiansync as gs
from guardiansync.model.rule import Rule

DOCS = Path(__file__).parents[1] / "docs"
HEADER = "studentSisId,guardianSisId,firstName,lastName,email,sms,phone,language\n"


def example() -> bytes:
    text = (DOCS / "guardians-file.md").read_text(encoding="utf-8")
    found = re.search(r"```text\n(.*?)```", text, re.DOTALL)
    assert found
    return found[1].encode()


def test_the_example_of_the_guardians_file_is_a_guardians_file() -> None:
    feed = gs.read_feed(example())
    assert feed.row_count == 4
    assert list(feed.findings) == []
    assert feed.rows["language"].to_list() == ["es", "es", "es", "en"]
    assert feed.rows["student_sis_id"].to_list() == ["0001234", "0001235", "0001234", "0007310"]


def test_the_other_names_of_columns_are_known() -> None:
    header = "student_id,Guardian SIS ID,givenName,familyName,E-mail,cell,homePhone,preferred language\n"
    feed = gs.read_feed((header + "1,G1,Ana,Ruiz,ana@example.com,415-555-2671,,Spanish\n").encode())
    assert list(feed.findings) == []
    assert feed.rows["sms"].to_list() == ["+14155552671"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("1,G1,Ana,Ruiz,,555-0132,,", "mobile-invalid"),
        ("1,G1,Ana,Ruiz,,000-000-0000,,", "placeholder"),
        ("1,G1,Ana,Ruiz,,4.15555E+11,,", "mobile-rounded"),
        ("1,1.23457E+11,Ana,Ruiz,ana@example.com,,,", "id-rounded"),
        ("1,2-Jan,Ana,Ruiz,ana@example.com,,,", "id-date"),
        ("1,123.0,Ana,Ruiz,ana@example.com,,,", "id-decimal"),
        ('1,G1,,"Ruiz, Ana",ana@example.com,,,', "name-split"),
        ("1,G1,Ana,Ruiz,ana@example.com; a.ruiz@example.org,,,", "several-values"),
        ("1,G1,Ana,Ruiz,,(415) 555-2671 x12,,", "phone-extension"),
        ("1,G1,Ana,Ruiz,ana@example.com,,,Klingon", "language-unknown"),
        ("1,G1,Ana,Ruiz,añ@example.com,,,", "email-not-ascii"),
        ("1,G1,,Ruiz,ana@example.com,,,", "name-missing"),
        (",G1,Ana,Ruiz,ana@example.com,,,", "student-id-missing"),
        ("1,,Ana,Ruiz,ana@example.com,,,", "guardian-id-missing"),
        ("1,G1,Ana,Ruiz,ana@example.com,,,,", "ragged-row"),
        (",,Ana,Ruiz,ana@example.com,,,", "ids-missing"),
        ("1,G1,Ana,Ruiz,ana@example.com,,,\n,,,,,,,", "blank-row"),
    ],
)
def test_damage_gets_the_finding_that_the_page_names(row: str, code: str) -> None:
    feed = gs.read_feed((HEADER + row + "\n").encode())
    assert [finding.code for finding in feed.findings] == [code]
    assert (feed.incomplete is not None) == (code == "ids-missing")


def test_every_rule_is_on_the_page_of_rules() -> None:
    said = set(re.findall(r"^\| ([MURA]\d+)\b", (DOCS / "rules.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert said == {str(rule) for rule in Rule if rule not in {Rule.LEVEL, Rule.PIN, Rule.ROSTER, Rule.UNDO}}
