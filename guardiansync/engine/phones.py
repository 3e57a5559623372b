"""Phone numbers by columns: E.164 where phonenumbers calls the number valid, else blank."""

from functools import cache

import polars as pl

_NORTH_AMERICAN = r"^(?:\+?1)?([2-9][0-9]{9})$"
_PUNCTUATION = r"[ ().\-/]"


@cache
def _north_american_regions() -> tuple[str, ...]:
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE  # noqa: PLC0415 - dear to import

    return tuple(COUNTRY_CODE_TO_REGION_CODE[1])


@cache
def _valid_north_american() -> str:
    """What phonenumbers' metadata calls valid under +1, as one pattern over ten digits.

    The union over all territories of all kinds of number: `is_valid_number` asks whether any kind of the number's own
    territory fits. A property test holds the two equal.
    """
    from phonenumbers import PhoneMetadata  # noqa: PLC0415 - dear to import

    kinds = (
        "fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "voip", "personal_number", "pager", "uan",
        "voicemail",
    )  # fmt: skip
    patterns: set[str] = set()
    for region in _north_american_regions():
        metadata = PhoneMetadata.metadata_for_region(region)
        for kind in kinds:
            description = getattr(metadata, kind, None)
            pattern = description.national_number_pattern if description is not None else None
            if pattern:
                patterns.add(pattern)
    return "^(?:" + "|".join(f"(?:{pattern})" for pattern in sorted(patterns)) + ")$"


def _one_by_one(numbers: list[str], region: str) -> list[str]:
    from phonenumbers import (  # noqa: PLC0415 - dear to import
        NumberParseException,
        PhoneNumberFormat,
        format_number,
        is_valid_number,
        parse,
    )

    found: list[str] = []
    for number in numbers:
        try:
            parsed = parse(number, region)
        except NumberParseException:
            found.append("")
            continue
        found.append(format_number(parsed, PhoneNumberFormat.E164) if is_valid_number(parsed) else "")
    return found


def to_e164(numbers: pl.Series, region: str) -> pl.Series:
    """The numbers in E.164 (`+14155550132`), blank where there is none or it is not valid.

    Args:
        numbers: Tidied text, as people write numbers.
        region: The country whose numbers are written without a country code, as two letters.
    """
    # In steps, so that each pass over the text is made once.
    e164 = pl.Series("e164", [None], dtype=pl.String).new_from_index(0, len(numbers))
    if region in _north_american_regions():
        ten_digits = numbers.str.replace_all(_PUNCTUATION, "").str.extract(_NORTH_AMERICAN)
        valid = ten_digits.str.contains(_valid_north_american())
        e164 = ("+1" + ten_digits).zip_with(valid | valid.is_null(), pl.Series([""]))
    e164 = e164.zip_with(numbers != "", pl.Series([""]))
    left = numbers.filter(e164.is_null()).unique()
    if left.is_empty():
        return e164
    settled = pl.Series(_one_by_one(left.to_list(), region), dtype=pl.String)
    return e164.zip_with(e164.is_not_null(), numbers.replace(left, settled))


def extensions(numbers: list[str], region: str) -> list[bool]:
    """Whether each number has an extension, which E.164 leaves out.

    Args:
        numbers: Tidied text, as people write numbers.
        region: The country whose numbers are written without a country code.
    """
    from phonenumbers import NumberParseException, parse  # noqa: PLC0415 - dear to import

    found: list[bool] = []
    for number in numbers:
        try:
            found.append(bool(parse(number, region).extension))
        except NumberParseException:
            found.append(False)
    return found
