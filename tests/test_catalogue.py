"""The catalogue of findings is all there is, and all of it happens."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from corpus_cases import cases
from evenings import ANN, BOB, Evenings

import guardiansync as gs
from guardiansync.feed.put_away import put_away
from guardiansync.model.catalogue import CATALOGUE, Kind
from guardiansync.model.feed import Fetched
from guardiansync.model.finding import FINDINGS

PACKAGE = Path(gs.__file__).parent


def _evenings() -> Iterator[gs.Report]:
    """Evenings with all that only the roster can tell."""
    district = Evenings(students=["S1", "S2", "007"], staff=[f"T1,{ANN}"])
    yield district.sync(
        f"S1,G1,{ANN},,", f"S1,G1,{ANN},,", f"S2,G2,{BOB},,", f"S1,123,{BOB.replace('Bob', 'Cy')},,", "S1,G3,Di,Poe,,,,",
        f"7,G2,{BOB},,",
    )  # fmt: skip
    yield district.sync(
        f"S1,G1,{ANN.replace('ann@', 'lee@')},,", f"S2,G2,{BOB},,", f"S1,G2,{BOB.replace('bob@', 'roe@')},,",
        "007,G2,Eve,Moe,eve@example.org,2125550143,,", f"S1,123.0,{BOB.replace('Bob', 'Cy')},,",
    )  # fmt: skip
    yield district.sync("S1,G6,Ann,Lee,ann@example.org,,,")
    yield district.sync(*(f"S1,O{n},P{n},Q{n},office@example.org,,," for n in range(5)))
    yield district.sync("S1,G8,José,\u0410nn,jo@example.org,,,")
    yield district.sync("S1,G8,Jos?,\u0410nn,jo@example.org,,,")
    gs.deny(district.store, district.scope, "G8", "S1", "court order")
    yield district.sync("S1,G8,José,\u0410nn,jo@example.org,,,")
    north = Evenings(students=["S1"], scope=gs.School("north", "d-2"))
    south = Evenings(students=["S1"], scope=gs.School("south", "d-2"), store=north.store)
    yield north.sync(f"S1,G1,{ANN},,")
    yield south.sync(f"S1,G1,{ANN},,")
    yield north.sync(f"S1,G1,{ANN.replace('ann@', 'lee@')},,")
    district.load(students=["S1", "S3"], deletion_threshold=1.0)
    yield district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")


def test_every_code_is_produced_and_every_code_produced_is_there() -> None:
    of_files = {one.code for case in cases() if "rows" in case.wanted for one in case.read().findings}
    of_evenings = {one.code for report in _evenings() for one in report.findings}
    # One letter by itself may be a name's initial in many encodings.
    lonely = b"studentSisId,guardianSisId,firstName,lastName,email\n1,G1,\xe6,Lee,a@example.org\n"
    of_letters = {one.code for one in gs.read_feed(lonely).findings}
    nowhere = gs.SftpLocation(host="h", login="l", password="p", archive="/archive")
    of_moves = {one.code for one in put_away(nowhere, Evenings().plan(f"S1,G1,{ANN},,").evidence, "r-1")}
    assert of_files | of_evenings | of_letters | of_moves == set(CATALOGUE)


def test_every_code_that_the_package_names_is_there() -> None:
    named = {
        call.args[0].value
        for path in PACKAGE.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in {"findings", "file_finding"}
        and isinstance(call.args[0], ast.Constant)
    }
    assert len(named) > 10
    assert named <= set(CATALOGUE)


@pytest.mark.parametrize("kind", CATALOGUE.values(), ids=CATALOGUE.keys())
def test_an_entry_says_what_it_is_and_what_to_do(kind: Kind) -> None:
    assert re.fullmatch(r"[a-z]+(?:-[a-z]+)+|placeholder|held|denied", kind.code)
    assert {name for _, name, _, _ in Formatter().parse(kind.message) if name} <= set(FINDINGS.names())
    assert kind.title
    assert kind.message.endswith((".", ".{detail}"))
    assert kind.remedy.endswith(".")


def test_a_finding_shows_its_line_and_column_and_the_cell_only_to_whoever_asks() -> None:
    header = "studentSisId,guardianSisId,firstName,lastName,email,sms\n"
    feed = gs.read_feed((header + "1,1.2E+05,Ann,Lee,not an address,4155552671\n1,G2,Bob,Lee,not.this,\n").encode())
    found = {one.code: one for one in feed.findings}
    assert (found["id-rounded"].line, found["id-rounded"].column) == (2, "guardianSisId")
    assert (found["email-invalid"].line, found["email-invalid"].column) == (3, "email")
    assert feed.cell(found["id-rounded"]) == "1.2E+05"
    assert feed.cell(found["email-invalid"]) == "not.this"
    assert "not.this" not in f"{feed}{feed!r}{feed._repr_html_()}{feed.findings!r}{list(feed.findings)}"


def test_a_cell_of_a_plans_finding_can_be_asked_for() -> None:
    district = Evenings(students=["0042"])
    rows = f"42,G1,{ANN},,"
    (finding,) = district.plan(rows).findings
    assert finding.code == "student-unknown"
    feed = gs.read_feed(("studentSisId,guardianSisId,firstName,lastName,email,sms,phone,language\n" + rows).encode())
    assert feed.cell(finding) == "42"


def test_what_comes_from_the_file_is_escaped_in_a_notebook() -> None:
    feed = gs.read_feed(
        b"studentSisId,guardianSisId,firstName,lastName,email,<img src=x>\n1,G1,Ann,Lee,a@example.org,\n"
    )
    assert "<img" not in feed._repr_html_()
    feed = gs.read_feed(
        Fetched(data=b"studentSisId,guardianSisId,firstName,lastName,email\n", name="<b>.csv", where="", sha256="")
    )
    assert "<b>" not in feed._repr_html_()


def test_a_screen_has_room_for_every_kind_of_finding_that_a_file_has() -> None:
    bad = [
        "1.2E+05,G{n},Ann,Lee,,",
        "{n},2-Jan,Ann,Lee,,",
        ",,Ann,Lee,,",
        "{n},G{n},,Lee,x,1",
        "{n},9.0,A,B,a@b.org;c@d.org,N/A",
    ]
    rows = "\n".join(row.format(n=n) for n in range(300) for row in bad)
    feed = gs.read_feed(f"studentSisId,guardianSisId,firstName,lastName,email,sms\n{rows}\n".encode())
    assert len(feed.findings) > 1500
    assert len(str(feed).splitlines()) <= 24
    assert "lines 2, 7, 12" in str(feed)
    assert len(feed._repr_html_()) < 20_000
