"""What stands several times, and what stands beside it: told by hashes, decided by the texts."""

from collections.abc import Sequence
from typing import Literal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from guardiansync.model import keyed

KEY = ("first", "last")
NAMES = st.sampled_from(["Ann", "Bob", "Cy", "Dee", ""])
ROWS = st.lists(st.tuples(NAMES, NAMES), max_size=30)


def _frame(rows: list[tuple[str, str]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(KEY, pl.String), orient="row").with_row_index("row")


def _all_alike(on: Sequence[str]) -> pl.Expr:
    """Hashes that meet for most texts."""
    return sum((pl.col(name).str.len_bytes() for name in on), start=pl.lit(0)).cast(pl.UInt64).alias("_hash")


@pytest.fixture(params=["hashes as they are", "hashes that meet"])
def hashes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "hashes that meet":
        monkeypatch.setattr(keyed, "_hash", _all_alike)


@pytest.mark.usefixtures("hashes")
@given(ROWS, st.integers(1, 3))
def test_what_stands_more_than_so_many_times_is_what_counting_says(rows: list[tuple[str, str]], times: int) -> None:
    frame = _frame(rows)
    counted = [rows.count(row) > times for row in rows]
    assert keyed.is_repeated(frame, KEY, times).to_list() == counted


@pytest.mark.usefixtures("hashes")
@given(ROWS, ROWS)
def test_what_stands_beside_a_row_is_what_a_left_join_says(
    rows: list[tuple[str, str]], known: list[tuple[str, str]]
) -> None:
    frame = _frame(rows)
    others = _frame(list(dict.fromkeys(known))).rename({"row": "other"})
    joined = frame.join(others, on=KEY, how="left", maintain_order="left")
    assert_frame_equal(keyed.beside(frame, others, KEY), joined)


@given(
    rows=st.lists(st.none() | st.integers(-3, 9), max_size=20),
    first=st.integers(0, 5),
    count=st.integers(0, 6),
    has_gap=st.booleans(),
)
def test_numbers_are_looked_up_as_a_left_join_would(
    rows: list[int | None], first: int, count: int, *, has_gap: bool
) -> None:
    frame = pl.DataFrame({"key": rows}, schema={"key": pl.Int64})
    numbers = [number for number in range(first, first + count) if not (has_gap and number == first + 1)]
    known = pl.DataFrame(
        {"key": numbers, "said": [f"n{number}" for number in numbers]}, schema={"key": pl.Int64, "said": pl.String}
    )
    joined = frame.join(known, on="key", how="left", maintain_order="left")
    assert_frame_equal(keyed.beside_number(frame, known, "key"), joined)


@pytest.mark.parametrize("how", ["inner", "left", "semi", "anti"])
@given(few=ROWS, many=ROWS)
def test_a_few_with_many_are_joined_as_any_are(
    few: list[tuple[str, str]], many: list[tuple[str, str]], how: Literal["inner", "left", "semi", "anti"]
) -> None:
    frame = _frame(few)
    others = _frame(many).rename({"row": "other", "first": "given", "last": "family"})
    joined = frame.join(others, left_on=KEY, right_on=["given", "family"], how=how, maintain_order="left")
    found = keyed.few_with_many(frame, others, KEY, ("given", "family"), how)
    assert_frame_equal(found.sort(pl.all()), joined.sort(pl.all()))
    assert found["row"].to_list() == joined["row"].to_list()


@given(rows=ROWS, columns=st.sampled_from([KEY, KEY[::-1], KEY[:1]]), already=st.integers(0, 2))
def test_rows_are_in_order_whether_they_were_or_not(
    rows: list[tuple[str, str]], columns: tuple[str, ...], already: int
) -> None:
    frame = _frame(rows)
    if already:
        frame = frame.sort(columns[:already], maintain_order=True)
    assert_frame_equal(keyed.in_order(frame, columns).select(columns), frame.sort(columns).select(columns))
    assert_frame_equal(keyed.in_order(frame, columns), frame, check_row_order=False)
