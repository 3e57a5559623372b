"""What can be wrong with the file and the roster, and how a check is shown."""

from pathlib import Path
from typing import Any

import pytest
from checkups import only, outcomes, told
from evenings import ANN, BOB, HEADER, Evenings, csv

import guardiansync as gs

ROWS = (f"S1,G1,{ANN},,", f"S2,G1,{ANN},,", f"S3,G2,{BOB},,", f"S4,G2,{BOB},,")
STAFF = ("T1,Tom,Roe,tom@example.org,",)


def check(data: bytes = csv(*ROWS), district: Evenings | None = None, **settings: Any) -> gs.Checkup:
    district = district or Evenings(staff=STAFF)
    return gs.check(gs.SyncSettings(scope=district.scope, enabled=True, **settings), district.store, data)


def test_an_upload_needs_no_server() -> None:
    checkup = check()
    assert outcomes(checkup) == dict.fromkeys(
        (
            "enabled",
            "blackout",
            "removals",
            "level",
            "file",
            "encoding",
            "header",
            "rows",
            "students",
            "student ids",
            "staff",
            "first sync",
        ),
        "passed",
    )
    assert check(data="/no/such/file").frame.filter(name="file")["outcome"].to_list() == ["failed"]  # type: ignore[arg-type]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 no", b"PK\x03\x04 no", b"<html>no</html>", b"\xd0\xcf\x11\xe0no"])
def test_another_kind_of_file(data: bytes) -> None:
    found = outcomes(check(data))
    assert (found["file"], found["encoding"], found["first sync"]) == ("failed", "not looked at", "not looked at")


def test_an_encoding_that_is_not_utf_8() -> None:
    data = csv(*ROWS, "S1,G3,José,Núñez,jose@example.org,,,").decode().encode("cp1252")
    line = only(check(data), "encoding")
    assert line.outcome == "warning"
    assert "Export the file as UTF-8" in line.message


def test_an_encoding_that_the_settings_have_wrong() -> None:
    data = csv(*ROWS, "S1,G3,José,Núñez,jose@example.org,,,")
    line = only(check(data, encoding="utf-16"), "encoding")
    assert line.outcome == "failed"
    assert "settings.encoding" in line.message
    assert outcomes(check(data, encoding="rot13"))["encoding"] == "failed"


def test_a_header_without_a_column_that_is_needed() -> None:
    data = csv(*ROWS).replace(b"studentSisId", b"pupil")
    checkup = check(data)
    line = only(checkup, "header")
    assert (outcomes(checkup)["encoding"], line.outcome) == ("passed", "failed")
    assert "studentSisId" in line.message
    assert outcomes(check(data, columns={"pupil": "studentSisId"}))["header"] == "passed"


def test_a_header_that_is_nearly_right() -> None:
    assert "column-likely" in told(check(csv(*ROWS).replace(b"guardianSisId", b"gaurdianSisId")), "header")


def test_a_contact_that_no_row_has() -> None:
    checkup = check(csv(*(row.replace("4155550132", "").replace("4155550143", "") for row in ROWS)))
    assert outcomes(checkup)["header"] == "warning"
    assert "sms: no row has a usable one" in told(checkup, "header")


def test_rows_that_are_not_well() -> None:
    checkup = check(csv(*ROWS, "S1,,Cy,Roe,cy@example.org,,,", "S1,G4,Cy,Roe,no@at@all,4155550199,,"))
    assert "guardian-id-missing" in told(checkup, "rows")
    assert "first on line 6" in told(checkup, "rows")
    assert "email-invalid" in told(checkup, "rows")
    assert outcomes(checkup)["rows"] == "warning"
    assert checkup.ok


def test_no_row_can_be_used() -> None:
    assert outcomes(check(csv("S1,,A,B,a@example.org,,,", "S2,,A,B,a@example.org,,,")))["rows"] == "failed"


def test_a_file_without_rows_or_cut_short() -> None:
    assert "a sync would remove nothing" in told(check(f"{HEADER}\n".encode()), "rows")
    assert "cut short" in told(check(csv(*ROWS) + b'S1,G9,"An'), "rows")


