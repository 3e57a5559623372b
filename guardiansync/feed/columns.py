"""Which column of an export is which of ours."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence

import polars as pl
from attrs import frozen

from guardiansync.errors import HeaderNotFound
from guardiansync.model.finding import Findings, file_finding, findings
from guardiansync.settings import FILE_COLUMNS, ContactColumn

_NEEDED = ("studentSisId", "guardianSisId", "firstName", "lastName")
_SHOWN = 20
_SHOWN_LETTERS = 40

FRAME_NAMES = dict(
    zip(
        FILE_COLUMNS,
        ("student_sis_id", "guardian_sis_id", "first_name", "last_name", "email", "sms", "phone", "language"),
        strict=True,
    )
)
"""The file's columns, and what the frames call them."""

_ALIASES: dict[str, tuple[str, ...]] = {
    "studentSisId": (
        "studentId", "studentNumber", "studentNo", "studentNum", "studentSourcedId", "studentSis", "studentLocalId",
        "studentIdentifier", "studentUniqueId", "studentPersonId", "sisStudentId", "stuId", "pupilId", "pupilNumber",
    ),
    "guardianSisId": (
        "guardianId", "guardianNumber", "guardianSourcedId", "guardianSis", "guardianIdentifier", "guardianPersonId",
        "sisGuardianId", "parentId", "parentSisId", "parentNumber", "parentSourcedId", "parentGuardianId", "contactId",
        "contactSisId", "contactNumber", "contactSourcedId", "contactPersonId", "relativeId", "personId",
    ),
    "firstName": (
        "givenName", "first", "forename", "fname", "guardianFirstName", "guardianGivenName", "parentFirstName",
        "contactFirstName", "guardianFirst", "parentFirst", "contactFirst",
    ),
    "lastName": (
        "familyName", "last", "surname", "lname", "guardianLastName", "guardianFamilyName", "parentLastName",
        "contactLastName", "guardianLast", "parentLast", "contactLast",
    ),
    "email": (
        "emailAddress", "mail", "guardianEmail", "guardianEmailAddress", "parentEmail", "parentEmailAddress",
        "contactEmail", "contactEmailAddress", "primaryEmail", "personalEmail", "homeEmail",
    ),
    "sms": (
        "mobile", "mobilePhone", "mobileNumber", "mobilePhoneNumber", "cell", "cellPhone", "cellNumber",
        "cellPhoneNumber", "cellular", "smsNumber", "smsPhone", "textNumber", "guardianMobile", "guardianCell",
        "guardianCellPhone", "guardianMobilePhone", "parentMobile", "parentCell", "parentCellPhone", "contactMobile",
        "contactCell", "contactCellPhone",
    ),
    "phone": (
        "homePhone", "homePhoneNumber", "phoneNumber", "telephone", "telephoneNumber", "tel", "landline", "phoneHome",
        "guardianPhone", "guardianHomePhone", "parentPhone", "parentHomePhone", "contactPhone", "contactHomePhone",
    ),
    "language": (
        "preferredLanguage", "languageCode", "lang", "homeLanguage", "guardianLanguage", "parentLanguage",
        "contactLanguage", "primaryLanguage", "correspondenceLanguage", "preferredLanguageCode",
    ),
}  # fmt: skip


def _bare(name: str) -> str:
    """A header name without case, spaces, marks and anything invisible."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", name).casefold() if letter.isalnum())


_KNOWN = {_bare(alias): ours for ours in FILE_COLUMNS for alias in (ours, *_ALIASES[ours])}


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
        findings: Columns that are there twice or not used.
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
                _unknown(header, unknown, line),
            ]
        ),
    )


def _unknown(header: Sequence[str], positions: Sequence[int], line: int) -> Findings:
    details = [_shown(header[position]) or f"number {position + 1}, without a name" for position in positions]
    return findings(
        "column-unknown",
        pl.DataFrame(
            {"line": [line] * len(details), "detail": details}, schema={"line": pl.UInt32(), "detail": pl.String()}
        ),
        detail=pl.col("detail"),
    )


def _shown(cell: str) -> str:
    return "".join(letter for letter in cell[:_SHOWN_LETTERS] if letter.isprintable()).strip()


def _shown_header(header: Sequence[str], *, recognised: bool) -> tuple[str, ...]:
    if not recognised:
        # A file without a header begins with somebody's name and address.
        return (f"{len(header)} cells, none of them a known column name",)
    more = (f"and {len(header) - _SHOWN} more",) if len(header) > _SHOWN else ()
    return tuple(_shown(cell) for cell in header[:_SHOWN]) + more
