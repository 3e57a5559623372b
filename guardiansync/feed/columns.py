"""Which column of an export is which of ours."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

import polars as pl
from attrs import frozen

from guardiansync.errors import HeaderNotFound
from guardiansync.model.feed import FRAME_NAMES
from guardiansync.model.finding import Findings, file_finding, findings
from guardiansync.settings import FILE_COLUMNS, ContactColumn

_NEEDED = ("studentSisId", "guardianSisId", "firstName", "lastName")
_SHOWN = 20
_SHOWN_LETTERS = 40

_GUARDIANS = ("", "guardian", "parent", "contact", "contacts", "adult", "parentGuardian", "relative", "person")
_FIRST = ("firstName", "givenName", "first", "forename", "fname")
_LAST = ("lastName", "familyName", "last", "surname", "lname")
_EMAIL = ("email", "emailAddress", "mail", "primaryEmail", "personalEmail", "homeEmail", "primaryEmailAddress")
_MOBILE = (
    "sms", "mobile", "mobilePhone", "mobileNumber", "mobilePhoneNumber", "cell", "cellPhone", "cellNumber",
    "cellPhoneNumber", "cellular", "smsNumber", "smsPhone", "textNumber",
)  # fmt: skip
_PHONE = (
    "phone", "homePhone", "homePhoneNumber", "phoneNumber", "telephone", "telephoneNumber", "tel", "landline",
    "phoneHome", "primaryPhone", "primaryPhoneNumber",
)  # fmt: skip
_LANGUAGE = (
    "language", "preferredLanguage", "languageCode", "lang", "homeLanguage", "primaryLanguage",
    "correspondenceLanguage", "preferredLanguageCode", "languagePreference", "nativeLanguage",
)  # fmt: skip
_STUDENT_ID = (
    "id", "sisId", "sis", "number", "no", "num", "sourcedId", "localId", "identifier", "uniqueId", "personId",
    "otherId", "displayId", "nameId", "permId", "permNumber", "sisNumber", "permanentId",
)  # fmt: skip
_GUARDIAN_ID = ("id", "sisId", "sis", "sourcedId", "identifier", "uniqueId", "personId", "nameId", "adultId", "gu")


def _of(who: Sequence[str], what: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{whose}{name}" for whose in who for name in what)


# Bare names may begin with the table they come from ("contacts.firstName", "STUDENTS.STUDENT_NUMBER").
_ALIASES: dict[str, tuple[str, ...]] = {
    "studentSisId": (
        *_of(("student", "students", "stu", "pupil", "sisStudent", "studentStudent", "studentsStudent"), _STUDENT_ID),
        "permId", "sisNumber", "otherId", "conPid",
    ),
    "guardianSisId": (
        *_of(("guardian", "guardians", "parent", "contact", "contacts", "contactsContact", "adult", "parentGuardian",
              "relative", "sisGuardian", "sisContact", "guardianGuardian"), _GUARDIAN_ID),
        "guardianNumber", "parentNumber", "personId", "personPersonId", "sourcedId", "userSourcedId",
    ),
    "firstName": (*_of(_GUARDIANS, _FIRST), "conFn"),
    "lastName": (*_of(_GUARDIANS, _LAST), "conLn"),
    "email": (*_of(_GUARDIANS, _EMAIL), "emailAddressEmailAddress", "conEm"),
    "sms": (*_of(_GUARDIANS, _MOBILE), "conCp"),
    "phone": (*_of(_GUARDIANS, _PHONE), "phoneNumberPhoneNumber", "conTl"),
    "language": _of(_GUARDIANS, _LANGUAGE),
}  # fmt: skip
"""The names in the exports of PowerSchool, Infinite Campus, Skyward, Synergy, Aeries, OneRoster and Clever.

Not "contactNumber": it is an id in one export and a telephone number in the next.
"""

_SHORTEST = 5
"""Of shorter names, too many others are one letter away."""
_LONGEST = 60


def _bare(name: str) -> str:
    """A header name without case, spaces, marks and anything invisible."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", name).casefold() if letter.isalnum())


_SOMEBODYS = re.compile(r"@|\d(?:\W*\d){6}")

_KNOWN = {_bare(alias): ours for ours in FILE_COLUMNS for alias in (ours, *_ALIASES[ours])}
_MISSPELT = {
    known: ours for known, ours in _KNOWN.items() if len(known) >= _SHORTEST and not known.endswith(("fname", "lname"))
}
"""The names that others may be nearly: contactName is no misspelt contactLName."""


def knows_columns(columns: Mapping[str, str]) -> Callable[[str], bool]:
    """What tells whether a cell is the name of a column, by the settings or by our own list.

    Args:
        columns: The export's own names, mapped to ours.
    """
    names = {_bare(theirs) for theirs in columns} | _KNOWN.keys()
    return lambda cell: _bare(cell) in names


@frozen(eq=False)
class Columns:
    """Where our columns stand in the file.

    Attributes:
        positions: From our names as the frames write them to the column's position in the file, from 0.
        findings: Columns that are there twice, are misspelt or not used.
    """

    positions: Mapping[str, int]
    findings: Findings


