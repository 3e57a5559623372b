"""Every finding there can be: a stable code, how grave it is, what it says and what to do about it.

A message names ids, lines and columns. It never holds a name, an email address or a phone number.
"""

from enum import StrEnum

from attrs import frozen


class Severity(StrEnum):
    """What a finding means for its row."""

    ERROR = "error"
    """The row was not used."""
    WARNING = "warning"
    """It was used; somebody should look at it."""
    NOTE = "note"
    """It was used; good to know."""


@frozen
class Kind:
    """One entry of the catalogue.

    Attributes:
        code: Stable; reports and tickets quote it.
        severity: What it means for the row.
        title: A few words.
        message: A template over the columns of `FINDINGS`.
        remedy: What the district should do.
    """

    code: str
    severity: Severity
    title: str
    message: str
    remedy: str


CATALOGUE: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind(
            "student-id-missing", Severity.ERROR, "No student id",
            "Line {line}: {column} is blank, so the guardian cannot be tied to a student.",
            "Fill in studentSisId on this line.",
        ),
        Kind(
            "guardian-id-missing", Severity.ERROR, "No guardian id",
            "Line {line}: {column} is blank, so nobody can tell who this guardian is from one evening to the next.",
            "Fill in guardianSisId on this line.",
        ),
        Kind(
            "ids-missing", Severity.ERROR, "Neither id",
            "Line {line}: neither studentSisId nor guardianSisId can be read, so it may be anybody's line.",
            "Fill in both ids on this line; until then nothing is removed.",
        ),
        Kind(
            "id-rounded", Severity.ERROR, "An id became a rounded number",
            "Line {line}: {column} is a rounded number (such as 1.2E+05), as spreadsheets write long ids; its digits are lost.",
            "Export again without opening the file in a spreadsheet, or format the column as text there.",
        ),
        Kind(
            "id-date", Severity.ERROR, "An id became a date",
            "Line {line}: {column} is a date (such as 2-Jan), as spreadsheets make of ids like 1-2; what it was cannot be told.",
            "Export again without opening the file in a spreadsheet, or format the column as text there.",
        ),
        Kind(
            "id-decimal", Severity.WARNING, "An id ends in .0",
            "Line {line}: {column} ends in .0, as programs write that take ids for numbers; it is used as it stands.",
            "Export ids as text, without .0.",
        ),
        Kind(
            "id-decimal-added", Severity.ERROR, "A known id with .0 behind it",
            "Line {line}: guardian {guardian_sis_id} is not known, but the id without .0 is; nobody can tell for sure that they are one.",
            "Export ids as text, without .0.",
        ),
        Kind(
            "id-wrapped", Severity.NOTE, "An id wrapped for a spreadsheet",
            "Line {line}: {column} is wrapped, as some exports do to make spreadsheets keep it as text; what is inside is used.",
            "Nothing; or export ids as they are.",
        ),
        Kind(
            "id-odd-characters", Severity.WARNING, "An id with odd characters",
            "Line {line}: {column} has {detail} in it; it is used as it stands.",
            "Type the id anew in the SIS, with plain letters and digits.",
        ),
        Kind(
            "name-missing", Severity.ERROR, "No name",
            "Line {line}: {column} is blank for guardian {guardian_sis_id}.",
            "Fill in firstName and lastName on this line.",
        ),
        Kind(
            "name-split", Severity.WARNING, "Both names in one cell",
            "Line {line}: {column} of guardian {guardian_sis_id} holds both names, with a comma between; they were taken apart.",
            "Export firstName and lastName as two columns.",
        ),
        Kind(
            "no-contact", Severity.ERROR, "Neither email nor mobile",
            "Line {line}: guardian {guardian_sis_id} is new and has neither a usable email nor a usable mobile.",
            "Add an email or a mobile in the SIS; the guardian is added on the next evening.",
        ),
        Kind(
            "student-unknown", Severity.ERROR, "Student unknown",
            "Line {line}: no student {student_sis_id} is on the roster.{detail}",
            "Check studentSisId, above all for zeros lost at its start.",
        ),
        Kind(
            "student-left", Severity.ERROR, "Student left",
            "Line {line}: student {student_sis_id} has left the roster.",
            "Nothing, if the student has left; otherwise correct the student roster.",
        ),
        Kind(
            "ragged-row", Severity.ERROR, "Too many or too few cells",
            "Line {line}: {detail}.",
            "Look for a missing or stray comma or quote on this line.",
        ),
        Kind(
            "file-cut-short", Severity.ERROR, "The file is cut short",
            "Line {line}: the file ends in the middle of a row ({detail}).",
            "Export the file again, whole; until then nothing is removed.",
        ),
        Kind(
            "blank-row", Severity.NOTE, "Rows of nothing but delimiters",
            "From line {line} on, {detail} rows have nothing in them; they were left out.",
            "Nothing; a spreadsheet wrote them.",
        ),
        Kind(
            "header-repeated", Severity.NOTE, "The header once more",
            "Line {line}: the header stands here again; it was left out.",
            "Nothing; or export one file instead of putting several together.",
        ),
        Kind(
            "preamble-skipped", Severity.NOTE, "Lines above the header",
            "Line {line}: the header stands here, below {detail} of other text.",
            "Nothing; or export without a title.",
        ),
        Kind(
            "no-rows", Severity.WARNING, "No rows",
            "The file has a header and nothing below it.",
            "Check the export's filter; until there are rows nothing is removed.",
        ),
        Kind(
            "email-invalid", Severity.WARNING, "Not an email address",
            "Line {line}: the email of guardian {guardian_sis_id} is not an email address; it counts as blank.",
            "Correct the email in the SIS.",
        ),
        Kind(
            "email-not-ascii", Severity.WARNING, "Email with letters beyond ASCII",
            "Line {line}: the email of guardian {guardian_sis_id} has letters beyond ASCII; it is never used to match people.",
            "Type the email anew in the SIS: it may hold a look-alike letter.",
        ),
        Kind(
            "placeholder", Severity.NOTE, "A placeholder",
            "Line {line}: {column} holds what stands for nothing (such as N/A or 000-000-0000); it counts as blank.",
            "Leave the cell blank.",
        ),
        Kind(
            "several-values", Severity.WARNING, "Several in one cell",
            "Line {line}: {column} of guardian {guardian_sis_id} holds {detail}; the first usable one is used.",
            "Put one into the cell, the one to use.",
        ),
        Kind(
            "extra-text", Severity.NOTE, "Text beside the value",
            "Line {line}: {column} of guardian {guardian_sis_id} holds other text too, which was left out.",
            "Put nothing but the value into the cell.",
        ),
        Kind(
            "mobile-invalid", Severity.WARNING, "Not a phone number",
            "Line {line}: the {column} of guardian {guardian_sis_id} is not a valid phone number; it counts as blank.{detail}",
            "Correct the number in the SIS; numbers from abroad start with + and the country code.",
        ),
        Kind(
            "mobile-rounded", Severity.WARNING, "A number was rounded",
            "Line {line}: the {column} of guardian {guardian_sis_id} is a rounded number (such as 4.15555E+11), as spreadsheets write long ones; it counts as blank.",
            "Export again without opening the file in a spreadsheet, or format the column as text there.",
        ),
        Kind(
            "mobile-decimal", Severity.WARNING, "A number ends in .0",
            "Line {line}: the {column} of guardian {guardian_sis_id} ends in .0, as programs write that take it for a number; it is used without.",
            "Export numbers as text, without .0.",
        ),
        Kind(
            "phone-extension", Severity.WARNING, "A number with an extension",
            "Line {line}: the {column} of guardian {guardian_sis_id} has an extension, which was left out; a mobile has none.",
            "Put a mobile there, or leave the cell blank.",
        ),
        Kind(
            "language-unknown", Severity.WARNING, "Unknown language",
            "Line {line}: the language of guardian {guardian_sis_id} is neither a two-letter code (ISO 639-1) nor the name of a language that has one; it counts as blank.",
            "Use a two-letter code such as es, or an English name.",
        ),
        Kind(
            "rows-disagree", Severity.WARNING, "Lines of one guardian disagree",
            "Line {line}: guardian {guardian_sis_id} has other details elsewhere in the file (lines {detail}).",
            "Correct the guardian in the SIS, so that all lines say the same.",
        ),
        Kind(
            "row-repeated", Severity.NOTE, "The same pair twice",
            "Line {line}: student {student_sis_id} and guardian {guardian_sis_id} stand together on an earlier line too.",
            "Nothing; the pair is tied once.",
        ),
        Kind(
            "held", Severity.WARNING, "Held for a person",
            "Line {line}: guardian {guardian_sis_id} waits for a person ({detail}).",
            "Look at the hold, correct the SIS or release it.",
        ),
        Kind(
            "encoding-fallback", Severity.WARNING, "Not UTF-8",
            "The file is not UTF-8; it was read as {detail}.",
            "Export the file as UTF-8.",
        ),
        Kind(
            "encoding-unsure", Severity.WARNING, "Encoding unsure",
            "The file is not UTF-8, and it cannot be told for sure what it is: it was read as {detail}.",
            "Look at the names with accents; export the file as UTF-8, or set the encoding in the settings.",
        ),
        Kind(
            "encoding-mixed", Severity.WARNING, "Line in another encoding",
            "Line {line}: it is not UTF-8, unlike other lines; it was read as {detail}.",
            "Export the whole file as UTF-8; do not put files of several systems together byte by byte.",
        ),
        Kind(
            "encoding-invalid", Severity.ERROR, "Letters that cannot be read",
            "Line {line}: it has bytes that are no letters in {detail}, so the row is not used.",
            "Export the file as UTF-8, or correct the encoding in the settings.",
        ),
        Kind(
            "text-damaged", Severity.WARNING, "Letters damaged earlier",
            "Line {line}: {column} was damaged before the file was written: {detail}.",
            "Correct it in the SIS; look for an import or export there that reads UTF-8 as another encoding.",
        ),
        Kind(
            "not-archived", Severity.WARNING, "The file was not moved",
            "The file was applied, but not moved to the archive folder ({detail}).",
            "See that the archive folder exists on the same volume and that the login may write there; or move the file by hand.",
        ),
        Kind(
            "column-unknown", Severity.NOTE, "Unknown column",
            "The file has a column that is not used ({detail}).",
            "Nothing; or name it in settings.columns.",
        ),
        Kind(
            "column-likely", Severity.WARNING, "A column's name misspelt",
            "The file has no column {column}, but one that is nearly called so ({detail}); it is used.",
            "Correct the column's name in the export.",
        ),
        Kind(
            "column-unsure", Severity.WARNING, "A column's name that is nearly another",
            "A column is not used, though it is nearly called {column} ({detail}).",
            "Correct the column's name in the export, or name it in settings.columns.",
        ),
        Kind(
            "column-repeated", Severity.WARNING, "Column twice",
            "Two columns of the file mean {column}; the first is used.",
            "Remove one of them from the export.",
        ),
        Kind(
            "staff-account-kept", Severity.NOTE, "Staff details kept",
            "Line {line}: guardian {guardian_sis_id} is also staff; the guardian file does not change a staff account.",
            "Nothing; staff details come from the staff roster.",
        ),
        Kind(
            "denied", Severity.ERROR, "Access is denied",
            "Line {line}: guardian {guardian_sis_id} is denied student {student_sis_id}; the row is not used.",
            "Take the line out of the export; if the denial is wrong, whoever set it can take it back.",
        ),
        Kind(
            "damaged-kept", Severity.WARNING, "A name became damaged",
            "Line {line}: {column} of guardian {guardian_sis_id} is the stored one damaged; the stored one is kept.",
            "Correct the name in the SIS; look for an import or export there that reads UTF-8 as another encoding.",
        ),
        Kind(
            "schools-disagree", Severity.WARNING, "Schools of the district disagree",
            "Line {line}: another school of the district says something else of guardian {guardian_sis_id}; the account keeps what it has.",
            "Have both schools say the same of this guardian.",
        ),
        Kind(
            "nearly-known", Severity.WARNING, "Nearly somebody known",
            "Line {line}: {guardian_sis_id} gets an account of their own, though name and one contact are those of {detail}.",
            "If they are one person, give both the same email and mobile in the SIS; the next sync joins them.",
        ),
        Kind(
            "contact-crowded", Severity.NOTE, "A contact beside many names",
            "Line {line}: the contact of guardian {guardian_sis_id} stands beside so many names that it tells nobody apart; it is not used to match people.",
            "Put the guardian's own email or mobile into the SIS, or leave the cell blank.",
        ),
        Kind(
            "mixed-scripts", Severity.WARNING, "A name mixes scripts",
            "Line {line}: the name of guardian {guardian_sis_id} mixes letters of several scripts, as look-alikes do; it is never used to match people.",
            "Type the name anew in the SIS, in one script.",
        ),
    )
}  # fmt: skip
"""Every finding there can be, by code."""
