"""Possible duplicates of whole districts: how many who are there twice are listed, and how many of the list are true."""

from collections import Counter

import polars as pl
import pytest

import guardiansync as gs
from guardiansync.testing.typing_errors import Slip, mistyped_district

HERE = gs.District("d-1")


@pytest.fixture(scope="module")
def judged() -> tuple[Counter[Slip], Counter[Slip], int]:
    """How many people are there twice, how many of them are listed, by slip; and how long the lists are."""
    there: Counter[Slip] = Counter()
    found: Counter[Slip] = Counter()
    length = 0
    for seed in (1, 2):
        district = mistyped_district(4000, seed)
        store = gs.open_store("memory://")
        gs.load_roster(store, HERE, students=district.students, staff=district.staff)
        gs.sync(gs.SyncSettings(scope=HERE, enabled=True), store, district.guardians_csv)
        listed = gs.possible_duplicates(store, HERE)
        roles = listed.select(pl.col("roles", "other_roles").str.split(", "))
        pairs = {frozenset((a, b)) for mine, others in roles.iter_rows() for a in mine for b in others}
        for one in district.twice:
            there[one.slip] += 1
            found[one.slip] += {one.role, one.other_role} in pairs
        length += listed.height
    return there, found, length


@pytest.mark.parametrize("slip", Slip)
def test_most_of_each_kind_are_listed(judged: tuple[Counter[Slip], Counter[Slip], int], slip: Slip) -> None:
    there, found, _ = judged
    assert there[slip] >= 8
    assert found[slip] >= there[slip] - 1


def test_nearly_all_are_listed_and_nearly_all_that_is_listed_is_true(
    judged: tuple[Counter[Slip], Counter[Slip], int],
) -> None:
    there, found, length = judged
    assert found.total() >= 0.95 * there.total()
    assert found.total() >= 0.9 * length
