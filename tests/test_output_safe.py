"""What comes from a file runs nowhere it is shown: no formula, no markup, nothing that steers a terminal."""

import csv as csv_lines
import io
from pathlib import Path

import pytest
from click.testing import CliRunner
from evenings import ANN, HEADER, Evenings, csv

import guardiansync as gs
from guardiansync.command_line import console
from guardiansync.command_line.commands import commands
from guardiansync.command_line.written import save_plan, save_report, to_csv

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")  # noqa: RUF001 - full-width forms
MARKUP = '<script>alert("x")</script>&'
STEERS = "\x1b]0;owned\x07\x9b2J\u202e"


def cells(text: str) -> list[str]:
    return [cell for row in csv_lines.reader(io.StringIO(text, newline="")) for cell in row]


def assert_no_formula(text: str) -> None:
    found = [cell for cell in cells(text) if cell.startswith(FORMULAS)]
    assert found == []


@pytest.mark.parametrize("start", FORMULAS)
def test_no_cell_of_a_csv_starts_a_formula(start: str, tmp_path: Path) -> None:
    # What a cell keeps of its start depends on the column; ids keep theirs but for the invisible.
    word = f"{start}HYPERLINK(1)"
    quoted = '"' + word.replace("\0", "") + '"'
    district = Evenings(students=["S1", word])
    rows = (f"{quoted},{quoted},{quoted},{quoted},ann@example.org,,,", f"S1,G2{quoted},Ann,Lee,b@example.org,,,")
    plan = district.plan(*rows)
    report = district.sync(*rows)
    families = gs.families(district.store, district.scope)
    written = [*save_report(report, tmp_path), *save_plan(plan, tmp_path)]
    texts = [report.to_csv(), to_csv(families), to_csv(report.findings.frame), to_csv(plan.rows)]
    texts += [path.read_text("utf-8") for path in written if path.suffix == ".csv"]
    for text in texts:
        assert_no_formula(text)
    assert any("'" + word in cell or "HYPERLINK" in cell for text in texts for cell in cells(text))


def test_a_phone_in_the_list_of_families_is_no_formula() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,")
    text = to_csv(gs.families(district.store, district.scope))
    assert "'+14155550132" in text
    assert_no_formula(text)


def test_nothing_from_a_file_is_markup() -> None:
    word = f'"{MARKUP.replace(chr(34), chr(34) * 2)}"'
    rows = (f"S1,{word},{word},{word},ann@example.org,,,", f"{word},G2,{word},Lee,b@example.org,,,")
    data = csv(*rows).replace(HEADER.encode(), f"{HEADER},{word}".encode()).replace(b",,,\n", b",,,,\n")
    district = Evenings(students=["S1", MARKUP], staff=[f"{MARKUP.replace(',', '')},{MARKUP},Lee,c@example.org,"])
    gs.sync(district.settings, district.store, data)
    plan = gs.plan(district.settings, district.store, data)
    shown = [
        gs.read_feed(data)._repr_html_(),
        gs.check(district.settings, district.store, data)._repr_html_(),
        gs.explain(district.store, district.scope, guardian_sis_id=MARKUP, plan=plan)._repr_html_(),
        gs.explain(district.store, district.scope, student_sis_id=MARKUP)._repr_html_(),
    ]
    assert any("&lt;script&gt;" in html for html in shown)
    for html in shown:
        assert "<script" not in html
        assert 'alert("x")' not in html


def test_nothing_from_a_file_steers_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "students.csv").write_text(f"student_sis_id,first_name\nS1,{STEERS}An\n{STEERS}2,Bo\n", "utf-8")
    rows = (f"S1,G{STEERS},{STEERS}Ann,Lee,ann@example.org,,,", f"S{STEERS}9,G2,Bob,Lee,bob@example.org,,,")
    (tmp_path / "guardians.csv").write_bytes(csv(*rows))
    scope = ("--district", "d-1")
    said = []
    for command in (
        ("load-roster", *scope, "--students", "students.csv"),
        ("check", *scope, "--file", "."),
        ("plan", *scope, "--file", "."),
        ("sync", *scope, "--file", "."),
        ("families", *scope),
        ("explain", *scope, "--student", "S1"),
        ("explain", *scope, "--guardian", STEERS),
    ):
        result = CliRunner().invoke(commands, command)
        said.append(result.output)
    assert "Ann" in said[1]
    assert "G?]0;owned" in "".join(said)
    for output in said:
        assert not {letter for letter in output if letter in STEERS and not letter.isprintable()}, output


def test_words_keep_their_lines(capsys: pytest.CaptureFixture[str]) -> None:
    console.say("one\n  two\tthree — “four”")
    assert capsys.readouterr().out.startswith("one\n  two")
