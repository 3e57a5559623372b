"""District files of any size, made by columns: what benchmarks measure with."""

import io
from collections.abc import Sequence
from typing import Final

import polars as pl

from guardiansync.settings import FILE_COLUMNS
from guardiansync.testing.names import AREA_CODES, CULTURES, DOMAINS, EXCHANGES, FICTIONAL, LANGUAGES, SCHOOLS
from guardiansync.testing.people import SPELLINGS, plain_ascii

MOST_CHANGED = 0.45

_FAMILY_OF_STUDENT: Final = (0, 1, 2, 3, 4, 5, 5, 6, 6, 7, 7, 8, 8, 8, 9, 9, 9, 9)
"""Ten families with 1, 1, 1, 1, 1, 2, 2, 2, 3 and 4 children: 1.8 on average, with two guardians each."""

_FAMILIES: Final = _FAMILY_OF_STUDENT[-1] + 1
_STUDENTS: Final = len(_FAMILY_OF_STUDENT)
_FIRSTS: Final = tuple(culture.firsts for culture in CULTURES)
_LASTS: Final = tuple(culture.lasts for culture in CULTURES)
_LETTERS: Final = tuple(tuple(plain_ascii(name).replace(" ", "") or "family" for name in firsts) for firsts in _FIRSTS)
_SHARED_EMAIL: Final = 0.08
_SHARED_MOBILE: Final = 0.06
_NO_EMAIL: Final = 0.05
_NO_MOBILE: Final = 0.08
_OTHER_NAME: Final = 0.2
_TWO_IDS: Final = 0.01
_CHANGED: Final = 0.6
_GONE: Final = 0.2


