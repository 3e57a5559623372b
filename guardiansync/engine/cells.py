"""Cells that hold something else than they should: each is read the safe way, and said so.

Only distinct cells that are odd are looked at one by one.
"""

import re
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

import polars as pl
from attrs import frozen

from guardiansync.engine.languages import language_codes
from guardiansync.engine.phones import extensions, to_e164
from guardiansync.engine.placeholders import NO_CONTACT, NO_EMAIL, NO_NAME, NO_NUMBER, NOBODYS_NUMBERS
from guardiansync.engine.text import tidy, trim

NOTES: Final = pl.Schema({"code": pl.String(), "said": pl.String(), "detail": pl.String()})
"""What there is to say of a distinct cell, as it stands in the file."""


@frozen(eq=False)
class Cells:
    """A column's cells, cleaned.

    Attributes:
        values: One for each cell, blank where nothing in it can be used.
        notes: Schema `NOTES`.
    """

    values: pl.Series
    notes: pl.DataFrame


class _Judged(NamedTuple):
    """What an odd cell gives: what to use of it, and what is to be said."""

    value: str
    code: str = ""
    detail: str = ""


_BLANK = _Judged("", "placeholder")


def _clean(said: pl.Series, read: pl.Series, odd: pl.Series, judge: Callable[[pl.Series], Iterable[_Judged]]) -> Cells:
    """Judge the distinct odd cells and put what they give in their place.

    Args:
        said: The cells as they stand in the file.
        read: The same, read as ordinary ones.
        odd: Which are none: a mask.
        judge: What distinct odd cells give, each in its turn.
    """
    if not odd.any():
        return Cells(read, NOTES.to_frame())
    cells = said.filter(odd).unique(maintain_order=True)
    given = pl.DataFrame(list(judge(cells)), schema=["value", "code", "detail"], orient="row").with_columns(said=cells)
    values = pl.select(pl.when(odd).then(said.replace(cells, given["value"])).otherwise(read)).to_series()
    return Cells(values.alias(said.name), given.filter(pl.col("code") != "").select(NOTES.names()))


# --- emails -------------------------------------------------------------------------------------------------------

_PLAIN_EMAIL = r"^[!#-'*+\-.0-9=?A-Z^_`a-z{}~]+@(?:[A-Za-z0-9_-]+\.)+[A-Za-z0-9-]+$"
_EMAIL = re.compile(r"[^@\s,;|<>()\"]+@[^@\s.,;|<>()\"]+(?:\.[^@\s.,;|<>()\"]+)+")
"""One @, a dot behind it, no spaces: what tells an address from a remark. Delivery is the proof of the rest."""
_WEAKLY_BETWEEN = re.compile(r"[,\s/&]+(?:(?:or|and)\s+)?")
_STRONGLY_BETWEEN = re.compile(r"[;|\r\n]+")
_REMARK = re.compile(r"\([^()@]*\)")
_IN_ANGLES = re.compile(r"^[^<>@]*<\s*(?:mailto:)?([^<>\s]+@[^<>\s]+)\s*>$", re.IGNORECASE)
_NEITHER = re.compile(r"\bn/a\b", re.IGNORECASE)
_AROUND = " \t\r\n,;:<>()[]\"'"
_NO_EMAIL = re.compile(NO_EMAIL)
_NO_CONTACT = re.compile(NO_CONTACT)


def clean_emails(said: pl.Series) -> Cells:
    """Email addresses, trimmed; their case stays.

    Args:
        said: The cells as they stand.
    """
    read = trim(said)
    plain = read.str.contains(_PLAIN_EMAIL) & ~read.str.contains(NO_EMAIL)
    return _clean(said, read, ~plain & (read != ""), lambda cells: map(_judge_email, trim(cells)))


def _judge_email(cell: str) -> _Judged:
    if _NO_CONTACT.search(cell) or _NO_EMAIL.search(cell):
        return _BLANK
    candidates, others = _addresses(cell)
    usable = [one for one in candidates if not _NO_EMAIL.search(one)]
    if not usable:
        return _BLANK if candidates and not others else _Judged("", "email-invalid")
    value = usable[0]
    if not value.isascii():
        return _Judged(value, "email-not-ascii")
    if len({one.lower() for one in usable}) > 1:
        return _Judged(value, "several-values", f"{len(usable)} addresses")
    return _Judged(value, "" if cell == value else "extra-text")


def _addresses(cell: str) -> tuple[list[str], list[str]]:
    """The addresses in a cell, and what else is there; none where an address may go on across a space."""
    found: list[str] = []
    others: list[str] = []
    for part in _STRONGLY_BETWEEN.split(_REMARK.sub(" ", _NEITHER.sub(" ", cell))):
        if not part.strip(_AROUND):
            continue
        inside = _IN_ANGLES.match(part.strip())
        tokens = [_alone(token) for token in _WEAKLY_BETWEEN.split(inside[1] if inside else part)]
        tokens = [token for token in tokens if token and not _NO_CONTACT.search(token)]
        if all(_EMAIL.fullmatch(token) for token in tokens):
            found += tokens
        elif _EMAIL.fullmatch(whole := _alone(part)):
            found.append(whole)
        else:
            others.append(part)
    return found, others


def _alone(text: str) -> str:
    return text.strip(_AROUND).removeprefix("mailto:").rstrip(".")


# --- numbers ------------------------------------------------------------------------------------------------------

_ROUNDED_NUMBER = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]{1,2}")
_DECIMAL_NUMBER = re.compile(r"(\+?[0-9]{7,15})\.0")
_RUN = re.compile(r"\+?\(?\d[\d ().\-\u2010-\u2015]{5,}\d")
_NO_NUMBER = re.compile(NO_NUMBER)
_HINT = " With + before it, it would be a number from abroad."


