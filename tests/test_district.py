import io
import subprocess
import sys
from collections import Counter
from collections.abc import Callable

import phonenumbers
import polars as pl
import pytest
from hypothesis import Phase, given, settings

from guardiansync.testing.district import Evening, SampleDistrict, Truth, district_file
from guardiansync.testing.names import AREA_CODES, FICTIONAL, ten_digits
from guardiansync.testing.strategies import GUARDIAN_IDS, SmallDistrict, districts

OFTEN = settings(max_examples=400, database=None, derandomize=True, phases=[Phase.generate], deadline=None)


@pytest.fixture(scope="module")
def sample() -> SampleDistrict:
    return SampleDistrict(2000)


def read(evening: Evening) -> pl.DataFrame:
    return pl.read_csv(io.BytesIO(evening.guardians_csv), infer_schema=False).fill_null("")


def test_every_mobile_is_valid_and_nobody_elses() -> None:
    fiction = len(AREA_CODES) * FICTIONAL
    serials = [*range(0, fiction, 7), *range(fiction, fiction + 500_000_000, 1_999_993)]
    numbers = [ten_digits(serial) for serial in serials]
    assert len(set(numbers)) == len(numbers)
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(number, "US")) for number in numbers)
    assert all(number[3:8] == "55501" for number in numbers[: len(range(0, fiction, 7))])


def test_the_same_seed_makes_the_same_district() -> None:
    one, same, other = SampleDistrict(150), SampleDistrict(150), SampleDistrict(150, seed=2)
    for evening in ("first_evening", "second_evening", "broken_export"):
        made = getattr(one, evening)()
        assert made.guardians_csv == getattr(same, evening)().guardians_csv
        assert made.record == getattr(same, evening)().record
        assert made.guardians_csv != getattr(other, evening)().guardians_csv


def test_a_district_has_as_many_students_as_asked_for(sample: SampleDistrict) -> None:
    assert sample.first_evening().students.height == 2000
    assert SampleDistrict(100).first_evening().record.students_enrolled == 100
    with pytest.raises(ValueError, match="at least 100"):
        SampleDistrict(99)


def test_the_first_file_is_as_odd_as_real_ones(sample: SampleDistrict) -> None:
    evening = sample.first_evening()
    rows = read(evening)
    assert rows.columns == [
        "studentSisId",
        "guardianSisId",
        "firstName",
        "lastName",
        "email",
        "sms",
        "phone",
        "language",
    ]
    names = "".join(rows["lastName"].to_list() + rows["firstName"].to_list())
    assert "'" in names
    assert any(ord(letter) > 255 for letter in names)
    assert rows["studentSisId"].str.starts_with("0").any()
    assert rows["guardianSisId"].str.starts_with("0").any()
    people = rows.unique("guardianSisId")
    assert people.filter((pl.col("email") == "") & (pl.col("sms") != "")).height > 20
    assert people.filter((pl.col("sms") == "") & (pl.col("email") != "")).height > 20
    named = people.filter(pl.col("email") != "").group_by(pl.col("email").str.to_lowercase())
    assert named.agg(pl.col("firstName").n_unique()).filter(pl.col("firstName") > 1).height > 20
    guardians_per_student = evening.record.truth.ties
    assert max(Counter(student for student, _ in guardians_per_student).values()) in {3, 4}


def test_staff_who_are_parents_have_the_same_details_in_both_exports(sample: SampleDistrict) -> None:
    evening = sample.first_evening()
    truth = evening.record.truth
    employed = set(truth.staff.values())
    assert len(evening.record.staff_links) > 5
    staff = {row[0]: row[1:] for row in evening.staff.iter_rows()}
    number_of = {person: sis_id for sis_id, person in truth.staff.items()}
    for guardian_id in evening.record.staff_links:
        person = truth.guardians[guardian_id]
        assert person in employed
        first, last, email, _ = staff[number_of[person]]
        assert (first, last, email) == truth.details[guardian_id][:3]


def test_the_record_counts_what_stands_in_the_file(sample: SampleDistrict) -> None:
    for evening in (sample.first_evening(), sample.second_evening(), sample.broken_export()):
        rows = read(evening)
        assert evening.record.rows == rows.height
        pairs = set(rows.select("studentSisId", "guardianSisId").iter_rows())
        missing = evening.record.truth.ties - pairs
        assert len(missing) == evening.record.ties_withheld
        assert set(evening.students["student_sis_id"]) == set(evening.record.truth.students)
        assert set(evening.staff["sis_id"]) == set(evening.record.truth.staff)


def test_the_second_evening_has_every_kind_of_event(sample: SampleDistrict) -> None:
    record = sample.second_evening().record
    happened = {
        name: getattr(record, name)
        for name in (
            "students_enrolled", "students_left", "staff_joined", "staff_gone", "staff_linked", "accounts_created",
            "accounts_archived", "roles_granted", "roles_revoked", "ties_started", "ties_ended", "role_updates",
            "account_updates", "staff_links", "same_person",
        )
    }  # fmt: skip
    assert all(happened.values()), happened
    assert record.account_updates < record.role_updates  # somebody who claimed the account changed contacts, too
    assert record.roles_revoked > record.accounts_archived  # one of them is staff and keeps the account


def test_the_broken_export_lost_two_guardians_in_five(sample: SampleDistrict) -> None:
    before, broken = sample.second_evening(), sample.broken_export()
    share = broken.record.roles_withheld / len(before.record.truth.guardians)
    assert 0.35 < share < 0.45
    assert broken.record.accounts_created == 3


def test_truth_of_nobody_is_empty() -> None:
    assert Truth().accounts == set()