def district_file(rows: int, seed: int = 1, changed: float = 0.0) -> tuple[pl.DataFrame, bytes]:
    """A student roster and a guardians file of about so many rows.

    Two guardians a student and 1.8 rows a guardian. Everybody has a name and contacts of their own, but for households
    that share an email or a mobile, people without one of the two, and one in a hundred whom the SIS has twice under
    two ids. The same seed makes the same people, so two files of one seed are two evenings of one district.

    Args:
        rows: How many rows the first evening's file has, rounded up to the next whole block of 36.
        seed: The same seed makes the same district.
        changed: The share of guardians who are not as on the first evening: three in five of them have another email or
            mobile, one in five is gone, and as many are new to a family. From 0 to 0.45, so that removals stay under
            ten per cent. The students stay the same.

    Returns:
        The students, as `load_roster` takes them, and the file in UTF-8.

    Raises:
        ValueError: An argument is out of range.
    """
    if rows < 1:
        raise ValueError("rows: at least 1")
    if not 0 <= changed <= MOST_CHANGED:
        raise ValueError(f"changed: a share from 0 to {MOST_CHANGED}")
    blocks = -(-rows // (2 * _STUDENTS))
    families = blocks * _FAMILIES
    students = _students(blocks, seed)
    guardians = _guardians(families, seed, changed)
    ties = students.select("student_sis_id", "family").join(
        guardians.select("family", "id").with_row_index("at"), on="family", maintain_order="left_right"
    )
    file = pl.concat([ties.select("student_sis_id"), guardians.drop("family")[ties["at"]]], how="horizontal")
    written = file.select(
        pl.col(ours).alias(theirs)
        for ours, theirs in zip(
            ("student_sis_id", "id", "first", "last", "email", "sms", "phone", "language"), FILE_COLUMNS, strict=True
        )
    )
    out = io.BytesIO()
    written.write_csv(out)
    return students.drop("family"), out.getvalue()


def _students(blocks: int, seed: int) -> pl.DataFrame:
    nth = pl.int_range(blocks * _STUDENTS, dtype=pl.UInt64)
    block, place = nth // _STUDENTS, nth % _STUDENTS
    family = block * _FAMILIES + place.replace_strict(dict(enumerate(_FAMILY_OF_STUDENT)), return_dtype=pl.UInt64)
    culture = _culture(family, seed)
    return pl.select(
        student_sis_id=_padded(nth + 1, 9),
        first_name=_name(_FIRSTS, culture, _noise(nth, seed, 11)),
        last_name=_name(_LASTS, culture, _noise(family, seed, 3)),
        school=_one_of(SCHOOLS, _noise(family, seed, 12)),
        family=family,
    )


def _guardians(families: int, seed: int, changed: float) -> pl.DataFrame:
    """Everybody who stands in the file, with the number of their family."""
    count = 2 * families
    nth = pl.int_range(count, dtype=pl.UInt64)
    fate = _share(_noise(nth, seed, 1))
    standing = pl.select(
        family=nth // 2,
        serial=nth,
        # Some stand in the next family too, under another id.
        person=pl.when((nth % 2 == 0) & (nth >= 2) & (_share(_noise(nth, seed, 2)) < _TWO_IDS))  # noqa: PLR2004 - two a family
        .then(nth - 2)
        .otherwise(nth),
        fate=fate,
    ).filter(~pl.col("fate").is_between(changed * _CHANGED, changed * (_CHANGED + _GONE), closed="left"))
    new = (
        pl.select(family=nth // 2, serial=nth + count, person=nth + count, fate=pl.lit(1.0), arrives=fate)
        .filter(pl.col("arrives") >= 1 - changed * (1 - _CHANGED - _GONE))
        .drop("arrives")
    )
    people = pl.concat([standing, new])
    return _details(people, count, seed, changed).sort("family", "id")


def _details(people: pl.DataFrame, count: int, seed: int, changed: float) -> pl.DataFrame:
    person, head = pl.col("person"), pl.col("person") // 2 * 2
    is_partner = (person % 2 == 1) & (person < count)
    household = _share(_noise(head, seed, 4))
    lacking = _share(_noise(person, seed, 5))
    shares_email = is_partner & (household < _SHARED_EMAIL)
    shares_mobile = is_partner & household.is_between(_SHARED_EMAIL, _SHARED_EMAIL + _SHARED_MOBILE, closed="left")
    is_changed = pl.col("fate") < changed * _CHANGED
    new_mobile = is_changed & (person % 2 == 0)
    new_email = is_changed & ~new_mobile
    # New contacts come from behind those of everybody who is or will be there.
    mobile = pl.when(shares_mobile).then(head).otherwise(person) + pl.when(new_mobile).then(2 * count).otherwise(0)
    mailbox = pl.when(shares_email).then(head).otherwise(person) + pl.when(new_email).then(2 * count).otherwise(0)
    of_other_name = (person % 2 == 1) & (_share(_noise(person, seed, 6)) < _OTHER_NAME)
    style = _noise(pl.col("serial"), seed, 7)
    culture = _culture(pl.when(person < count).then(person // 2).otherwise(pl.col("family")), seed)
    return people.select(
        "family",
        id=_padded(pl.col("serial") + 1, 9),
        first=_name(_FIRSTS, culture, _noise(person, seed, 8)),
        last=_name(_LASTS, culture, _noise(pl.when(of_other_name).then(person).otherwise(person // 2), seed, 3)),
        email=pl.when((lacking < _NO_EMAIL) & ~new_email)
        .then(pl.lit(""))
        .otherwise(
            pl.format(
                "{}{}@{}",
                _name(_LETTERS, culture, _noise(mailbox, seed, 8)),
                mailbox,
                _one_of(DOMAINS, _noise(mailbox, seed, 9)),
            )
        ),
        sms=pl.when((lacking > 1 - _NO_MOBILE) & ~new_mobile).then(pl.lit("")).otherwise(_spelt(mobile, style)),
        phone=pl.lit(""),
        language=_one_of(LANGUAGES, _noise(person, seed, 10)),
    )


def _culture(family: pl.Expr, seed: int) -> pl.Expr:
    """Which culture's names a family has, as often as the culture's weight says."""
    turns = [nth for nth, culture in enumerate(CULTURES) for _ in range(culture.weight)]
    return _one_of(turns, _noise(family, seed, 13))


def _name(names: Sequence[Sequence[str]], culture: pl.Expr, number: pl.Expr) -> pl.Expr:
    """One of the culture's names."""
    starts = [sum(map(len, names[:nth])) for nth in range(len(names))]
    at = _one_of(starts, culture) + number % _one_of([len(each) for each in names], culture)
    return pl.lit(pl.Series([name for each in names for name in each])).gather(at)


def _one_of(values: Sequence[str] | Sequence[int], number: pl.Expr) -> pl.Expr:
    return pl.lit(pl.Series(values)).gather(number % len(values))


def _padded(number: pl.Expr, width: int) -> pl.Expr:
    return number.cast(pl.String).str.zfill(width)


def _spelt(serial: pl.Expr, style: pl.Expr) -> pl.Expr:
    """Mobile numbers as people write them; the numbers are those of `names.ten_digits`."""
    area = _one_of(AREA_CODES, serial)
    nth = serial // len(AREA_CODES)
    later = pl.when(nth < FICTIONAL).then(0).otherwise(nth - FICTIONAL)
    is_fiction = nth < FICTIONAL
    exchange = pl.when(is_fiction).then(pl.lit("555")).otherwise(_one_of(EXCHANGES, later))
    line = pl.when(is_fiction).then("01" + _padded(nth, 2)).otherwise(_padded(later // len(EXCHANGES), 4))
    spelt = pl.lit("")
    for place, spelling in enumerate(SPELLINGS):
        template = spelling.format("{}", "{}", "{}")
        spelt = (
            pl.when(style % len(SPELLINGS) == place).then(pl.format(template, area, exchange, line)).otherwise(spelt)
        )
    return spelt


def _noise(number: pl.Expr, seed: int, salt: int) -> pl.Expr:
    """Numbers without a pattern, the same on every machine and with every version of Polars (splitmix64)."""
    mixed = number.cast(pl.UInt64) + pl.lit((seed * 0x9E3779B97F4A7C15 + salt * 0xD1B54A32D192ED03) % 2**64, pl.UInt64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = mixed.xor(mixed // 2**shift) * pl.lit(factor, pl.UInt64)
    return mixed.xor(mixed // 2**31)


def _share(noise: pl.Expr) -> pl.Expr:
    return (noise % 2**32) / 2**32