def test_nobody_is_known_yet() -> None:
    district = Evenings(students=())
    checkup = check(district=district)
    assert outcomes(checkup)["students"] == "failed"
    assert "load_roster" in told(checkup, "students")
    assert only(checkup, "first sync").message == "correct students first, then check again"


@pytest.mark.parametrize(("known", "outcome"), [(100, "passed"), (98, "warning"), (60, "warning"), (10, "failed")])
def test_the_share_of_students_that_are_known(known: int, outcome: str) -> None:
    district = Evenings(students=[f"S{n:03}" for n in range(known)], staff=STAFF)
    rows = (f"S{n:03},G{n},{ANN.replace('Ann', f'Ann{n}')},," for n in range(100))
    line = only(check(csv(*rows), district), "student ids")
    assert line.outcome == outcome
    assert f"knows {known}.0% of the 100 students" in line.message


def test_zeros_that_were_lost() -> None:
    district = Evenings(students=[f"{n:05}" for n in range(1, 21)])
    rows = [f"{n},G{n},Ann{n},Lee,ann{n}@example.org,,," for n in range(1, 21)]
    line = only(check(csv(*rows), district), "student ids")
    assert line.outcome == "failed"
    assert "20 of them would be known with other zeros at the start" in line.message
    line = only(check(csv(f"0{rows[0]}"), district), "student ids")
    assert "1 of them" in line.message


def test_staff_who_nearly_match_a_guardian() -> None:
    district = Evenings(staff=["T1,Ann,Lee,ann@example.org,", "T2,Bob,Lee,bob@example.org,4155550143"])
    checkup = check(district=district)
    line = only(checkup, "staff")
    assert line.outcome == "warning"
    assert "1 of 2 staff are guardians too and keep one account" in line.message
    assert "1 (50.0%) nearly match a guardian" in line.message
    assert "staff T1" in line.message
    assert "guardian G1" in line.message
    assert "give both the same sms in the SIS" in line.message
    assert checkup.near_staff.height == 1
    assert "ann@example.org" not in str(checkup)


def test_two_guardians_who_nearly_match_are_not_staff() -> None:
    checkup = check(csv(*ROWS, "S1,G9,Ann,Lee,ann@example.org,,,"))
    assert only(checkup, "staff").outcome == "passed"
    assert checkup.near_staff.is_empty()


def test_no_staff_are_known() -> None:
    assert "give load_roster the staff too" in told(check(district=Evenings()), "staff")


def test_what_would_be_held() -> None:
    district = Evenings(staff=STAFF)
    rows = [f"S{nth % 4 + 1},G{nth},Ann{nth},Lee,ann{nth}@example.org,,," for nth in range(40)]
    checkup = check(csv(*rows), district)
    assert outcomes(checkup)["first sync"] == "warning"
    assert "wait for a person" in told(checkup, "first sync")
    assert "waits: " in told(checkup, "first sync")


def test_a_store_that_cannot_be_read(tmp_path: Path) -> None:
    district = Evenings(store=gs.open_store(f"sqlite:///{tmp_path}/roster.db"))
    (tmp_path / "roster.db").write_bytes(b"no database, and long enough to be looked at as one" * 40)
    checkup = check(district=district)
    assert outcomes(checkup)["students"] == "failed"
    assert outcomes(checkup)["rows"] == "passed"


def test_the_sample_is_shown_but_is_not_in_texts_that_may_be_logged() -> None:
    checkup = check(csv("S1,G1,<b>Ann</b>,Lee,ann@example.org,,,", *ROWS[1:]))
    assert checkup.sample["first_name"].to_list() == ["<b>Ann</b>", "Ann", "Bob"]
    for text in (str(checkup), repr(checkup), str(checkup.frame)):
        assert "Ann" not in text
        assert "example.org" not in text
    html = checkup._repr_html_()
    assert "&lt;b&gt;Ann&lt;/b&gt;" in html
    assert "<b>Ann" not in html
    assert checkup.frame.columns == ["name", "outcome", "message"]
    assert checkup.frame.height == len(checkup.lines)
