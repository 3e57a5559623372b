"""Findings: what a person should know about the data. Bad data is a value here, never an exception.

A finding names ids, lines and columns. It never holds a name, an email address or a phone number.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import overload

import polars as pl
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
            "name-missing", Severity.ERROR, "No name",
            "Line {line}: {column} is blank for guardian {guardian_sis_id}.",
            "Fill in firstName and lastName on this line.",
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
            "mobile-invalid", Severity.WARNING, "Not a phone number",
            "Line {line}: the {column} of guardian {guardian_sis_id} is not a valid phone number; it counts as blank.",
            "Correct the number in the SIS; numbers from abroad start with + and the country code.",
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
            "column-unknown", Severity.NOTE, "Unknown column",
            "The file has a column that is not used ({detail}).",
            "Nothing; or name it in settings.columns.",
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
    )
}  # fmt: skip
"""Every finding there can be, by code."""

FINDINGS = pl.Schema(
    {
        "code": pl.String(),
        "line": pl.UInt32(),
        "column": pl.String(),
        "student_sis_id": pl.String(),
        "guardian_sis_id": pl.String(),
        "detail": pl.String(),
    }
)
"""Findings in bulk. `line` counts from 1, the header's included, 0 where the whole file is meant; text is never null."""


@frozen
class Finding:
    """Something a person should know.

    Attributes:
        code: Its entry in the catalogue.
        severity: What it means for the row.
        line: Where, from 1; 0 where the whole file is meant.
        column: Which column of the file, or "".
        message: What it is, without personal data.
        remedy: What the district should do.
    """

    code: str
    severity: Severity
    line: int
    column: str
    message: str
    remedy: str
    student_sis_id: str = ""
    guardian_sis_id: str = ""

    def __str__(self) -> str:
        """One line for a person."""
        return f"[{self.severity}] {self.message} {self.remedy} ({self.code})"


_NONE = FINDINGS.to_frame()


class Findings(Sequence[Finding]):
    """Many findings, kept as a frame and read as `Finding` objects.

    Attributes:
        frame: Schema `FINDINGS`, sorted by line and code.
    """

    __slots__ = ("frame",)

    def __init__(self, frame: pl.DataFrame | None = None) -> None:
        self.frame = _NONE if frame is None else frame.select(FINDINGS.names()).cast(FINDINGS)

    @classmethod
    def concat(cls, parts: Iterable["Findings"]) -> "Findings":
        """All of them, in one order whatever the order of the parts."""
        frames = [part.frame for part in parts if len(part)]
        return cls(pl.concat(frames).unique().sort(FINDINGS.names())) if frames else cls()

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> "Findings": ...
    def __getitem__(self, index: int | slice) -> "Finding | Findings":
        """One finding, or a slice of them."""
        if isinstance(index, slice):
            return Findings(self.frame[index])
        return _finding(self.frame.row(index, named=True))

    def __len__(self) -> int:
        """How many there are."""
        return self.frame.height

    def __iter__(self) -> Iterator[Finding]:
        """Each as an object."""
        return map(_finding, self.frame.iter_rows(named=True))

    def counts(self) -> dict[str, int]:
        """How many of each code, the most frequent first."""
        counted = self.frame.group_by("code").len().sort(["len", "code"], descending=[True, False])
        return dict(counted.iter_rows())

    def __repr__(self) -> str:
        """The counts; the findings themselves are for whoever asks."""
        return f"Findings({', '.join(f'{code}: {count}' for code, count in self.counts().items())})"


def _finding(row: dict[str, object]) -> Finding:
    kind = CATALOGUE[str(row["code"])]
    return Finding(
        code=kind.code,
        severity=kind.severity,
        line=int(str(row["line"])),
        column=str(row["column"]),
        message=kind.message.format(**row),
        remedy=kind.remedy,
        student_sis_id=str(row["student_sis_id"]),
        guardian_sis_id=str(row["guardian_sis_id"]),
    )


def findings(code: str, rows: pl.DataFrame, *, column: str = "", detail: pl.Expr | str = "") -> Findings:
    """One finding for each row of a frame.

    Args:
        code: An entry of the catalogue.
        rows: Has `line`, and `student_sis_id` and `guardian_sis_id` where they are known.
        column: Which column of the file is meant.
        detail: What the message says besides, the same for all or by row. Never personal data.
    """
    if rows.is_empty():
        return Findings()
    known = rows.columns
    return Findings(
        rows.select(
            pl.lit(CATALOGUE[code].code).alias("code"),
            pl.col("line") if "line" in known else pl.lit(0).alias("line"),
            pl.lit(column).alias("column"),
            *(
                pl.col(name) if name in known else pl.lit("").alias(name)
                for name in ("student_sis_id", "guardian_sis_id")
            ),
            (pl.lit(detail) if isinstance(detail, str) else detail).alias("detail"),
        )
    )


def file_finding(code: str, *, line: int = 0, column: str = "", detail: str = "") -> Findings:
    """One finding about the file as a whole, or about one of its lines."""
    return findings(code, pl.DataFrame({"line": [line]}), column=column, detail=detail)