def match_columns(
    name: str,
    header: Sequence[str],
    columns: Mapping[str, str],
    *,
    line: int = 1,
    phone_column: ContactColumn | None = None,
) -> Columns:
    """Find our columns in a header row.

    Args:
        name: The file's name, for the message.
        header: The header row as it stands in the file.
        columns: The export's own names, mapped to ours; they win over everything else.
        line: The line the header stands on.
        phone_column: Which column is the mobile; None to take either.

    Raises:
        HeaderNotFound: A column that is needed is not there.
    """
    told = {_bare(theirs): ours for theirs, ours in columns.items()}
    bare = [_bare(cell) for cell in header]
    # A name that the settings give to a column is not left to another one that merely sounds like it.
    settled = {told[cell] for cell in bare if cell in told}
    positions: dict[str, int] = {}
    repeated: list[str] = []
    unknown: list[int] = []
    for position, cell in enumerate(bare):
        ours = told.get(cell) or _KNOWN.get(cell)
        if ours is None or (ours in settled and cell not in told):
            unknown.append(position)
        elif ours in positions:
            repeated.append(ours)
        else:
            positions[ours] = position
    likely, unsure = _misspelt(bare, unknown, positions)
    positions |= likely
    mobiles = (phone_column,) if phone_column is not None else ("sms", "phone")
    missing = [needed for needed in _NEEDED if needed not in positions]
    if not any(contact in positions for contact in ("email", *mobiles)):
        missing.append(" or ".join(("email", *mobiles)))
    if missing:
        raise HeaderNotFound(name, _shown_header(header, recognised=bool(positions)), tuple(missing), FILE_COLUMNS)
    return Columns(
        {FRAME_NAMES[ours]: position for ours, position in positions.items()},
        Findings.concat(
            [
                *(file_finding("column-repeated", line=line, column=ours) for ours in dict.fromkeys(repeated)),
                *(
                    file_finding("column-likely", line=line, column=ours, detail=_called(header, position))
                    for ours, position in likely.items()
                ),
                *(
                    file_finding("column-unsure", line=line, column=ours, detail=_called(header, position))
                    for position, ours in unsure.items()
                ),
                _unknown(header, [at for at in unknown if at not in unsure and at not in likely.values()], line),
            ]
        ),
    )


def _misspelt(
    bare: Sequence[str], unknown: Sequence[int], positions: Mapping[str, int]
) -> tuple[dict[str, int], dict[int, str]]:
    """Unknown columns that are nearly called like one of ours.

    Returns:
        Those that are used, because nothing else can be meant: ours, and where it stands. And those that are not: where
        they stand, and what they are nearly called.
    """
    meant = {at: ours for at in unknown if (ours := _nearly(bare[at]))}
    by_column: dict[str, list[int]] = {}
    for at, names in meant.items():
        for name in names:
            by_column.setdefault(name, []).append(at)
    likely = {
        names[0]: at
        for at, names in meant.items()
        if len(names) == 1 and names[0] not in positions and by_column[names[0]] == [at]
    }
    return likely, {at: " or ".join(names) for at, names in meant.items() if at not in likely.values()}


def _nearly(name: str) -> tuple[str, ...]:
    """Which of our columns a name misspells: one letter more, less or other, or letters that changed places twice."""
    if name in _KNOWN or not _SHORTEST <= len(name) <= _LONGEST:
        return ()
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - most files have no unknown column

    letters = sorted(name)
    found: set[str] = set()
    for known, ours in _MISSPELT.items():
        most = 2 if sorted(known) == letters else 1
        if (
            abs(len(known) - len(name)) <= most
            # phone2 is no misspelt phone, but another one.
            and _digits(known) == _digits(name)
            and OSA.distance(known, name, score_cutoff=most) <= most
        ):
            found.add(ours)
    return tuple(ours for ours in FILE_COLUMNS if ours in found)


def _digits(name: str) -> str:
    return "".join(letter for letter in name if letter.isdigit())


def _unknown(header: Sequence[str], positions: Sequence[int], line: int) -> Findings:
    details = [_called(header, position) for position in positions]
    return findings(
        "column-unknown",
        pl.DataFrame(
            {"line": [line] * len(details), "detail": details}, schema={"line": pl.UInt32(), "detail": pl.String()}
        ),
        detail=pl.col("detail"),
    )


def _called(header: Sequence[str], position: int) -> str:
    return _shown(header[position]) or f"number {position + 1}, without a name"


def _shown(cell: str) -> str:
    # Where somebody's details stand in the header row, they are not told on.
    if _SOMEBODYS.search(cell):
        return "a cell that is no column's name"
    return "".join(letter for letter in cell[:_SHOWN_LETTERS] if letter.isprintable()).strip()


def _shown_header(header: Sequence[str], *, recognised: bool) -> tuple[str, ...]:
    if not recognised:
        # A file without a header begins with somebody's name and address.
        return (f"{len(header)} cells, none of them a known column name",)
    more = (f"and {len(header) - _SHOWN} more",) if len(header) > _SHOWN else ()
    return tuple(_shown(cell) for cell in header[:_SHOWN]) + more