def clean_mobiles(said: pl.Series, region: str) -> Cells:
    """Mobile numbers in E.164.

    Args:
        said: The cells as they stand.
        region: The country whose numbers are written without a country code.
    """
    tidied = tidy(said)
    e164 = to_e164(tidied, region)
    odd = ((e164 == "") & (tidied != "")) | tidied.str.contains(r"[^\d ().\-/+]") | e164.is_in(NOBODYS_NUMBERS)
    return _clean(said, e164, odd, lambda cells: _judge_mobiles(tidy(cells), region))


def _judge_mobiles(cells: pl.Series, region: str) -> Iterable[_Judged]:
    """All at once: what each may be read as goes through `to_e164` together."""
    readings = [_readings(cell) for cell in cells]
    tried = pl.Series(list({"", *(one for several in readings for one in several)}), dtype=pl.String)
    e164 = dict(zip(tried, to_e164(tried, region), strict=True))
    extended = extensions(cells.to_list(), region)
    for cell, several, extension in zip(cells, readings, extended, strict=True):
        yield _judge_mobile(cell, [e164[one] for one in several], extension=extension)


def _readings(cell: str) -> list[str]:
    """The cell whole; the cell as a number from abroad; without .0; then every number in it."""
    decimal = _DECIMAL_NUMBER.fullmatch(cell)
    runs = [run.strip() for part in re.split(r"[;,|/&]|\s{2,}", cell) for run in _RUN.findall(part)]
    apart = [half for run in runs for half in run.split() if len(re.sub(r"\D", "", half)) >= 10]  # noqa: PLR2004 - a whole number
    return [cell, f"+{cell}", decimal[1] if decimal else "", *runs, *apart]


def _judge_mobile(cell: str, readings: list[str], *, extension: bool) -> _Judged:
    whole, abroad, without_decimal, *inside = readings
    usable = [*dict.fromkeys(one for one in inside if one), ""]
    several = len(usable) - 1
    judged = (
        (_NO_CONTACT.search(cell) or _NO_NUMBER.search(cell), _BLANK),
        (_ROUNDED_NUMBER.fullmatch(cell), _Judged("", "mobile-rounded")),
        (extension, _Judged(whole, "phone-extension")),
        (several > 1, _Judged(usable[0], "several-values", f"{several} numbers")),
        (whole, _Judged(whole)),
        (without_decimal, _Judged(without_decimal, "mobile-decimal")),
        (usable[0], _Judged(usable[0], "extra-text")),
    )
    otherwise = _Judged("", "mobile-invalid", _HINT if abroad else "")
    return next((one for applies, one in judged if applies), otherwise)


def clean_phones(said: pl.Series) -> Cells:
    """Home phones: kept for the record as they are written, unless they are none.

    Args:
        said: The cells as they stand.
    """
    read = tidy(said)
    none = (read != "") & (read.str.contains(NO_NUMBER) | read.str.contains(NO_CONTACT))
    return _clean(said, read, none, lambda cells: [_BLANK] * len(cells))


# --- names --------------------------------------------------------------------------------------------------------


def clean_names(said: pl.Series) -> Cells:
    """Names, tidied.

    Args:
        said: The cells as they stand.
    """
    read = tidy(said)
    return _clean(said, read, (read != "") & read.str.contains(NO_NAME), lambda cells: [_BLANK] * len(cells))


_BOTH = r"^([^,]*\p{L}[^,]*),([^,]*\p{L}[^,]*)$"
_SUFFIX = r"^(?i:jr|sr|i{1,3}|iv|v|md|m\.d|ph\.?d|esq|dds|rn|cpa|mr|mrs|ms|dr)\.?$"


def split_names(first: pl.Series, last: pl.Series) -> tuple[pl.Series, pl.Series, pl.Series, pl.Series]:
    """Take "Last, First" apart where it stands in one cell and the other is blank.

    Args:
        first: First names, cleaned.
        last: Last names, cleaned.

    Returns:
        Both, and which were taken apart: out of the first name's column, and out of the last name's.
    """
    lone = (first == "") != (last == "")
    if not lone.any():
        return first, last, lone, lone
    cell = pl.select(pl.when(first == "").then(last).otherwise(first)).to_series()
    family, given = (cell.str.extract(_BOTH, part).str.strip_chars() for part in (1, 2))
    split = lone & cell.str.contains(_BOTH) & ~given.str.contains(_SUFFIX).fill_null(value=True)
    parted = pl.select(
        first=pl.when(split).then(given).otherwise(first), last=pl.when(split).then(family).otherwise(last)
    )
    return parted["first"], parted["last"], split & (first != ""), split & (last != "")


# --- languages ----------------------------------------------------------------------------------------------------


def clean_languages(said: pl.Series) -> Cells:
    """Preferred languages as two-letter codes.

    Args:
        said: The cells as they stand.
    """
    distinct = said.unique()
    codes = language_codes(distinct)
    blank = tidy(distinct).str.contains(rf"{NO_CONTACT}|^(?i:other|und|undetermined|unspecified|unk)$")
    values = said.replace_strict(distinct, codes, return_dtype=pl.String)
    notes = (
        pl.DataFrame({"said": distinct, "value": codes, "blank": blank, "text": tidy(distinct)})
        .filter((pl.col("value") == "") & (pl.col("text") != ""))
        .select(
            code=pl.when("blank").then(pl.lit("placeholder")).otherwise(pl.lit("language-unknown")),
            said="said",
            detail=pl.lit(""),
        )
    )
    return Cells(values, notes)
