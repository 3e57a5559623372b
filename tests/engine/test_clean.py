"""What each guardian id says, and what each row of one says whose rows disagree."""

import polars as pl
from evenings import ANN, BOB, csv

import guardiansync as gs
from guardiansync.engine.cells import clean_mobiles


def test_rows_that_disagree_keep_their_own_words_wherever_they_stand() -> None:
    """U6 looks at what each row says; who agrees may stand before, between and behind."""
    other = "Bob,Lee,bob@example.com,4155550143"
    feed = gs.read_feed(
        csv(
            f"S1,G9,{ANN},,", f"S2,G2,{BOB},,", f"S3,G5,{ANN},,", f"S4,G2,{other},,", f"S5,G1,{ANN},,", f"S6,G2,{BOB},,"
        )
    )
    said = feed.disagreeing.select("line", "sis_id", "first_name", "email").rows()
    assert said == [
        (3, "G2", "Bob", "bob@example.org"),
        (5, "G2", "Bob", "bob@example.com"),
        (7, "G2", "Bob", "bob@example.org"),
    ]
    assert sorted(feed.people["sis_id"]) == ["G1", "G5", "G9"]


def test_a_row_says_why_its_id_cannot_be_read_and_one_without_ids_only_that() -> None:
    feed = gs.read_feed(csv(f"3-May,1.2E+05,{ANN},,", f"S3,1.2E+05,{ANN},,", f"3-May,G1,{BOB},,", f"S4,G1,{BOB},,"))
    assert feed.lines["problem"].to_list() == ["ids-missing", "id-rounded", "id-date", ""]


def test_only_what_would_be_a_number_from_abroad_is_told_of_its_plus_sign() -> None:
    notes = clean_mobiles(pl.Series(["442079460018", "12345"]), "US").notes
    assert notes.select("said", "code", "detail").rows() == [
        ("442079460018", "mobile-invalid", " With + before it, it would be a number from abroad."),
        ("12345", "mobile-invalid", ""),
    ]
