"""Cells that hold something else than they should. The corpus has them one by one; here is what holds for all."""

import polars as pl
import pytest
from evenings import ANN, BOB, Evenings, actions, csv
from hypothesis import given
from hypothesis import strategies as st

import guardiansync as gs
from guardiansync.engine.cells import clean_emails, clean_mobiles, clean_names, split_names
from guardiansync.engine.phones import to_e164
from guardiansync.engine.placeholders import NO_EMAIL, NO_ID, NO_NAME
from guardiansync.engine.text import tidy, trim

_LOCAL = st.from_regex(r"\A[a-z0-9][a-z0-9._+'-]{0,8}[a-z0-9]\Z")
_ADDRESSES = st.builds("{}@{}.org".format, _LOCAL, st.sampled_from(("example", "mail.example", "ex-ample")))


def _texts(cells: list[str]) -> pl.Series:
    return pl.Series("cell", cells, dtype=pl.String)


@given(st.lists(_ADDRESSES, min_size=1, max_size=20))
def test_ordinary_addresses_stay_as_they_are(addresses: list[str]) -> None:
    usable = [one for one in addresses if not _texts([one]).str.contains(NO_EMAIL).item()]
    cells = clean_emails(_texts(usable))
    assert cells.values.to_list() == usable
    assert cells.notes.is_empty()


@given(st.lists(st.one_of(st.text(max_size=12), st.text("ab@.,;/<>( \n", max_size=14), _ADDRESSES), max_size=20))
def test_no_address_is_made_up(cells: list[str]) -> None:
    said = _texts(cells)
    cleaned = clean_emails(said)
    known = dict(zip(cleaned.notes["said"], cleaned.notes["code"], strict=True))
    for cell, tidied, value in zip(cells, trim(said), cleaned.values, strict=True):
        assert value in cell
        assert not value or value.count("@") == 1
        # Whatever is not used as it stands is said.
        assert value == tidied or cell in known


@given(_ADDRESSES, _ADDRESSES, st.sampled_from(("; ", ";", ", ", " ", " / ", "|", "\n", " or ", " & ")))
def test_of_several_addresses_the_first_is_used(first: str, second: str, between: str) -> None:
    usable = [one for one in (first, second) if not _texts([one]).str.contains(NO_EMAIL).item()]
    cleaned = clean_emails(_texts([first + between + second]))
    assert cleaned.values.to_list() == usable[:1] or [""]
    assert cleaned.notes.height == 1


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("a@b@example.org", "email-invalid"),
        ("ann@example.org<b", "email-invalid"),
        ("test@test.com; none@none.com", "placeholder"),
        ("test@test.com; ask Ann", "email-invalid"),
    ],
)
def test_cells_without_an_address_say_what_is_there_instead(cell: str, code: str) -> None:
    cleaned = clean_emails(_texts([cell]))
    assert cleaned.values.to_list() == [""]
    assert cleaned.notes["code"].to_list() == [code]


@pytest.mark.parametrize("cell", ["mailto:ann@example.org", "Ann Lee <mailto:ann@example.org>", "ann@example.org,"])
def test_what_programs_put_around_an_address_is_no_part_of_it(cell: str) -> None:
    assert clean_emails(_texts([cell])).values.to_list() == ["ann@example.org"]


def test_an_address_in_capitals_keeps_its_last_letter() -> None:
    assert clean_emails(_texts(["mailto:ANN@EXAMPLE.MX"])).values.to_list() == ["ANN@EXAMPLE.MX"]


def test_an_unusual_address_that_is_one_is_not_spoken_of() -> None:
    cleaned = clean_emails(_texts(["ann/lee@example.org"]))
    assert cleaned.values.to_list() == ["ann/lee@example.org"]
    assert cleaned.notes.is_empty()


@pytest.mark.parametrize("cell", ["ann@example.org, none", "ann@example.org / unknown", "none ann@example.org,"])
def test_a_word_for_nothing_beside_an_address_does_not_spoil_it(cell: str) -> None:
    cleaned = clean_emails(_texts([cell]))
    assert cleaned.values.to_list() == ["ann@example.org"]
    assert cleaned.notes["code"].to_list() == ["extra-text"]


_NUMBERS = st.from_regex(r"\A\(?[2-9][0-9]{2}[) .-]{0,2}[2-9][0-9]{2}[ .-]?[0-9]{4}\Z")


@given(st.lists(st.one_of(_NUMBERS, st.text("0123456789+-(). x/;ab", max_size=16)), max_size=20))
def test_a_number_that_is_one_is_read_as_ever(cells: list[str]) -> None:
    said = _texts(cells)
    cleaned = clean_mobiles(said, "US")
    known = dict(zip(cleaned.notes["said"], cleaned.notes["code"], strict=True))
    for cell, e164, value in zip(cells, to_e164(tidy(said), "US"), cleaned.values, strict=True):
        assert value == e164 or known[cell] in {"placeholder", "several-values", "extra-text", "mobile-decimal"}
        assert value or not cell.strip() or cell in known


def test_a_number_beside_something_that_looks_rounded_is_read() -> None:
    cleaned = clean_mobiles(_texts(["415-555-0132 Apt 2E4"]), "US")
    assert cleaned.values.to_list() == ["+14155550132"]
    assert cleaned.notes["code"].to_list() == ["extra-text"]


