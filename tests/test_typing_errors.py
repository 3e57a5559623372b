"""The sample district with slips says truly who is in it twice."""

import csv

import pytest

from guardiansync.testing.typing_errors import MistypedDistrict, Slip, mistyped_district

DIFFERS = {
    Slip.OTHER_DOMAIN: {"email"},
    Slip.EMAIL: {"email"},
    Slip.MOBILE: {"sms"},
    Slip.NICKNAME: {"firstName"},
    Slip.EXCHANGED: {"firstName", "lastName"},
    Slip.MAIDEN: {"lastName"},
    Slip.NAME: {"firstName"},
}


@pytest.fixture(scope="module")
def district() -> MistypedDistrict:
    return mistyped_district(3000, seed=7)


def said(district: MistypedDistrict) -> dict[str, dict[str, str]]:
    rows = csv.DictReader(district.guardians_csv.decode().splitlines())
    return {f"guardian {row['guardianSisId']}": row for row in rows}


def tidy(cell: str, column: str) -> str:
    return "".join(filter(str.isdigit, cell))[-10:] if column == "sms" else cell.strip().casefold()


def test_each_has_one_slip(district: MistypedDistrict) -> None:
    rows = said(district)
    slips = [one for one in district.twice if one.slip in DIFFERS]
    assert {one.slip for one in slips} == DIFFERS.keys()
    for one in slips:
        mine, theirs = rows[one.role], rows[one.other_role]
        columns = ("firstName", "lastName", "email", "sms")
        differing = {name for name in columns if tidy(mine[name], name) != tidy(theirs[name], name)}
        assert differing == DIFFERS[one.slip], one


def test_every_kind_is_there_and_nobody_is_there_three_times(district: MistypedDistrict) -> None:
    assert {one.slip for one in district.twice} == set(Slip)
    roles = [role for one in district.twice for role in (one.role, one.other_role)]
    assert len(roles) == len(set(roles))


def test_the_same_seed_makes_the_same_district(district: MistypedDistrict) -> None:
    again = mistyped_district(3000, seed=7)
    assert (again.guardians_csv, again.twice) == (district.guardians_csv, district.twice)
    assert mistyped_district(3000, seed=8).guardians_csv != district.guardians_csv


def test_the_share_is_what_was_asked_for() -> None:
    counts = [
        sum(one.slip is not Slip.WORK_ADDRESS for one in mistyped_district(1000, share=share).twice)
        for share in (0, 0.01, 0.02)
    ]
    assert counts[0] == 0
    assert counts[2] == pytest.approx(2 * counts[1], abs=1)