def test_a_file_of_any_size_has_the_shape_of_a_district() -> None:
    students, data = district_file(36_000, seed=3)
    rows = pl.read_csv(data, infer_schema=False).fill_null("")
    assert rows.height == pytest.approx(36_000, rel=0.01)
    assert rows.height / rows["guardianSisId"].n_unique() == pytest.approx(1.8, rel=0.01)
    assert rows.height / students.height == pytest.approx(2, rel=0.01)
    assert set(rows["studentSisId"]) == set(students["student_sis_id"])
    assert rows.filter((pl.col("email") == "") & (pl.col("sms") == "")).is_empty()
    assert rows.unique(["studentSisId", "guardianSisId"]).height == rows.height
    details = ["firstName", "lastName", "email", "sms"]
    assert rows.select("guardianSisId", *details).unique().height == rows["guardianSisId"].n_unique()


def test_its_mobiles_are_valid_and_spelt_in_many_ways() -> None:
    _, data = district_file(36_000, seed=3)
    written = pl.read_csv(data, infer_schema=False)
    sms = written.filter(pl.col("sms") != "")["sms"].unique().sort()
    shapes = sms.str.replace_all(r"\d", "9").unique()
    assert shapes.len() == 7
    for number in sms.gather_every(29):
        assert phonenumbers.is_valid_number(phonenumbers.parse(number, "US")), number


@pytest.mark.parametrize("changed", [0.0, 0.01, 0.2])
def test_the_next_evening_changes_the_share_that_was_asked_for(changed: float) -> None:
    students, data = district_file(36_000, seed=3)
    same_students, later_data = district_file(36_000, seed=3, changed=changed)
    assert students.equals(same_students)
    before, after = (
        pl.read_csv(each, infer_schema=False).fill_null("").unique("guardianSisId") for each in (data, later_data)
    )
    gone = before.join(after, on="guardianSisId", how="anti").height / before.height
    new = after.join(before, on="guardianSisId", how="anti").height / before.height
    both = before.join(after, on="guardianSisId")
    moved = both.filter((pl.col("email") != pl.col("email_right")) | (pl.col("sms") != pl.col("sms_right")))
    assert both.filter(pl.col("firstName") != pl.col("firstName_right")).is_empty()
    assert moved.height / before.height == pytest.approx(0.6 * changed, rel=0.2)
    assert gone == pytest.approx(0.2 * changed, rel=0.3)
    assert new == pytest.approx(0.2 * changed, rel=0.3)


def test_a_file_refuses_what_it_cannot_make() -> None:
    with pytest.raises(ValueError, match="rows"):
        district_file(0)
    with pytest.raises(ValueError, match="changed"):
        district_file(100, changed=0.5)


def test_the_sample_does_not_need_hypothesis() -> None:
    code = "import sys, guardiansync.testing.district; sys.exit('hypothesis' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def pairs(district: SmallDistrict, nth: int) -> list[tuple[str, str]]:
    return [row[:2] for row in district.evenings[nth].rows]


AWKWARD: dict[str, Callable[[SmallDistrict], bool]] = {
    "a pair twice": lambda d: max(Counter(pairs(d, 0)).values(), default=0) > 1,
    "lines that disagree": lambda d: len({row[1:6] for row in d.first.rows if row[1]}) > len({r[1] for r in d.first.rows if r[1]}),
    "no contact": lambda d: any(not row[4].strip() and not row[5] for row in d.first.rows),
    "an unknown student": lambda d: any(row[0] and row[0] not in d.first.student_ids for row in d.first.rows),
    "neither id": lambda d: any(row[:2] == ("", "") for row in d.first.rows),
    "lost zeros": lambda d: any(row[0] == "3" and "0003" in d.first.student_ids for row in d.first.rows),
    "a guardian gone": lambda d: bool({g for _, g in pairs(d, 0)} - {g for _, g in pairs(d, 1)}),
    "a guardian new": lambda d: bool({g for _, g in pairs(d, 1)} - {g for _, g in pairs(d, 0)} - {""}),
    "a student left": lambda d: bool(set(d.first.student_ids) - set(d.second.student_ids)),
    "staff who are parents": lambda d: bool(
        {who for _, who in d.first.staff_details if who[2] or who[3]} & {row[2:6] for row in d.first.rows}
    ),
    "a household": lambda d: any(
        one[4] and one[4] == other[4] and one[2:4] != other[2:4] and one[1] != other[1]
        for one in d.first.rows for other in d.first.rows
    ),
    "one person under two ids": lambda d: any(
        one[2:6] == other[2:6] and one[4] and one[1] != other[1] and one[1] in GUARDIAN_IDS and other[1] in GUARDIAN_IDS
        for one in d.first.rows for other in d.first.rows
    ),
}  # fmt: skip


def test_small_districts_are_awkward() -> None:
    seen: Counter[str] = Counter()

    @OFTEN
    @given(districts())
    def look(district: SmallDistrict) -> None:
        seen.update(what for what, is_so in AWKWARD.items() if is_so(district))
        for evening in district.evenings:
            assert evening.guardians_csv.decode().count("\n") == len(evening.rows) + 1
            assert evening.students["student_sis_id"].to_list() == list(evening.student_ids)
            assert evening.staff.height == len(evening.staff_details)

    look()
    assert {what: seen[what] for what in AWKWARD if seen[what] < 5} == {}


def test_readable_districts_have_an_id_on_every_row() -> None:
    @OFTEN
    @given(districts(readable=True))
    def look(district: SmallDistrict) -> None:
        assert all(any(row[:2]) for evening in district.evenings for row in evening.rows)

    look()