@pytest.mark.parametrize(
    "name", ["Null", "Nan", "Na", "No", "Test", "Noone", "X", "O", "Mr.", "D'", "Ng", "李", "Ñ", "Unknown", "0'Hara"]
)
def test_names_that_people_have(name: str) -> None:
    assert clean_names(_texts([name])).values.to_list() == [name]
    assert not _texts([name]).str.contains(NO_NAME).item()


@pytest.mark.parametrize("sis_id", ["0", "000", "1", "A", "NO1", "nan1", "12-3", "x", "unknown1", "TBD-1"])
def test_ids_that_are_some(sis_id: str) -> None:
    assert not _texts([sis_id]).str.contains(NO_ID).item()


@given(
    st.lists(
        st.tuples(st.sampled_from(("", "Ann")), st.sampled_from(("", "Lee", "Lee, Ann", "Lee, Jr.", ", Ann"))),
        max_size=9,
    )
)
def test_names_are_taken_apart_only_where_one_is_blank(names: list[tuple[str, str]]) -> None:
    first, last, *split = split_names(_texts([one for one, _ in names]), _texts([other for _, other in names]))
    for (was_first, was_last), now_first, now_last, parted in zip(names, first, last, split[0] | split[1], strict=True):
        assert parted == (was_first == "" and was_last == "Lee, Ann")
        assert (now_first, now_last) == (("Ann", "Lee") if parted else (was_first, was_last))


def test_both_names_in_one_cell_stay_there_where_the_other_is_not_blank() -> None:
    # Beside one that is taken apart: where no name is blank at all, nobody looks.
    first, last, *split = split_names(_texts(["Lee, Ann", "Lee, Ann"]), _texts(["", "Roe"]))
    assert (first.to_list(), last.to_list()) == (["Ann", "Lee, Ann"], ["Lee", "Roe"])
    assert [one.to_list() for one in split] == [[True, False], [False, False]]


def test_a_feed_keeps_the_cells_of_rows_that_something_was_found_in_only() -> None:
    district = Evenings()
    feed = gs.read_feed(csv(f"S1,G1,{ANN},,", "S2,G2,Bob,Lee,nobody,4155550143,,"), district.settings)
    assert feed.noted["line"].to_list() == [3]


# --- ids, in the evening ------------------------------------------------------------------------------------------


def test_a_known_guardian_with_decimals_is_neither_taken_for_the_known_one_nor_for_somebody_new() -> None:
    district = Evenings()
    district.sync(f"S1,123,{ANN},,", f"S2,124,{BOB},,")
    report = district.sync(f"S1,123.0,{ANN},,", f"S2,124,{BOB},,")
    assert report.findings.counts() == {"id-decimal": 1, "id-decimal-added": 1}
    assert actions(report.rows.filter(pl.col("line") > 0)) == ["SKIPPED", "UNCHANGED"]
    assert district.guardians() == {"123", "124"}
    assert district.children("123") == {"S1"}


def test_a_guardian_whose_id_with_decimals_is_like_that_of_staff_or_of_another_school_is_new() -> None:
    district = Evenings(staff=[f"123,{ANN}"])
    district.sync(f"S1,123.0,{BOB},,")
    assert district.children("123.0") == {"S1"}
    north = Evenings(scope=gs.School("north", "d-2"))
    south = Evenings(scope=gs.School("south", "d-2"), store=north.store)
    north.sync(f"S1,123,{ANN},,")
    south.sync(f"S1,123.0,{BOB},,")
    assert south.children("123.0") == {"S1"}


def test_ids_with_decimals_from_the_first_evening_on_are_ids() -> None:
    district = Evenings()
    for _ in range(2):
        report = district.sync(f"S1,123.0,{ANN},,")
        assert report.findings.counts() == {"id-decimal": 1}
    assert district.children("123.0") == {"S1"}


def test_an_unknown_student_with_decimals_or_without_zeros_is_told_which_was_meant() -> None:
    district = Evenings(students=["0042", "77"])
    report = district.sync(f"42.0,G1,{ANN},,", f"77.0,G1,{ANN},,", f"42,G1,{ANN},,", f"5.0,G1,{ANN},,")
    said = {one.line: one.message for one in report.findings if one.code == "student-unknown"}
    assert "0042 is: was .0 added?" in said[2]
    assert "77 is: was .0 added?" in said[3]
    assert "0042 is: were zeros lost?" in said[4]
    assert said[5].endswith("on the roster.")


def test_an_unknown_student_with_too_few_zeros_is_told_which_was_meant() -> None:
    (finding,) = Evenings(students=["0042"]).plan(f"042,G1,{ANN},,").findings
    assert "Student 0042 is: were zeros lost?" in finding.message


def test_a_rounded_id_shields_whom_the_row_still_names() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    report = district.sync(f"S1,1.2E+05,{ANN},,", f"S2,G2,{BOB},,")
    assert report.findings.counts() == {"id-rounded": 1}
    assert district.guardians() == {"G1", "G2"}


def test_two_rounded_ids_may_be_anybodys() -> None:
    district = Evenings(deletion_threshold=1.0)
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    report = district.sync(f"S1,G1,{ANN},,", f"1.2E+05,1.2E+05,{BOB},,")
    assert report.reasons == ("incomplete-file",)
    assert district.guardians() == {"G1", "G2"}


def test_several_emails_make_the_key_of_the_first() -> None:
    district = Evenings(staff=[f"T1,{ANN}"])
    district.sync(f"S1,G1,{ANN.replace('ann@example.org', 'ann@example.org; lee@example.org')},,")
    assert district.role("G1")["account_id"] == district.role("T1", "staff")["account_id"]
