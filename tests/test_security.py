"""Attacks that have no better place, and the page that lists what stops each."""

import re
from pathlib import Path

import adbc_driver_sqlite.dbapi
import pytest
from evenings import ANN, BOB, Evenings

import guardiansync as gs

ROOT = Path(__file__).parents[1]
TEACHER = "Tess,Roe,tess@school.example,4155550177"


def test_every_test_that_the_documentation_names_is_there() -> None:
    pages = {page.name: page.read_text("utf-8") for page in (ROOT / "docs").glob("*.md")}
    named = {name for text in pages.values() for name in re.findall(r"`(?:\w+\.py::)?(test_\w+)`", text)}
    assert len(re.findall(r"`test_\w+`", pages["security.md"])) > 40
    files = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "guardiansync" / "testing").rglob("*.py")]
    there = {name for file in files for name in re.findall(r"\bdef (test_\w+)\(", file.read_text("utf-8"))}
    assert named - there - {file.stem for file in files} == set()


@pytest.mark.parametrize(
    "cell", ["'); DROP TABLE account; --", '"; DELETE FROM role; --', "$1 OR 1", "a?b", "%s", "a{0}b", "a'b"]
)
def test_a_cell_is_never_a_statement(cell: str, tmp_path: Path) -> None:
    quoted = '"' + cell.replace('"', '""') + '"'
    district = Evenings(students=["S1", cell], store=gs.open_store(f"sqlite:///{tmp_path}/roster.db"))
    district.sync(f"S1,{quoted},{quoted},{quoted},ann@example.org,,,", f"{quoted},G2,{BOB},,")
    assert district.guardians() == {cell, "G2"}
    assert district.role(cell)["last_name"] == cell
    assert district.children("G2") == {cell}
    district.sync(f"S1,{quoted},{quoted},{quoted},ann@new.example.org,,,", f"{quoted},G2,{BOB},,")
    assert district.account(cell)["email"] == "ann@new.example.org"


def test_an_account_is_matched_by_what_the_sis_said(tmp_path: Path) -> None:
    database = tmp_path / "roster.db"
    district = Evenings(staff=[f"T1,{TEACHER}"], store=gs.open_store(f"sqlite:///{database}"))
    district.sync(f"S1,G1,{ANN},,")
    district.claim("G1")
    mine = district.account("G1")["account_id"]
    with adbc_driver_sqlite.dbapi.connect(str(database), autocommit=True) as connection, connection.cursor() as cursor:
        # The owner types a teacher's details into the own account.
        cursor.execute(
            "UPDATE account SET first_name = 'Tess', last_name = 'Roe', email = 'tess@school.example', sms = '+14155550177'"
            " WHERE email = 'ann@example.org'"
        )
    assert district.account("G1")["email"] == "tess@school.example"
    report = district.sync(f"S1,G1,{ANN},,", f"S2,G5,{TEACHER},,")
    assert report.status == "applied"
    assert district.account("G5")["account_id"] == district.account("T1", "staff")["account_id"] != mine
    assert district.children("G1") == {"S1"}
