"""Findings: what a person should know about the data. Bad data is a value here, never an exception.

A finding names ids, lines and columns. It never holds a name, an email address or a phone number.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import overload

import polars as pl
from attrs import frozen

from guardiansync.model.catalogue import CATALOGUE, Severity

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
